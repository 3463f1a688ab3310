"""What real clients do with their settings, beside what Rolecall says they do; `support/habits.py` tells how."""

import pytest

from support import habit_rows, habits

BOTOCORES = ["1.13.2", "1.23.0", "1.29.0", "1.31.0", "1.36.0", "1.39.17", "1.40.0", "1.44.5"]


@pytest.fixture(scope="module")
def judge():
    return habits.judge_binary()


@pytest.fixture
def compare(judge, tmp_path):
    """Runs a client and the judge over rows and demands that they agree."""

    def run(client: str, command: list, rows: list, least: int, variables: dict | None = None, **more) -> None:
        rows = habit_rows.numbered(rows)
        assert len(rows) >= least
        real = habits.answers(habits.start(command, tmp_path, **(variables or {})), rows)
        asked = [{**row, "client": client} for row in rows]
        ours = habits.answers(habits.start([judge], tmp_path), asked)
        found = habits.differences(rows, real, ours, **more)
        assert not found, habits.report(found, len(rows))
        # A comparison of refusals alone would show nothing.
        assert sum("error" not in answer for answer in real.values()) > len(rows) / 3

    return run


@pytest.mark.parametrize("version", BOTOCORES)
def test_botocore(compare, version):
    python = habits.venv(f"botocore-{version}")
    # What it says has not changed since; before, a word was misspelt.
    words = version != "1.13.2"
    rows = habit_rows.python(seed=4, mixed=400) + habit_rows.python_chains(seed=5, mixed=250)
    compare(f"botocore=={version}", [python, habits.PROGRAMS / "python.py"], rows, least=900, words=words)


@pytest.mark.parametrize("version", ["1.41.17", "1.46.3"])
def test_aws_cli(compare, version):
    python = habits.venv(f"awscli-{version}")
    rows = habit_rows.cli(seed=6, mixed=150, chained=150)
    compare(f"awscli=={version}", [python, habits.PROGRAMS / "cli.py"], rows, least=300)


def test_javascript_3(compare):
    variables = habits.node("@aws-sdk/client-sts")
    rows = habit_rows.javascript3(seed=8, mixed=600, chained=300)
    program = ["node", habits.PROGRAMS / "javascript3.mjs"]
    compare("@aws-sdk/client-sts==3.1169.0", program, rows, least=1000, variables=variables)


def test_javascript_2(compare):
    variables = habits.node("aws-sdk")
    rows = habit_rows.javascript2(seed=9, mixed=700, chained=300)
    compare("aws-sdk==2.1693.0", ["node", habits.PROGRAMS / "javascript2.cjs"], rows, least=1200, variables=variables)


@pytest.mark.parametrize("program, client", [("first", "aws-sdk-go==1.55.8"), ("second", "aws-sdk-go==2")])
def test_go(compare, program, client):
    rows = habit_rows.go(seed=10, mixed=700, chained=300, first=program == "first")
    compare(client, [habits.go(program)], rows, least=1000)


@pytest.mark.parametrize("program, client", [("First", "aws-sdk-java==1.12.797"), ("Second", "aws-sdk-java==2.57.8")])
def test_java(compare, program, client):
    rows = habit_rows.java(seed=11, mixed=700, chained=300, first=program == "First")
    compare(client, habits.java(program), rows, least=1000)
