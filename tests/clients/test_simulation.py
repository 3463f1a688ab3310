"""The policy simulators through boto3 and the AWS CLI: verdicts, where statements stand, what is missing, trust policies."""

import json

import pytest

from support import aws, policies
from support.programs import CLIS, settings
from support.server import environment

HOME = "000000000000"
CAROL = f"arn:aws:iam::{HOME}:user/carol"
ROLE = f"arn:aws:iam::{HOME}:role/any"
READ = "sts:AssumeRole"


@pytest.fixture(scope="module")
def iam(shared):
    aws.user(shared, "carol", policies.allow("sts:*"), policies.allow("s3:GetObject", "arn:aws:s3:::bucket/carol/*"))
    return aws.client(shared, "iam")


def entry(name: str, value: str, kind="string") -> dict:
    return {"ContextKeyName": name, "ContextKeyType": kind, "ContextKeyValues": [value]}


def as_carol(iam, **asked) -> dict:
    """The one result of a simulation of what carol may do."""
    [result] = iam.simulate_principal_policy(PolicySourceArn=CAROL, **asked)["EvaluationResults"]
    return result


#: Of aws/aws-cli issue 10314: structures of trust policies, operators, keys and actions. AWS's simulator answers
#: `allowed` to every one, from the identity policy alone; STS refuses each.
REFUSED = {
    "an explicit deny": (
        policies.document({"Effect": "Deny", "Principal": {"AWS": CAROL}, "Action": READ}), [], "explicitDeny", [],
    ),
    "a deny for all but others": (
        policies.document(
            {"Effect": "Deny", "NotPrincipal": {"AWS": [f"arn:aws:iam::{HOME}:user/other", HOME]}, "Action": READ}
        ), [], "explicitDeny", [],
    ),
    "somebody else": (policies.trust(f"arn:aws:iam::{HOME}:user/other"), [], "implicitDeny", []),
    "without MFA": (
        policies.trust(CAROL, condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
        [entry("aws:MultiFactorAuthPresent", "false", "boolean")], "implicitDeny", [],
    ),
    "nothing said of MFA": (
        policies.trust(CAROL, condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}}),
        [], "implicitDeny", ["aws:MultiFactorAuthPresent"],
    ),
    "MFA too long ago": (
        policies.trust(CAROL, condition={"NumericLessThan": {"aws:MultiFactorAuthAge": "3600"}}),
        [entry("aws:MultiFactorAuthAge", "7200", "numeric")], "implicitDeny", [],
    ),
    "another address": (
        policies.trust(CAROL, condition={"IpAddress": {"aws:SourceIp": "192.0.2.0/24"}}),
        [entry("aws:SourceIp", "203.0.113.1", "ip")], "implicitDeny", [],
    ),
    "another external id": (
        policies.trust(CAROL, condition={"StringEquals": {"sts:ExternalId": "right"}}),
        [entry("sts:ExternalId", "wrong")], "implicitDeny", [],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_trust_policy_has_its_say(iam, case):
    trust, entries, decision, missing = REFUSED[case]
    asked = {
        "ActionNames": [READ], "ResourceArns": [ROLE], "ResourcePolicy": trust, "ContextEntries": entries,
    }
    principal = as_carol(iam, **asked)
    [custom] = iam.simulate_custom_policy(
        PolicyInputList=[policies.allow("sts:*")], CallerArn=CAROL, **asked
    )["EvaluationResults"]
    for result in (principal, custom):
        assert (result["EvalDecision"], result["MissingContextValues"]) == (decision, missing)


def test_federation_asks_the_trust_policy_too(iam):
    trust = policies.trust({"Federated": "accounts.google.com"}, action="sts:AssumeRoleWithWebIdentity")
    asked = {"ActionNames": ["sts:AssumeRoleWithWebIdentity"], "ResourceArns": [ROLE], "ResourcePolicy": trust}
    assert as_carol(iam, **asked)["EvalDecision"] == "implicitDeny"


@pytest.mark.parametrize("condition, entries", [
    (None, []),
    ({"Bool": {"aws:MultiFactorAuthPresent": "true"}}, [entry("aws:MultiFactorAuthPresent", "true", "boolean")]),
    ({"StringEquals": {"sts:ExternalId": "right"}}, [entry("sts:ExternalId", "right")]),
])
def test_what_the_trust_policy_allows_is_allowed(iam, condition, entries):
    trust = policies.trust(CAROL, condition=condition)
    asked = {"ActionNames": [READ], "ResourceArns": [ROLE], "ResourcePolicy": trust, "ContextEntries": entries}
    result = as_carol(iam, **asked)
    assert (result["EvalDecision"], result["MissingContextValues"]) == ("allowed", [])


def test_the_verdict_is_the_one_that_the_call_gets(shared, iam):
    """A role that is held brings its own trust policy."""
    arn = aws.role(shared, "kept", policies.trust(f"arn:aws:iam::{HOME}:root", condition={
        "StringEquals": {"sts:ExternalId": "right"}
    }))
    keys = iam.create_access_key(UserName="carol")["AccessKey"]
    sts = aws.client(shared, "sts", keys)
    for given, allowed in (("wrong", False), ("right", True)):
        told = {"ContextEntries": [entry("sts:ExternalId", given)]}
        result = as_carol(iam, ActionNames=[READ], ResourceArns=[arn], **told)
        assert (result["EvalDecision"] == "allowed") is allowed
        call = {"RoleArn": arn, "RoleSessionName": "work", "ExternalId": given}
        if allowed:
            assert sts.assume_role(**call)["Credentials"]
        else:
            with pytest.raises(sts.exceptions.ClientError):
                sts.assume_role(**call)


def test_a_matched_statement_is_told_with_its_place(iam):
    """From behind the bracket or comma before it to behind its brace, lines and columns from one."""
    policy = """{
  "Version": "2012-10-17",
  "Statement": [
    {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
    {"Effect": "Deny",
     "Action": "s3:DeleteObject", "Resource": "*"}]
}"""
    results = iam.simulate_custom_policy(
        PolicyInputList=[policies.allow("ec2:*"), policy], ActionNames=["s3:GetObject", "s3:DeleteObject", "sqs:Send"]
    )["EvaluationResults"]
    lines = policy.splitlines()
    told = {}
    for result in results:
        told[result["EvalActionName"]] = (result["EvalDecision"], [
            cut(lines, statement["StartPosition"], statement["EndPosition"])
            for statement in result["MatchedStatements"]
        ])
        for statement in result["MatchedStatements"]:
            assert (statement["SourcePolicyId"], statement["SourcePolicyType"]) == ("PolicyInputList.2", "IAM Policy")
    allow, deny = json.loads(policy)["Statement"]
    assert told["s3:GetObject"] == ("allowed", [allow])
    assert told["s3:DeleteObject"] == ("explicitDeny", [deny])
    assert told["sqs:Send"] == ("implicitDeny", [])


def cut(lines: list, start: dict, end: dict) -> dict:
    """The statement that stands between two places."""
    picked = lines[start["Line"] - 1:end["Line"]]
    picked[-1] = picked[-1][:end["Column"] - 1]
    picked[0] = picked[0][start["Column"] - 1:]
    return json.loads("\n".join(picked))


def test_inline_and_managed_policies_go_by_their_names(iam):
    arn = iam.create_policy(PolicyName="simulated", PolicyDocument=policies.allow("sqs:*"))["Policy"]["Arn"]
    iam.attach_user_policy(UserName="carol", PolicyArn=arn)
    pages = iam.get_paginator("simulate_principal_policy").paginate(
        PolicySourceArn=CAROL, ActionNames=["sts:TagSession", "sqs:SendMessage", "ec2:RunInstances"],
        PolicyInputList=[policies.allow("ec2:*")], PaginationConfig={"PageSize": 2},
    )
    sizes, sources = [], []
    for page in pages:
        sizes.append(len(page["EvaluationResults"]))
        sources += [result["MatchedStatements"][0]["SourcePolicyId"] for result in page["EvaluationResults"]]
    assert sizes == [2, 1]
    assert sources == ["user_carol_policy-0", "simulated", "PolicyInputList.1"]
    iam.detach_user_policy(UserName="carol", PolicyArn=arn)


def test_keys_that_nobody_gave_are_told_whichever_policy_asks_for_them(iam):
    """aws/aws-cli issue 10525 (service control policies), boto/boto3 issue 3111 (statements of other actions)."""
    region = policies.document({
        "Effect": "Allow", "Action": "*", "Resource": "*", "Condition": {"StringEquals": {"aws:RequestedRegion": "x"}},
    })
    tag = policies.document(
        {"Effect": "Allow", "Action": "ec2:*", "Resource": "*"},
        {"Effect": "Allow", "Action": "s3:*", "Resource": "arn:aws:s3:::b/${aws:PrincipalTag/team}"},
    )
    [result] = iam.simulate_custom_policy(
        PolicyInputList=[tag], ActionNames=["ec2:RunInstances"],
        OrderedOrganizationPolicyInputList=[{"ServiceControlPolicyInputList": [region]}],
    )["EvaluationResults"]
    assert result["EvalDecision"] == "implicitDeny"
    assert result["MissingContextValues"] == ["aws:PrincipalTag/team", "aws:RequestedRegion"]
    assert result["OrganizationsDecisionDetail"] == {"AllowedByOrganizations": False}


def test_a_resource_with_wildcards_is_the_text_it_is(iam):
    """As `*` is, for which nothing but a policy for `*` answers (cloud-custodian issue 4612, boto/boto3 issue 4099)."""
    def decided(resource):
        return as_carol(iam, ActionNames=["s3:GetObject"], ResourceArns=[resource])["EvalDecision"]

    assert decided("arn:aws:s3:::bucket/carol/*") == "allowed"
    assert decided("arn:aws:s3:::bucket/carol/?") == "allowed"
    assert decided("arn:aws:s3:::bucket/*") == "implicitDeny"
    assert decided("*") == "implicitDeny"
    assert as_carol(iam, ActionNames=["s3:GetObject"])["EvalDecision"] == "implicitDeny"


@pytest.mark.parametrize("cli", CLIS, ids=lambda cli: cli.name)
def test_the_example_of_the_cli_reference_comes_out_as_it_stands_there(shared, tmp_path, cli):
    """AWS CLI Command Reference, `simulate-custom-policy`, its two examples."""
    cli.demand()
    policy = (
        '{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"dynamodb:*","Resource":"*",'
        '"Condition":{"DateGreaterThan":{"aws:CurrentTime":"2018-08-16T12:00:00Z"}}}}'
    )
    told = environment(tmp_path, **settings(shared.keys(), "us-east-1", shared.url))

    def simulate(time):
        answer = cli.ask(
            told, "iam", "simulate-custom-policy", "--policy-input-list", policy,
            "--action-names", "dynamodb:CreateBackup", "--context-entries",
            f"ContextKeyName='aws:CurrentTime',ContextKeyValues='{time}',ContextKeyType=date",
        )
        [result] = answer["ok"]["EvaluationResults"]
        return result

    allowed = simulate("2019-04-25T11:00:00Z")
    assert (allowed["EvalActionName"], allowed["EvalResourceName"]) == ("dynamodb:CreateBackup", "*")
    assert (allowed["EvalDecision"], allowed["MissingContextValues"]) == ("allowed", [])
    [statement] = allowed["MatchedStatements"]
    assert statement["SourcePolicyId"] == "PolicyInputList.1"
    assert statement["StartPosition"] == {"Line": 1, "Column": 38}
    assert statement["EndPosition"] == {"Line": 1, "Column": 167}
    denied = simulate("2014-04-25T11:00:00Z")
    assert (denied["EvalDecision"], denied["MatchedStatements"]) == ("implicitDeny", [])
