"""IAM through boto3: lives of roles, users, policies and devices, pages, waiters, and errors by their modelled names."""

import json
import re
import time

import pytest
from botocore.exceptions import ClientError

from support import aws, policies, totp
from support.http import Request, form

HOME = "000000000000"
ANYBODY = policies.trust(f"arn:aws:iam::{HOME}:root")


@pytest.fixture(scope="module")
def iam(shared):
    return aws.client(shared, "iam")


def names(iam, operation: str, key: str, name: str, **asked) -> list:
    """The names that a paginator lists, page by page, two at a time."""
    pager = iam.get_paginator(operation).paginate(PaginationConfig={"PageSize": 2}, **asked)
    pages = [page[key] for page in pager]
    assert all(len(page) <= 2 for page in pages)
    return [entry[name] if name else entry for page in pages for entry in page]


def test_the_life_of_a_role(iam):
    made = iam.create_role(
        RoleName="Baker", Path="/bread/", AssumeRolePolicyDocument=ANYBODY, Description="bakes",
        MaxSessionDuration=7200, Tags=[{"Key": "oven", "Value": "2"}],
    )["Role"]
    assert made["Arn"] == f"arn:aws:iam::{HOME}:role/bread/Baker"
    assert made["RoleId"].startswith("AROA") and len(made["RoleId"]) == 21
    iam.get_waiter("role_exists").wait(RoleName="Baker", WaiterConfig={"Delay": 1, "MaxAttempts": 2})

    role = iam.get_role(RoleName="baker")["Role"]
    assert role["RoleName"] == "Baker"
    assert role["RoleId"] == made["RoleId"]
    assert role["AssumeRolePolicyDocument"] == json.loads(ANYBODY)
    assert (role["Description"], role["MaxSessionDuration"]) == ("bakes", 7200)
    assert role["Tags"] == [{"Key": "oven", "Value": "2"}]
    assert role["CreateDate"] == made["CreateDate"]

    iam.update_role(RoleName="Baker", Description="bakes again", MaxSessionDuration=3600)
    role = iam.get_role(RoleName="Baker")["Role"]
    assert (role["Description"], role["MaxSessionDuration"]) == ("bakes again", 3600)

    iam.tag_role(RoleName="Baker", Tags=[{"Key": "oven", "Value": "3"}, {"Key": "shift", "Value": "night"}])
    assert iam.list_role_tags(RoleName="Baker")["Tags"] == [
        {"Key": "oven", "Value": "3"}, {"Key": "shift", "Value": "night"},
    ]
    iam.untag_role(RoleName="Baker", TagKeys=["oven"])
    assert [tag["Key"] for tag in iam.list_role_tags(RoleName="Baker")["Tags"]] == ["shift"]

    with pytest.raises(iam.exceptions.EntityAlreadyExistsException) as error:
        iam.create_role(RoleName="BAKER", AssumeRolePolicyDocument=ANYBODY)
    assert aws.refusal(error)[:2] == ("EntityAlreadyExists", 409)
    iam.put_role_policy(RoleName="Baker", PolicyName="ovens", PolicyDocument=policies.allow("s3:*"))
    with pytest.raises(iam.exceptions.DeleteConflictException) as error:
        iam.delete_role(RoleName="Baker")
    assert aws.refusal(error) == ("DeleteConflict", 409, "Cannot delete entity, must delete policies first.")
    iam.delete_role_policy(RoleName="Baker", PolicyName="ovens")
    iam.delete_role(RoleName="Baker")
    with pytest.raises(iam.exceptions.NoSuchEntityException) as error:
        iam.get_role(RoleName="Baker")
    assert aws.refusal(error) == ("NoSuchEntity", 404, "The role with name Baker cannot be found.")


def test_the_life_of_a_user(iam):
    made = iam.create_user(UserName="Miller", Path="/grain/", Tags=[{"Key": "mill", "Value": "wind"}])["User"]
    assert made["Arn"] == f"arn:aws:iam::{HOME}:user/grain/Miller"
    assert made["UserId"].startswith("AIDA")
    iam.get_waiter("user_exists").wait(UserName="Miller", WaiterConfig={"Delay": 1, "MaxAttempts": 2})
    iam.update_user(UserName="Miller", NewUserName="Grinder", NewPath="/")
    user = iam.get_user(UserName="Grinder")["User"]
    assert (user["UserId"], user["Arn"]) == (made["UserId"], f"arn:aws:iam::{HOME}:user/Grinder")
    assert user["Tags"] == [{"Key": "mill", "Value": "wind"}]
    with pytest.raises(iam.exceptions.NoSuchEntityException) as error:
        iam.get_user(UserName="Miller")
    assert aws.refusal(error) == ("NoSuchEntity", 404, "The user with name Miller cannot be found.")

    iam.tag_user(UserName="Grinder", Tags=[{"Key": "stone", "Value": "granite"}])
    iam.untag_user(UserName="Grinder", TagKeys=["mill"])
    assert iam.list_user_tags(UserName="Grinder")["Tags"] == [{"Key": "stone", "Value": "granite"}]
    iam.create_access_key(UserName="Grinder")
    with pytest.raises(iam.exceptions.DeleteConflictException):
        iam.delete_user(UserName="Grinder")
    [key] = iam.list_access_keys(UserName="Grinder")["AccessKeyMetadata"]
    iam.delete_access_key(UserName="Grinder", AccessKeyId=key["AccessKeyId"])
    iam.delete_user(UserName="Grinder")
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.delete_user(UserName="Grinder")


def test_access_keys_and_when_they_were_used(iam, shared):
    keys = aws.user(shared, "locksmith")
    assert "LastUsedDate" not in iam.get_access_key_last_used(AccessKeyId=keys["AccessKeyId"])["AccessKeyLastUsed"]
    aws.client(shared, "sts", keys, region="eu-west-3").get_caller_identity()
    answer = iam.get_access_key_last_used(AccessKeyId=keys["AccessKeyId"])
    assert answer["UserName"] == "locksmith"
    used = answer["AccessKeyLastUsed"]
    assert (used["ServiceName"], used["Region"]) == ("sts", "eu-west-3")
    assert abs(used["LastUsedDate"].timestamp() - time.time()) < 120

    second = iam.create_access_key(UserName="locksmith")["AccessKey"]
    assert second["Status"] == "Active" and len(second["SecretAccessKey"]) == 40
    with pytest.raises(iam.exceptions.LimitExceededException) as error:
        iam.create_access_key(UserName="locksmith")
    assert aws.refusal(error) == ("LimitExceeded", 409, "Cannot exceed quota for AccessKeysPerUser: 2")
    iam.update_access_key(UserName="locksmith", AccessKeyId=second["AccessKeyId"], Status="Inactive")
    listed = {key["AccessKeyId"]: key["Status"] for key in iam.list_access_keys(UserName="locksmith")["AccessKeyMetadata"]}
    assert listed == {keys["AccessKeyId"]: "Active", second["AccessKeyId"]: "Inactive"}
    sts = aws.client(shared, "sts")
    assert sts.get_access_key_info(AccessKeyId=second["AccessKeyId"])["Account"] == HOME


def test_inline_policies(iam, shared):
    aws.user(shared, "inline")
    aws.role(shared, "inline", ANYBODY)
    for kind, holder in (("user", {"UserName": "inline"}), ("role", {"RoleName": "inline"})):
        put, get = getattr(iam, f"put_{kind}_policy"), getattr(iam, f"get_{kind}_policy")
        delete = getattr(iam, f"delete_{kind}_policy")
        for number in range(5):
            put(**holder, PolicyName=f"p{number}", PolicyDocument=policies.allow(f"s3:Get{number}"))
        assert names(iam, f"list_{kind}_policies", "PolicyNames", "", **holder) == [f"p{number}" for number in range(5)]
        put(**holder, PolicyName="p3", PolicyDocument=policies.deny("s3:*"))
        answer = get(**holder, PolicyName="p3")
        assert answer["PolicyDocument"] == json.loads(policies.deny("s3:*"))
        delete(**holder, PolicyName="p3")
        with pytest.raises(iam.exceptions.NoSuchEntityException) as error:
            get(**holder, PolicyName="p3")
        assert aws.refusal(error)[2] == f"The {kind} policy with name p3 cannot be found."
        with pytest.raises(iam.exceptions.MalformedPolicyDocumentException) as error:
            put(**holder, PolicyName="bad", PolicyDocument='{"Version": "2012-10-17"}')
        assert aws.refusal(error)[:2] == ("MalformedPolicyDocument", 400)


def test_managed_policies(iam, shared):
    document = policies.allow("sts:AssumeRole")
    policy = iam.create_policy(PolicyName="helpers", Path="/crew/", PolicyDocument=document, Description="help")["Policy"]
    arn = policy["Arn"]
    assert arn == f"arn:aws:iam::{HOME}:policy/crew/helpers"
    assert policy["PolicyId"].startswith("ANPA")
    iam.get_waiter("policy_exists").wait(PolicyArn=arn, WaiterConfig={"Delay": 1, "MaxAttempts": 2})
    version = iam.get_policy_version(PolicyArn=arn, VersionId="v1")["PolicyVersion"]
    assert (version["Document"], version["IsDefaultVersion"]) == (json.loads(document), True)
    assert [version["VersionId"] for version in iam.list_policy_versions(PolicyArn=arn)["Versions"]] == ["v1"]
    iam.tag_policy(PolicyArn=arn, Tags=[{"Key": "for", "Value": "crew"}])
    assert iam.list_policy_tags(PolicyArn=arn)["Tags"] == [{"Key": "for", "Value": "crew"}]
    iam.untag_policy(PolicyArn=arn, TagKeys=["for"])
    assert iam.list_policy_tags(PolicyArn=arn)["Tags"] == []

    keys = aws.user(shared, "crewman")
    iam.attach_user_policy(UserName="crewman", PolicyArn=arn)
    iam.attach_user_policy(UserName="crewman", PolicyArn=arn)  # Twice is as good as once.
    aws.role(shared, "crew-role", ANYBODY)
    iam.attach_role_policy(RoleName="crew-role", PolicyArn=arn)
    assert iam.get_policy(PolicyArn=arn)["Policy"]["AttachmentCount"] == 2
    for operation, holder in (("user", {"UserName": "crewman"}), ("role", {"RoleName": "crew-role"})):
        listed = getattr(iam, f"list_attached_{operation}_policies")(**holder)["AttachedPolicies"]
        assert listed == [{"PolicyName": "helpers", "PolicyArn": arn}]
    # What is attached counts.
    assert aws.assume(shared, f"arn:aws:iam::{HOME}:role/crew-role", keys)
    with pytest.raises(iam.exceptions.DeleteConflictException) as error:
        iam.delete_policy(PolicyArn=arn)
    assert aws.refusal(error)[:2] == ("DeleteConflict", 409)
    iam.detach_user_policy(UserName="crewman", PolicyArn=arn)
    with pytest.raises(ClientError):
        aws.assume(shared, f"arn:aws:iam::{HOME}:role/crew-role", keys)
    iam.detach_role_policy(RoleName="crew-role", PolicyArn=arn)
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.detach_role_policy(RoleName="crew-role", PolicyArn=arn)
    iam.delete_policy(PolicyArn=arn)
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.get_policy(PolicyArn=arn)
    own = [policy["PolicyName"] for policy in iam.list_policies(Scope="Local")["Policies"]]
    assert "helpers" not in own


def test_policies_that_aws_manages_can_be_attached(iam, shared):
    arn = "arn:aws:iam::aws:policy/AdministratorAccess"
    keys = aws.user(shared, "admin")
    iam.attach_user_policy(UserName="admin", PolicyArn=arn)
    assert aws.client(shared, "iam", keys).list_users()["Users"]
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.attach_user_policy(UserName="admin", PolicyArn="arn:aws:iam::aws:policy/NoSuchAccess")


def test_the_versions_of_a_policy(iam, shared):
    arn = iam.create_policy(PolicyName="changing", PolicyDocument=policies.allow("iam:ListUsers"))["Policy"]["Arn"]
    keys = aws.user(shared, "lister")
    iam.attach_user_policy(UserName="lister", PolicyArn=arn)
    own = aws.client(shared, "iam", keys)
    assert own.list_users()
    made = iam.create_policy_version(PolicyArn=arn, PolicyDocument=policies.allow("iam:ListRoles"))["PolicyVersion"]
    assert (made["VersionId"], made["IsDefaultVersion"]) == ("v2", False)
    with pytest.raises(ClientError):
        own.list_roles()
    iam.set_default_policy_version(PolicyArn=arn, VersionId="v2")
    assert own.list_roles()
    for number in (3, 4, 5):
        asked = {"PolicyDocument": policies.allow("iam:ListUsers"), "SetAsDefault": number == 5}
        assert iam.create_policy_version(PolicyArn=arn, **asked)["PolicyVersion"]["VersionId"] == f"v{number}"
    with pytest.raises(iam.exceptions.LimitExceededException):
        iam.create_policy_version(PolicyArn=arn, PolicyDocument=policies.allow("iam:ListUsers"))
    assert iam.get_policy(PolicyArn=arn)["Policy"]["DefaultVersionId"] == "v5"
    listed = names(iam, "list_policy_versions", "Versions", "VersionId", PolicyArn=arn)
    assert listed == ["v5", "v4", "v3", "v2", "v1"]
    document = iam.get_policy_version(PolicyArn=arn, VersionId="v2")["PolicyVersion"]["Document"]
    assert document == json.loads(policies.allow("iam:ListRoles"))
    with pytest.raises(iam.exceptions.DeleteConflictException):
        iam.delete_policy_version(PolicyArn=arn, VersionId="v5")
    iam.detach_user_policy(UserName="lister", PolicyArn=arn)
    with pytest.raises(iam.exceptions.DeleteConflictException):
        iam.delete_policy(PolicyArn=arn)
    for version in listed[1:]:
        iam.delete_policy_version(PolicyArn=arn, VersionId=version)
    iam.delete_policy(PolicyArn=arn)


def test_permissions_boundaries_bind(iam, shared):
    narrow = iam.create_policy(PolicyName="narrow", PolicyDocument=policies.allow("iam:GetUser"))["Policy"]["Arn"]
    keys = aws.user(shared, "bounded", policies.allow("iam:*"))
    own = aws.client(shared, "iam", keys)
    assert own.list_roles()
    iam.put_user_permissions_boundary(UserName="bounded", PermissionsBoundary=narrow)
    user = iam.get_user(UserName="bounded")["User"]
    assert user["PermissionsBoundary"] == {"PermissionsBoundaryType": "Policy", "PermissionsBoundaryArn": narrow}
    assert own.get_user(UserName="bounded")
    with pytest.raises(ClientError) as error:
        own.list_roles()
    code, status, message = aws.refusal(error)
    assert (code, status) == ("AccessDenied", 403)
    assert message.endswith("because no permissions boundary allows the iam:ListRoles action"), message
    iam.delete_user_permissions_boundary(UserName="bounded")
    assert own.list_roles()

    aws.role(shared, "bounded", ANYBODY, PermissionsBoundary=narrow)
    role = iam.get_role(RoleName="bounded")["Role"]
    assert role["PermissionsBoundary"]["PermissionsBoundaryArn"] == narrow
    iam.delete_role_permissions_boundary(RoleName="bounded")
    assert "PermissionsBoundary" not in iam.get_role(RoleName="bounded")["Role"]
    iam.put_role_permissions_boundary(RoleName="bounded", PermissionsBoundary=narrow)
    with pytest.raises(iam.exceptions.DeleteConflictException):
        iam.delete_policy(PolicyArn=narrow)


def test_the_life_of_an_mfa_device(iam, shared):
    keys = aws.user(shared, "owner")
    tags = [{"Key": "maker", "Value": "acme"}]
    made = iam.create_virtual_mfa_device(VirtualMFADeviceName="phone", Tags=tags)["VirtualMFADevice"]
    assert made["Tags"] == tags
    serial, seed = made["SerialNumber"], made["Base32StringSeed"].decode()
    assert serial == f"arn:aws:iam::{HOME}:mfa/phone"
    assert made["QRCodePNG"].startswith(b"\x89PNG")
    assert serial in [device["SerialNumber"] for device in
                      iam.list_virtual_mfa_devices(AssignmentStatus="Unassigned")["VirtualMFADevices"]]
    which = {"UserName": "owner", "SerialNumber": serial}
    step = totp.present_step()
    with pytest.raises(iam.exceptions.InvalidAuthenticationCodeException):
        iam.enable_mfa_device(**which, AuthenticationCode1=totp.code(seed, step), AuthenticationCode2=totp.code(seed, step))
    iam.enable_mfa_device(
        **which, AuthenticationCode1=totp.code(seed, step - 2), AuthenticationCode2=totp.code(seed, step - 1)
    )
    [device] = iam.list_mfa_devices(UserName="owner")["MFADevices"]
    assert (device["SerialNumber"], device["UserName"]) == (serial, "owner")

    sts = aws.client(shared, "sts", keys)
    code = totp.code(seed, step)
    session = sts.get_session_token(SerialNumber=serial, TokenCode=code)["Credentials"]
    with pytest.raises(ClientError) as error:
        sts.get_session_token(SerialNumber=serial, TokenCode=code)
    assert aws.refusal(error) == (
        "AccessDenied", 403, "MultiFactorAuthentication failed with invalid MFA one time pass code.",
    )
    with pytest.raises(ClientError) as error:
        sts.get_session_token(SerialNumber=serial + "x", TokenCode="000000")
    assert aws.refusal(error) == (
        "AccessDenied", 403,
        "MultiFactorAuthentication failed, unable to validate MFA code.  Please verify your MFA serial number is valid "
        "and associated with this user.",
    )
    guarded = policies.trust(keys["Arn"], condition={"Bool": {"aws:MultiFactorAuthPresent": "true"}})
    arn = aws.role(shared, "guarded", guarded)
    assert aws.assume(shared, arn, session)
    with pytest.raises(ClientError):
        aws.assume(shared, arn, keys)

    iam.tag_mfa_device(SerialNumber=serial, Tags=[{"Key": "team", "Value": "blue"}, {"Key": "Team", "Value": "green"}])
    iam.untag_mfa_device(SerialNumber=serial, TagKeys=["Team"])
    pages = iam.get_paginator("list_mfa_device_tags").paginate(SerialNumber=serial, PaginationConfig={"PageSize": 1})
    assert [tag for page in pages for tag in page["Tags"]] == [
        {"Key": "maker", "Value": "acme"}, {"Key": "team", "Value": "blue"},
    ]

    with pytest.raises(iam.exceptions.DeleteConflictException):
        iam.delete_virtual_mfa_device(SerialNumber=serial)
    iam.deactivate_mfa_device(**which)
    assert iam.list_mfa_devices(UserName="owner")["MFADevices"] == []
    iam.delete_virtual_mfa_device(SerialNumber=serial)
    with pytest.raises(iam.exceptions.NoSuchEntityException):
        iam.delete_virtual_mfa_device(SerialNumber=serial)


def test_lists_come_in_pages_and_in_order(iam, shared):
    wanted = [f"page-{number}" for number in range(7)]
    for name in wanted:
        iam.create_role(RoleName=name, Path="/pages/", AssumeRolePolicyDocument=ANYBODY)
        iam.create_user(UserName=name, Path="/pages/")
        iam.create_policy(PolicyName=name, Path="/pages/", PolicyDocument=policies.allow("s3:*"))
    assert names(iam, "list_roles", "Roles", "RoleName", PathPrefix="/pages/") == wanted
    assert names(iam, "list_users", "Users", "UserName", PathPrefix="/pages/") == wanted
    assert names(iam, "list_policies", "Policies", "PolicyName", PathPrefix="/pages/") == wanted
    with pytest.raises(ClientError) as error:
        iam.list_roles(Marker="not-a-marker")
    assert aws.refusal(error)[:2] == ("ValidationError", 400)
    summary = iam.get_account_summary()["SummaryMap"]
    assert summary["Roles"] == len(names(iam, "list_roles", "Roles", "RoleName"))
    assert summary["Users"] == len(names(iam, "list_users", "Users", "UserName"))


def test_a_trusted_principal_is_kept_by_its_id(iam, shared):
    friend = aws.user(shared, "friend")
    arn = aws.role(shared, "trusting", policies.trust(friend["Arn"]))
    user_id = iam.get_user(UserName="friend")["User"]["UserId"]

    def trusted() -> str:
        document = iam.get_role(RoleName="trusting")["Role"]["AssumeRolePolicyDocument"]
        return document["Statement"][0]["Principal"]["AWS"]

    assert trusted() == friend["Arn"]
    assert aws.assume(shared, arn, friend)
    iam.delete_access_key(UserName="friend", AccessKeyId=friend["AccessKeyId"])
    iam.delete_user(UserName="friend")
    assert trusted() == user_id
    stranger = aws.user(shared, "friend")
    assert trusted() == user_id
    with pytest.raises(ClientError):
        aws.assume(shared, arn, stranger)
    with pytest.raises(iam.exceptions.MalformedPolicyDocumentException) as error:
        iam.update_assume_role_policy(
            RoleName="trusting", PolicyDocument=policies.trust(f"arn:aws:iam::{HOME}:user/never-born")
        )
    code, status, message = aws.refusal(error)
    assert (code, status) == ("MalformedPolicyDocument", 400)
    assert message == f'Invalid principal in policy: "AWS":"arn:aws:iam::{HOME}:user/never-born"'


def test_iam_asks_policies_too(iam, shared):
    keys = aws.user(shared, "reader", policies.allow("iam:GetRole", f"arn:aws:iam::{HOME}:role/read-*"))
    aws.role(shared, "read-me", ANYBODY)
    aws.role(shared, "not-me", ANYBODY)
    own = aws.client(shared, "iam", keys)
    assert own.get_role(RoleName="read-me")
    with pytest.raises(ClientError) as error:
        own.get_role(RoleName="not-me")
    code, status, message = aws.refusal(error)
    assert (code, status) == ("AccessDenied", 403)
    # AWS shortens the resource to `role NAME` in some operations and years; the rest of the sentence stands.
    resource = rf"(?:role not-me|arn:aws:iam::{HOME}:role/not-me)"
    assert re.fullmatch(
        rf"User: {keys['Arn']} is not authorized to perform: iam:GetRole on resource: {resource} because no "
        r"identity-based policy allows the iam:GetRole action",
        message,
    ), message


def test_what_cannot_be_is_told_in_one_text(shared):
    """Constraints that boto3 would check before it asks."""
    body = form("iam", "CreateRole", RoleName="a" * 65, AssumeRolePolicyDocument=ANYBODY, MaxSessionDuration="10")
    code, status, message = Request(shared, shared.keys(), body, service="iam").send().refusal
    assert (code, status) == ("ValidationError", 400)
    assert message.startswith("2 validation errors detected: "), message
    assert "at 'roleName' failed to satisfy constraint: Member must have length less than or equal to 64" in message
    assert "at 'maxSessionDuration' failed to satisfy constraint: Member must have value greater than or equal to 3600" in message


def test_limits_of_sessions(shared):
    keys = aws.user(shared, "timer", policies.allow("sts:*"))
    arn = aws.role(shared, "hour", policies.trust(keys["Arn"]), policies.allow("sts:*"))
    for seconds, text in [
        (7200, "The requested DurationSeconds exceeds the MaxSessionDuration set for this role."),
        (899, "Member must have value greater than or equal to 900"),
        (43201, "Member must have value less than or equal to 43200"),
    ]:
        body = form("sts", "AssumeRole", RoleArn=arn, RoleSessionName="long", DurationSeconds=seconds)
        code, status, message = Request(shared, keys, body).send().refusal
        assert (code, status) == ("ValidationError", 400)
        assert text in message
    session = aws.assume(shared, arn, keys)
    long = aws.role(shared, "half-a-day", policies.trust(arn), MaxSessionDuration=43200)
    with pytest.raises(ClientError) as error:
        aws.assume(shared, long, session, DurationSeconds=3601)
    assert aws.refusal(error) == (
        "ValidationError", 400,
        "The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining.",
    )
    with pytest.raises(ClientError) as error:
        aws.client(shared, "sts").assume_role(RoleArn=arn, RoleSessionName="root")
    assert aws.refusal(error) == ("AccessDenied", 403, "Roles may not be assumed by root accounts.")
    with pytest.raises(ClientError) as error:
        aws.client(shared, "sts", session).get_session_token()
    assert aws.refusal(error) == ("AccessDenied", 403, "Cannot call GetSessionToken with session credentials")


def test_caller_identity_cannot_be_denied(shared):
    keys = aws.user(shared, "denied", policies.deny("*"))
    assert aws.client(shared, "sts", keys).get_caller_identity()["Arn"] == keys["Arn"]
    with pytest.raises(ClientError) as error:
        aws.client(shared, "iam", keys).list_users()
    assert "with an explicit deny in an identity-based policy" in aws.refusal(error)[2]


def test_a_session_policy_narrows(shared):
    keys = aws.user(shared, "delegate")
    arn = aws.role(shared, "wide", policies.trust(keys["Arn"]), policies.allow("iam:*"))
    session = aws.assume(shared, arn, keys, Policy=policies.allow("iam:ListUsers"))
    own = aws.client(shared, "iam", session)
    assert own.list_users()["Users"]
    with pytest.raises(ClientError) as error:
        own.list_roles()
    assert "because no session policy allows the iam:ListRoles action" in aws.refusal(error)[2]
    by_arn = aws.assume(shared, arn, keys, PolicyArns=[{"arn": "arn:aws:iam::aws:policy/ReadOnlyAccess"}])
    assert aws.client(shared, "iam", by_arn).list_roles()
    with pytest.raises(ClientError):
        aws.client(shared, "iam", by_arn).create_user(UserName="by-session")
