"""boto3 as an ordinary application: its default chain of credentials, its default endpoint, its default trust.

The document it reads, and the one it writes, stand in README.md of the folder above `programs`.
"""

import json
import sys
import time

import boto3
import botocore.exceptions as failures
from botocore.config import Config

#: What the members of an answer are called in all programs.
IDENTITY = ("Arn", "UserId", "Account")


def main():
    asked = json.load(sys.stdin)
    seconds = []
    try:
        answer = {"ok": work(asked, seconds)}
    except failures.ClientError as error:
        told = error.response["Error"]
        status = error.response["ResponseMetadata"].get("HTTPStatusCode")
        answer = {"error": {"Code": told["Code"], "Message": told.get("Message", ""), "Status": status}}
    except (failures.HTTPClientError, failures.ConnectionError) as error:
        answer = {"unreachable": str(error), "kind": kind(error)}
    except (failures.BotoCoreError, ValueError) as error:
        answer = {"client_error": f"{type(error).__name__}: {error}"}
    json.dump({**answer, "seconds": seconds}, sys.stdout)


def work(asked, seconds):
    session = boto3.session.Session(region_name=asked.get("region"), profile_name=asked.get("profile"))
    config = Config(
        connect_timeout=asked["timeout"], read_timeout=asked["timeout"], retries={"total_max_attempts": 1}
    )

    def client(made=None):
        keys = {}
        if made:
            keys = {
                "aws_access_key_id": made["AccessKeyId"],
                "aws_secret_access_key": made["SecretAccessKey"],
                "aws_session_token": made["SessionToken"],
            }
        return session.client("sts", endpoint_url=asked.get("endpoint_url"), config=config, **keys)

    def timed(call, **given):
        begun = time.monotonic()
        try:
            return call(**given)
        finally:
            seconds.append(round(time.monotonic() - begun, 3))

    own, made, done = client(), None, {}
    if asked.get("assume"):
        for _ in range(asked.get("repeat", 1)):
            answer = timed(own.assume_role, **asked["assume"])
        made = answer["Credentials"]
        done["AssumedRoleUser"] = answer["AssumedRoleUser"]
        done["Credentials"] = {"AccessKeyId": made["AccessKeyId"], "Expiration": int(made["Expiration"].timestamp())}
    user = client(made) if made else own
    calls = {"GetCallerIdentity": lambda: user.get_caller_identity()}
    then = [timed(calls[name]) for name in asked.get("then", [])]
    return {**done, "then": [{name: answer[name] for name in IDENTITY} for answer in then]}


def kind(error):
    """Why no connection was made, where botocore tells it; a failed handshake is `tls`."""
    if isinstance(error, (failures.ConnectTimeoutError, failures.ReadTimeoutError)):
        return "timeout"
    if isinstance(error, failures.SSLError):
        return "tls"
    words = str(getattr(error, "kwargs", {}).get("error", error))
    for found, name in (("NameResolution", "name"), ("Name or service", "name"), ("name resolution", "name"),
                        ("No address associated", "name"), ("refused", "refused"), ("timed out", "timeout")):
        if found in words:
            return name
    return None


main()
