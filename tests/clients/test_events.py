"""What a call leaves in CloudTrail's event history, as LookupEvents shows it."""

import datetime
import json
import re

import pytest
from botocore.exceptions import ClientError

from support import aws, policies, totp
from support.http import Request, form

UUID = r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}"
HOME = "000000000000"


def history(server, keys: dict | None = None, *, region="us-east-1", **asked) -> list:
    """All records, newest first."""
    trail = aws.client(server, "cloudtrail", keys, region=region)
    by = [{"AttributeKey": key, "AttributeValue": value} for key, value in asked.items()]
    pages = trail.get_paginator("lookup_events").paginate(LookupAttributes=by)
    return [json.loads(event["CloudTrailEvent"]) for page in pages for event in page["Events"]]


def test_the_record_of_an_assume_role(server):
    alice = aws.user(server, "alice")
    arn = aws.role(server, "target", policies.trust(alice["Arn"]))
    sts = aws.client(server, "sts", alice, region="eu-west-1")
    answer = sts.assume_role(RoleArn=arn, RoleSessionName="work", ExternalId="7-of-9", DurationSeconds=900)
    made = answer["Credentials"]
    [event] = history(server, region="eu-west-1", EventName="AssumeRole")

    assert list(event) == [
        "eventVersion", "userIdentity", "eventTime", "eventSource", "eventName", "awsRegion", "sourceIPAddress",
        "userAgent", "requestParameters", "responseElements", "additionalEventData", "requestID", "eventID",
        "readOnly", "resources", "eventType", "managementEvent", "recipientAccountId", "eventCategory",
    ]
    assert event["eventVersion"] == "1.11"
    assert event["userIdentity"] == {
        "type": "IAMUser",
        "principalId": aws.client(server, "iam").get_user(UserName="alice")["User"]["UserId"],
        "arn": alice["Arn"],
        "accountId": HOME,
        "accessKeyId": alice["AccessKeyId"],
        "userName": "alice",
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", event["eventTime"])
    assert event["eventSource"] == "sts.amazonaws.com"
    assert event["awsRegion"] == "eu-west-1"
    assert event["sourceIPAddress"] == "127.0.0.1"
    assert event["userAgent"].startswith("Boto3/1.44.5 ")
    assert event["requestParameters"] == {
        "roleArn": arn, "roleSessionName": "work", "externalId": "7-of-9", "durationSeconds": 900,
    }
    assert event["responseElements"] == {
        "credentials": {
            "accessKeyId": made["AccessKeyId"],
            "sessionToken": made["SessionToken"],
            "expiration": _as_cloudtrail_writes(made["Expiration"]),
        },
        "assumedRoleUser": {
            "assumedRoleId": answer["AssumedRoleUser"]["AssumedRoleId"],
            "arn": answer["AssumedRoleUser"]["Arn"],
        },
    }
    assert event["additionalEventData"]["RequestDetails"] == {
        "endpointType": "regional", "awsServingRegion": "eu-west-1",
    }
    assert event["requestID"] == answer["ResponseMetadata"]["RequestId"]
    assert re.fullmatch(UUID, event["eventID"])
    assert event["readOnly"] is True
    assert event["resources"] == [{"accountId": HOME, "type": "AWS::IAM::Role", "ARN": arn}]
    assert (event["eventType"], event["managementEvent"], event["eventCategory"]) == ("AwsApiCall", True, "Management")
    assert event["recipientAccountId"] == HOME


def _as_cloudtrail_writes(time: datetime.datetime) -> str:
    """`Feb 12, 2025, 11:16:48 PM`"""
    text = time.astimezone(datetime.timezone.utc).strftime("%b %d, %Y, %I:%M:%S %p")
    month, day, year, clock = re.fullmatch(r"(\w+) (\d+), (\d+), (.*)", text).groups()
    hour, rest = clock.split(":", 1)
    return f"{month} {int(day)}, {year}, {int(hour)}:{rest}"


def test_who_a_session_is_and_where_it_comes_from(server):
    alice = aws.user(server, "alice")
    trust = policies.trust(alice["Arn"], action=["sts:AssumeRole", "sts:SetSourceIdentity"])
    arn = aws.role(server, "target", trust)
    session = aws.assume(server, arn, alice, "work", SourceIdentity="alice@example.com")
    aws.client(server, "sts", session).get_caller_identity()
    [event] = history(server, EventName="GetCallerIdentity")
    role = aws.client(server, "iam").get_role(RoleName="target")["Role"]
    context = event["userIdentity"].pop("sessionContext")
    assert event["userIdentity"] == {
        "type": "AssumedRole",
        "principalId": f"{role['RoleId']}:work",
        "arn": f"arn:aws:sts::{HOME}:assumed-role/target/work",
        "accountId": HOME,
        "accessKeyId": session["AccessKeyId"],
    }
    assert context["sessionIssuer"] == {
        "type": "Role", "principalId": role["RoleId"], "arn": arn, "accountId": HOME, "userName": "target",
    }
    assert context["attributes"]["mfaAuthenticated"] == "false"
    assert context["sourceIdentity"] == "alice@example.com"
    assert event["requestParameters"] is None
    assert event["responseElements"] is None
    assert event["readOnly"] is True


def test_both_sides_of_a_call_into_another_account(serve):
    server = serve(world="story-4")
    taro, seed = server.keys("y.taro"), "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
    sts = aws.client(server, "sts", taro)
    asked = {"RoleArn": "arn:aws:iam::111111111111:role/SourceRole", "RoleSessionName": "my-session"}
    with pytest.raises(ClientError):
        sts.assume_role(**asked)
    device = "arn:aws:iam::222222222222:mfa/taro"
    sts.assume_role(**asked, SerialNumber=device, TokenCode=totp.code(seed))

    of_caller = history(server, server.keys("y"), EventName="AssumeRole")
    of_role = history(server, server.keys("x"), EventName="AssumeRole")
    # Who was refused is told to the account he came from alone.
    assert [event.get("errorCode") for event in of_caller] == [None, "AccessDenied"]
    assert [event.get("errorCode") for event in of_role] == [None]
    own, other = of_caller[0], of_role[0]
    assert own["userIdentity"]["type"] == "IAMUser"
    assert other["userIdentity"] == {
        "type": "AWSAccount", "principalId": own["userIdentity"]["principalId"], "accountId": "222222222222",
    }
    assert re.fullmatch(UUID, own["sharedEventID"])
    assert own["sharedEventID"] == other["sharedEventID"]
    assert own["requestID"] == other["requestID"]
    assert own["eventID"] != other["eventID"]
    assert own["recipientAccountId"] == "222222222222"
    assert other["recipientAccountId"] == "111111111111"
    assert own["requestParameters"]["serialNumber"] == device
    assert "sharedEventID" not in of_caller[1]


def test_secrets_never_get_into_a_record(server):
    alice = aws.user(server, "alice", policies.allow("*"))
    arn = aws.role(server, "target", policies.trust(alice["Arn"]))
    iam = aws.client(server, "iam")
    device = iam.create_virtual_mfa_device(VirtualMFADeviceName="alice")["VirtualMFADevice"]
    session = aws.assume(server, arn, alice)
    token = aws.client(server, "sts", alice).get_session_token()["Credentials"]
    text = json.dumps(history(server))
    for name in ("CreateAccessKey", "CreateVirtualMFADevice", "AssumeRole", "GetSessionToken"):
        assert f'"eventName": "{name}"' in text
    for secret in (
        alice["SecretAccessKey"], session["SecretAccessKey"], token["SecretAccessKey"],
        device["Base32StringSeed"].decode(), server.keys()["SecretAccessKey"],
    ):
        assert len(secret) > 20
        assert secret not in text
    for file in server.data.rglob("*"):
        if file.is_file() and file.name != "credentials":
            assert session["SecretAccessKey"].encode() not in file.read_bytes(), file


def test_what_is_refused_before_anybody_is_known_leaves_no_record(server):
    alice = aws.user(server, "alice")
    Request(server, alice | {"SecretAccessKey": "wrong" * 8}, form("sts", "GetCallerIdentity")).send()
    Request(server, None, form("sts", "GetCallerIdentity")).send()
    assert history(server, EventName="GetCallerIdentity") == []


def test_a_call_with_bad_input_leaves_a_record(server):
    alice = aws.user(server, "alice")
    with pytest.raises(ClientError):
        aws.client(server, "sts", alice).assume_role(RoleArn="arn:aws:iam::000000000000:role/none", RoleSessionName="a b")
    [event] = history(server, EventName="AssumeRole")
    assert event["errorCode"] == "ValidationError"
    assert "roleSessionName" in event["errorMessage"]


@pytest.fixture(scope="module")
def busy(shared):
    """A server with sixty records and more: calls of users and sessions, reading and writing, refused and let in."""
    for number in range(6):
        keys = aws.user(shared, f"user-{number}")
        sts = aws.client(shared, "sts", keys)
        for _ in range(5):
            sts.get_caller_identity()
        with pytest.raises(ClientError):
            aws.client(shared, "iam", keys).list_users()
    return shared


def test_history_is_newest_first_and_whole_however_it_is_paged(busy):
    everything = history(busy, EventName="GetCallerIdentity")
    assert len(everything) == 30
    times = [event["eventTime"] for event in everything]
    assert times == sorted(times, reverse=True)
    users = [event["userIdentity"]["userName"] for event in everything]
    assert users == [f"user-{number}" for number in reversed(range(6)) for _ in range(5)]
    trail = aws.client(busy, "cloudtrail")
    by = [{"AttributeKey": "EventName", "AttributeValue": "GetCallerIdentity"}]
    for size in (1, 7, 29, 30, 50):
        pager = trail.get_paginator("lookup_events").paginate(LookupAttributes=by, PaginationConfig={"PageSize": size})
        pages = [page["Events"] for page in pager]
        assert [len(page) for page in pages[:-1]] == [size] * (len(pages) - 1)
        ids = [event["EventId"] for page in pages for event in page]
        assert ids == [event["eventID"] for event in everything], size


def test_history_is_found_by_each_attribute(busy):
    everything = history(busy)
    name = "user-3"
    key = next(event["userIdentity"]["accessKeyId"] for event in everything
               if event["userIdentity"].get("userName") == name)

    def same(found: list, holds) -> None:
        wanted = [event["eventID"] for event in everything if holds(event)]
        known = {event["eventID"] for event in everything}
        # What is asked here is recorded as well, later than what was listed first.
        assert [event["eventID"] for event in found if event["eventID"] in known] == wanted
        assert wanted

    same(history(busy, EventName="ListUsers"), lambda event: event["eventName"] == "ListUsers")
    same(history(busy, EventSource="iam.amazonaws.com"), lambda event: event["eventSource"] == "iam.amazonaws.com")
    same(history(busy, ReadOnly="false"), lambda event: not event["readOnly"])
    same(history(busy, ReadOnly="true"), lambda event: event["readOnly"])
    same(history(busy, Username=name), lambda event: event["userIdentity"].get("userName") == name)
    same(history(busy, AccessKeyId=key), lambda event: event["userIdentity"].get("accessKeyId") == key)
    one = everything[len(everything) // 2]["eventID"]
    same(history(busy, EventId=one), lambda event: event["eventID"] == one)
    assert history(busy, Username="nobody") == []
    by_user = history(busy, ResourceName=f"arn:aws:iam::{HOME}:user/{name}")
    assert "CreateUser" in {event["eventName"] for event in by_user}
    assert all(event["requestParameters"]["userName"] == name for event in by_user)


def test_history_is_found_by_time(busy):
    trail = aws.client(busy, "cloudtrail")
    times = sorted(event["eventTime"] for event in history(busy, EventName="CreateUser"))
    moment = datetime.datetime.fromisoformat(times[-1].replace("Z", "+00:00"))
    by = [{"AttributeKey": "EventName", "AttributeValue": "CreateUser"}]
    second = datetime.timedelta(seconds=1)
    found = trail.lookup_events(LookupAttributes=by, StartTime=moment, EndTime=moment + second)["Events"]
    assert found and all(event["EventTime"] >= moment for event in found)
    assert trail.lookup_events(LookupAttributes=by, EndTime=moment - 3600 * second)["Events"] == []
    with pytest.raises(trail.exceptions.InvalidTimeRangeException):
        trail.lookup_events(StartTime=moment, EndTime=moment - second)


def test_a_question_that_is_wrong(busy):
    trail = aws.client(busy, "cloudtrail")
    by = {"AttributeKey": "EventName", "AttributeValue": "AssumeRole"}
    with pytest.raises(trail.exceptions.InvalidMaxResultsException):
        trail.lookup_events(MaxResults=51)
    with pytest.raises(trail.exceptions.InvalidNextTokenException):
        trail.lookup_events(NextToken="made-up")
    with pytest.raises(trail.exceptions.InvalidLookupAttributesException):
        trail.lookup_events(LookupAttributes=[by, by])
    nobody = aws.user(busy, "nobody")
    with pytest.raises(ClientError) as error:
        aws.client(busy, "cloudtrail", nobody).lookup_events()
    code, _, message = aws.refusal(error)
    assert code == "AccessDeniedException"
    assert message.startswith(f"User: {nobody['Arn']} is not authorized to perform: cloudtrail:LookupEvents")


def test_what_stands_beside_a_record(busy):
    trail = aws.client(busy, "cloudtrail")
    by = [{"AttributeKey": "EventName", "AttributeValue": "CreateUser"}]
    event = trail.lookup_events(LookupAttributes=by, MaxResults=1)["Events"][0]
    record = json.loads(event["CloudTrailEvent"])
    assert event["EventId"] == record["eventID"]
    assert event["EventName"] == "CreateUser"
    assert event["ReadOnly"] == "false"
    assert event["EventSource"] == "iam.amazonaws.com"
    assert event["Username"] == "root"
    assert event["AccessKeyId"] == busy.keys()["AccessKeyId"]
    arn = f"arn:aws:iam::{HOME}:user/{record['requestParameters']['userName']}"
    assert {"ResourceType": "AWS::IAM::User", "ResourceName": arn} in event["Resources"]
    assert isinstance(event["EventTime"], datetime.datetime)
