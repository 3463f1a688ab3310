"""Unmodified clients over TLS, with the deployment's own authority: refused, let in, and what their records tell."""

import json
import re
import socket
import ssl

import pytest

from support import aws, policies
from support.programs import CLIENTS
from support.tap import Tap

HOME = "000000000000"
TARGET = f"arn:aws:iam::{HOME}:role/target"


@pytest.fixture(scope="module")
def secured(tmp_path_factory):
    """A server that answers HTTPS too, with users and a role."""
    from support.server import Server

    server = Server(tmp_path_factory.mktemp("tls"), "--tls-listen", "127.0.0.1:0", "--log-json")
    # The address is told in the log, the one line on standard output being that of HTTP.
    server.tls_port = int(re.search(r'"tls":"127\.0\.0\.1:(\d+)"', server.log())[1])
    server.ca = server.data / "tls/ca.pem"
    server.alice = aws.user(server, "alice", policies.allow("cloudtrail:LookupEvents"))
    server.bob = aws.user(server, "bob")
    aws.role(server, "target", policies.trust(server.alice["Arn"]))
    yield server
    server.kill()


@pytest.fixture
def tap(secured):
    tap = Tap(secured.tls_port)
    yield tap
    tap.close()


@pytest.fixture(params=CLIENTS, ids=lambda client: client.name)
def client(request):
    request.param.demand()
    return request.param


def keys(user: dict) -> dict:
    return {name: user[name] for name in ("AccessKeyId", "SecretAccessKey")}


def records_of(secured, key: str) -> list:
    by = [{"AttributeKey": "AccessKeyId", "AttributeValue": key}]
    found = aws.client(secured, "cloudtrail").lookup_events(LookupAttributes=by)["Events"]
    return [json.loads(event["CloudTrailEvent"]) for event in found]


@pytest.mark.parametrize("host", ["localhost", "127.0.0.1"])
def test_a_client_is_refused_and_let_in_over_tls_and_its_records_tell_the_connection(
    client, host, secured, tap, tmp_path
):
    into = {"do": "AssumeRole", "input": {"RoleArn": TARGET, "RoleSessionName": "work"}, "keep": "target"}
    endpoint = f"https://{host}:{tap.port}"

    def run(user, *steps):
        return client.run(tmp_path, keys(user), list(steps), endpoint=endpoint, ca=str(secured.ca))

    [refused] = run(secured.bob, into)
    assert refused["error"]["Code"] == "AccessDenied"
    assert refused["error"]["Message"] == (
        f"User: {secured.bob['Arn']} is not authorized to perform: sts:AssumeRole on resource: {TARGET}"
    )
    entered, who = run(secured.alice, into, {"do": "GetCallerIdentity", "as": "target"})
    assert who["ok"]["Arn"] == f"arn:aws:sts::{HOME}:assumed-role/target/work"

    denied = records_of(secured, secured.bob["AccessKeyId"])[0]
    assert denied["errorCode"] == "AccessDenied"
    granted = records_of(secured, secured.alice["AccessKeyId"])[0]
    used = records_of(secured, entered["ok"]["Credentials"]["AccessKeyId"])[0]
    assert (granted["eventName"], used["eventName"]) == ("AssumeRole", "GetCallerIdentity")
    assert granted["responseElements"]["assumedRoleUser"]["arn"] == who["ok"]["Arn"]
    assert all(connection == tap.agreed[0] for connection in tap.agreed), "one client agrees on one thing"
    for record in (denied, granted, used):
        assert record["tlsDetails"] == {**tap.agreed[0], "clientProvidedHostHeader": f"{host}:{tap.port}"}


def test_a_record_tells_an_older_protocol_where_one_was_agreed_on(secured, tap):
    context = ssl.create_default_context(cafile=secured.ca)
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("ECDHE-ECDSA-AES128-GCM-SHA256")
    context.set_ecdh_curve("prime256v1")
    sts = aws.client(secured, "sts", keys(secured.alice), url=f"https://localhost:{tap.port}")
    # botocore makes its own context; a limit of the test's own is laid into its pool.
    sts._endpoint.http_session._manager.connection_pool_kw["ssl_context"] = context
    sts.get_caller_identity()
    record = records_of(secured, secured.alice["AccessKeyId"])[0]
    assert record["tlsDetails"] == {
        "tlsVersion": "TLSv1.2",
        "cipherSuite": "TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256",
        "keyExchange": "SECP256R1",
        "clientProvidedHostHeader": f"localhost:{tap.port}",
    }
    assert tap.agreed[0].items() <= record["tlsDetails"].items()


def test_a_call_without_tls_tells_none(secured):
    aws.client(secured, "sts", keys(secured.bob)).get_caller_identity()
    assert "tlsDetails" not in records_of(secured, secured.bob["AccessKeyId"])[0]


def test_a_client_that_does_not_know_the_authority_does_not_call(client, secured, tmp_path):
    steps = [{"do": "GetCallerIdentity"}]
    with pytest.raises(AssertionError) as failure:
        client.run(tmp_path, keys(secured.bob), steps, endpoint=f"https://localhost:{secured.tls_port}")
    assert re.search("certificate|SSL", str(failure.value)), failure.value


def test_the_chain_stands_up_to_the_strictest_reading(secured):
    """Python 3.13 asks for it by default (RFC 5280, 4.2: key identifiers, among others)."""
    context = ssl.create_default_context(cafile=secured.ca)
    context.verify_flags |= ssl.VERIFY_X509_STRICT | ssl.VERIFY_X509_PARTIAL_CHAIN
    for name in ("localhost", "127.0.0.1", "sts.amazonaws.com", "sts.eu-west-1.localhost", "iam.localhost"):
        with socket.create_connection(("127.0.0.1", secured.tls_port)) as line:
            with context.wrap_socket(line, server_hostname=name) as secure:
                assert secure.version() == "TLSv1.3"
