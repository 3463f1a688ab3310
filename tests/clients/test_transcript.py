"""The README's commands, run as they stand there."""

from pathlib import Path

import pytest

from support import transcript
from support.programs import NEW_CLI

README = Path(__file__).parents[2] / "README.md"


@pytest.fixture
def person(tmp_path):
    NEW_CLI.demand()
    person = transcript.Person(tmp_path / "home", NEW_CLI.path)
    yield person
    person.leave()


def test_the_readme_tells_the_truth(person):
    steps = transcript.steps(README.read_text())
    assert len(steps) >= 4, "the README shows a server, a role, a refusal and a session"
    for step in steps:
        person.type(step)


SAMPLE = """
```console
$ cargo run --release -- serve --account 111111111111
ready http://127.0.0.1:4566
$ export AWS_SHARED_CREDENTIALS_FILE=~/.local/state/rolecall/credentials
$ export AWS_ENDPOINT_URL=http://127.0.0.1:4566 AWS_DEFAULT_REGION=eu-west-1
$ aws sts get-caller-identity
{
    "UserId": "111111111111",
    "Account": "111111111111",
    "Arn": "arn:aws:iam::111111111111:root"
}
$ aws sts assume-role --role-session-name work \\
>     --role-arn arn:aws:iam::111111111111:role/none
…
…AccessDenied…Roles may not be assumed by root accounts.
```
"""


def test_a_transcript_that_is_true_passes(person):
    for step in transcript.steps(SAMPLE):
        person.type(step)


@pytest.mark.parametrize("truth, lie", [
    ('"Account": "111111111111"', '"Account": "222222222222"'),
    ("Roles may not be assumed by root accounts.", "Roles may be assumed by everybody."),
    ("ready http", "steady http"),
])
def test_a_transcript_that_is_not_true_fails(person, truth, lie):
    with pytest.raises(AssertionError):
        for step in transcript.steps(SAMPLE.replace(truth, lie)):
            person.type(step)


def test_a_line_of_dots_stands_for_any_lines():
    for wanted, printed, fits in [
        (["a", "…", "d"], ["a", "b", "c", "d"], True),
        (["a", "…", "d"], ["a", "d"], True),
        (["a", "…", "d"], ["a", "b", "c"], False),
        (["id … end"], ["id 7 end"], True),
        (["id … end"], ["id 7", "end"], False),
        (["a"], ["a", "b"], False),
        ([], ["a"], False),
        ([], [], True),
    ]:
        assert (transcript.difference(wanted, printed) is None) == fits, (wanted, printed)
