"""Real clients, run offline, beside Rolecall's answers for the same settings.

A row is what a client is told, as JSON:

    { "id", "ask": "endpoint" | "chain", "region"?, "env"?, "config"?, "credentials"?, "profile"?, "options"?, "provided"? }

`endpoint` asks where an STS client sends a call that is signed with keys given in code; the answer is
`{ "url", "signing_region", "signing" }`. `chain` asks which calls a client makes to get its credentials and then to use
them; the answer is `{ "calls": [{ "target", "key", "operation", "RoleArn", "RoleSessionName", … }…] }`. A client that
refuses answers `{ "error", "text", "calls" }`.

Each client is one process for all its rows: a program under `programs/habits` that reads rows and writes answers, a line
of JSON each, with the client's way to the network replaced. Rolecall answers through `crates/clients/examples/judge.rs`.
"""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from .server import environment

PROGRAMS = Path(__file__).parent.parent / "programs/habits"
ROOT = Path(__file__).parent.parent.parent.parent

#: Seconds that all rows of one client may take.
PATIENCE = 300

#: Calls are compared in these.
MEMBERS = ("RoleArn", "RoleSessionName", "ExternalId", "DurationSeconds", "SerialNumber", "SourceIdentity")


def judge_binary() -> Path:
    """Builds the judge, once, beside the binary under test."""
    binary = Path(os.environ["ROLECALL_BIN"])
    build = ["cargo", "build", "--quiet", "--locked", "--package", "rolecall-clients", "--example", "judge"]
    told = {**os.environ, "CARGO_TARGET_DIR": str(binary.parent.parent)}
    subprocess.run(build, cwd=ROOT, env=told, check=True)
    return binary.parent / "examples/judge"


def start(command: list, home: Path, **variables: str) -> subprocess.Popen:
    """A program that answers rows."""
    return subprocess.Popen(
        [str(part) for part in command],
        env=environment(home, **variables),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def answers(process: subprocess.Popen, rows: list) -> dict:
    """What it answers, by row."""
    text = "".join(json.dumps(row) + "\n" for row in rows)
    try:
        out, err = process.communicate(text, timeout=PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
    assert process.returncode == 0, err[-4000:]
    told = {}
    for line in out.splitlines():
        answer = json.loads(line)
        told[answer.pop("id")] = answer
    assert set(told) == {row["id"] for row in rows}, err[-4000:]
    return told


def node(package: str) -> dict:
    """The environment of a program that needs a package of npm."""
    modules = Path(os.environ["ROLECALL_NODE"])
    demand(modules / "node_modules" / package, package)
    return {"ROLECALL_NODE": str(modules)}


def go(name: str) -> Path:
    """A program in Go."""
    binary = Path(os.environ.get("ROLECALL_GO", "target/clients/go")) / name
    demand(binary, f"the program {name} in Go")
    return binary


def java(program: str) -> list:
    """The command that runs a program in Java."""
    folder = Path(os.environ.get("ROLECALL_JAVA", "target/clients/java"))
    demand(folder / "habits.jar", "the programs in Java")
    # The environment of a process in Java is there to be read alone, unless one looks behind it.
    opened = ["--add-opens", "java.base/java.util=ALL-UNNAMED"]
    return ["java", "-XX:-UsePerfData", *opened, "-cp", f"{folder}/habits.jar:{folder}/lib/*", f"rolecall.{program}"]


def venv(name: str) -> Path:
    """The interpreter of a virtual environment."""
    python = Path(os.environ["ROLECALL_VENVS"]) / name / "bin/python"
    demand(python, name)
    return python


def demand(path: Path, name: str) -> None:
    if not path.exists():
        # `cargo xtask test` has said why, and says so again at its end.
        pytest.skip(f"{name} could not be installed")


#: Clients that say what is wrong in a sentence and give it no name.
NAMELESS = ("AWS CLI", "Go", "Java")


def same(row: dict, real: dict, ours: dict, words: bool) -> str | None:
    """What of two answers is not the same, and `None` where nothing is."""
    if "unusable" in ours:
        # An option that this version does not have: Python says so too.
        return None if real.get("error") == "TypeError" else "an option"
    if "error" in real or "error" in ours:
        if real.get("error") in NAMELESS and "error" in ours:
            # It adds to the words what to do, and tells no name.
            known = ours["text"].strip() in real["text"] or ours["error"] == "ConfigParseError"
            return None if known else "the words of a refusal"
        if real.get("error") != ours.get("error"):
            return f"refusal: {real.get('error')} and {ours.get('error')}"
        # The path in it is that of the machine.
        told = words and real["error"] not in ("ConfigParseError", "ENOENT")
        return "the words of a refusal" if told and real["text"] != ours["text"] else None
    if row["ask"] == "endpoint":
        return same_endpoint(real, ours)
    # Sessions by web identity are kept under names that the token is part of.
    if "cached" in real and ours["start"] is not None and not isinstance(ours["start"], dict):
        if real["cached"] != ours["cached"]:
            return "the files of the cache"
    return same_chain(real, ours)


def same_endpoint(real: dict, ours: dict) -> str | None:
    """What of two answers to `endpoint` is not the same."""
    for member in ("url", "signing_region", "signing"):
        if real.get(member) != ours.get(member):
            return member
    return None


def same_chain(real: dict, ours: dict) -> str | None:
    """What of two answers to `chain` is not the same. The judge tells the start apart, and a call for the last one."""
    calls, key = list(real["calls"]), ours["start"]
    if isinstance(key, dict):
        first, key = calls.pop(0), "ASIA1"
        if first["operation"] != "AssumeRoleWithWebIdentity":
            return "no web identity"
        told = same_endpoint(first["target"], ours["start"]["target"]) or same_members(first, ours["start"])
        if told:
            return f"web identity: {told}"
    if len(calls) != len(ours["calls"]):
        return "the number of calls"
    for number, (made, told) in enumerate(zip(calls, ours["calls"]), len(real["calls"]) - len(calls) + 1):
        if made["key"] != key:
            return f"the key of call {number}"
        key = f"ASIA{number}"
        last = made["operation"] == "GetCallerIdentity"
        other = same_endpoint(made["target"], told["target"]) or (None if last else same_members(made, told))
        if other:
            return f"{other} of call {number}"
    return None if last else "the last call"


#: Names that clients make up, as the judge tells them.
MADE_UP = {
    r"botocore-session-\d{10}": "botocore-session-<unix seconds>",
    r"aws-sdk-js-\d{13}": "aws-sdk-js-<unix milliseconds>",
    r"aws-sdk-java-\d{13}": "aws-sdk-java-<unix milliseconds>",
    r"aws-go-sdk-\d{19}": "aws-go-sdk-<unix nanoseconds>",
    r"\d{19}": "<unix nanoseconds>",
    r"aws-sdk-js-session-\d{13}": "aws-sdk-js-session-<unix milliseconds>",
}


def same_members(made: dict, told: dict) -> str | None:
    for member in MEMBERS:
        value = made.get(member)
        if member == "RoleSessionName" and value != told.get(member):
            value = next((known for form, known in MADE_UP.items() if re.fullmatch(form, value or "")), value)
        if value != told.get(member):
            return member
    return None


def differences(rows: list, real: dict, ours: dict, words: bool = True) -> list:
    """Every row that the two do not agree on, told so that it can be run again."""
    found = []
    for row in rows:
        said = same(row, real[row["id"]], ours[row["id"]], words)
        if said:
            found.append({"why": said, "row": row, "real": real[row["id"]], "ours": ours[row["id"]]})
    return found


def report(found: list, many: int, shown: int = 20) -> str:
    kinds = {}
    for difference in found:
        kinds[difference["why"]] = kinds.get(difference["why"], 0) + 1
    lines = [f"{len(found)} of {many} rows differ: {kinds}"]
    lines += [json.dumps(difference, indent=1) for difference in found[:shown]]
    return "\n".join(lines)
