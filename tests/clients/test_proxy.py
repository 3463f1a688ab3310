"""boto3 behind a load balancer: what is believed of its way, what follows from it, and who is not believed."""

import contextlib
import json
import re
import urllib.request

import pytest
from botocore.exceptions import ClientError, ConnectionClosedError, EndpointConnectionError
from botocore.parsers import ResponseParserError

from support import aws
from support.balancer import LOCAL, Balancer, header
from support.server import WORLDS, Server

THROUGH = "arn:aws:iam::111111111111:role/through-endpoint"
FROM = "arn:aws:iam::111111111111:role/from-network"
GOOD = header("10.0.1.20", endpoint="vpce-0c0ffee")
LOOKS_ONLY = header("10.0.1.20", endpoint="vpce-0bad")
CLOSED = (ConnectionClosedError, EndpointConnectionError)


def started(home, *options: str) -> Server:
    server = Server(home, "--world", str(WORLDS / "balanced"), "--proxy-listen", "127.0.0.1:0", "--proxy-tls-listen",
                    "127.0.0.1:0", "--admin-listen", "127.0.0.1:0", "--log-json", *options)
    # Addresses other than that of HTTP are told in the log.
    told = server.log()
    for name in ("proxy", "proxy_tls", "admin"):
        setattr(server, f"{name}_port", int(re.search(rf'"{name}":"127\.0\.0\.1:(\d+)"', told)[1]))
    return server


@pytest.fixture(scope="module")
def balanced(tmp_path_factory):
    server = started(tmp_path_factory.mktemp("balanced"))
    yield server
    server.kill()


@contextlib.contextmanager
def behind(server, first: bytes, *, tls: bool = False, source: str = "127.0.0.1"):
    """alice's STS, reached through a load balancer that writes `first`."""
    balancer = Balancer(server.proxy_tls_port if tls else server.proxy_port, first, source)
    name = "https://sts.eu-west-1.localhost" if tls else "http://sts.eu-west-1.localhost"
    try:
        url = f"{name}:{balancer.port}"
        sts = aws.client(server, "sts", server.keys("main.alice"), region="eu-west-1", url=url)
        if tls:
            sts._endpoint.http_session._verify = str(server.data / "tls/ca.pem")
        yield sts
    finally:
        balancer.close()


def assumed(sts, role: str, name: str = "work") -> str:
    return sts.assume_role(RoleArn=role, RoleSessionName=name)["AssumedRoleUser"]["Arn"]


def record(server, name: str) -> dict:
    """The record of the one session of that name."""
    trail = aws.client(server, "cloudtrail", server.keys("main.alice"), region="eu-west-1")
    by = [{"AttributeKey": "EventName", "AttributeValue": "AssumeRole"}]
    found = [json.loads(event["CloudTrailEvent"]) for event in trail.lookup_events(LookupAttributes=by)["Events"]]
    [one] = [event for event in found if (event["requestParameters"] or {}).get("roleSessionName") == name]
    return one


def refused(server, reason: str) -> int:
    """How many connections were closed for that reason."""
    with urllib.request.urlopen(f"http://127.0.0.1:{server.admin_port}/metrics") as answer:
        text = answer.read().decode()
    return int(re.search(rf'rolecall_arrivals_refused_total{{reason="{reason}"}} (\d+)', text)[1])


@pytest.mark.parametrize("tls", [False, True], ids=["http", "tls"])
def test_a_caller_through_an_endpoint_comes_from_its_vpc_and_its_own_address(balanced, tls):
    name = f"through-{tls}"
    with behind(balanced, GOOD, tls=tls) as sts:
        assert assumed(sts, THROUGH, name).endswith(f"/through-endpoint/{name}")
        with pytest.raises(ClientError) as error:
            # There is no aws:SourceIp over an endpoint, whatever the address.
            assumed(sts, FROM)
        assert aws.refusal(error)[0] == "AccessDenied"
    told = record(balanced, name)
    assert (told["sourceIPAddress"], told["vpcEndpointId"]) == ("10.0.1.20", "vpce-0c0ffee")
    assert told["vpcEndpointAccountId"] == "222222222222"
    assert ("tlsDetails" in told) == tls


def test_an_endpoints_policy_holds_for_whoever_comes_through_it(balanced):
    with behind(balanced, LOOKS_ONLY) as sts:
        assert sts.get_caller_identity()["Account"] == "111111111111"
        with pytest.raises(ClientError) as error:
            assumed(sts, THROUGH)
    code, status, _ = aws.refusal(error)
    assert (code, status) == ("AccessDenied", 403)
    # The role asks for nothing else: through an endpoint without a policy the same call is let in.
    with behind(balanced, GOOD) as sts:
        assert assumed(sts, THROUGH)


@pytest.mark.parametrize("source", ["203.0.113.9", "::ffff:203.0.113.9"])
def test_a_caller_from_the_internet_is_known_by_its_address(balanced, source):
    name = source.replace(":", "-").replace(".", "-").strip("-")
    with behind(balanced, header(source, "::1" if ":" in source else "10.0.9.9")) as sts:
        assert assumed(sts, FROM, name)
        with pytest.raises(ClientError):
            assumed(sts, THROUGH)
    told = record(balanced, name)
    assert told["sourceIPAddress"] == "203.0.113.9" and "vpcEndpointId" not in told


def test_a_load_balancers_own_connection_is_its_own(balanced):
    with behind(balanced, LOCAL) as sts:
        assert sts.get_caller_identity()["Arn"].endswith(":user/alice")
        with pytest.raises(ClientError):
            assumed(sts, FROM)


@pytest.mark.parametrize(
    ("first", "reason"),
    [
        (b"", "header"),
        (b"PROXY TCP4 203.0.113.9 10.0.9.9 50000 443\r\n", "header"),
        (GOOD[:20], "header"),
        (header("10.0.1.20", endpoint="vpce-0unknown"), "endpoint"),
    ],
    ids=["none", "version-1", "cut", "unknown-endpoint"],
)
def test_whoever_is_not_introduced_is_not_heard(balanced, first, reason):
    before = refused(balanced, reason)
    with behind(balanced, first) as sts, pytest.raises(CLOSED):
        sts.get_caller_identity()
    assert refused(balanced, reason) == before + 1
    if reason == "endpoint":
        assert "vpce-0unknown" in balanced.log()


def test_a_header_at_an_ordinary_listener_is_no_way_in(balanced):
    balancer = Balancer(balanced.port, GOOD)
    try:
        url = f"http://sts.eu-west-1.localhost:{balancer.port}"
        sts = aws.client(balanced, "sts", balanced.keys("main.alice"), region="eu-west-1", url=url)
        with pytest.raises((ResponseParserError, *CLOSED)):
            sts.get_caller_identity()
    finally:
        balancer.close()


def test_only_those_who_are_named_are_believed(tmp_path):
    server = started(tmp_path, "--proxy-from", "127.0.0.2", "--proxy-from", "10.0.0.0/8")
    try:
        with behind(server, GOOD, source="127.0.0.2") as sts:
            assert assumed(sts, THROUGH)
        with behind(server, GOOD, source="127.0.0.3") as sts, pytest.raises(CLOSED):
            sts.get_caller_identity()
        assert refused(server, "untrusted") == 1
    finally:
        server.kill()
