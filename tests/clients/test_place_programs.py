"""The programs that are put into places, on the loopback interface: let in, refused, not connected, without credentials."""

import re
import socket
import subprocess

import pytest

from support import aws, policies
from support.place_programs import PROGRAMS, document
from support.server import Server, environment

HOME = "000000000000"
TARGET = f"arn:aws:iam::{HOME}:role/target"


@pytest.fixture(scope="module")
def secured(tmp_path_factory):
    """A server that answers HTTPS, a user its role trusts, and one it does not."""
    folder = tmp_path_factory.mktemp("place-programs")
    server = Server(folder, "--tls-listen", "127.0.0.1:0", "--log-json")
    server.tls_port = int(re.search(r'"tls":"127\.0\.0\.1:(\d+)"', server.log())[1])
    server.ca = server.data / "tls/ca.pem"
    server.alice, server.bob = aws.user(server, "alice"), aws.user(server, "bob")
    trust = policies.trust(server.alice["Arn"], condition={"StringEquals": {"sts:ExternalId": "hand-in-hand"}})
    aws.role(server, "target", trust)
    yield server
    server.kill()


@pytest.fixture(scope="module")
def store(secured):
    """Java's form of a bundle."""
    path = secured.home / "cacerts.p12"
    words = ["-importcert", "-noprompt", "-alias", "rolecall", "-file", secured.ca, "-keystore", path]
    subprocess.run(["keytool", *words, "-storepass", "changeit"], check=True, capture_output=True)
    return path


@pytest.fixture(params=PROGRAMS.values(), ids=list(PROGRAMS))
def program(request):
    request.param.demand()
    return request.param


@pytest.fixture
def ask(program, secured, request, tmp_path):
    """Runs the program with a user's keys, or with none, and with the authority's certificate or without it."""

    def run(user: str | None, *, trusting: bool = True, port: int | None = None, variables=None, **asked) -> dict:
        told = dict(variables or {})
        if trusting and program.trust == "JAVA":
            path = request.getfixturevalue("store")
            told["JAVA_TOOL_OPTIONS"] = f"-Djavax.net.ssl.trustStore={path} -Djavax.net.ssl.trustStorePassword=changeit"
        elif trusting:
            told[program.trust] = str(secured.ca)
        if user:
            keys = getattr(secured, user)
            told |= {"AWS_ACCESS_KEY_ID": keys["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"]}
        url = f"https://localhost:{port or secured.tls_port}"
        return program.run(document(endpoint_url=url, region="us-east-1", **asked), [], environment(tmp_path, **told))

    return run


def into(**more) -> dict:
    return {"RoleArn": TARGET, "RoleSessionName": "work", **more}


def test_a_program_is_let_in_and_uses_what_it_got(ask):
    answer = ask("alice", assume=into(ExternalId="hand-in-hand", DurationSeconds=900), repeat=2)
    session = f"arn:aws:sts::{HOME}:assumed-role/target/work"
    assert answer["ok"]["AssumedRoleUser"]["Arn"] == session, answer
    assert set(answer["ok"]["Credentials"]) == {"AccessKeyId", "Expiration"}
    assert answer["ok"]["Credentials"]["AccessKeyId"].startswith("ASIA")
    [who] = answer["ok"]["then"]
    assert (who["Arn"], who["Account"]) == (session, HOME)
    assert who["UserId"] == answer["ok"]["AssumedRoleUser"]["AssumedRoleId"]
    assert len(answer["seconds"]) == 3


@pytest.mark.parametrize("user, given", [("bob", {"ExternalId": "hand-in-hand"}), ("alice", {})])
def test_a_program_tells_the_refusal_of_the_service(ask, secured, program, user, given):
    answer = ask(user, assume=into(**given))
    said = f"User: {getattr(secured, user)['Arn']} is not authorized to perform: sts:AssumeRole on resource: {TARGET}"
    # The AWS CLI does not tell the status.
    status = None if program.client.startswith("awscli") else 403
    assert answer["error"] == {"Code": "AccessDenied", "Message": said, "Status": status}, answer
    assert len(answer["seconds"]) == 1


def test_a_program_tells_that_nobody_listens(ask, program):
    with socket.socket() as taken:
        # Bound and not listening: no other process can be given the port.
        taken.bind(("127.0.0.1", 0))
        answer = ask("alice", port=taken.getsockname()[1], assume=into())
    assert answer["unreachable"], answer
    assert answer["kind"] == (None if program.client.startswith("awscli") else "refused"), answer


def test_a_program_tells_that_nobody_answers(ask, program):
    with socket.create_server(("127.0.0.1", 0), backlog=1) as silent:
        answer = ask("alice", port=silent.getsockname()[1], then=["GetCallerIdentity"], timeout=1)
    assert answer.get("kind") == "timeout", answer
    assert answer["seconds"][0] < 20


def test_a_program_tells_that_it_does_not_know_the_authority(ask):
    answer = ask("alice", trusting=False)
    assert answer.get("kind") == "tls", answer


NO_METADATA = {"AWS_EC2_METADATA_DISABLED": "false", "AWS_EC2_METADATA_SERVICE_ENDPOINT": "http://127.0.0.1:9"}


@pytest.mark.parametrize("variables", [{}, NO_METADATA], ids=["disabled", "refused"])
def test_a_program_tells_that_it_has_no_credentials(ask, variables):
    """Also where its chain ends at an endpoint that refuses: it is not STS that was not reached."""
    answer = ask(None, assume=into(), variables=variables)
    assert re.search("credential", answer["client_error"], re.IGNORECASE), answer
