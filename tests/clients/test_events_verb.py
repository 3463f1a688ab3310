"""`rolecall events`: the history across accounts and Regions, beside what LookupEvents says of it."""

import fcntl
import json
import os
import pty
import queue
import socket
import struct
import subprocess
import termios
import threading
from pathlib import Path

import pytest
from botocore.exceptions import ClientError

from support import aws, policies
from support.server import START_SECONDS, binary, environment

EXAMPLES = Path(__file__).parent.parent.parent / "examples"


def command(server, *words: str) -> list:
    return [binary(), "events", *words, "--data", str(server.data)]


def told(server, *words: str) -> str:
    done = subprocess.run(
        command(server, *words), env=environment(server.home), capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.returncode, done.stderr) == (0, "")
    return done.stdout


def records(server, *words: str) -> list:
    return [json.loads(line) for line in told(server, "--json", *words).splitlines()]


def names(events: list) -> list:
    return [(event["eventName"], event["awsRegion"], event.get("errorCode")) for event in events]


def calls(server) -> str:
    """A call that succeeds in Ireland and one that is refused in Virginia; the role's ARN."""
    alice = aws.user(server, "alice")
    arn = aws.role(server, "target", policies.trust(alice["Arn"]))
    aws.client(server, "sts", alice, region="eu-west-1").assume_role(RoleArn=arn, RoleSessionName="work")
    with pytest.raises(ClientError):
        aws.client(server, "sts", alice).assume_role(RoleArn=arn + "x", RoleSessionName="work")
    return arn


def test_the_records_are_those_of_lookup_events_of_every_region(server):
    calls(server)
    found = []
    for region in ("us-east-1", "eu-west-1"):
        pages = aws.client(server, "cloudtrail", region=region).get_paginator("lookup_events").paginate()
        found += [json.loads(event["CloudTrailEvent"]) for page in pages for event in page["Events"]]
    # The question is recorded once it is answered.
    shown = [event for event in records(server) if event["eventName"] != "LookupEvents"]
    by_id = {event["eventID"]: event for event in found if event["eventName"] != "LookupEvents"}
    assert len(shown) == len(by_id) >= 5
    assert all(event == by_id[event["eventID"]] for event in shown)
    assert shown == sorted(shown, key=lambda event: event["eventTime"])
    assert names(shown)[-2:] == [("AssumeRole", "eu-west-1", None), ("AssumeRole", "us-east-1", "AccessDenied")]


def test_filters_leave_what_was_asked_for(server):
    calls(server)
    refused, taken = ("AssumeRole", "us-east-1", "AccessDenied"), ("AssumeRole", "eu-west-1", None)
    assert names(records(server, "--name", "AssumeRole")) == [taken, refused]
    assert names(records(server, "--region", "eu-west-1")) == [taken]
    assert names(records(server, "--errors")) == [refused]
    assert names(records(server, "--limit", "1")) == [refused]
    assert names(records(server, "--account", "111111111111")) == []


def test_the_history_is_read_from_disk_when_no_server_runs(server):
    calls(server)
    live = told(server)
    assert "AccessDenied 000000000000:user/alice -> 000000000000:role/targetx, from 127.0.0.1" in live
    server.stop()
    assert told(server) == live


def test_a_call_between_accounts_is_told_once_and_to_each_account_its_own_way(serve):
    server = serve("--world", str(EXAMPLES / "story-1"))
    keys = _credentials(server, "batch-task")
    sts = aws.client(server, "sts", keys, region="ap-northeast-1")
    assert sts.get_caller_identity()["Arn"].startswith("arn:aws:sts::111111111111:assumed-role/role-a/")
    # Those credentials were handed out by the world, not by a call.
    assert names(records(server)) == [("GetCallerIdentity", "ap-northeast-1", None)]
    other = aws.client(server, "iam", server.keys("b"), region="us-east-1")
    other.update_assume_role_policy(RoleName="role-b", PolicyDocument=policies.trust("arn:aws:iam::111111111111:root"))
    sts.assume_role(RoleArn="arn:aws:iam::222222222222:role/role-b", RoleSessionName="work")
    [whole] = records(server, "--name", "AssumeRole")
    [own] = records(server, "--name", "AssumeRole", "--account", "111111111111")
    [theirs] = records(server, "--name", "AssumeRole", "--account", "222222222222")
    assert whole == own
    assert (own["userIdentity"]["type"], theirs["userIdentity"]["type"]) == ("AssumedRole", "AWSAccount")
    assert own["sharedEventID"] == theirs["sharedEventID"]


def test_records_are_shown_as_they_come_until_the_server_ends(server):
    arn = calls(server)
    follower = subprocess.Popen(
        command(server, "--follow", "--json", "--name", "AssumeRole", "--limit", "1"), env=environment(server.home),
        stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )
    try:
        lines = queue.SimpleQueue()
        threading.Thread(target=lambda: [lines.put(line) for line in follower.stdout], daemon=True).start()
        assert json.loads(lines.get(timeout=10))["errorCode"] == "AccessDenied"
        with pytest.raises(ClientError):
            aws.client(server, "sts", region="eu-west-2").assume_role(RoleArn=arn, RoleSessionName="root")
        came = json.loads(lines.get(timeout=10))
        assert (came["awsRegion"], came["userIdentity"]["type"]) == ("eu-west-2", "Root")
        server.stop()
        assert follower.wait(timeout=START_SECONDS) == 0
        assert follower.stderr.read() == ""
        assert lines.empty()
    finally:
        follower.kill()
        follower.wait()


def test_two_records_are_compared_by_id_and_by_place(server):
    calls(server)
    taken, refused = records(server, "--name", "AssumeRole")
    document = json.loads(told(server, "compare", "last~1", "last", "--json"))
    assert (document["one"], document["other"]) == (taken, refused)
    differ = {row["field"]: (row["one"], row["other"]) for row in document["differ"]}
    assert differ["awsRegion"] == ("eu-west-1", "us-east-1")
    assert differ["errorCode"] == ("-", "AccessDenied")
    assert not {"eventID", "eventTime", "requestID"} & set(differ)
    by_id = json.loads(told(server, "compare", taken["eventID"][:12], refused["eventID"], "--json"))
    assert by_id == document
    text = told(server, "--name", "AssumeRole", "compare", "last~1", "last")
    assert any(line.split() == ["≠", "awsRegion", "eu-west-1", "us-east-1"] for line in text.splitlines()), text
    assert max(len(line) for line in text.splitlines()) <= 100
    done = subprocess.run(
        command(server, "compare", "last", "zz"), env=environment(server.home), capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stderr) == (2, "rolecall: no record's id begins with zz; `rolecall events` shows them\n")


def test_a_terminal_of_a_hundred_columns_holds_every_line(server):
    calls(server)
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 100, 0, 0))
    subprocess.run(command(server), env=environment(server.home), stdout=theirs, timeout=30, check=True)
    os.close(theirs)
    text = b""
    try:
        while piece := os.read(ours, 65536):
            text += piece
    except OSError:
        pass  # A terminal's end.
    os.close(ours)
    lines = text.decode().splitlines()
    assert max(len(line) for line in lines) <= 100
    assert any(line.endswith("AssumeRole        AccessDenied") for line in lines), lines


def _credentials(server, place: str) -> dict:
    """What the place's credentials endpoint would ask the server for."""
    with socket.socket(socket.AF_UNIX) as line:
        line.connect(str(server.data / "control.sock"))
        line.sendall(json.dumps({"do": "credentials", "place": place}).encode() + b"\n")
        with line.makefile() as answers:
            told = json.loads(answers.readline())["ok"]
    return {
        "AccessKeyId": told["access_key_id"],
        "SecretAccessKey": told["secret_access_key"],
        "SessionToken": told["session_token"],
    }
