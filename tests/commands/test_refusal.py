"""What is shown of lines and words that were refused, where a secret may have been typed."""

from __future__ import annotations

import json
import os

import pytest

LOGIN = """
from chasqui import Secret, hookimpl, task

@task
def login(token: Secret[str], number: int = 1) -> str:
    return "ok"

@task
def plain(number: int) -> int:
    return number

@hookimpl
def chasqui_tasks():
    return [login, plain]
"""
VALUE = "hunter2"


@pytest.fixture(autouse=True)
def _login(plugin):
    plugin("door", LOGIN)


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [
        {"type": "door.login", "params": {"token": VALUE}},
        {"type": "door.login", "params": {"tokn": VALUE}},
        {"type": "door.login", "params": {"token": [VALUE]}},
        {"type": "door.login", "params": {"token": "env:HOME", "number": VALUE}},
        {"type": "door.login", "token": VALUE},
        {"type": "door.login", "params": f"token={VALUE}"},
        {"type": "door.lgin", "params": {"token": VALUE}},
        {"type": "nowhere.lgin", "params": {"token": VALUE}},
        {"type": ["door.login"], "params": {"token": VALUE}},
        VALUE,
        [VALUE],
    ],
    ids=str,
)
@pytest.mark.parametrize("broken", ["", "]"])
def test_a_line_of_jobs_that_may_hold_a_secret_is_not_repeated(chasqui, rows, line, broken):
    text = json.dumps(line) + broken
    done = chasqui("run", "--jobs", "-", "--log", input=text.encode())

    (row,) = rows(done)
    assert (2, "••••") == (done.returncode, row["params"])
    values = {**row, "error": row["error"]["message"].replace("got 'hunter2'", "")}
    assert VALUE not in json.dumps(values)


def test_a_line_for_a_type_without_secrets_is_repeated(chasqui, rows):
    line = '{"type": "door.plain", "params": {"number": "x"}}'
    (row,) = rows(chasqui("run", "--jobs", "-", input=line.encode()))

    assert line == row["params"]


@pytest.mark.slow
def test_a_line_is_masked_where_it_is_the_secret_and_repeated_where_it_is_not(chasqui, rows):
    (secret,) = rows(chasqui("run", "door.login", "--each", "token", input=b"hunter2\n"))
    (other,) = rows(
        chasqui("run", "door.login", "--each", "number", "token=env:HOME", input=b"many\n")
    )

    assert ("••••", "many") == (secret["params"], other["params"])


@pytest.mark.parametrize(
    "words",
    [
        ("door.login", f"token={VALUE}"),
        ("door.login", f"tokn={VALUE}"),
        ("door.login", f"to-ken={VALUE}"),
        ("door.login", f"--token={VALUE}"),
        ("door.login", "token=env:HOME", f"token={VALUE}"),
        ("door.login", f"token={VALUE}", "number=x"),
        ("door.login", "--each", "token", f"token={VALUE}"),
        ("door.login", "--each", "number", f"to-ken={VALUE}", os.devnull),
        ("door.lgin", f"token={VALUE}"),
    ],
    ids=" ".join,
)
def test_no_message_repeats_the_value_of_a_word_of_the_command_line(chasqui, words):
    done = chasqui("run", *words)

    assert done.returncode in (2, 3)
    assert VALUE not in done.stderr.decode() + done.stdout.decode()
    assert 1 == len(done.stderr.splitlines())
