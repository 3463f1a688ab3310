"""Fixtures: servers under test, and names that lead to them."""

import signal
import socket

import pytest

from support.places import EXAMPLES, Place, demand_namespaces
from support.server import WORLDS, Server

# A shell has what it runs in the background ignore these, and so whatever the tests begin: nobody could press Ctrl-C.
for number in (signal.SIGINT, signal.SIGQUIT):
    if signal.getsignal(number) is signal.SIG_IGN:
        signal.signal(number, signal.default_int_handler if number == signal.SIGINT else signal.SIG_DFL)


@pytest.fixture
def serve(tmp_path):
    """Starts servers, each on an empty directory, and ends them with the test."""
    started = []

    def start(*options: str, world: str | None = None, **more) -> Server:
        home = tmp_path / f"server-{len(started)}"
        if world:
            options = (*options, "--world", str(WORLDS / world))
        started.append(Server(home, *options, **more))
        return started[-1]

    yield start
    for server in started:
        server.kill()


@pytest.fixture
def server(serve):
    """A server of the test's own."""
    return serve()


@pytest.fixture(scope="module")
def shared(tmp_path_factory):
    """A server that a module's tests share: each takes names of its own."""
    server = Server(tmp_path_factory.mktemp("shared"))
    yield server
    server.kill()


@pytest.fixture(autouse=True)
def localhost_names(monkeypatch):
    """Every name below `localhost` is this machine (RFC 6761, 6.3), which not every resolver knows."""
    ask = socket.getaddrinfo

    def answer(host, *more, **named):
        name = host.decode() if isinstance(host, bytes) else host
        if name and name.rstrip(".").endswith(".localhost"):
            host = "127.0.0.1"
        return ask(host, *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", answer)


@pytest.fixture(autouse=True)
def nothing_of_the_users(monkeypatch, tmp_path):
    """boto3 in this process sees no configuration, credentials or proxy but the test's."""
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY",
                 "AWS_SESSION_TOKEN", "AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS", "AWS_CONFIG_FILE",
                 "AWS_SHARED_CREDENTIALS_FILE", "HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture(scope="session")
def namespaces(tmp_path_factory):
    """For tests that go into places."""
    demand_namespaces(tmp_path_factory.mktemp("namespaces"))


@pytest.fixture
def batch(tmp_path) -> Place:
    """Story 1's place."""
    return Place(tmp_path / "home", EXAMPLES / "story-1", "batch-task")
