"""The doctor as a process: what scripts and CI build on. Documents against their schemas, exit statuses, bad input."""

import json
import os
import pathlib
import shutil
import subprocess
import time

import jsonschema
import pytest

BINARY = os.environ["ROLECALL_BIN"]
ROOT = pathlib.Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
SCHEMAS = ROOT / "docs" / "schema"
STORIES = ["story-1", "story-2", "story-3", "story-4"]


def rolecall(*arguments, cwd=ROOT):
    return subprocess.run(
        [BINARY, *map(str, arguments)], cwd=cwd, capture_output=True, text=True, timeout=120, check=False
    )


def document(verb, *arguments):
    done = rolecall(verb, *arguments, "--json")
    assert done.returncode in (0, 1), done.stderr
    told = json.loads(done.stdout)
    schema = json.loads((SCHEMAS / f"{verb}.json").read_text())
    jsonschema.Draft202012Validator(schema).validate(told)
    return done.returncode, told


@pytest.mark.parametrize("story", STORIES)
def test_every_expectation_of_every_example_holds_and_every_call_is_explained(story):
    status, checked = document("check", "--world", EXAMPLES / story)
    assert [call["call"] for call in checked["calls"] if not call["holds"]] == []
    assert status == 0
    for call in checked["calls"]:
        status, told = document("explain", call["call"], "--world", EXAMPLES / story)
        assert told["outcome"] == call["outcome"] == call["expect"]
        assert status == (0 if told["outcome"] == "allowed" else 1)
        assert bool(told["causes"]) == (told["outcome"] != "allowed")
        assert sum(fix["recommended"] for fix in told["fixes"]) <= 1
        assert not any(fix["recommended"] and fix["widens"] for fix in told["fixes"])


def test_story_1_names_the_condition_and_offers_its_four_fixes():
    _, told = document("explain", "daily-batch", "--world", EXAMPLES / "story-1")
    assert told["path"]["vpc_endpoint_id"] == "vpce-0sts"
    assert told["path"]["source_ip"] == "10.0.1.20"
    assert told["event_region"] == "ap-northeast-1"
    assert told["causes"][0]["code"] == "source-address-mismatch"
    assert told["causes"][0]["at"] == {"file": "role-b.trust.json", "line": 9, "column": 25}
    fixes = {fix["id"]: fix for fix in told["fixes"]}
    for own in ["global-endpoint-in-code", "legacy-setting", "private-dns-off"]:
        assert fixes[own]["proven"] and fixes[own]["actor"]["own"], own
    assert told["fixes"][0]["recommended"] and "aws:SourceVpce" in told["fixes"][0]["change"]
    assert told["fixes"][0]["actor"] == {"account": "222222222222", "name": "b", "own": False}
    assert fixes["source-vpce"]["also_changes"] == ["daily-batch-before", "by-hand"]
    _, before = document("explain", "daily-batch-before", "--world", EXAMPLES / "story-1")
    assert (before["path"]["source_ip"], before["event_region"]) == ("203.0.113.10", "us-east-1")


def test_a_fix_applied_by_its_diff_mends_the_call(tmp_path):
    for number, fix in enumerate(document("explain", "daily-batch", "--world", EXAMPLES / "story-1")[1]["fixes"]):
        world = tmp_path / str(number)
        shutil.copytree(EXAMPLES / "story-1", world)
        patch = subprocess.run(
            ["patch", "-p1", "-s"], cwd=world, input=fix["change"], text=True, capture_output=True, check=False
        )
        assert patch.returncode == 0, patch.stdout + patch.stderr
        assert document("explain", "daily-batch", "--world", world)[1]["outcome"] == "allowed", fix["id"]


def test_story_2_offers_the_url_and_the_variable():
    _, told = document("explain", "use-sts-role", "--world", EXAMPLES / "story-2")
    assert told["outcome"] == "unreachable"
    assert told["causes"][0]["code"] == "endpoint-unreachable"
    fixes = {fix["id"] for fix in told["fixes"] if fix["proven"]}
    assert {"regional-endpoint-url", "regional-setting"} <= fixes


def test_story_4_puts_the_session_name_on_the_source_profile():
    _, told = document("explain", "userid-without-a-name", "--world", EXAMPLES / "story-4")
    assert told["causes"][0]["code"] == "user-id-mismatch"
    assert told["caller"]["user_id"].split(":")[1].startswith("botocore-session-")
    first = told["fixes"][0]
    assert first["id"] == "role-session-name" and first["recommended"]
    assert "[profile source]" in first["change"] or "+role_session_name = my-session" in first["change"]


def test_an_upgrade_that_flips_a_call_ends_with_1_and_one_that_does_not_with_0():
    world = EXAMPLES / "story-1"
    status, told = document("upgrade", "--world", world, "--client", "boto3==1.40.0")
    flipped = [call for call in told["calls"] if call["flips"]]
    assert status == 1
    assert [call["call"] for call in flipped] == ["daily-batch-before"]
    assert flipped[0]["causes"][0]["code"] == "source-address-mismatch"
    assert any(fix["proven"] for fix in flipped[0]["fixes"])
    assert document("upgrade", "--world", world, "--client", "aws-cli==1.40.0")[0] == 0
    assert document("upgrade", "--world", world, "--client", "aws-cli==1.42.0")[0] == 1


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["explain", "daily-bach", "--world", "examples/story-1"], "there is no call `daily-bach`"),
        (["explain", "daily-batch", "--world", "examples"], "world.toml"),
        (["explain", "daily-batch", "--world", "examples/story-1", "--client", "boto4==1.0"], "boto4"),
        (["check", "--world", "nowhere"], "world.toml"),
        (["upgrade", "--world", "examples/story-1"], "--client"),
        (["upgrade", "--world", "examples/story-1", "--client", "boto3"], "boto3"),
    ],
)
def test_what_cannot_be_used_ends_with_2_and_says_why(arguments, told):
    done = rolecall(*arguments)
    assert done.returncode == 2
    assert told in done.stderr
    assert done.stdout == ""


def test_a_client_nobody_knows_is_told_with_its_place(tmp_path):
    world = tmp_path / "world"
    shutil.copytree(EXAMPLES / "story-1", world)
    text = (world / "world.toml").read_text()
    (world / "world.toml").write_text(text.replace('"boto3==1.40.0"', '"botto3==1.40.0"'))
    line = text[: text.index('"boto3==1.40.0"')].count("\n") + 1
    done = rolecall("check", "--world", world)
    assert done.returncode == 2
    assert f"world.toml:{line}:10" in done.stderr
    assert "boto3" in done.stderr


def test_text_is_for_people_and_without_colour_in_a_pipe():
    done = rolecall("explain", "daily-batch", "--world", "examples/story-1")
    assert done.returncode == 1
    assert "\x1b" not in done.stdout
    assert "role-b.trust.json:9" in done.stdout
    assert not [line for line in done.stdout.splitlines() if line != line.rstrip()]


def test_an_explanation_takes_no_time():
    taken = []
    for _ in range(5):
        began = time.monotonic()
        rolecall("explain", "daily-batch", "--world", "examples/story-1")
        taken.append(time.monotonic() - began)
    # A debug build on a busy machine; the figure of the release build is in docs/decisions/speed.md.
    assert min(taken) < 1.0, taken
