"""Who a request comes from: every way this fails, with AWS's code, status and words, and the ways around the header."""

import base64
import datetime
import hashlib
import json
import re
import subprocess

import botocore.auth
import pytest
from botocore.exceptions import ClientError

from support import aws, http, policies
from support.http import Request, form
from support.programs import CLIS
from support.server import environment

WHO = form("sts", "GetCallerIdentity")

UNKNOWN = ("InvalidClientTokenId", 403, "The security token included in the request is invalid.")
# For what is wrong with the token itself AWS leaves out the full stop.
INVALID_TOKEN = ("InvalidClientTokenId", 403, "The security token included in the request is invalid")
MISMATCH = (
    "SignatureDoesNotMatch",
    403,
    "The request signature we calculated does not match the signature you provided. Check your AWS Secret Access Key "
    "and signing method. Consult the service documentation for details.",
)


@pytest.fixture(scope="module")
def alice(shared) -> dict:
    return aws.user(shared, "alice")


@pytest.fixture(scope="module")
def session(shared, alice) -> dict:
    """Credentials of a role's session."""
    aws.role(shared, "home", policies.trust(alice["Arn"]))
    return aws.assume(shared, "arn:aws:iam::000000000000:role/home", alice)


def refused(server, keys: dict, **more) -> tuple:
    """What boto3 is told when it asks who it is."""
    with pytest.raises(ClientError) as error:
        aws.client(server, "sts", keys, **more).get_caller_identity()
    return aws.refusal(error)


def test_a_right_signature_is_taken(shared, alice, session):
    assert aws.client(shared, "sts", alice).get_caller_identity()["Arn"] == alice["Arn"]
    arn = aws.client(shared, "sts", session).get_caller_identity()["Arn"]
    assert arn == "arn:aws:sts::000000000000:assumed-role/home/session"


def test_a_wrong_secret(shared, alice):
    assert refused(shared, alice | {"SecretAccessKey": "wrong" * 8}) == MISMATCH


def test_an_unknown_key(shared, alice):
    assert refused(shared, alice | {"AccessKeyId": "AKIA" + "Z" * 16}) == UNKNOWN
    assert refused(shared, alice | {"AccessKeyId": "nobody"}) == UNKNOWN


def test_an_inactive_key_and_a_deleted_one(shared):
    keys = aws.user(shared, "inactive")
    iam = aws.client(shared, "iam")
    which = {"UserName": "inactive", "AccessKeyId": keys["AccessKeyId"]}
    iam.update_access_key(**which, Status="Inactive")
    assert refused(shared, keys) == UNKNOWN
    iam.update_access_key(**which, Status="Active")
    assert aws.client(shared, "sts", keys).get_caller_identity()["Arn"] == keys["Arn"]
    iam.delete_access_key(**which)
    assert refused(shared, keys) == UNKNOWN


def test_a_session_without_its_token(shared, session):
    assert refused(shared, session | {"SessionToken": None}) == UNKNOWN


def test_a_long_term_key_with_a_token(shared, alice, session):
    assert refused(shared, alice | {"SessionToken": session["SessionToken"]})[0] == "InvalidClientTokenId"


def test_every_part_of_a_token_counts(shared, session):
    token = session["SessionToken"]
    for place in (0, len(token) // 2, len(token) - 5):
        other = "A" if token[place] != "A" else "B"
        changed = token[:place] + other + token[place + 1 :]
        assert refused(shared, session | {"SessionToken": changed}) == INVALID_TOKEN, place
    for changed in (token[:-4], token + "AAAA", "FwoGZXIvYXdzE", "no token at all"):
        assert refused(shared, session | {"SessionToken": changed}) == INVALID_TOKEN, changed


def test_the_token_of_another_session(shared, session, alice):
    other = aws.assume(shared, "arn:aws:iam::000000000000:role/home", alice, "other")
    assert refused(shared, session | {"SessionToken": other["SessionToken"]}) == INVALID_TOKEN


def test_the_secret_of_another_session(shared, session, alice):
    other = aws.assume(shared, "arn:aws:iam::000000000000:role/home", alice, "other")
    assert refused(shared, session | {"SecretAccessKey": other["SecretAccessKey"]}) == MISMATCH


def test_a_session_of_another_deployment(shared, session, serve):
    """The key ring is the deployment's own: a token sealed elsewhere opens nothing here."""
    elsewhere = serve()
    assert refused(elsewhere, session) == INVALID_TOKEN


def test_sessions_outlive_a_restart_and_end_with_their_role(server):
    alice = aws.user(server, "alice")
    arn = aws.role(server, "short-lived", policies.trust(alice["Arn"]))
    session = aws.assume(server, arn, alice)
    assert server.stop() == 0
    server.start()
    assert aws.client(server, "sts", session).get_caller_identity()["Account"] == "000000000000"
    aws.client(server, "iam").delete_role(RoleName="short-lived")
    assert refused(server, session) == INVALID_TOKEN
    # A role of the same name is another role.
    aws.role(server, "short-lived", policies.trust(alice["Arn"]))
    assert refused(server, session) == INVALID_TOKEN


@pytest.mark.parametrize("minutes, reason", [(-16, "Signature expired"), (16, "Signature not yet current")])
def test_a_clock_that_is_wrong(shared, alice, monkeypatch, minutes, reason):
    shift = datetime.timedelta(minutes=minutes)
    true_time = botocore.auth.get_current_datetime
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *named: true_time(*named) + shift)
    code, status, message = refused(shared, alice)
    assert (code, status) == ("SignatureDoesNotMatch", 403)
    stamp = r"\d{8}T\d{6}Z"
    if minutes < 0:
        assert re.fullmatch(rf"{reason}: {stamp} is now earlier than {stamp} \({stamp} - 15 min\.\)", message), message
    else:
        assert re.fullmatch(rf"{reason}: {stamp} is still later than {stamp} \({stamp} \+ 15 min\.\)", message), message


@pytest.mark.parametrize("minutes", [-14, 14])
def test_a_clock_that_is_nearly_right(shared, alice, monkeypatch, minutes):
    shift = datetime.timedelta(minutes=minutes)
    true_time = botocore.auth.get_current_datetime
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *named: true_time(*named) + shift)
    assert aws.client(shared, "sts", alice).get_caller_identity()["Arn"] == alice["Arn"]


def test_a_scope_for_another_place(shared, alice):
    for host, region, service, text in [
        ("sts.amazonaws.com", "eu-west-1", "sts", "Credential should be scoped to a valid region, not 'eu-west-1'."),
        ("sts.eu-west-1.amazonaws.com", "us-east-1", "sts", "Credential should be scoped to a valid region."),
        ("sts.amazonaws.com", "us-east-1", "s3", "Credential should be scoped to correct service: 'sts'."),
        ("sts.eu-west-1.amazonaws.com", "eu-west-1", "iam", "Credential should be scoped to correct service: 'sts'."),
        ("iam.amazonaws.com", "us-east-1", "sts", "Credential should be scoped to correct service: 'iam'."),
    ]:
        answer = Request(shared, alice, WHO, host=host, region=region, service=service).send()
        assert answer.refusal == ("SignatureDoesNotMatch", 403, text), (host, region, service)


def test_a_scope_with_another_day_or_end(shared, alice):
    request = Request(shared, alice, WHO, host="sts.amazonaws.com")
    header = request.headers["Authorization"]
    request.headers["Authorization"] = header.replace("aws4_request", "aws5_request")
    code, status, message = request.send().refusal
    assert (code, status) == ("SignatureDoesNotMatch", 403)
    assert message == "Credential should be scoped with a valid terminator: 'aws4_request', not 'aws5_request'."
    request.headers["Authorization"] = re.sub(r"/\d{8}/", "/20200101/", header)
    code, status, message = request.send().refusal
    assert (code, status) == ("SignatureDoesNotMatch", 403)
    assert message.startswith(
        "Date in Credential scope does not match YYYYMMDD from ISO-8601 version of date from HTTP: '20200101' != "
    )


def test_a_request_that_is_not_signed(shared):
    answer = Request(shared, None, WHO, host="sts.amazonaws.com").send()
    assert answer.refusal == ("MissingAuthenticationToken", 403, "Request is missing Authentication Token")
    assert answer.field("Type") == "Sender"
    assert answer.field("RequestId") == answer.headers["x-amzn-RequestId"]


def test_a_signature_that_lacks_something(shared, alice):
    request = Request(shared, alice, WHO, host="sts.amazonaws.com")
    header = request.headers["Authorization"]
    for part, sentence in [
        (r"Credential=[^,]+, ", "Authorization header requires 'Credential' parameter."),
        (r"SignedHeaders=[^,]+, ", "Authorization header requires 'SignedHeaders' parameter."),
        (r", Signature=\w+", "Authorization header requires 'Signature' parameter."),
    ]:
        request.headers["Authorization"] = re.sub(part, "", header)
        code, status, message = request.send().refusal
        assert (code, status) == ("IncompleteSignature", 400), part
        assert message.startswith(sentence), message
    request.headers["Authorization"] = "Basic dXNlcjpwYXNzd29yZA=="
    assert request.send().refusal[0] in ("IncompleteSignature", "MissingAuthenticationToken")


def test_what_is_changed_after_signing(shared, alice):
    for change in (
        lambda request: setattr(request, "body", WHO.replace("Identity", "Identitz").encode()),
        lambda request: setattr(request, "path", "/?a=b"),
        lambda request: setattr(request, "path", "/other"),
        lambda request: request.headers.update({"Content-Type": "application/x-www-form-urlencoded"}),
        lambda request: request.headers.update({"Host": "sts.us-east-1.amazonaws.com"}),
    ):
        request = Request(shared, alice, WHO, host="sts.amazonaws.com")
        change(request)
        assert request.send().refusal == MISMATCH


def test_a_get_signed_in_its_headers(shared, alice):
    answer = Request(shared, alice, b"", method="GET", path=f"/?{WHO}", host="sts.amazonaws.com").send()
    assert (answer.status, answer.field("Arn")) == (200, alice["Arn"])


def presigned(server, keys: dict, cluster: str | None, **more) -> str:
    """A URL as aws-iam-authenticator and EKS make it: GetCallerIdentity with the cluster's name in a signed header."""
    sts = aws.client(server, "sts", keys)
    if cluster:
        sts.meta.events.register(
            "before-sign.sts.GetCallerIdentity", lambda request, **_: request.headers.add_header("x-k8s-aws-id", cluster)
        )
    return sts.generate_presigned_url("get_caller_identity", HttpMethod="GET", **more)


def test_a_presigned_url_as_eks_uses_it(shared, alice, session):
    for keys, arn in ((alice, alice["Arn"]), (session, "arn:aws:sts::000000000000:assumed-role/home/session")):
        url = presigned(shared, keys, "production", ExpiresIn=60)
        answer = http.get(shared, url, {"x-k8s-aws-id": "production"})
        assert (answer.status, answer.field("Arn")) == (200, arn), answer
        assert http.get(shared, url, {"x-k8s-aws-id": "staging"}).refusal == MISMATCH
        assert http.get(shared, url).refusal == MISMATCH
        assert http.get(shared, url.replace("GetCallerIdentity", "GetSessionToken")).refusal == MISMATCH


@pytest.mark.parametrize("minutes, told_to_last, good", [(14, 60, True), (16, 3600, False)])
def test_a_presigned_url_is_good_for_fifteen_minutes_whatever_it_says(shared, alice, monkeypatch, minutes, told_to_last, good):
    """STS goes by X-Amz-Date alone, as aws-iam-authenticator's comments on its tokens tell."""
    true_time = botocore.auth.get_current_datetime
    past = datetime.timedelta(minutes=minutes)
    monkeypatch.setattr(botocore.auth, "get_current_datetime", lambda *named: true_time(*named) - past)
    answer = http.get(shared, presigned(shared, alice, None, ExpiresIn=told_to_last))
    if good:
        assert answer.status == 200, answer
    else:
        code, status, message = answer.refusal
        assert (code, status) == ("SignatureDoesNotMatch", 403)
        assert message.startswith("Signature expired: ")


@pytest.mark.parametrize("cli", CLIS, ids=lambda cli: cli.name)
def test_the_token_of_aws_eks_get_token(cli, shared, alice, tmp_path):
    cli.demand()
    told = environment(
        tmp_path,
        AWS_ACCESS_KEY_ID=alice["AccessKeyId"],
        AWS_SECRET_ACCESS_KEY=alice["SecretAccessKey"],
        AWS_DEFAULT_REGION="eu-west-1",
        AWS_ENDPOINT_URL_STS=shared.url,
    )
    done = subprocess.run(
        cli.command("eks", "get-token", "--cluster-name", "production"), env=told, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    token = json.loads(done.stdout)["status"]["token"].removeprefix("k8s-aws-v1.")
    url = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode()
    answer = http.get(shared, url, {"x-k8s-aws-id": "production"})
    assert (answer.status, answer.field("Arn")) == (200, alice["Arn"]), answer
    assert http.get(shared, url, {"x-k8s-aws-id": "staging"}).refusal == MISMATCH


def test_a_signed_request_sent_on_by_somebody_else(shared, alice):
    """As Vault's AWS login: the client signs, with the server's name in a header; the server sends it on unchanged."""
    def signed(server_id: str) -> Request:
        return Request(shared, alice, WHO, host="sts.amazonaws.com", headers={"X-Vault-AWS-IAM-Server-ID": server_id})

    request = signed("vault.example.com")
    assert "x-vault-aws-iam-server-id" in request.headers["Authorization"]
    carried = json.loads(json.dumps(request.headers))
    for _ in range(2):
        replayed = Request(shared, None, WHO, headers=carried)
        answer = replayed.send()
        assert (answer.status, answer.field("Arn")) == (200, alice["Arn"]), answer
    replayed.headers["X-Vault-AWS-IAM-Server-ID"] = "other.example.com"
    assert replayed.send().refusal == MISMATCH
    replayed = Request(shared, None, form("sts", "GetSessionToken"), headers=carried)
    assert replayed.send().refusal == MISMATCH


def test_a_token_of_the_largest_size_goes_in_a_header_and_in_a_url(shared, alice):
    """Fifty tags and a policy fill a token; what the token holds, the session can be used with."""
    trust = policies.trust(alice["Arn"], action=["sts:AssumeRole", "sts:TagSession"])
    arn = aws.role(shared, "laden", trust)
    sts = aws.client(shared, "sts", alice)
    best = None
    for length in range(10, 257, 6):
        tags = [{"Key": f"key-{number}", "Value": _noise(number, length)} for number in range(50)]
        try:
            best = sts.assume_role(RoleArn=arn, RoleSessionName="laden", Tags=tags)
        except ClientError as error:
            code, status, message = aws.refusal(error)
            assert (code, status) == ("PackedPolicyTooLarge", 400)
            assert re.search(r"\d+%", message), message
            break
    else:
        raise AssertionError("nothing was ever too large")
    laden = best["Credentials"]
    assert 50 < best["PackedPolicySize"] <= 100
    assert 2000 < len(laden["SessionToken"]) <= 4096
    assert aws.client(shared, "sts", laden).get_caller_identity()["Arn"].endswith("/laden/laden")
    answer = http.get(shared, presigned(shared, laden, None))
    assert answer.field("Arn").endswith("/laden/laden"), answer


def _noise(number: int, length: int) -> str:
    """Text that does not compress."""
    text = "".join(hashlib.sha256(f"{number}.{part}".encode()).hexdigest() for part in range(5))
    return base64.b64encode(bytes.fromhex(text)).decode().replace("/", "_")[:length]
