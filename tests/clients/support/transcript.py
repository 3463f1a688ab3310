"""A transcript: commands, and what each prints. README.md beside this folder says how one is written."""

import os
import re
import select
import subprocess
import time
from dataclasses import dataclass, field
from pathlib import Path

from .server import binary, environment

_SERVE = re.compile(r"^cargo run --release -- serve\b")
_ROLECALL = re.compile(r"\bcargo run --release -- ")
_ADDRESS = re.compile(r"\b(127\.0\.0\.1|localhost):4566\b")

#: Seconds a command may take.
PATIENCE = 60


@dataclass
class Step:
    """A command, and the lines it is said to print."""

    command: str
    line: int
    prints: list = field(default_factory=list)


def steps(text: str) -> list:
    """Every step of every `console` block of a Markdown text."""
    found, within = [], False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("```"):
            within = line.strip() == "```console"
        elif within and line.startswith("$ "):
            found.append(Step(line[2:], number))
        elif within and found and line.startswith("> ") and not found[-1].prints:
            found[-1].command += "\n" + line[2:]
        elif within:
            assert found, f"line {number}: a block begins with a command"
            found[-1].prints.append(line)
    return found


def difference(wanted: list, printed: list, *, whole: bool = True) -> str | None:
    """Why `printed` is not what was `wanted`; with `whole` unset it may go on."""
    pieces = []
    for line in wanted:
        if line.strip() == "…":
            pieces.append(r"(?:[^\n]*\n)*?")
        else:
            pieces.append(".*?".join(re.escape(part) for part in line.rstrip().split("…")) + r"[ \t]*\n")
    text = "".join(f"{line}\n" for line in printed)
    matches = re.compile("".join(pieces)).fullmatch if whole else re.compile("".join(pieces)).match
    if matches(text):
        return None
    return "wanted:\n" + "\n".join(wanted) + "\n\nprinted:\n" + "\n".join(printed)


class Person:
    """Types a transcript's commands into one shell, and reads what comes."""

    def __init__(self, home: Path, aws: Path):
        home.mkdir(parents=True, exist_ok=True)
        # The commands are typed in a checkout.
        (home / "examples").symlink_to(Path(__file__).parents[3] / "examples")
        path = f"{aws.parent}:{os.environ['PATH']}"
        self.env = environment(home) | {"PATH": path, "AWS_PAGER": ""}
        self.home = home
        self.address = None
        self.shell = subprocess.Popen(
            ["bash", "--norc", "--noprofile"], cwd=home, env=self.env,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
        )
        self.servers = []

    def type(self, step: Step) -> None:
        """Runs one step.

        Raises an `AssertionError` when it prints anything else than the transcript says."""
        if _SERVE.match(step.command):
            self._serve(step)
            return
        command = _ROLECALL.sub(f"{binary()} ", self._here(step.command))
        printed = self._run(command)
        told = difference([self._here(line) for line in step.prints], printed)
        assert told is None, f"line {step.line}: {step.command}\n{told}"

    def leave(self) -> None:
        self.shell.kill()
        self.shell.wait()
        for server in self.servers:
            server.kill()
            server.wait()

    def _here(self, text: str) -> str:
        return _ADDRESS.sub(self.address, text) if self.address else text

    def _run(self, command: str) -> list:
        end = f"-- end {time.monotonic_ns()} --"
        self.shell.stdin.write(f"{command}\necho; echo '{end}'\n".encode())
        self.shell.stdin.flush()
        lines = _lines(self.shell.stdout, lambda read: f"{end}\n" in read)
        text = lines.rpartition(end)[0]
        return text.rstrip("\n").splitlines()

    def _serve(self, step: Step) -> None:
        words = _SERVE.sub("", step.command).replace("&", "").split()
        command = [binary(), "serve", *words, "--listen", "127.0.0.1:0"]
        # What it logs goes to the standard error and is no part of a transcript.
        with open(self.home / "serve.log", "ab") as log:
            server = subprocess.Popen(
                command, cwd=self.home, env=self.env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log
            )
        self.servers.append(server)
        read = _lines(server.stdout, lambda read: re.search(r"^ready http://\S+\n", read, re.MULTILINE))
        self.address = re.search(r"^ready http://(\S+)$", read, re.MULTILINE)[1]
        told = difference([self._here(line) for line in step.prints], read.splitlines(), whole=False)
        assert told is None, f"line {step.line}: {step.command}\n{told}"


def _lines(stream, enough) -> str:
    """What a process prints, until it is enough."""
    read, deadline = b"", time.monotonic() + PATIENCE
    while not enough(read.decode(errors="replace")):
        ready, _, _ = select.select([stream], [], [], max(0, deadline - time.monotonic()))
        piece = os.read(stream.fileno(), 65536) if ready else b""
        assert piece, f"it came to an end, or nothing more came, after:\n{read.decode(errors='replace')}"
        read += piece
    return read.decode(errors="replace")
