"""Marks: which rows have one, how they go, and what is done to all of them."""

from __future__ import annotations

import msgspec
import pytest

from chasqui.console.acting.marking import chosen
from chasqui.console.model.format import ASCII, UNICODE
from chasqui.console.model.marks import Marks
from chasqui.control.fake import FakePort
from chasqui.control.port import (
    MARKS,
    Cancel,
    Chosen,
    CommandOutcome,
    CountFailures,
    CountWaiting,
    DiscardFailures,
    Marked,
    MarkedView,
    RetryFailures,
    Snapshot,
    ViewQuery,
)
from chasqui.control.safe_text import SafeText
from tests.console.rows import busy, changes, counted, flaky, kind, port_with, waiting

SIZES = [(80, 24), (160, 48)]
MANY = CommandOutcome(ok=True, numbers=(3, 4), more=4998, token="t1")


def marked_in(port: FakePort) -> Marked | None:
    """Return the marks of the first command."""
    first = port.commands[0]
    assert isinstance(first, CountFailures | CountWaiting)
    return first.marked


class MarkedPort(FakePort):
    """A port whose waiting tasks are those that are set; all of them are a token's."""

    is_counting = False

    def snapshot(self, query: ViewQuery) -> Snapshot:
        asked, there = query.backlog_marked, {row.number for row in self.backlog}
        view = MarkedView(
            gone=tuple(number for number in asked.numbers if number not in there),
            token=asked.token,
            total=None if self.is_counting else len(there) - len(asked.without),
            here=() if self.is_counting else tuple(there),
        )
        return msgspec.structs.replace(super().snapshot(query), backlog_marked=view)


def tasks(*numbers: int, **more) -> MarkedPort:
    return MarkedPort(busy(), backlog=waiting(*numbers), **more)


def rows(console) -> list[str]:
    """Return the keys of the marked rows, in the order of the list."""
    table = console.app.main.pane.table
    return [str(key) for key in table.rows.keys if key in table.marks]


@pytest.mark.parametrize("size", SIZES)
def test_space_marks_the_row_and_goes_to_the_next_and_the_line_below_says_how_many(drive, size):
    async def steps(console):
        await console.press("2", "space", "j", "space")
        assert ["1", "3"] == rows(console)
        assert "2 marked" in console.text
        assert ("x Cancel 2" in console.lines[-1]) == (size[0] > 80)
        await console.press("g", "space")
        assert "1 marked" in console.text

    drive(tasks(*range(1, 9)), steps, size)


def test_a_range_goes_from_the_last_mark_to_the_cursor_either_way(drive):
    async def steps(console):
        await console.press("2", "j", "space", "j", "j", "v")
        assert ["2", "3", "4", "5"] == rows(console)
        await console.press("escape", "j", "v", "g", "v")
        assert ["1", "2", "3", "4", "5", "6"] == rows(console)

    drive(tasks(*range(1, 9)), steps)


def test_marks_stay_with_their_tasks_when_rows_come_move_and_go(drive):
    async def steps(console):
        await console.press("2", "space", "space", "space")
        port.backlog = [*waiting(9, 8, 3, 7), *waiting(1)]
        port.changed()
        await console.tick()
        assert ["3", "1"] == rows(console)
        await console.pilot.resize_terminal(100, 30)
        await console.settle()
        assert ["3", "1"] == rows(console)
        assert "2 marked" in console.text

    port = tasks(1, 2, 3, 4)
    drive(port, steps)


@pytest.mark.parametrize(("ascii", "glyph"), [(False, UNICODE.marked), (True, ASCII.marked)])
def test_a_marked_row_has_a_glyph_of_its_own_under_the_cursor_and_without(drive, ascii, glyph):
    async def steps(console):
        await console.press("2", "space", "k")
        assert 1 == sum(glyph in line[:4] for line in console.lines)
        await console.press("j")
        assert 1 == sum(glyph in line[:4] for line in console.lines)

    drive(tasks(1, 2, 3), steps, glyphs=ASCII if ascii else UNICODE)


@pytest.mark.slow
def test_esc_drops_the_filter_then_the_marks_then_the_zoom_and_then_goes_back(drive):
    async def steps(console):
        await console.press("4", "enter", "z", "space", "/")
        await console.type("bad")
        await console.press("enter")
        await console.until(lambda: "filter: bad" in console.text)
        seen = []
        for _ in range(4):
            await console.press("escape")
            seen.append(
                (
                    "filter: bad" in console.text,
                    len(console.app.main.pane.table.marks),
                    console.app.main._panes.is_zoomed,
                    console.app.main.pane.listing.is_groups,
                )
            )
        assert [
            (False, 1, True, False),
            (False, 0, True, False),
            (False, 0, False, False),
            (False, 0, False, True),
        ] == seen

    drive(port_with(*flaky(1, 2, 3), groups=[kind()]), steps, (160, 48))


# All that match


def test_all_that_match_are_counted_by_the_port_and_marked_without_being_listed(drive):
    async def steps(console):
        await console.press("2", "/")
        await console.type("demo")
        await console.press("enter", "*")
        assert "5,000 marked" in console.text
        port.is_counting = False
        await console.tick()
        assert "3 marked" in console.text
        assert ["1", "2", "3"] == rows(console)
        await console.press("space")
        await console.tick()
        assert ["2", "3"] == rows(console)
        assert Marked(token="t1", without=(1,)) == port.queries[-1].backlog_marked

    port = tasks(1, 2, 3, backlog_of={"demo": waiting(1, 2, 3)})
    port.answers = {CountWaiting: MANY}
    port.is_counting = True
    drive(port, steps)
    assert CountWaiting(filter="demo") == port.commands[0]


def test_what_is_not_understood_of_a_filter_marks_nothing(drive):
    async def steps(console):
        await console.press("2", "*")
        assert "nothing marked: age takes" in console.text
        assert "1 marked" not in console.text

    port = tasks(1, 2)
    port.answers = {CountWaiting: CommandOutcome(ok=False, reason=SafeText("age takes < >"))}
    drive(port, steps)


def test_a_set_that_the_engine_no_longer_holds_is_marked_no_more():
    marks = Marks()
    marks.take(MANY)
    assert 5000 == len(marks)

    marks.follow(MarkedView(token="another", lost=True))
    assert 5000 == len(marks)
    marks.follow(MarkedView(token="t1", lost=True))
    assert 0 == len(marks)


def test_a_mark_set_since_a_reading_was_asked_for_survives_its_answer():
    marks = Marks()
    marks.add([1, 2])
    marks.follow(MarkedView(gone=(2,)))
    assert (1,) == marks.numbers


def test_no_more_rows_are_marked_by_hand_than_a_reading_can_ask_about():
    marks = Marks()
    assert marks.add(range(1, MARKS + 1))
    assert not marks.toggle(MARKS + 1)
    assert MARKS == len(marks)
    assert MARKS == len(marks.asked.numbers)


# Acting on them


def test_several_marked_tasks_are_counted_named_and_cancelled_as_they_were_counted(drive):
    async def steps(console):
        await console.press("2", "space", "space", "x")
        assert "Cancel 2 waiting tasks?" in console.text
        assert "those that are marked" in console.text
        assert "task 1  demo.sleep seconds=1" in console.text
        await console.press("y")
        assert "cancelled 2 tasks" in console.text

    port = tasks(1, 2, 3)
    notes = tuple((str(row.number), SafeText(f"{row.type} {row.params}")) for row in waiting(1, 2))
    port.answers = {
        CountWaiting: CommandOutcome(ok=True, numbers=(1, 2), notes=notes),
        Cancel: CommandOutcome(ok=True, numbers=(1, 2)),
    }
    drive(port, steps)
    asked = CountWaiting(marked=Marked(numbers=(1, 2)))
    assert [asked, Cancel(numbers=(1, 2), waiting_only=True)] == port.commands


def test_a_single_marked_task_is_cancelled_at_once_while_it_is_selected(drive):
    async def steps(console):
        await console.press("2", "space", "k", "x")
        assert "cancelled task 1" in console.text

    port = tasks(1, 2, 3)
    drive(port, steps)
    assert [Cancel(numbers=(1,), waiting_only=True)] == port.commands


def test_a_single_marked_task_is_named_in_a_question_while_another_is_selected(drive):
    async def steps(console):
        await console.press("2", "space", "j", "x")
        assert "Cancel 1 waiting task?" in console.text
        assert "the marked one" in console.text
        assert "task 1  demo.sleep seconds=1" in console.text
        assert "u puts it back within 30 seconds, as a new task" in console.text
        assert [CountWaiting(marked=Marked(numbers=(1,)))] == port.commands
        await console.press("y")
        assert "cancelled 1 task" in console.text

    note = ("1", SafeText("demo.sleep seconds=1"))
    port = tasks(1, 2, 3)
    port.answers = {
        CountWaiting: CommandOutcome(ok=True, numbers=(1,), notes=(note,)),
        Cancel: CommandOutcome(ok=True, numbers=(1,)),
    }
    drive(port, steps)
    assert Cancel(numbers=(1,), waiting_only=True) == port.commands[-1]


def test_the_last_mark_of_a_set_of_many_is_meant_and_not_the_selected_row(drive):
    async def steps(console):
        await console.press("2", "*")
        port.backlog = waiting(3, 4)
        port.changed()
        await console.tick()
        await console.press("end", "space", "x")
        assert "1 marked" in console.text
        assert "Cancel 1 waiting task?" in console.text

    port = tasks(1, 2, 3, 4)
    port.answers = {CountWaiting: [MANY, CommandOutcome(ok=True, numbers=(3,))]}
    drive(port, steps)
    assert CountWaiting(marked=Marked(token="t1", without=(4,))) == port.commands[-1]


@pytest.mark.parametrize(
    ("parked", "words"),
    [
        (2, ["2 of them are parked in the journal: they cannot be put back."]),
        (
            1,
            [
                "1 of them is parked in the journal: it cannot be put back.",
                "u puts the other back within 30 seconds, as a new task",
            ],
        ),
    ],
)
@pytest.mark.parametrize("size", SIZES)
def test_a_cancel_of_marked_tasks_that_are_parked_promises_no_undo_and_is_typed(
    drive, parked, words, size
):
    async def steps(console):
        await console.press("2", "space", "space", "x")
        assert "Cancel 2 waiting tasks?" in console.text
        for said in words:
            assert said in console.text
        assert ("within 30 seconds" in console.text) == (len(words) > 1)
        await console.press("y", "enter")
        assert "that is not cancel 2" in console.text
        await console.press("backspace")
        await console.type("cancel 2")
        await console.press("enter")
        assert "cancelled 2 tasks" in console.text

    port = tasks(1, 2, 3)
    port.answers = {
        CountWaiting: CommandOutcome(ok=True, numbers=(1, 2), parked=parked),
        Cancel: CommandOutcome(ok=True, numbers=(1, 2)),
    }
    drive(port, steps, size)
    assert Cancel(numbers=(1, 2), waiting_only=True) == port.commands[-1]


@pytest.mark.parametrize("keys", [(), ("space", "k")], ids=["selected", "marked"])
def test_a_single_parked_task_is_cancelled_only_once_that_is_typed(drive, keys):
    async def steps(console):
        await console.press("2", *keys, "x")
        assert "Cancel parked task 1?" in console.text
        assert "demo.sleep  seconds=1" in console.text
        assert "cannot be put back" in console.text
        assert [] == port.commands
        await console.type("cancel 1")
        await console.press("enter")
        assert "cancelled task 1" in console.text

    port = MarkedPort(busy(), backlog=waiting(1, 2, is_parked=True))
    drive(port, steps)
    assert [Cancel(numbers=(1,), waiting_only=True)] == port.commands


@pytest.mark.parametrize(
    ("key", "word", "command"), [("r", "Retry", RetryFailures), ("x", "Discard", DiscardFailures)]
)
def test_marked_failures_are_acted_on_as_counted_and_lose_their_marks(drive, key, word, command):
    async def steps(console):
        await console.press("4", "c", "space", "space", key)
        assert f"{word} 2 failures?" in console.text
        await console.press("y")
        assert "2 failures" in console.text
        assert "2 marked" not in console.text
        assert [] == rows(console)

    port = port_with(*flaky(1, 2, 3), groups=[kind()])
    port.answers[CountFailures] = counted(*flaky(1, 2))
    port.answers[command] = CommandOutcome(ok=True, numbers=(1, 2))
    drive(port, steps)
    assert [command(chosen=Chosen(numbers=(1, 2)))] == changes(port)
    assert Marked(numbers=(1, 2)) == marked_in(port)


@pytest.mark.parametrize(
    ("key", "word", "command"), [("r", "Retry", RetryFailures), ("x", "Discard", DiscardFailures)]
)
def test_a_single_marked_failure_is_named_in_a_question_while_another_is_selected(
    drive, key, word, command
):
    async def steps(console):
        await console.press("4", "c", "space", "j", key)
        assert f"{word} 1 failure?" in console.text
        assert "the marked one" in console.text
        assert "task 1  path=/data/1.csv" in console.text
        await console.press("n", "g", key)
        assert "failure?" not in console.text
        assert [] == rows(console)

    port = port_with(*flaky(1, 2, 3), groups=[kind()])
    port.answers[CountFailures] = counted(*flaky(1))
    port.answers[command] = CommandOutcome(ok=True, numbers=(1,))
    drive(port, steps)
    assert Marked(numbers=(1,)) == marked_in(port)
    assert [command(chosen=Chosen(numbers=(1,)))] == changes(port)


def test_marked_kinds_are_retried_together_and_named(drive):
    async def steps(console):
        await console.press("4", "*")
        assert "2 marked" in console.text
        assert "r Retry 2 kinds" in console.lines[-1]
        await console.press("r")
        assert "Retry 3 failures?" in console.text
        assert "app.flaky: ValueError: bad #" in console.text
        assert "app.slow: TimeoutError" in console.text
        await console.press("y")

    slow = kind("g2", type=SafeText("app.slow"), error=SafeText("TimeoutError"))
    port = port_with(*flaky(1, 2, 3), groups=[kind(), slow])
    drive(port, steps)
    assert Marked(groups=("g1", "g2")) == marked_in(port)
    assert [RetryFailures(chosen=Chosen(numbers=(1, 2, 3)))] == changes(port)


def test_the_numbers_of_marked_tasks_are_copied_as_a_command_takes_them(drive, monkeypatch):
    copied = []
    name = "chasqui.console.acting.copying.copy_text"
    monkeypatch.setattr(name, lambda text, *_: copied.append(text) or "to a file")

    async def steps(console):
        await console.press("2", "space", "space", "y")
        assert "copied the numbers of 2 tasks to a file" in console.text

    drive(tasks(1, 2, 3), steps)
    assert ["1 2"] == copied


def test_what_an_action_is_about_is_what_is_marked_else_what_the_cursor_is_on(drive):
    async def steps(console):
        await console.press("2", "j")
        assert Marked(numbers=(2,)) == chosen(console.app.main.pane)
        await console.press("space", "space", "k", "k")
        assert Marked(numbers=(2, 3)) == chosen(console.app.main.pane)

    drive(tasks(1, 2, 3), steps)
