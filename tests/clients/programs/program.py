"""boto3 as a program: one JSON document of steps on standard input, one of answers on standard output.

What the document holds stands in README.md beside this folder.
"""

import json
import socket
import sys

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError


def main():
    asked = json.load(sys.stdin)
    if asked.get("port"):
        lead_to_loopback(asked["port"])
    kept, answers = {None: asked["credentials"]}, []
    for step in asked["steps"]:
        try:
            answer = {"ok": STEPS[step["do"]](asked, kept[step.get("as")], step.get("input", {}))}
        except ClientError as error:
            answer = {
                "error": {
                    "Code": error.response["Error"]["Code"],
                    "Message": error.response["Error"]["Message"],
                    "Status": error.response["ResponseMetadata"]["HTTPStatusCode"],
                }
            }
        if step.get("keep") and "ok" in answer:
            kept[step["keep"]] = answer["ok"]["Credentials"]
        answers.append(answer)
    json.dump(answers, sys.stdout)


def lead_to_loopback(port):
    """Lets every name lead to the server, so that the client may call the endpoint it would call by itself."""
    ask = socket.getaddrinfo
    socket.getaddrinfo = lambda host, _, *more, **named: ask("127.0.0.1", port, *more, **named)


def client(asked, keys, service):
    return boto3.client(
        service,
        region_name=asked["region"],
        endpoint_url=asked.get("endpoint"),
        use_ssl=(asked.get("endpoint") or "").startswith("https:"),
        verify=asked.get("ca"),
        aws_access_key_id=keys["AccessKeyId"],
        aws_secret_access_key=keys["SecretAccessKey"],
        aws_session_token=keys.get("SessionToken"),
        config=Config(retries={"max_attempts": 0}),
    )


def assume_role(asked, keys, given):
    answer = client(asked, keys, "sts").assume_role(**given)
    made = answer["Credentials"]
    return {
        "Credentials": {name: made[name] for name in ("AccessKeyId", "SecretAccessKey", "SessionToken")},
        "Expiration": int(made["Expiration"].timestamp()),
        "AssumedRoleUser": answer["AssumedRoleUser"],
    }


def get_caller_identity(asked, keys, given):
    answer = client(asked, keys, "sts").get_caller_identity()
    return {name: answer[name] for name in ("Arn", "UserId", "Account")}


def lookup_events(asked, keys, given):
    by = {}
    if "EventName" in given:
        by["LookupAttributes"] = [{"AttributeKey": "EventName", "AttributeValue": given["EventName"]}]
    pager = client(asked, keys, "cloudtrail").get_paginator("lookup_events")
    pages = [page["Events"] for page in pager.paginate(PaginationConfig={"PageSize": given["PageSize"]}, **by)]
    events = [event["CloudTrailEvent"] for page in pages for event in page]
    return {"Pages": [len(page) for page in pages], "Events": events}


STEPS = {"AssumeRole": assume_role, "GetCallerIdentity": get_caller_identity, "LookupEvents": lookup_events}

main()
