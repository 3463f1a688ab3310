"""The session name nobody set: the AWS CLI with its config file, its MFA prompt and its cache."""

import json
import re
import time

import pytest

from support import aws, totp
from support.programs import CLIS, refusal
from support.server import environment
from support.terminal import Terminal

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
DEVICE = "arn:aws:iam::222222222222:mfa/taro"
SOURCE = "arn:aws:iam::111111111111:role/SourceRole"
PRINCIPAL = "RoleTarget-Principal"
USER_ID = "RoleTarget-UserId"

CONFIG = """
[profile source]
role_arn = {source}
source_profile = taro
mfa_serial = {device}
{session_name}

[profile to-principal]
role_arn = arn:aws:iam::111111111111:role/RoleTarget-Principal
source_profile = source

[profile to-userid]
role_arn = arn:aws:iam::111111111111:role/RoleTarget-UserId
source_profile = source
{target_session_name}
"""


class Person:
    """Somebody with a home directory, an MFA device and the AWS CLI."""

    def __init__(self, cli, server, home):
        cli.demand()
        self.cli, self.server, self.home = cli, server, home
        keys = server.keys("y.taro")
        (home / ".aws").mkdir(parents=True)
        (home / ".aws/credentials").write_text(
            "[taro]\n"
            f"aws_access_key_id = {keys['AccessKeyId']}\n"
            f"aws_secret_access_key = {keys['SecretAccessKey']}\n"
        )

    def configure(self, session_name: str | None, target_session_name: str | None = None) -> None:
        """Writes the config file; a name left out is left out there."""
        lines = [f"role_session_name = {name}" if name else "" for name in (session_name, target_session_name)]
        (self.home / ".aws/config").write_text(
            CONFIG.format(source=SOURCE, device=DEVICE, session_name=lines[0], target_session_name=lines[1])
        )

    def ask_who_am_i(self, profile: str, *codes: str) -> Terminal:
        """`aws sts get-caller-identity` under a profile, with these codes typed at its prompts."""
        env = environment(
            self.home, AWS_ENDPOINT_URL=self.server.url, AWS_DEFAULT_REGION="us-east-1", AWS_MAX_ATTEMPTS="1"
        )
        command = self.cli.command("sts", "get-caller-identity", "--profile", profile, "--output", "json")
        return Terminal(command, env, codes)

    def forget(self) -> None:
        """Empties the CLI's cache."""
        for file in self.cached():
            file.unlink()

    def cached(self) -> list:
        return sorted((self.home / ".aws/cli/cache").glob("*.json"))


@pytest.fixture(params=CLIS, ids=lambda cli: cli.name)
def person(request, serve, tmp_path):
    return Person(request.param, serve(world="story-4"), tmp_path / "home")


@pytest.mark.parametrize(
    "session_name, target, allowed",
    [
        pytest.param("my-session", PRINCIPAL, True, id="1"),
        pytest.param(None, PRINCIPAL, True, id="2"),
        pytest.param("my-session", USER_ID, True, id="3"),
        pytest.param(None, USER_ID, False, id="4"),
        pytest.param("tanaka", USER_ID, False, id="wrong-name"),
    ],
)
def test_the_rows_of_the_story(person, session_name, target, allowed):
    profile = "to-principal" if target == PRINCIPAL else "to-userid"
    person.configure(session_name)
    before = int(time.time())
    done = person.ask_who_am_i(profile, totp.code(SEED))
    after = int(time.time())

    assert done.prompts == [f"Enter MFA code for {DEVICE}:"]
    name = session_name or r"botocore-session-(\d+)"
    if allowed:
        assert done.status == 0, done.errors
        arn = json.loads(done.out)["Arn"]
        # The target profile sets no name either, so its session's is made up in every row.
        assert re.fullmatch(rf"arn:aws:sts::111111111111:assumed-role/{target}/botocore-session-\d+", arn), arn
    else:
        assert done.status != 0
        told = refusal(done.errors)
        assert told["Code"] == "AccessDenied"
        shape = (
            rf"User: arn:aws:sts::111111111111:assumed-role/SourceRole/{name} is not authorized to perform: "
            rf"sts:AssumeRole on resource: arn:aws:iam::111111111111:role/{target}"
        )
        found = re.fullmatch(shape, told["Message"])
        assert found, told["Message"]
        if not session_name:
            assert before <= int(found[1]) <= after

    names = [json.loads(event)["requestParameters"]["roleSessionName"] for event in events_of_x(person.server)]
    assert any(re.fullmatch(name, seen) for seen in names), names


def events_of_x(server) -> list:
    """The records of AssumeRole in the roles' account."""
    trail = aws.client(server, "cloudtrail", server.keys("x"))
    by = [{"AttributeKey": "EventName", "AttributeValue": "AssumeRole"}]
    return [event["CloudTrailEvent"] for event in trail.lookup_events(LookupAttributes=by)["Events"]]


def test_a_name_on_the_target_profile_does_not_help(person):
    person.configure(None, target_session_name="my-session")
    done = person.ask_who_am_i("to-userid", totp.code(SEED))
    assert refusal(done.errors)["Code"] == "AccessDenied"
    assert "/SourceRole/botocore-session-" in done.errors


def test_a_second_run_needs_no_code_and_goes_by_the_cached_name(person):
    person.configure(None)
    first = person.ask_who_am_i("source", totp.code(SEED))
    assert first.status == 0, first.errors
    name = json.loads(first.out)["Arn"].rsplit("/", 1)[1]
    assert name.startswith("botocore-session-")
    assert len(person.cached()) == 1

    time.sleep(1.1)  # A name made up now would be another.
    second = person.ask_who_am_i("to-userid")
    assert second.prompts == []
    told = refusal(second.errors)
    assert f"/SourceRole/{name} is not authorized" in told["Message"]


def test_the_cache_hides_that_the_name_is_missing(person):
    first, second = two_codes()
    person.configure("my-session")
    assert person.ask_who_am_i("to-userid", first).status == 0
    # Somebody takes the name out: the target's credentials were cached under a key that knows nothing of the source.
    person.configure(None)
    hidden = person.ask_who_am_i("to-userid")
    assert hidden.status == 0, hidden.errors
    assert hidden.prompts == []

    person.forget()
    shown = person.ask_who_am_i("to-userid", second)
    assert refusal(shown.errors)["Code"] == "AccessDenied"
    assert "/SourceRole/botocore-session-" in shown.errors


def two_codes() -> tuple:
    """The code just gone and the one shown now, both good for a while."""
    rest = 30 - time.time() % 30
    if rest < 15:
        time.sleep(rest + 0.1)
    step = totp.present_step()
    return totp.code(SEED, step - 1), totp.code(SEED, step)


def test_a_code_works_once(person):
    person.configure("my-session")
    code = totp.code(SEED)
    assert person.ask_who_am_i("source", code).status == 0
    person.forget()
    again = refusal(person.ask_who_am_i("source", code).errors)
    assert again["Code"] == "AccessDenied"
    assert again["Message"] == "MultiFactorAuthentication failed with invalid MFA one time pass code."
