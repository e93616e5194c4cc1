"""The journals of all versions that were released open in this one."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import pytest

from chasqui.engine.journal.opening import opened
from chasqui.engine.journal.schema import OLDEST, VERSION
from chasqui.testing import FakeClock
from tests.engine.journal.golden import built, engine_of
from tests.engine.journal.lives import in_file
from tests.waiting import until

VERSIONS = range(OLDEST, VERSION + 1)


@pytest.fixture(params=VERSIONS)
def path(request, tmp_path):
    return built(request.param, tmp_path / "jobs.db")


def state_of(engine, number):
    found = engine.find(number)
    return None if found is None else found.state


def test_its_tasks_wait_again_and_run_under_their_numbers(path):
    clock = FakeClock()
    with engine_of(path, clock) as engine:
        assert "paused" == engine.state
        engine.resume()
        until(lambda: state_of(engine, 5) == state_of(engine, 6) == "completed")
        assert "scheduled" == state_of(engine, 7)
        clock.advance(3600)
        until(lambda: state_of(engine, 7) == "completed")
        new = engine.submit("app.double", {"n": 9})
        assert (9, 18) == (new.number, new.result())

    assert [("ok",)] == in_file(path, "pragma integrity_check")


def test_its_failure_is_in_the_log(path):
    with engine_of(path, FakeClock()) as engine:
        (failure,) = engine.failures.window(0, 10)
        assert (4, "app.refuse", "ValueError") == (failure.number, failure.type, failure.exception)


def test_its_finished_tasks_are_in_the_history(path):
    with engine_of(path, FakeClock()) as engine:
        assert ["completed"] * 3 + ["failed"] == [state_of(engine, n) for n in range(1, 5)]
        assert "cancelled" == state_of(engine, 8)


def test_the_tables_of_a_version_never_change(tmp_path):
    """If this fails, raise schema.VERSION, and say in migration.STEPS what makes it of the last."""

    def tables(path):
        with closing(sqlite3.connect(path)) as file:
            return sorted(file.execute("select name, sql from sqlite_master"))

    opened(tmp_path / "new.db", "process").close()
    assert tables(built(VERSION, tmp_path / "old.db")) == tables(tmp_path / "new.db")
