"""The recorded session in the README, made anew: every command is run, and what is printed is held against what stands there.

`BLESS=1` writes what was printed into the README.
"""

import os
import re
import subprocess
from pathlib import Path

import pytest

from support.server import binary, environment

README = Path(__file__).parent.parent.parent / "README.md"

#: The block that is recorded, fenced as text: what runs is this test, not the transcript's.
BLOCK = re.compile(r"(<!-- recorded by tests/clients/test_recording.py -->\n```text\n)(.*?)(```\n)", re.DOTALL)

#: What is another on every run.
CHANGES = [
    (re.compile(r"^\d{4}-\d\d-\d\d \(UTC\)$", re.MULTILINE), "2026-… (UTC)"),
    (re.compile(r"\b\d\d:\d\d:\d\d\b"), "…"),
    (re.compile(r"\b[0-9a-f]{8}\b"), "…"),
]


@pytest.mark.usefixtures("namespaces")
def test_the_session_in_the_readme_is_what_happens(tmp_path):
    text = README.read_text()
    _, recorded, _ = BLOCK.search(text).groups()
    commands = [line.removeprefix("$ ") for line in recorded.splitlines() if line.startswith("$ ")]
    assert len(commands) >= 5
    home = tmp_path / "home"
    home.mkdir()
    venvs = Path(os.environ["ROLECALL_VENVS"])
    for name, version in (("old", "boto3-1.39.17"), ("new", "boto3-1.44.5")):
        assert (venvs / version / "bin/python").exists(), f"{version} could not be installed"
        (home / name).symlink_to(venvs / version)
    (home / "rolecall").symlink_to(binary())
    (home / "story-1").symlink_to(README.parent / "examples/story-1")
    env = environment(home)
    env.pop("AWS_EC2_METADATA_DISABLED")
    env["PATH"] = f"{home}:{env['PATH']}"
    made = ""
    for command in commands:
        done = subprocess.run(
            ["sh", "-c", command], cwd=home, env=env, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            timeout=60,
        )
        made += f"$ {command}\n{done.stdout}"
    for changing, stands in CHANGES:
        made = changing.sub(stands, made)
    if os.environ.get("BLESS"):
        README.write_text(BLOCK.sub(lambda found: found[1] + made + found[3], text))
        return
    assert made == recorded
