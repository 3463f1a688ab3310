"""`kill -9` in the middle of writes: whatever was acknowledged is there afterwards."""

import http.client
import json
import threading
import time

from support import aws, policies
from support.http import Request, connect, form, read

ROUNDS = 30
WRITERS = 6
#: Seconds that a round writes before it is cut off; each round another, so that the cut falls elsewhere.
WRITING = (0.15, 0.9)


class Writer(threading.Thread):
    """Calls over one connection, each as soon as the one before was answered, until the connection breaks."""

    def __init__(self, server, round_number: int, number: int, keys: dict, role: str):
        super().__init__(daemon=True)
        self.server, self.prefix, self.keys, self.role = server, f"r{round_number}-w{number}-", keys, role
        self.users, self.sessions, self.wrong = [], [], []
        self.assumes = number % 2 == 0

    def run(self) -> None:
        try:
            with connect(self.server) as line:
                for count in range(1_000_000):
                    name = f"{self.prefix}{count}"
                    line.sendall(self.request(name).bytes())
                    answer = read(line)
                    if answer.status != 200:
                        self.wrong.append((name, answer))
                    elif self.assumes:
                        self.sessions.append(answer.field("AccessKeyId"))
                    else:
                        self.users.append(name)
        except (OSError, http.client.HTTPException):
            return

    def request(self, name: str) -> Request:
        if self.assumes:
            body = form("sts", "AssumeRole", RoleArn=self.role, RoleSessionName=name)
            return Request(self.server, self.keys, body)
        return Request(self.server, self.keys, form("iam", "CreateUser", UserName=name), service="iam")


def test_nothing_acknowledged_is_ever_lost(server):
    keys = aws.user(server, "writer", policies.allow("iam:CreateUser"))
    role = aws.role(server, "target", policies.trust(keys["Arn"]))
    users, sessions, gone = {"writer"}, set(), 0
    began = time.monotonic()
    for number in range(ROUNDS):
        writers = [Writer(server, number, place, keys, role) for place in range(WRITERS)]
        for writer in writers:
            writer.start()
        least, most = WRITING
        time.sleep(least + (most - least) * number / ROUNDS)
        server.kill()
        for writer in writers:
            writer.join(timeout=10)
            assert not writer.is_alive()
            assert writer.wrong == []
        new_users = {name for writer in writers for name in writer.users}
        new_sessions = {key for writer in writers for key in writer.sessions}
        assert new_users and new_sessions, "a round that wrote nothing shows nothing"
        users |= new_users
        sessions |= new_sessions
        server.start()
        gone += len(users - listed_users(server))
        assert gone == 0, f"round {number}"
        # Reading all events every time would take longer than writing them: each round reads its own.
        recorded = records_since(server, len(new_users) + len(new_sessions) + 4 * WRITERS)
        assert new_users <= recorded[0], f"round {number}: records of {new_users - recorded[0]} are gone"
        assert new_sessions <= recorded[1], f"round {number}: records of {new_sessions - recorded[1]} are gone"
    took = time.monotonic() - began
    print(f"{ROUNDS} kills, {len(users)} users and {len(sessions)} sessions acknowledged, {gone} lost, {took:.0f} s")
    # The history as a whole, once.
    made, issued = records_since(server, None)
    assert users <= made
    assert sessions <= issued


def listed_users(server) -> set:
    pages = aws.client(server, "iam").get_paginator("list_users").paginate(PaginationConfig={"PageSize": 1000})
    return {user["UserName"] for page in pages for user in page["Users"]}


def records_since(server, count: int | None) -> tuple:
    """Names of users made and keys issued, in the newest `count` records of each kind or in all of them."""
    trail = aws.client(server, "cloudtrail")

    def newest(name: str):
        by = [{"AttributeKey": "EventName", "AttributeValue": name}]
        config = {"PageSize": 50, "MaxItems": count} if count else {"PageSize": 50}
        for page in trail.get_paginator("lookup_events").paginate(LookupAttributes=by, PaginationConfig=config):
            for event in page["Events"]:
                record = json.loads(event["CloudTrailEvent"])
                if "errorCode" not in record:
                    yield record

    made = {record["requestParameters"]["userName"] for record in newest("CreateUser")}
    issued = {record["responseElements"]["credentials"]["accessKeyId"] for record in newest("AssumeRole")}
    return made, issued
