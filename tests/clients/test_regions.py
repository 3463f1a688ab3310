"""Endpoints and Regions: which endpoint a request meant, where it is recorded, where a token is good."""

import json

import pytest
from botocore.exceptions import ClientError

from support import aws
from support.http import Request, form
from support.programs import NEW_BOTO3, OLD_BOTO3
from support.server import WORLDS, Server

HERE = "arn:aws:iam::111111111111:role/here"
THERE = "arn:aws:iam::222222222222:role/there"
INVALID_TOKEN = ("InvalidClientTokenId", 403, "The security token included in the request is invalid")


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    server = Server(tmp_path_factory.mktemp("regions"), "--world", str(WORLDS / "regions"))
    yield server
    server.kill()


@pytest.fixture
def alice(shared) -> dict:
    return shared.keys("main.alice")


def at(server, keys: dict, name: str, region: str):
    """An STS client of the endpoint of that name."""
    return aws.client(server, "sts", keys, region=region, url=server.at(name))


def recorded(server, keys: dict, region: str, session_name: str) -> list:
    """The records of one Region that tell of a session of that name."""
    trail = aws.client(server, "cloudtrail", keys, region=region)
    by = [{"AttributeKey": "EventName", "AttributeValue": "AssumeRole"}]
    pages = trail.get_paginator("lookup_events").paginate(LookupAttributes=by)
    events = [json.loads(event["CloudTrailEvent"]) for page in pages for event in page["Events"]]
    return [event for event in events if event["requestParameters"]["roleSessionName"] == session_name]


@pytest.mark.parametrize(
    "name, region, recorded_in, kind",
    [
        ("sts.localhost", "us-east-1", "us-east-1", "global"),
        ("sts.us-east-1.localhost", "us-east-1", "us-east-1", "regional"),
        ("sts.us-west-2.localhost", "us-west-2", "us-west-2", "regional"),
        ("sts.ap-northeast-1.localhost", "ap-northeast-1", "ap-northeast-1", "regional"),
        # An address names no endpoint: the signature's scope does.
        ("127.0.0.1", "eu-central-1", "eu-central-1", "regional"),
        ("127.0.0.1", "us-east-1", "us-east-1", "regional"),
    ],
)
def test_a_name_leads_to_its_region(shared, alice, name, region, recorded_in, kind):
    session_name = f"{name}-{region}"
    at(shared, alice, name, region).assume_role(RoleArn=HERE, RoleSessionName=session_name)
    [event] = recorded(shared, alice, recorded_in, session_name)
    assert event["awsRegion"] == recorded_in
    assert event["additionalEventData"]["RequestDetails"]["endpointType"] == kind
    elsewhere = "eu-north-1" if recorded_in == "us-east-1" else "us-east-1"
    assert recorded(shared, alice, elsewhere, session_name) == []


@pytest.mark.parametrize("client, kind, recorded_in", [
    pytest.param(OLD_BOTO3, "global", "us-east-1", id="boto3-1.39.17"),
    pytest.param(NEW_BOTO3, "regional", "ap-northeast-1", id="boto3-1.44.5"),
])
def test_each_boto3_calls_the_endpoint_it_calls_by_itself(shared, alice, tmp_path, client, kind, recorded_in):
    """No endpoint is named: 1.40.0 moved the default from the global endpoint to the Region's own."""
    client.demand()
    steps = [{"do": "AssumeRole", "input": {"RoleArn": HERE, "RoleSessionName": client.name}}]
    [answer] = client.run(tmp_path, alice, steps, region="ap-northeast-1", endpoint=None, port=shared.port)
    assert "ok" in answer, answer
    [event] = recorded(shared, alice, recorded_in, client.name)
    assert event["additionalEventData"]["RequestDetails"]["endpointType"] == kind


def test_a_scope_must_fit_the_endpoint(shared, alice):
    for name, region, text in [
        ("sts.localhost", "us-west-2", "Credential should be scoped to a valid region, not 'us-west-2'."),
        ("sts.us-west-2.localhost", "us-east-1", "Credential should be scoped to a valid region."),
        ("sts.us-east-9.localhost", "us-east-9", "Credential should be scoped to a valid region."),
        ("127.0.0.1", "us-east-9", "Credential should be scoped to a valid region."),
        ("sts.cn-north-1.localhost", "us-east-1", "Credential should be scoped to a valid region."),
    ]:
        with pytest.raises(ClientError) as error:
            at(shared, alice, name, region).get_caller_identity()
        assert aws.refusal(error) == ("SignatureDoesNotMatch", 403, text), name


def test_a_partition_of_its_own(shared, alice):
    with pytest.raises(ClientError) as error:
        at(shared, alice, "sts.cn-north-1.localhost", "cn-north-1").get_caller_identity()
    assert aws.refusal(error)[:2] == ("InvalidClientTokenId", 403)


def test_a_deactivated_region_issues_nothing(shared, alice):
    sts = at(shared, alice, "sts.us-west-1.localhost", "us-west-1")
    with pytest.raises(sts.exceptions.RegionDisabledException) as error:
        sts.assume_role(RoleArn=HERE, RoleSessionName="session")
    assert aws.refusal(error) == (
        "RegionDisabledException",
        403,
        "STS is not activated in this region for account:111111111111. Your account administrator can activate STS in "
        "this region using the IAM Console.",
    )
    with pytest.raises(sts.exceptions.RegionDisabledException):
        sts.get_session_token()
    # The account that counts is the role's, whose credentials are made; and who is there already stays.
    assert sts.assume_role(RoleArn=THERE, RoleSessionName="session")["Credentials"]
    assert sts.get_caller_identity()["Account"] == "111111111111"


def test_an_opt_in_region_takes_no_token_of_version_one(shared, alice):
    iam = aws.client(shared, "iam", alice)
    hong_kong = ("sts.ap-east-1.localhost", "ap-east-1")

    def session(name: str, region: str) -> dict:
        return at(shared, alice, name, region).assume_role(RoleArn=HERE, RoleSessionName="session")["Credentials"]

    of_global = session("sts.localhost", "us-east-1")
    assert at(shared, of_global, "sts.us-west-2.localhost", "us-west-2").get_caller_identity()
    with pytest.raises(ClientError) as error:
        at(shared, of_global, *hong_kong).get_caller_identity()
    assert aws.refusal(error) == INVALID_TOKEN

    for name, region in (("sts.us-east-1.localhost", "us-east-1"), hong_kong):
        assert at(shared, session(name, region), *hong_kong).get_caller_identity(), name

    iam.set_security_token_service_preferences(GlobalEndpointTokenVersion="v2Token")
    try:
        assert at(shared, session("sts.localhost", "us-east-1"), *hong_kong).get_caller_identity()
        # The preference is for tokens to come.
        with pytest.raises(ClientError):
            at(shared, of_global, *hong_kong).get_caller_identity()
    finally:
        iam.set_security_token_service_preferences(GlobalEndpointTokenVersion="v1Token")


def test_an_opt_in_region_that_is_off_knows_nobody(shared, alice):
    session = aws.assume(shared, HERE, alice)
    for keys in (alice, session):
        with pytest.raises(ClientError) as error:
            at(shared, keys, "sts.me-south-1.localhost", "me-south-1").get_caller_identity()
        assert aws.refusal(error)[:2] == ("InvalidClientTokenId", 403)


def test_real_names_in_the_host_header(shared, alice):
    who = form("sts", "GetCallerIdentity")
    for host, region in [
        ("sts.amazonaws.com", "us-east-1"),
        ("STS.Amazonaws.Com:443", "us-east-1"),
        ("sts.eu-west-1.amazonaws.com", "eu-west-1"),
        ("sts-fips.us-west-2.amazonaws.com", "us-west-2"),
        ("sts.eu-west-1.api.aws", "eu-west-1"),
        ("vpce-0a1b2c3d4e5f60718-abcdefgh.sts.eu-west-1.vpce.amazonaws.com", "eu-west-1"),
    ]:
        answer = Request(shared, alice, who, host=host, region=region).send()
        assert answer.status == 200, (host, answer)


def test_iam_answers_under_its_one_name_and_records_in_virginia(shared, alice):
    root = shared.keys("main")
    for region, url in (("us-east-1", shared.at("iam.localhost")), ("eu-west-1", shared.url)):
        path = f"/from-{region}/"
        aws.client(shared, "iam", root, region=region, url=url).list_roles(PathPrefix=path)
        trail = aws.client(shared, "cloudtrail", root)
        by = [{"AttributeKey": "EventName", "AttributeValue": "ListRoles"}]
        events = [json.loads(event["CloudTrailEvent"]) for event in trail.lookup_events(LookupAttributes=by)["Events"]]
        [event] = [event for event in events if (event["requestParameters"] or {}).get("pathPrefix") == path]
        assert event["awsRegion"] == "us-east-1"
        assert event["eventSource"] == "iam.amazonaws.com"
