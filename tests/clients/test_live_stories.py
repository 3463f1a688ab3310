"""The four stories, lived: real clients in real places, row by row, and what the history says of each."""

import json
import re
import subprocess
import time
from concurrent.futures import ThreadPoolExecutor

import pytest

from support import totp
from support.place_programs import PROGRAMS
from support.places import Place, copied
from support.terminal import Terminal

ROLE_B = "arn:aws:iam::222222222222:role/role-b"
TOKYO = "ap-northeast-1"

#: Clients whose default is the global endpoint, and clients whose default is their Region's.
LEGACY = ["boto3-1.39.17", "aws-sdk-js-2", "aws-sdk-go-1", "aws-sdk-java-1"]
REGIONAL = ["boto3-1.40.0", "boto3-1.44.5", "aws-sdk-js-3", "aws-sdk-go-2", "aws-sdk-java-2", "aws-sdk-rust"]


pytestmark = pytest.mark.usefixtures("namespaces")


def asked(role: str, region: str | None = TOKYO, **more) -> dict:
    return {"region": region, "endpoint_url": None, "profile": None, "timeout": 3, "repeat": 1, "then": [],
            "assume": {"RoleArn": role, "RoleSessionName": "live"}, **more}


def run(place: Place, client: str, document: dict, **env) -> dict:
    PROGRAMS[client].demand()
    return PROGRAMS[client].run(document, place.command(), place.environment(**env))


def let_in(answer: dict) -> bool:
    assert "ok" in answer or "error" in answer or "unreachable" in answer, answer
    return "ok" in answer


def last(place: Place, *words) -> dict:
    """The newest record of an AssumeRole."""
    return place.events("--name", "AssumeRole", "--limit", "1", *words)[-1]


# 1. The upgrade that moved the address


@pytest.fixture
def story_1(tmp_path) -> Place:
    return Place(tmp_path / "home", copied("story-1", tmp_path), "batch-task")


@pytest.mark.parametrize("client", LEGACY)
def test_before_the_upgrade_the_batch_is_let_in(story_1, client):
    assert let_in(run(story_1, client, asked(ROLE_B)))
    record = last(story_1)
    assert (record["awsRegion"], record["sourceIPAddress"]) == ("us-east-1", "203.0.113.10")
    assert "vpcEndpointId" not in record
    assert record["tlsDetails"]["clientProvidedHostHeader"] == "sts.amazonaws.com"
    assert record["additionalEventData"]["RequestDetails"] == {
        "endpointType": "global", "awsServingRegion": TOKYO,
    }, "since 2025 the global endpoint is served where it is called from"


@pytest.mark.parametrize("client", REGIONAL)
def test_after_the_upgrade_it_is_refused(story_1, client):
    answer = run(story_1, client, asked(ROLE_B))
    assert answer["error"]["Code"] == "AccessDenied", answer
    assert (
        "User: arn:aws:sts::111111111111:assumed-role/role-a/yyyyyyyy is not authorized to perform: sts:AssumeRole "
        f"on resource: {ROLE_B}" in answer["error"]["Message"]
    )
    record = last(story_1)
    assert (record["awsRegion"], record["sourceIPAddress"]) == (TOKYO, "10.0.1.20")
    assert (record["vpcEndpointId"], record["vpcEndpointAccountId"]) == ("vpce-0sts", "111111111111")
    assert record["errorCode"] == "AccessDenied"


def test_by_hand_from_the_same_subnet_it_works(story_1):
    instance = story_1.at("work-instance")
    assert let_in(run(instance, "awscli-1.41.17", asked(ROLE_B)))
    record = last(story_1)
    assert (record["awsRegion"], record["sourceIPAddress"]) == ("us-east-1", "203.0.113.10")
    assert record["userIdentity"]["arn"].startswith("arn:aws:sts::111111111111:assumed-role/role-a/i-")


def test_one_regions_history_does_not_show_what_anothers_recorded(story_1):
    run(story_1, "boto3-1.39.17", asked(ROLE_B))
    run(story_1, "boto3-1.44.5", asked(ROLE_B))
    outcomes = {
        region: [record.get("errorCode", "ok") for record in story_1.events("--region", region)]
        for region in ("us-east-1", TOKYO)
    }
    assert outcomes == {"us-east-1": ["ok"], TOKYO: ["AccessDenied"]}
    text = story_1.verb("events", "compare", "last~1", "last")
    assert re.search(r"^ ≠ +awsRegion +us-east-1 +ap-northeast-1$", text, re.MULTILINE), text


def test_fix_1_the_global_endpoint_with_its_signing_region(story_1):
    new = "boto3-1.44.5"
    assert let_in(run(story_1, new, asked(ROLE_B, "aws-global")))
    assert last(story_1)["awsRegion"] == "us-east-1"
    url = "https://sts.amazonaws.com"
    assert let_in(run(story_1, new, asked(ROLE_B, "us-east-1", endpoint_url=url)))
    wrong = run(story_1, new, asked(ROLE_B, TOKYO, endpoint_url=url))
    assert wrong["error"]["Code"] == "SignatureDoesNotMatch", "the URL alone is signed for the client's own Region"
    assert wrong["error"]["Message"] == f"Credential should be scoped to a valid region, not '{TOKYO}'. "[:-1]


def test_fix_2_the_trust_policy_names_the_endpoint(story_1):
    trust = story_1.world / "role-b.trust.json"
    text = trust.read_text()
    new = re.sub(r'"IpAddress": \{[^}]*\}', '"StringEquals": { "aws:SourceVpce": "vpce-0sts" }', text)
    assert new != text
    trust.write_text(new)
    assert let_in(run(story_1, "boto3-1.44.5", asked(ROLE_B)))
    assert last(story_1)["vpcEndpointId"] == "vpce-0sts"
    assert not let_in(run(story_1, "boto3-1.39.17", asked(ROLE_B))), "who has not upgraded is shut out now"


def test_fix_2_as_the_doctor_writes_it_lets_both_in(story_1):
    told = json.loads(story_1_explained(story_1))
    fix = next(fix for fix in told["fixes"] if fix["recommended"])
    done = subprocess.run(["patch", "-p1"], cwd=story_1.world, input=fix["change"], text=True, capture_output=True)
    assert done.returncode == 0, done.stdout + done.stderr
    for client in ("boto3-1.44.5", "boto3-1.39.17"):
        assert let_in(run(story_1, client, asked(ROLE_B))), client


def story_1_explained(place: Place) -> str:
    from support.server import binary

    done = subprocess.run(
        [binary(), "explain", "daily-batch", "--world", str(place.world), "--json"], capture_output=True, text=True
    )
    assert done.returncode == 1, done.stderr
    return done.stdout


@pytest.mark.parametrize("how", ["variable", "file"])
def test_fix_3_the_setting(story_1, how):
    if how == "variable":
        env = {"AWS_STS_REGIONAL_ENDPOINTS": "legacy"}
    else:
        config = story_1.home / "config"
        config.write_text("[default]\nsts_regional_endpoints = legacy\n")
        env = {"AWS_CONFIG_FILE": str(config)}
    assert let_in(run(story_1, "boto3-1.44.5", asked(ROLE_B), **env))
    assert last(story_1)["awsRegion"] == "us-east-1"


def test_fix_4_private_dns_off(story_1):
    world = story_1.world / "world.toml"
    world.write_text(world.read_text().replace("private_dns = true", "private_dns = false"))
    assert let_in(run(story_1, "boto3-1.44.5", asked(ROLE_B)))
    record = last(story_1)
    assert (record["awsRegion"], record["sourceIPAddress"]) == (TOKYO, "203.0.113.10")
    assert "vpcEndpointId" not in record


# 2. The private subnet that could not reach STS

#: They stand in for the Tools for PowerShell of the generation whose default is global.
STAND_INS = ["aws-sdk-go-1", "aws-sdk-java-1", "boto3-1.39.17"]
TARGET = "arn:aws:iam::111111111111:role/target"


@pytest.fixture
def story_2(tmp_path) -> Place:
    return Place(tmp_path / "home", copied("story-2", tmp_path), "windows-instance")


@pytest.mark.parametrize("client", STAND_INS)
def test_the_region_does_not_choose_the_endpoint(story_2, client):
    answer = run(story_2, client, asked(TARGET))
    assert "unreachable" in answer, answer
    assert story_2.events() == []


@pytest.mark.parametrize("client", STAND_INS)
def test_the_url_and_the_variable_do(story_2, client):
    assert let_in(run(story_2, client, asked(TARGET, endpoint_url=f"https://sts.{TOKYO}.amazonaws.com")))
    assert let_in(run(story_2, client, asked(TARGET), AWS_STS_REGIONAL_ENDPOINTS="regional"))
    records = story_2.events("--name", "AssumeRole")
    assert [(r["awsRegion"], r["sourceIPAddress"], r["vpcEndpointId"]) for r in records] == [
        (TOKYO, "10.0.2.223", "vpce-0sts")
    ] * 2


def test_the_connection_is_made_from_the_instances_own_address(story_2):
    script = "import socket; print(socket.create_connection(('10.0.2.228', 443), timeout=3).getsockname()[0])"
    assert story_2.run("python3", "-c", script).stdout == "10.0.2.223\n"
    assert story_2.shell(f"nslookup sts.{TOKYO}.amazonaws.com").split()[-1] == "10.0.2.228"


# 3. The day the way to Virginia broke

#: What a client of the old default has to be told, so that it calls the global endpoint.
CUT_OFF = {
    "ap-northeast-1": "ap-northeast-1",
    "us-west-2": "us-west-2",
    "ap-southeast-1": "ap-southeast-1",
    "ap-southeast-3": "aws-global",
    "ap-southeast-5": "aws-global",
    "ap-east-1": "aws-global",
}


@pytest.fixture
def story_3(tmp_path) -> Place:
    return Place(tmp_path / "home", copied("story-3", tmp_path), "us-west-2")


def test_callers_of_the_global_endpoint_fail_and_regional_ones_do_not_notice(story_3):
    holding = story_3.start("sh", "-c", "echo in; read line", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holding.stdout.readline() == "in\n"

    def outcome(call) -> str:
        client, region, told = call
        document = asked(TARGET, told, timeout=2)
        return next(key for key in run(story_3.at(region), client, document) if key != "seconds")

    calls = [("boto3-1.39.17", region, told) for region, told in CUT_OFF.items()]
    calls += [("boto3-1.44.5", region, region) for region in CUT_OFF]
    # In Regions that are not on its list, a client of the old default calls the Region's own endpoint.
    calls += [("boto3-1.39.17", region, region) for region in ("ap-southeast-3", "ap-southeast-5", "ap-east-1")]
    with ThreadPoolExecutor(4) as together:
        assert list(together.map(outcome, calls)) == ["ok"] * 15
        story_3.verb("outage", "on", "virginia")
        assert "virginia: on, switched by hand" in story_3.verb("outage", "list")
        assert list(together.map(outcome, calls)) == ["unreachable"] * 6 + ["ok"] * 9
        story_3.verb("outage", "off", "virginia")
        assert list(together.map(outcome, calls[:6])) == ["ok"] * 6
    holding.communicate("out\n", timeout=20)


def test_a_client_lives_through_the_outage(story_3):
    """One process, its connections open when the way breaks."""
    script = """
import sys, boto3
from botocore.config import Config
config = Config(connect_timeout=1, read_timeout=1, retries={"max_attempts": 0})
client = boto3.client("sts", region_name="aws-global", config=config)
for line in sys.stdin:
    try:
        client.get_caller_identity()
        print("ok", flush=True)
    except Exception as error:
        print(type(error).__name__, flush=True)
"""
    python = PROGRAMS["boto3-1.44.5"].argv()[0]
    client = story_3.start(python, "-c", script, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def call() -> str:
        client.stdin.write("\n")
        client.stdin.flush()
        return client.stdout.readline().strip()

    assert call() == "ok"
    story_3.verb("outage", "on", "virginia")
    wait_for(lambda: call() in ("ReadTimeoutError", "ConnectTimeoutError"))
    assert call() in ("ReadTimeoutError", "ConnectTimeoutError")
    story_3.verb("outage", "off", "virginia")
    wait_for(lambda: call() == "ok")
    client.stdin.close()
    assert client.wait(timeout=20) == 0


def wait_for(come_true, patience: float = 10) -> None:
    deadline = time.monotonic() + patience
    while not come_true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_outage_that_is_not_there_is_told(story_3):
    for words, expected in [(("on", "virgina"), "no server runs"), (("list",), "no server runs")]:
        assert expected in story_3_refused(story_3, "outage", *words)
    holding = story_3.start("sh", "-c", "echo in; read line", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert holding.stdout.readline() == "in\n"
    assert "it has: virginia" in story_3_refused(story_3, "outage", "on", "virgina")
    holding.communicate("out\n", timeout=20)


def story_3_refused(place: Place, *words) -> str:
    from support.server import binary

    done = subprocess.run(
        [binary(), *words, "--world", str(place.world), "--data", str(place.data)],
        env=place.environment(), capture_output=True, text=True,
    )
    assert done.returncode == 2
    return done.stderr


# 4. The session name nobody set

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
DEVICE = "arn:aws:iam::222222222222:mfa/taro"


@pytest.fixture
def story_4(tmp_path) -> Place:
    return Place(tmp_path / "home", copied("story-4", tmp_path), "laptop")


@pytest.mark.parametrize(
    "session_name, target, allowed",
    [
        pytest.param("my-session", "principal", True, id="1"),
        pytest.param(None, "principal", True, id="2"),
        pytest.param("my-session", "userid", True, id="3"),
        pytest.param(None, "userid", False, id="4"),
        pytest.param("tanaka", "userid", False, id="wrong-name"),
    ],
)
def test_the_session_name_decides(story_4, session_name, target, allowed):
    text = (story_4.world / "aws/config-named").read_text()
    line = f"role_session_name = {session_name}\n" if session_name else ""
    (story_4.home / ".aws").mkdir()
    (story_4.home / ".aws/config").write_text(text.replace("role_session_name = my-session\n", line))
    (story_4.home / ".aws/credentials").write_text((story_4.world / "aws/credentials").read_text())
    aws = PROGRAMS["awscli-1.46.3"].argv()[0]
    command = story_4.command(aws, "sts", "get-caller-identity", "--profile", f"target-{target}", "--output", "json")
    done = Terminal(command, story_4.environment(), [totp.code(SEED)])
    assert done.prompts == [f"Enter MFA code for {DEVICE}:"]
    name = re.escape(session_name) if session_name else r"botocore-session-\d+"
    caller = rf"arn:aws:sts::111111111111:assumed-role/SourceRole/{name}"
    if allowed:
        assert done.status == 0, done.errors
        assert "assumed-role/RoleTarget-" in json.loads(done.out)["Arn"]
    else:
        assert done.status != 0
        assert re.search(rf"\(AccessDenied\).*User: {caller} is not authorized to perform: sts:AssumeRole", done.errors)
    records = story_4.events("--name", "AssumeRole")
    assert [("errorCode" in record) for record in records] == [False, not allowed]
    assert re.fullmatch(caller, records[1]["userIdentity"]["arn"])
    assert {record["sourceIPAddress"] for record in records} == {"198.51.100.7"}
    assert not list((story_4.home / ".aws/cli/cache").iterdir()), "this world's sessions do not get into the user's own cache"
