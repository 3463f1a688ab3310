"""What the AWS CLI, version 1, does with its settings: rows of JSON in, what it would have sent out.

Each row is one command in this process. What it says to the person is the text of a refusal.
"""

import contextlib
import io
import json
import shutil
import sys
from pathlib import Path

import wire

import awscli.clidriver

session_module = wire.module("session")
CACHE = Path(".aws/cli/cache")


class Session(session_module.Session):
    """Reads its data files once for all commands."""

    def __init__(self, *words, **named):
        super().__init__(*words, **named)
        self.register_component("data_loader", wire.LOADER)


session_module.Session = Session
# The CLI's own data stands beside that of the service.
wire.LOADER.search_paths.append(str(Path(awscli.__file__).parent / "data"))


def judge(row):
    wire.settle(row)
    shutil.rmtree(CACHE, ignore_errors=True)
    words = ["sts", "get-caller-identity"]
    given = {"region": row.get("region"), "profile": row.get("profile"), **row.get("options", {})}
    for name, value in given.items():
        words += [f"--{name.replace('_', '-')}={value}"] if value else []
    said = io.StringIO()
    status = 255
    with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(said):
        try:
            status = awscli.clidriver.create_clidriver().main(words)
        except Exception as error:
            said.write(str(error))
    if status:
        return {"error": "AWS CLI", "text": said.getvalue().strip(), "calls": wire.calls()}
    return {"calls": wire.calls(), "cached": sorted(path.stem for path in CACHE.glob("*.json"))}


for line in sys.stdin:
    row = json.loads(line)
    print(json.dumps({"id": row["id"], **judge(row)}))
