"""Programs in places of a world: `rolecall enter`."""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from .server import binary, environment

EXAMPLES = Path(__file__).parent.parent.parent.parent / "examples"

#: Seconds that a program in a place may take.
PATIENCE = 60


class Place:
    """A place of a world, with a data directory of the test's own."""

    def __init__(self, home: Path, world: Path, name: str, data: Path | None = None):
        self.home = home
        self.world = world
        self.name = name
        self.data = data or home / "data"
        home.mkdir(parents=True, exist_ok=True)

    def command(self, *command, allow=()) -> list:
        allowed = [word for host in allow for word in ("--allow", host)]
        whole = [binary(), "enter", self.name, "--world", self.world, "--data", self.data, *allowed, "--", *command]
        return [str(word) for word in whole]

    def environment(self, **more: str) -> dict:
        told = environment(self.home, **more)
        # A place of AWS's has a metadata service of its own.
        told.pop("AWS_EC2_METADATA_DISABLED", None)
        return told

    def start(self, *command, env=None, allow=(), **more) -> subprocess.Popen:
        return subprocess.Popen(self.command(*command, allow=allow), env=self.environment(**(env or {})), **more)

    def run(self, *command, env=None, allow=(), timeout=PATIENCE, **more) -> subprocess.CompletedProcess:
        return subprocess.run(
            self.command(*command, allow=allow), env=self.environment(**(env or {})), capture_output=True, text=True,
            timeout=timeout, **more,
        )

    def shell(self, script: str, **more) -> str:
        """What a shell script says, which has to end well."""
        done = self.run("sh", "-c", script, **more)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def at(self, name: str) -> "Place":
        """Another place of the same world, with the same server."""
        return Place(self.home, self.world, name, self.data)

    def verb(self, *words, check=True) -> str:
        """What another verb says of the same world."""
        done = subprocess.run(
            [binary(), *(str(word) for word in words), "--world", self.world, "--data", self.data],
            env=self.environment(), capture_output=True, text=True, timeout=PATIENCE,
        )
        assert not check or done.returncode == 0, done.stderr
        return done.stdout

    def events(self, *words) -> list:
        """Its world's records, the oldest first."""
        return [json.loads(line) for line in self.verb("events", "--json", *words).splitlines()]


def copied(example: str, to: Path) -> Path:
    """A world of the examples that the test may change."""
    return Path(shutil.copytree(EXAMPLES / example, to / example))


def demand_namespaces(home: Path) -> None:
    """Skips where the kernel lets nobody into a place, and says why."""
    done = Place(home, EXAMPLES / "story-1", "batch-task").run("true")
    if done.returncode == 2 and "does not let" in done.stderr or "security module" in done.stderr:
        pytest.skip(done.stderr.strip())
    assert done.returncode == 0, done.stderr


def as_nobody() -> list:
    """What has a command run by a user without any privilege, where the tests run as root."""
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
