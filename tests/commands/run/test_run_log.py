"""`run --log`: what a body has said is part of its row."""

from __future__ import annotations

import pytest

TALKS = """
import logging, sys
from chasqui import Context, Retry, hookimpl, task

lib = logging.getLogger("some.library")

@task(retry=Retry(attempts=2, base=0))
def talk(ctx: Context, word: str = "hi") -> None:
    ctx.log.info("mine: %s", word)
    lib.info("theirs: %s", word)
    lib.debug("too low")
    print("printed", file=sys.stderr)
    if word in ("a", "b"):
        print("aside")
    if word == "bad" :
        raise RuntimeError("no")

@hookimpl
def chasqui_tasks():
    return [talk]
"""


@pytest.fixture(autouse=True)
def talks(plugin):
    plugin("talks", TALKS)


def said(row):
    return [(one["attempt"], one["level"], one["logger"], one["text"]) for one in row["log"]]


def test_a_row_has_what_its_body_logged_with_any_logger(chasqui, rows):
    done = chasqui("run", "talks.talk", "--log", "word=yo")
    (row,) = rows(done)

    assert 0 == done.returncode, done.stderr
    assert ["ran", "log", "log_dropped"] == list(row)[-3:]
    assert [
        (1, "INFO", "chasqui.task", "mine: yo"),
        (1, "INFO", "some.library", "theirs: yo"),
    ] == said(row)
    assert 0 == row["log_dropped"]
    assert ["at", "level", "logger", "attempt", "text"] == list(row["log"][0])
    assert b"printed" in done.stderr


@pytest.mark.slow
def test_each_row_has_its_own_lines_of_every_attempt(chasqui, rows):
    done = chasqui("run", "talks.talk", "--log", "--each", "word", input=b"good\nbad\n")
    by_line = {row["line"]: [(one[0], one[3]) for one in said(row)] for row in rows(done)}

    assert [(1, "mine: good"), (1, "theirs: good")] == by_line[1]
    assert [(n, f"{who}: bad") for n in (1, 2) for who in ("mine", "theirs")] == by_line[2]


@pytest.mark.slow
def test_without_it_there_is_no_such_key(chasqui, rows):
    (row,) = rows(chasqui("run", "talks.talk"))

    assert "ran" == list(row)[-1]


@pytest.mark.slow
def test_it_is_asked_for_even_where_the_config_captures_nothing(chasqui, rows, tmp_path):
    (tmp_path / "config.toml").write_text("[engine]\n[log]\ncapture = false\nlevel = 'debug'\n")
    (row,) = rows(chasqui("run", "talks.talk", "--log"))

    assert ["mine: hi", "theirs: hi", "too low"] == [one[3] for one in said(row)]


def test_the_config_says_what_is_kept(chasqui, rows, tmp_path):
    (tmp_path / "config.toml").write_text(
        "[engine]\n[log]\ncapture_prints = true\nlines_per_task = 2\n"
    )
    done = chasqui("run", "talks.talk", "--log")
    (row,) = rows(done)

    assert [
        (1, "INFO", "some.library", "theirs: hi"),
        (1, "INFO", "stderr", "printed"),
    ] == said(row)
    assert 1 == row["log_dropped"]
    assert b"printed" not in done.stderr


@pytest.mark.slow
def test_a_line_that_became_no_task_has_the_keys_too(chasqui, rows):
    (row,) = rows(chasqui("run", "--jobs", "-", "--log", input=b"{\n"))

    assert ([], 0) == (row["log"], row["log_dropped"])


@pytest.mark.slow
def test_a_line_that_is_not_utf8_is_written_all_the_same(chasqui, rows):
    done = chasqui("run", "talks.talk", "--log", "--each", "word", input=b"caf\xe9\n")
    (row,) = rows(done)

    assert r"mine: caf\udce9" == row["log"][0]["text"]


@pytest.mark.slow
def test_what_a_body_prints_goes_to_standard_error_and_never_between_the_rows(chasqui, rows):
    done = chasqui("run", "talks.talk", "--each", "word", input=b"a\nb\n")

    assert {"a", "b"} == {row["params"]["word"] for row in rows(done)}
    assert 2 == done.stderr.count(b"aside")
