"""Finished tasks of earlier lives are found: by their numbers, in lists, by filters, in pages."""

from __future__ import annotations

import pytest

from chasqui import Context, Engine, task
from chasqui.engine.history.chunks import Chunks
from chasqui.engine.journal.reading import JournalReader
from chasqui.errors import JournalUnavailable
from tests.engine.failures.failing import explode
from tests.engine.journal.lives import note


@task(keep="result", name="add")
def add(ctx: Context, a: int, b: int = 2) -> dict[str, int]:
    """Return a sum."""
    return {"sum": a + b}


@task(keep="none")
def quiet(ctx: Context, n: int = 0) -> None:
    """Leave nothing."""


@pytest.fixture
def lives(lives):
    """Return lives with types of all kinds."""
    lives.types = [note, add, quiet, explode]
    return lives


def do(engine: Engine, type: str, **params: object) -> int:
    done = engine.submit(f"app.{type}", params)
    assert done.wait(10)
    return done.number


def numbers(found):
    return [one.number for one in found]


def test_a_task_of_an_earlier_life_has_the_record_that_it_had(lives):
    engine = lives.begin()
    lives.clock.advance(7)
    for type, params in (("note", {"n": 3}), ("add", {"a": 1}), ("explode", {"text": "boom"})):
        do(engine, type, **params)
    cancelled = engine.submit("app.note", key="k", delay=60)
    cancelled.cancel()
    before = [engine.history.find(number) for number in range(1, 5)]
    rows = [engine.row(number) for number in range(1, 5)]
    engine = lives.begin()
    assert before == [engine.find(number) for number in range(1, 5)]
    assert rows == [engine.row(number) for number in range(1, 5)]
    assert {"sum": 3} == rows[1]["result"]
    assert before[::-1] == list(engine.history)


@pytest.mark.parametrize("number", [2**53, 2**53 + 1, -(2**63) - 1, 2**64, 10**400])
def test_a_number_of_any_size_is_in_a_history_as_in_the_life_that_had_it(lives, number):
    engine = lives.begin()
    do(engine, "add", a=number)
    do(engine, "note", n=3)
    before = list(engine.history)

    history = lives.begin().history

    assert before == list(history)
    assert [2, 1] == numbers(history)


def test_lists_go_on_with_earlier_lives(lives):
    for n in range(3):
        engine = lives.begin()
        do(engine, "note", n=n)
        do(engine, "explode")
    history = engine.history
    assert [6, 5, 4, 3, 2, 1] == numbers(history)
    assert [4, 3] == numbers(history.window(2, 2))
    assert [5, 3, 1] == numbers(history.where("note"))
    assert [6, 4, 2] == numbers(history.where("state=failed"))
    assert (6, 6) == (len(history), history.total)
    assert {"completed": 3, "failed": 3, "cancelled": 0} == history.counts()
    first = history.page(limit=4)
    assert [6, 5, 4, 3] == numbers(first.tasks)
    do(engine, "note")
    assert [2, 1] == numbers(history.page(before=first.cursor).tasks)


def test_a_list_has_no_more_than_is_kept_and_counts_all(lives):
    engine = lives.begin()
    for n in range(5):
        do(engine, "note", n=n)
    engine = lives.begin(keep_history=3)
    do(engine, "note", n=9)
    assert [6, 5, 4] == numbers(engine.history)
    assert engine.history.total == 6
    assert {"n": 0} == engine.find(1).params


def test_what_has_become_too_old_is_left_out_of_lists(lives):
    do(lives.begin(), "note")
    lives.stop()
    lives.clock.advance(8 * 86_400)
    engine = lives.begin()
    assert [] == list(engine.history)


def test_a_type_that_keeps_nothing_leaves_nothing(lives):
    number = do(lives.begin(), "quiet")
    engine = lives.begin()
    assert engine.find(number) is None
    assert [] == list(engine.history)


def test_tasks_of_a_type_that_is_gone_are_found(lives):
    number = do(lives.begin(), "note", n=4)
    lives.types = []
    found = lives.begin().find(number)
    assert ("app.note", 4) == (found.type, found.params["n"])


def test_large_parameters_are_cut_in_lists_and_whole_by_number(lives):
    text = "x" * 10_000
    do(lives.begin(), "explode", text=text)
    engine = lives.begin()
    assert text == engine.find(1).params["text"]
    (found,) = engine.history
    assert "ask for the task by number" in found.note
    assert len(str(found.params)) < 1000


def test_a_reader_cannot_write(lives):
    do(lives.begin(), "note")
    reader = JournalReader(lives.path)
    with pytest.raises(JournalUnavailable, match="readonly"):
        reader.all("delete from task")
    assert [(1,)] == reader.all("select count(*) from task")
    reader.close()


def test_a_reader_makes_no_file(tmp_path):
    with pytest.raises(JournalUnavailable, match="unable to open"):
        JournalReader(tmp_path / "none.db").all("select 1")
    assert [] == list(tmp_path.glob("none*"))


def test_a_read_that_takes_long_is_given_up(lives, monkeypatch):
    lives.begin()
    monkeypatch.setattr("chasqui.engine.journal.reading.READ_SECONDS", 0.0)
    reader = JournalReader(lives.path)
    numbers = "with recursive n(x) as (select 1 union all select x + 1 from n limit 3000000)"
    with pytest.raises(JournalUnavailable, match="interrupted"):
        reader.all(f"{numbers} select max(x) from n")
    reader.close()


def test_a_history_that_cannot_be_read_now_is_read_later(lives, monkeypatch, caplog):
    do(lives.begin(), "note")
    engine = lives.begin()

    def fails(*_):
        raise JournalUnavailable("busy")

    with monkeypatch.context() as patch:
        patch.setattr(JournalReader, "all", fails)
        assert [] == list(engine.history)
        assert "finished tasks of earlier lives are not shown yet: busy" in caplog.text
    lives.clock.advance(5)
    assert [1] == numbers(engine.history)


def test_a_history_that_cannot_be_made_is_tried_again_and_not_taken_for_an_empty_one(
    lives, monkeypatch
):
    do(lives.begin(), "note")
    engine = lives.begin()

    def fails(*_):
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(Chunks, "put_before", fails)
        with pytest.raises(MemoryError):
            list(engine.history)

    assert [1] == numbers(engine.history)
