"""Every client as an ordinary application: its own chain of credentials, its own endpoint, its own trust.

Each is run by `run`, behind words such as `rolecall enter PLACE --world DIR --`. What it is asked and what it answers
stands in README.md.
"""

import json
import os
import re
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import pytest

from .programs import refusal

FOLDER = Path(__file__).parent.parent / "programs/place"

#: Seconds that a run may take; a chain that ends at an instance's metadata has tried it for several.
PATIENCE = 90


def document(*, assume: dict | None = None, then: list | None = None, **more) -> dict:
    """What a program is asked, with everything that is not told left to the client."""
    asked = {"region": None, "endpoint_url": None, "profile": None, "timeout": 3, "repeat": 1}
    return {**asked, "assume": assume, "then": then if then is not None else ["GetCallerIdentity"], **more}


class Broken(AssertionError):
    """A program that did not answer as README.md says."""


@dataclass(frozen=True)
class Program:
    """A client's program: how it is run, and how `rolecall --client` calls the client."""

    name: str
    client: str
    #: The command, from the folders that xtask tells; a function, because reading the table needs none of them.
    argv: Callable[[], list]
    needs: Callable[[], list]
    #: What the client needs to be told of authorities when the place does not: variables, or Java's own store.
    trust: str = "AWS_CA_BUNDLE"

    def demand(self) -> None:
        """Skips the test where the client could not be installed."""
        for path in self.needs():
            if not Path(path).exists():
                # `cargo xtask test` has said why, and says so again at its end.
                pytest.skip(f"{self.name} could not be installed")

    def run(self, asked: dict, prefix: list, env: dict) -> dict:
        """The program's answer; `env` is the whole environment."""
        # Read by Node's program alone, to find what is installed.
        told = {"ROLECALL_NODE": os.environ.get("ROLECALL_NODE", ""), **env}
        done = _ended([*prefix, *self.argv()], told, json.dumps(asked))
        if done.returncode != 0:
            raise Broken(f"{self.name} ended with {done.returncode}: {done.stderr}")
        try:
            return json.loads(done.stdout)
        except ValueError:
            raise Broken(f"{self.name} wrote {done.stdout!r}, and to its standard error: {done.stderr}") from None


@dataclass(frozen=True)
class Cli(Program):
    """The AWS CLI, which is called once for each call."""

    def run(self, asked: dict, prefix: list, env: dict) -> dict:
        limit = str(max(1, round(asked["timeout"])))
        words = ["--output", "json", "--cli-connect-timeout", limit, "--cli-read-timeout", limit]
        for member, option in (("region", "--region"), ("endpoint_url", "--endpoint-url"), ("profile", "--profile")):
            if asked.get(member):
                words += [option, asked[member]]
        # Set inside the place: on the way in, what would give a program other credentials than the place's is left out.
        seconds, done, exported = [], {}, {"AWS_MAX_ATTEMPTS": "1"}

        def call(*operation: str) -> tuple:
            begun = time.monotonic()
            inside = ["env", *(f"{name}={value}" for name, value in exported.items()), *self.argv()]
            ended = _ended([*prefix, *inside, *words, "sts", *operation], env, "")
            seconds.append(round(time.monotonic() - begun, 3))
            return ended.returncode == 0, ended.stdout if ended.returncode == 0 else ended.stderr

        for _ in range(asked.get("repeat", 1) if asked.get("assume") else 0):
            good, text = call("assume-role", *_options(asked["assume"]))
            if not good:
                return {**told_by_cli(text), "seconds": seconds}
            answer = json.loads(text)
            made = answer["Credentials"]
            done["AssumedRoleUser"] = answer["AssumedRoleUser"]
            done["Credentials"] = {"AccessKeyId": made["AccessKeyId"], "Expiration": _seconds(made["Expiration"])}
        if done:
            # As in a shell: exported. A profile named on the command line would go before them.
            exported |= {
                "AWS_ACCESS_KEY_ID": made["AccessKeyId"],
                "AWS_SECRET_ACCESS_KEY": made["SecretAccessKey"],
                "AWS_SESSION_TOKEN": made["SessionToken"],
            }
            if "--profile" in words:
                at = words.index("--profile")
                del words[at : at + 2]
        done["then"] = []
        for name in asked.get("then", []):
            good, text = call(_dashed(name))
            if not good:
                return {**told_by_cli(text), "seconds": seconds}
            done["then"].append({member: json.loads(text)[member] for member in ("Arn", "UserId", "Account")})
        return {"ok": done, "seconds": seconds}


#: What botocore's errors say where no connection was made, and why. From botocore/exceptions.py, which the CLI prints.
_UNREACHABLE = [
    (re.compile(r"Connect timeout on endpoint URL|Read timeout on endpoint URL"), "timeout"),
    (re.compile(r"SSL validation failed"), "tls"),
    # It does not say what the system did.
    (re.compile(r"Could not connect to the endpoint URL|Connection was closed before|Failed to connect to proxy"), None),
]


def told_by_cli(text: str) -> dict:
    """What the AWS CLI's standard error says, in the terms of the programs."""
    text = text.strip()
    if "An error occurred (" in text:
        return {"error": refusal(text)}
    for words, kind in _UNREACHABLE:
        if words.search(text):
            return {"unreachable": text, "kind": kind}
    return {"client_error": text}


def _options(given: dict) -> list:
    """The options of `assume-role`."""
    words = []
    for member, value in given.items():
        if member == "Tags":
            words += ["--tags", *(f"Key={tag['Key']},Value={tag['Value']}" for tag in value)]
        else:
            words += [f"--{_dashed(member)}", str(value)]
    return words


def _dashed(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "-", name).lower()


def _seconds(moment: str) -> int:
    return int(datetime.fromisoformat(moment.replace("Z", "+00:00")).timestamp())


def _ended(command: list, env: dict, given: str) -> subprocess.CompletedProcess:
    command = [str(word) for word in command]
    try:
        return subprocess.run(command, input=given, env=env, capture_output=True, text=True, timeout=PATIENCE)
    except subprocess.TimeoutExpired as error:
        raise Broken(f"{command} had not ended after {PATIENCE} seconds: {error.stderr}") from None


def _told(variable: str) -> Path:
    # Unset where it could not be built.
    return Path(os.environ.get(variable, "target/clients/not-built"))


def _python(version: str) -> Program:
    def python() -> Path:
        return _told("ROLECALL_VENVS") / f"boto3-{version}/bin/python"

    return Program(
        f"boto3-{version}", f"boto3=={version}", lambda: [python(), FOLDER / "place.py"], lambda: [python()]
    )


def _cli(version: str) -> Program:
    def aws() -> Path:
        return _told("ROLECALL_VENVS") / f"awscli-{version}/bin/aws"

    return Cli(f"awscli-{version}", f"awscli=={version}", lambda: [aws()], lambda: [aws()])


def _javascript(name: str, client: str, package: str, *words: str) -> Program:
    def installed() -> list:
        return [_told("ROLECALL_NODE") / "node_modules" / package]

    return Program(name, client, lambda: ["node", FOLDER / "place.mjs", *words], installed, "NODE_EXTRA_CA_CERTS")


def _go(name: str, client: str, program: str, trust: str) -> Program:
    def binary() -> list:
        return [_told("ROLECALL_GO") / program]

    return Program(name, client, binary, binary, trust)


def _java(name: str, client: str, program: str) -> Program:
    def built() -> Path:
        return _told("ROLECALL_JAVA") / "place"

    def command() -> list:
        # In two places at once, two JVMs have one process id, and one of them tells that the other has its statistics file.
        return ["java", "-XX:-UsePerfData", "-cp", f"{built()}/place.jar:{built()}/lib/*", f"rolecall.{program}"]

    return Program(name, client, command, lambda: [built() / "place.jar"], "JAVA")


def _rust() -> Program:
    def binary() -> list:
        return [_told("ROLECALL_RUST_CLIENT").with_name("rolecall-rust-place")]

    return Program("aws-sdk-rust", "aws-sdk-sts==1.124.0", binary, binary, "SSL_CERT_FILE")


#: The programs by their names.
PROGRAMS = {
    program.name: program
    for program in [
        _python("1.39.17"),
        _python("1.40.0"),
        _python("1.44.5"),
        _cli("1.41.17"),
        _cli("1.46.3"),
        _javascript("aws-sdk-js-3", "@aws-sdk/client-sts==3.1169.0", "@aws-sdk/client-sts"),
        _javascript("aws-sdk-js-2", "aws-sdk==2.1693.0", "aws-sdk", "2"),
        _go("aws-sdk-go-1", "aws-sdk-go==1.55.8", "place-first", "AWS_CA_BUNDLE"),
        # Version 2 of the SDK reads AWS_CA_BUNDLE too, Go itself the other.
        _go("aws-sdk-go-2", "aws-sdk-go-v2==1.48.0", "place-second", "SSL_CERT_FILE"),
        _java("aws-sdk-java-1", "aws-sdk-java==1.12.797", "First"),
        _java("aws-sdk-java-2", "aws-sdk-java==2.57.8", "Second"),
        _rust(),
    ]
}
