"""`explain` and the live run agree: every call of every example, made by a real client in its place.

A call whose own client cannot be run here is made by one with the same habits, and explained with that one.
"""

import contextlib
import json
import re
import subprocess
import tomllib
from datetime import datetime

import pytest

from support import totp
from support.place_programs import PROGRAMS
from support.places import EXAMPLES, Place, copied
from support.server import binary
from support.terminal import Terminal

SEED = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"

#: The program that runs a client of a world.
RUN_BY = {
    "boto3==1.39.17": "boto3-1.39.17",
    "boto3==1.40.0": "boto3-1.40.0",
    "aws-cli==1.41.17": "awscli-1.41.17",
    # PowerShell runs on another system; legacy by default as this one is.
    "aws-tools-powershell==4.1.800": "aws-sdk-go-1",
    # Version 2 is no package of PyPI; both have the same chain of profiles.
    "aws-cli==2.31.0": "awscli-1.46.3",
}

#: What two records of the same call differ in by nature: chance, time, and what the client's machine is.
BY_NATURE = {
    "eventID", "requestID", "sharedEventID", "eventTime", "userAgent", "creationDate", "accessKeyId", "sessionToken",
    "expiration", "cipherSuite", "keyExchange",
}


def calls() -> list:
    found = []
    for example in sorted(EXAMPLES.glob("story-*")):
        world = tomllib.loads((example / "world.toml").read_text())
        found += [pytest.param(example.name, call, id=f"{example.name}/{call['name']}") for call in world["call"]]
    return found


pytestmark = pytest.mark.usefixtures("namespaces")


@contextlib.contextmanager
def time_of(place: Place, call: dict):
    """Has the outage of the call's time hold while the call is made; a call of any other time is one of today."""
    world = place.world / "world.toml"
    text = world.read_text()
    outages = tomllib.loads(text).get("outage", [])
    if "at" not in call:
        yield
        return
    for outage in outages:
        start, end = (datetime.fromisoformat(outage[name]) for name in ("start", "end"))
        if start <= call["at"] < end:
            waits = place.start("sh", "-c", "echo in; read line", stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            assert waits.stdout.readline() == "in\n"
            place.verb("outage", "on", outage["name"])
            yield
            waits.communicate("out\n", timeout=20)
            return
    world.write_text(re.sub(r"^at = .*\n", "", text, flags=re.MULTILINE))
    yield


def bare(value, name=""):
    """A record without what differs by nature."""
    if isinstance(value, dict):
        return {key: bare(inner, key) for key, inner in value.items() if key not in BY_NATURE}
    if isinstance(value, list):
        return [bare(inner) for inner in value]
    if isinstance(value, str):
        return re.sub(r"botocore-session-\d+", "botocore-session-N", value)
    return value


def explained(place: Place, call: str, client: str) -> dict:
    done = subprocess.run(
        [binary(), "explain", call, "--world", str(place.world), "--client", client, "--json"],
        capture_output=True, text=True,
    )
    assert done.returncode in (0, 1), done.stderr
    return json.loads(done.stdout)


def lived(place: Place, call: dict, program: str) -> dict:
    """The call made in its place."""
    if "profile" in call:
        return by_profile(place, call, program)
    document = {
        "region": call.get("region"), "endpoint_url": call.get("options", {}).get("endpoint_url"), "profile": None,
        "timeout": 2, "repeat": 1, "then": [],
        "assume": {"RoleArn": call["assume"], "RoleSessionName": call["session_name"]},
    }
    return PROGRAMS[program].run(document, place.command(), place.environment(**call.get("env", {})))


def by_profile(place: Place, call: dict, program: str) -> dict:
    """A call of the credential chain, by a person who answers the prompt."""
    env = place.environment(
        AWS_CONFIG_FILE=str(place.world / call["config"]), AWS_MAX_ATTEMPTS="1",
        AWS_SHARED_CREDENTIALS_FILE=str(place.world / call["credentials"]),
    )
    words = ["sts", "get-caller-identity", "--profile", call["profile"], "--output", "json"]
    done = Terminal(place.command(PROGRAMS[program].argv()[0], *words), env, [totp.code(SEED)])
    if done.status == 0:
        return {"ok": json.loads(done.out)}
    found = re.search(r"An error occurred \((\w+)\)[^:]*: (.*)", done.errors)
    assert found, done.errors
    return {"error": {"Code": found[1], "Message": found[2].strip()}, "text": done.errors}


@pytest.mark.parametrize("example, call", calls())
def test_what_is_explained_is_what_happens(tmp_path, example, call):
    place = Place(tmp_path / "home", copied(example, tmp_path), call["place"])
    program = RUN_BY[call["client"]]
    PROGRAMS[program].demand()
    client = PROGRAMS[program].client
    with time_of(place, call):
        told, live = explained(place, call["name"], client), lived(place, call, program)

    outcome = "allowed" if "ok" in live else "unreachable" if "unreachable" in live else None
    if outcome is None:
        assert "error" in live, live
        outcome = "denied" if live["error"]["Code"] == "AccessDenied" else "rejected"
    assert outcome == told["outcome"] == call["expect"], (live, told["causes"])

    if told["error"]:
        assert live["error"]["Code"] == told["error"]["code"]
        words = bare(told["error"]["message"])
        assert words in bare(live["error"]["Message"]), live
    if told["client_error"]:
        words = live.get("unreachable") or live.get("text") or live["error"].get("Text") or live["error"]["Message"]
        # The words that botocore adds for how often it tried are the caller's own setting.
        wanted = told["client_error"]["text"].split(": ", 1)[-1]
        assert bare(wanted) in bare(words), live

    records = [record for record in place.events("--limit", "100") if record["eventName"] == "AssumeRole"]
    if told["event"] is None:
        assert records == []
        return
    record = records[-1]
    assert bare(record) == bare(told["event"])
    assert record["awsRegion"] == told["event_region"]
    assert record["sourceIPAddress"] == told["path"]["source_ip"]
    assert record.get("vpcEndpointId") == told["path"]["vpc_endpoint_id"]
    host = record["tlsDetails"]["clientProvidedHostHeader"]
    assert told["endpoint"]["url"] == f"https://{host}"
