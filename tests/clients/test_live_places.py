"""Places of every kind: whose credentials a program finds there, and which way its calls take."""

import json
import shutil
import subprocess

import pytest

from support.habits import venv
from support.place_programs import PROGRAMS
from support.places import Place
from support.server import WORLDS, binary

TARGET = "arn:aws:iam::111111111111:role/target"
NEWEST = "boto3-1.44.5"


pytestmark = pytest.mark.usefixtures("namespaces")


@pytest.fixture
def place(tmp_path) -> Place:
    return Place(tmp_path / "home", WORLDS / "places", "task")


def asked(**more) -> dict:
    return {"region": None, "endpoint_url": None, "profile": None, "timeout": 3, "repeat": 1,
            "then": ["GetCallerIdentity"], "assume": {"RoleArn": TARGET, "RoleSessionName": "live"}, **more}


def run(place: Place, client: str = NEWEST, **more) -> dict:
    PROGRAMS[client].demand()
    return PROGRAMS[client].run(asked(**more), place.command(), place.environment())


@pytest.mark.parametrize("client", [NEWEST, "aws-sdk-js-3", "aws-sdk-go-2", "aws-sdk-java-2", "aws-sdk-rust"])
@pytest.mark.parametrize(
    "name, session",
    [("task", 32), ("pod", "eks-"), ("instance", "i-"), ("function", "function")],
)
def test_a_program_finds_the_places_credentials_as_on_aws(place, client, name, session):
    answer = run(place.at(name), client, region="eu-west-1")
    assert "ok" in answer, answer
    record = place.events("--name", "AssumeRole")[-1]
    caller = record["userIdentity"]["arn"].removeprefix("arn:aws:sts::111111111111:assumed-role/worker/")
    assert len(caller) == session if isinstance(session, int) else caller.startswith(session), caller
    assert record["vpcEndpointId"] == "vpce-0sts"


def test_a_botocore_that_does_not_know_pods_ends_with_the_error_that_is_foretold(place, tmp_path):
    world = shutil.copytree(place.world, tmp_path / "world")
    with (world / "world.toml").open("a") as more:
        more.write(f'''
[[call]]
name = "old"
place = "pod"
client = "botocore==1.13.2"
assume = "{TARGET}"
session_name = "live"
region = "eu-west-1"
''')
    done = subprocess.run([binary(), "explain", "old", "--world", world, "--json"], capture_output=True, text=True)
    told = json.loads(done.stdout)["client_error"]["text"]
    program = """
import collections.abc
# As Python had it when this botocore was new.
vars(collections).update(vars(collections.abc))
import botocore.session
botocore.session.get_session().get_credentials()
"""
    done = place.at("pod").run(venv("botocore-1.13.2"), "-W", "ignore", "-c", program)
    assert done.stderr.endswith(f"ValueError: {told}\n"), done.stderr


#: Settings whose credentials stay outside, and the profile that is asked for.
ELSEWHERE = {
    "source": ("[default]\nrole_arn = {role}\nsource_profile = base\n[profile base]\naws_access_key_id = AKIAHOST\n", None),
    "credentials": ("[profile work]\nrole_arn = {role}\nsource_profile = secret\n", "work"),
    "unknown": ("[profile work]\nregion = eu-west-1\n", "secret"),
}


@pytest.mark.parametrize("client", [NEWEST, "aws-sdk-js-3", "aws-sdk-go-2", "aws-sdk-java-2", "aws-sdk-rust"])
@pytest.mark.parametrize("case", ELSEWHERE)
def test_a_profile_whose_keys_stay_outside_is_not_in_the_way(place, client, case):
    config, profile = ELSEWHERE[case]
    (place.home / ".aws").mkdir()
    (place.home / ".aws/config").write_text(config.format(role=TARGET))
    (place.home / ".aws/credentials").write_text("[secret]\naws_access_key_id = AKIAHOST\naws_secret_access_key = x\n")
    PROGRAMS[client].demand()
    named = {"AWS_PROFILE": profile} if profile else {}
    answer = PROGRAMS[client].run(asked(region="eu-west-1"), place.command(), place.environment(**named))
    assert "ok" in answer, answer
    caller = place.events("--name", "AssumeRole")[-1]["userIdentity"]["arn"]
    assert caller.startswith("arn:aws:sts::111111111111:assumed-role/worker/"), caller


@pytest.mark.parametrize("name", ["task", "pod", "function", "function-outside"])
def test_the_region_comes_from_the_place(place, name):
    assert "ok" in run(place.at(name))
    record = place.events("--name", "AssumeRole")[-1]
    assert record["awsRegion"] == "eu-west-1"
    assert ("vpcEndpointId" in record) == (name != "function-outside")


def test_metadata_tells_what_the_world_knows(place):
    said = place.at("instance").shell("""
        get() { curl -sS -m 3 -w '\\n' -H "X-aws-ec2-metadata-token: $token" http://169.254.169.254/latest/"$1"; }
        curl -s -o /dev/null -w '%{http_code}\\n' http://169.254.169.254/latest/meta-data/
        token=$(curl -sS -m 3 -X PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 60' http://169.254.169.254/latest/api/token)
        get meta-data/placement/region
        get meta-data/local-ipv4
        get meta-data/iam/security-credentials/
        get dynamic/instance-identity/document
    """).splitlines()
    assert said[:4] == ["401", "eu-west-1", "10.0.1.12", "worker"]
    assert json.loads("".join(said[4:]))["accountId"] == "111111111111"


def test_a_place_without_a_role_has_no_credentials(place):
    answer = run(place.at("no-role"), region="eu-west-1")
    assert "client_error" in answer, answer


def test_who_is_outside_of_aws_uses_their_own_profile(place):
    aws = place.home / ".aws"
    aws.mkdir()
    (aws / "credentials").write_text(
        "[default]\naws_access_key_id = AKIAPLACESOLGA000000\n"
        "aws_secret_access_key = AnybodyMayReadThisSecretItOpensNothing00\n"
    )
    for name, source in [("laptop", "198.51.100.40"), ("office", "198.51.100.30")]:
        assert "ok" in run(place.at(name), region="eu-west-1")
        record = place.events("--name", "AssumeRole")[-1]
        assert (record["userIdentity"]["arn"], record["sourceIPAddress"]) == (
            "arn:aws:iam::111111111111:user/olga", source,
        )
    # Over the VPN, by the endpoint's own name.
    url = "https://vpce-0sts-0a1b2c3d.sts.eu-west-1.vpce.amazonaws.com"
    assert "ok" in run(place.at("office"), region="eu-west-1", endpoint_url=url)
    record = place.events("--name", "AssumeRole")[-1]
    assert (record["sourceIPAddress"], record["vpcEndpointId"]) == ("172.16.3.4", "vpce-0sts")
    assert "unreachable" in run(place.at("laptop"), region="eu-west-1", endpoint_url=url), "nobody else gets there"


def test_a_dns_server_of_ones_own_does_not_know_private_names(place):
    own = place.at("own-dns")
    assert own.shell("cat /etc/resolv.conf | grep nameserver; dig +short sts.eu-west-1.amazonaws.com").splitlines()[0] == "nameserver 10.5.9.9"
    assert own.shell("dig +short sts.eu-west-1.amazonaws.com").startswith("192.0.2.")
    assert own.shell("dig +short sts.eu-west-1.amazonaws.com @10.5.0.2") == "10.5.1.77\n", "Amazon's is there all the same"
    assert "ok" in run(own, region="eu-west-1")
    assert place.events("--name", "AssumeRole")[-1]["sourceIPAddress"] == "198.51.100.20"


def test_ipv6_is_a_way_too(place):
    url = "https://sts.us-east-1.api.aws"
    assert "ok" in run(place.at("instance"), region="us-east-1", endpoint_url=url)
    record = place.events("--name", "AssumeRole")[-1]
    assert (record["sourceIPAddress"], record["awsRegion"]) == ("2001:db8:1234:1a00::12", "us-east-1")


@pytest.mark.parametrize("name", ["task-six", "pod-six", "instance-six"])
def test_ipv6_alone_is_enough(place, name):
    """Amazon's resolver and credentials are there, on addresses of IPv6 or of the link; IPv4 leads nowhere else."""
    six = place.at(name)
    assert six.shell("grep nameserver /etc/resolv.conf; ip -4 route") == (
        "nameserver fd00:ec2::253\n169.254.0.0/16 dev eth0 proto kernel scope link src 169.254.172.2 \n"
    )
    assert "ok" in run(six, region="us-east-1", endpoint_url="https://sts.us-east-1.api.aws")
    record = place.events("--name", "AssumeRole")[-1]
    address = {"task-six": "::10", "pod-six": "::11", "instance-six": "::12"}[name]
    assert (record["sourceIPAddress"], record["awsRegion"]) == (f"2001:db8:1234:1a06{address}", "us-east-1")
    allowed = six.run("dig", "+short", "a.example", allow=["a.example"])
    assert allowed.stdout == "198.19.255.1\n", allowed.stderr
    way = six.run("ip", "route", "get", "198.19.255.1", allow=["a.example"])
    assert "dev eth0" in way.stdout, way.stderr
    # A name with an address of IPv4 alone, the VPC endpoint's.
    answer = run(six, region="eu-west-1")
    assert "ok" not in answer, answer


def test_the_endpoints_policy_holds(place):
    answer = run(place, region="eu-west-1", assume={"RoleArn": TARGET, "RoleSessionName": "not-through-here"})
    assert answer["error"]["Code"] == "AccessDenied"
    assert "with an explicit deny in a VPC endpoint policy" in answer["error"]["Message"], answer


def test_iam_and_cloudtrail_answer_by_their_names(place):
    script = """
import boto3, json
region = "eu-west-1"
print(boto3.client("iam", region_name=region).get_role(RoleName="target")["Role"]["Arn"])
boto3.client("sts", region_name=region).get_caller_identity()
events = boto3.client("cloudtrail", region_name=region).lookup_events()["Events"]
print(sorted({event["EventName"] for event in events}))
"""
    done = place.run(PROGRAMS[NEWEST].argv()[0], "-c", script)
    assert done.stdout.splitlines() == [TARGET, "['GetCallerIdentity']"], done.stderr
    assert place.events("--name", "GetRole")[0]["awsRegion"] == "us-east-1"
