"""The unmodified clients, each run as a process of its own that is told what to do and tells what came of it."""

import json
import os
import re
import subprocess
from pathlib import Path

import pytest

from .server import environment

PROGRAMS = Path(__file__).parent.parent / "programs"

#: Seconds that a run of a client may take.
PATIENCE = 60

_REFUSAL = re.compile(r"An error occurred \((?P<Code>\w+)\) when calling the \w+ operation: (?P<Message>.*)", re.DOTALL)


class Program:
    """A client behind the protocol of README.md."""

    def __init__(self, name: str, command: list, needs: list):
        self.name = name
        self.command = [str(part) for part in command]
        self.needs = [Path(part) for part in needs]

    def demand(self) -> None:
        _demand(self.name, self.needs)

    def run(self, home: Path, keys: dict, steps: list, *, region="us-east-1", ca: str | None = None, **more) -> list:
        asked = {"region": region, "credentials": keys, "steps": steps, "ca": ca, **more}
        # Node reads authorities from nowhere else.
        told = {"ROLECALL_NODE": os.environ.get("ROLECALL_NODE", ""), **({"NODE_EXTRA_CA_CERTS": ca} if ca else {})}
        done = subprocess.run(
            self.command,
            input=json.dumps(asked),
            env=environment(home, **told),
            capture_output=True,
            text=True,
            timeout=PATIENCE,
        )
        assert done.returncode == 0, f"{self.name}: {done.stderr}"
        return json.loads(done.stdout)


class Cli:
    """The AWS CLI."""

    def __init__(self, version: str):
        self.name = f"awscli-{version}"
        self.path = _venvs() / self.name / "bin/aws"

    def demand(self) -> None:
        _demand(self.name, [self.path])

    def command(self, *words: str) -> list:
        return [str(self.path), *words]

    def run(
        self, home: Path, keys: dict, steps: list, *, region="us-east-1", endpoint: str, ca: str | None = None
    ) -> list:
        kept, answers = {None: keys}, []
        trusted = {"AWS_CA_BUNDLE": ca} if ca else {}
        for step in steps:
            told = environment(home, **settings(kept[step.get("as")], region, endpoint), **trusted)
            answer = getattr(self, f"_{step['do']}")(told, step.get("input", {}))
            if step.get("keep") and "ok" in answer:
                kept[step["keep"]] = answer["ok"]["Credentials"]
            answers.append(answer)
        return answers

    def ask(self, told: dict, *words: str) -> dict:
        """What one command answers, as JSON."""
        done = subprocess.run(
            self.command(*words, "--output", "json"), env=told, capture_output=True, text=True, timeout=PATIENCE
        )
        if done.returncode == 0:
            return {"ok": json.loads(done.stdout)}
        return {"error": refusal(done.stderr)}

    def _AssumeRole(self, told: dict, given: dict) -> dict:
        words = ["--role-arn", given["RoleArn"], "--role-session-name", given["RoleSessionName"]]
        if "ExternalId" in given:
            words += ["--external-id", given["ExternalId"]]
        if "Tags" in given:
            words += ["--tags", *(f"Key={tag['Key']},Value={tag['Value']}" for tag in given["Tags"])]
        if "TransitiveTagKeys" in given:
            words += ["--transitive-tag-keys", *given["TransitiveTagKeys"]]
        return self.ask(told, "sts", "assume-role", *words)

    def _GetCallerIdentity(self, told: dict, _: dict) -> dict:
        return self.ask(told, "sts", "get-caller-identity")

    def _LookupEvents(self, told: dict, given: dict) -> dict:
        size, token, pages, events = str(given["PageSize"]), [], [], []
        by = [f"AttributeKey=EventName,AttributeValue={given['EventName']}"] if "EventName" in given else []
        # The CLI turns all pages itself and shows one list; so that each is seen, it is told to stop after every one.
        while token is not None:
            words = ["--page-size", size, "--max-items", size, *(["--lookup-attributes", *by] if by else []), *token]
            answer = self.ask(told, "cloudtrail", "lookup-events", *words)
            if "error" in answer:
                return answer
            pages.append(len(answer["ok"]["Events"]))
            events += [event["CloudTrailEvent"] for event in answer["ok"]["Events"]]
            token = ["--starting-token", answer["ok"]["NextToken"]] if "NextToken" in answer["ok"] else None
        return {"ok": {"Pages": pages, "Events": events}}


def refusal(text: str) -> dict:
    """Code and message in what the AWS CLI writes to its standard error; it does not tell the status."""
    found = _REFUSAL.search(text)
    assert found, f"the CLI failed by itself: {text}"
    return {"Code": found["Code"], "Message": found["Message"].strip(), "Status": None}


def settings(keys: dict, region: str, endpoint: str) -> dict:
    told = {
        "AWS_ACCESS_KEY_ID": keys["AccessKeyId"],
        "AWS_SECRET_ACCESS_KEY": keys["SecretAccessKey"],
        "AWS_DEFAULT_REGION": region,
        "AWS_ENDPOINT_URL": endpoint,
        "AWS_MAX_ATTEMPTS": "1",
    }
    if keys.get("SessionToken"):
        told["AWS_SESSION_TOKEN"] = keys["SessionToken"]
    return told


def _demand(name: str, needs: list) -> None:
    for path in needs:
        if not path.exists():
            # `cargo xtask test` has said why, and says so again at its end.
            pytest.skip(f"{name} could not be installed")


def _venvs() -> Path:
    return Path(os.environ["ROLECALL_VENVS"])


def _boto3(version: str) -> Program:
    python = _venvs() / f"boto3-{version}" / "bin/python"
    return Program(f"boto3-{version}", [python, PROGRAMS / "program.py"], [python])


def _javascript() -> Program:
    modules = Path(os.environ["ROLECALL_NODE"]) / "node_modules/@aws-sdk"
    return Program(
        "aws-sdk-js",
        ["node", PROGRAMS / "program.mjs"],
        [modules / "client-sts", modules / "client-cloudtrail"],
    )


def _rust() -> Program:
    # Unset where it could not be built.
    binary = os.environ.get("ROLECALL_RUST_CLIENT", "target/clients/rust/not-built")
    return Program("aws-sdk-rust", [binary], [binary])


OLD_BOTO3 = _boto3("1.39.17")
NEW_BOTO3 = _boto3("1.44.5")
OLD_CLI = Cli("1.41.17")
NEW_CLI = Cli("1.46.3")
CLIS = [OLD_CLI, NEW_CLI]
CLIENTS = [OLD_BOTO3, NEW_BOTO3, OLD_CLI, NEW_CLI, _javascript(), _rust()]
