"""Every client, old and new: refused, let in, its session used, its traces read page by page."""

import json

import pytest

from support import aws, policies
from support.programs import CLIENTS

HOME = "000000000000"
TARGET = f"arn:aws:iam::{HOME}:role/target"
NEXT = f"arn:aws:iam::{HOME}:role/next"


@pytest.fixture(params=CLIENTS, ids=lambda client: client.name)
def client(request):
    request.param.demand()
    return request.param


def test_a_client_is_refused_let_in_and_leaves_its_traces(client, server, tmp_path):
    alice = aws.user(server, "alice", policies.allow("cloudtrail:LookupEvents"))
    bob = aws.user(server, "bob")
    aws.role(server, "target", policies.trust(bob["Arn"]), policies.allow("sts:AssumeRole", NEXT))
    aws.role(server, "next", policies.trust(TARGET))
    keys = {name: alice[name] for name in ("AccessKeyId", "SecretAccessKey")}

    def run(*steps):
        return client.run(tmp_path, keys, list(steps), endpoint=server.url)

    into_target = {"do": "AssumeRole", "input": {"RoleArn": TARGET, "RoleSessionName": "work"}, "keep": "target"}
    into_next = {"do": "AssumeRole", "input": {"RoleArn": NEXT, "RoleSessionName": "on"}, "as": "target", "keep": "next"}

    [refused] = run(into_target)
    assert refused["error"]["Code"] == "AccessDenied"
    assert refused["error"]["Message"] == (
        f"User: {alice['Arn']} is not authorized to perform: sts:AssumeRole on resource: {TARGET}"
    )
    # The CLI does not tell it.
    assert refused["error"]["Status"] in (403, None)

    aws.client(server, "iam").update_assume_role_policy(RoleName="target", PolicyDocument=policies.trust(alice["Arn"]))
    entered, who, chained, who_next = run(
        into_target,
        {"do": "GetCallerIdentity", "as": "target"},
        into_next,
        {"do": "GetCallerIdentity", "as": "next"},
    )
    session = f"arn:aws:sts::{HOME}:assumed-role/target/work"
    assert entered["ok"]["AssumedRoleUser"]["Arn"] == session
    assert entered["ok"]["Credentials"]["AccessKeyId"].startswith("ASIA")
    assert who["ok"]["Arn"] == session
    assert who["ok"]["UserId"] == entered["ok"]["AssumedRoleUser"]["AssumedRoleId"]
    assert who["ok"]["Account"] == HOME
    assert chained["ok"]["AssumedRoleUser"]["Arn"] == f"arn:aws:sts::{HOME}:assumed-role/next/on"
    assert who_next["ok"]["Arn"] == f"arn:aws:sts::{HOME}:assumed-role/next/on"

    [history] = run({"do": "LookupEvents", "input": {"EventName": "AssumeRole", "PageSize": 2}})
    assert history["ok"]["Pages"] == [2, 1]
    last, middle, first = [json.loads(event) for event in history["ok"]["Events"]]
    assert first["errorCode"] == "AccessDenied"
    assert first["errorMessage"] == refused["error"]["Message"]
    assert first["responseElements"] is None
    assert middle["responseElements"]["assumedRoleUser"]["arn"] == session
    assert middle["responseElements"]["credentials"]["accessKeyId"] == entered["ok"]["Credentials"]["AccessKeyId"]
    assert last["userIdentity"]["arn"] == session
    assert last["requestParameters"] == {"roleArn": NEXT, "roleSessionName": "on"}
    assert not any("secret" in event.lower() for event in history["ok"]["Events"])


def test_lists_arrive_as_each_client_writes_them(client, server, tmp_path):
    """Session tags: structures in lists, with characters that need escaping."""
    alice = aws.user(server, "alice")
    trust = policies.trust(
        alice["Arn"],
        action=["sts:AssumeRole", "sts:TagSession"],
        condition={
            "StringEquals": {"aws:RequestTag/Team Name": "fun = 1/+@:-_", "aws:RequestTag/Zürich": "東京"},
            "ForAllValues:StringEquals": {"sts:TransitiveTagKeys": "Zürich"},
        },
    )
    aws.role(server, "target", trust)
    keys = {name: alice[name] for name in ("AccessKeyId", "SecretAccessKey")}
    given = {
        "RoleArn": TARGET,
        "RoleSessionName": "a.b=c,d@e-f_g+h",
        "Tags": [{"Key": "Team Name", "Value": "fun = 1/+@:-_"}, {"Key": "Zürich", "Value": "東京"}],
        "TransitiveTagKeys": ["Zürich"],
    }
    steps = [{"do": "AssumeRole", "input": given}]
    [answer] = client.run(tmp_path, keys, steps, endpoint=server.url)
    assert answer["ok"]["AssumedRoleUser"]["Arn"].endswith("assumed-role/target/a.b=c,d@e-f_g+h")
