"""What botocore does with its settings: rows of JSON in, what it would have sent out. Nothing leaves the process.

Run by the interpreter of the environment that has the version under test; `support/habits.py` tells the form of a row.
"""

import json
import sys

import wire

session_module, config_module = wire.module("session"), wire.module("config")


def options(given):
    """The keyword arguments of `create_client`, the rest in a `Config`."""
    arguments = {name: given[name] for name in ("endpoint_url", "use_ssl") if name in given}
    rest = {name: value for name, value in given.items() if name not in arguments}
    return {**arguments, "config": config_module.Config(**rest)} if rest else arguments


def judge(row):
    wire.settle(row)
    try:
        session = session_module.Session(profile=row.get("profile"))
        session.register_component("data_loader", wire.LOADER)
        more = options(row.get("options", {}))
        if row["ask"] == "endpoint":
            more.update(aws_access_key_id="AKIDEXPLICIT", aws_secret_access_key="secret")
        client = session.create_client("sts", region_name=row.get("region"), **more)
        client.get_caller_identity()
    except Exception as error:
        return {"error": type(error).__name__, "text": str(error), "calls": wire.calls()}
    if row["ask"] == "endpoint":
        return wire.target(wire.WIRE.sent[-1][0])[0]
    return {"calls": wire.calls()}


for line in sys.stdin:
    row = json.loads(line)
    print(json.dumps({"id": row["id"], **judge(row)}))
