"""The page of one task: why it is held, and its log as it comes."""

from __future__ import annotations

import pytest

from chasqui import Engine, task
from chasqui.console import following
from chasqui.console.model import task_log as model
from chasqui.console.model.task_log import joined
from chasqui.control.fake import FakePort
from chasqui.control.local import LocalPort
from chasqui.control.port import Capabilities, LogLineView, SeeFailures, TaskDetail
from chasqui.control.safe_text import SafeText
from chasqui.engine.logs.capture import PRINTS
from chasqui.engine.logs.task_log import LogCapture
from tests.console.rows import NOW, failures, kind, snapshot, waiting, workers

SIZES = [(80, 24), (160, 48)]


def lines(count, first=0):
    return tuple(
        LogLineView(at=NOW + number, level=SafeText("info"), text=SafeText(f"line {number} read"))
        for number in range(first, first + count)
    )


def detail(state="running", **more):
    return TaskDetail(number=3, type=SafeText("demo.sleep"), state=state, created=NOW, **more)


def port_of(one):
    return FakePort(snapshot(), workers=workers(1, task=3), backlog=waiting(3), details={3: one})


@pytest.mark.parametrize("size", SIZES)
def test_the_page_of_a_task_has_the_end_of_its_log(drive, size):
    async def steps(console):
        await console.press("enter")
        assert "log, the last 8 of 1,040: l shows all" in console.text
        assert "line 39 read" in console.text
        assert "line 31 read" not in console.text
        assert "l Log, 1,040 lines" in console.text

    drive(port_of(detail(log=lines(40), log_dropped=1000)), steps, size)


@pytest.mark.parametrize("size", SIZES)
def test_the_log_follows_its_newest_line_until_somebody_reads_further_up(drive, size):
    async def steps(console):
        await console.press("l")
        assert "Task 3  demo.sleep  log" in console.text
        assert "line 99 read" in console.text
        port.details[3] = detail(log=lines(200))
        await console.tick()
        assert "line 199 read" in console.text
        assert "follows the newest line" in console.text
        await console.press("pageup")
        top = console.lines[3]
        port.details[3] = detail(log=lines(300))
        await console.tick()
        assert top == console.lines[3]
        assert "the newest lines are below: G goes there" in console.text
        await console.press("G")
        port.details[3] = detail(log=lines(301))
        await console.tick()
        assert "line 300 read" in console.text

    port = port_of(detail(log=lines(100)))
    drive(port, steps, size)


def test_a_page_that_follows_a_log_asks_for_the_lines_that_are_new(drive):
    async def steps(console):
        await console.press("l")
        port.details[3] = detail(log=lines(103))
        await console.tick(2)
        assert "line 102 read" in console.text
        assert [(3, 0), (3, 100), (3, 103)] == port.asked_details

    port = port_of(detail(log=lines(100)))
    drive(port, steps)


class Paged(FakePort):
    """A port whose task has ended, and left a log longer than an answer."""

    def detail(self, number, log_after=0):
        self.asked_details.append((number, log_after))
        end = min(log_after + 40, 100)
        rest = lines(100)[log_after:end]
        return detail("completed", log=rest, log_cursor=end, log_more=end < 100)


def test_a_log_longer_than_an_answer_is_read_on_at_once(drive):
    async def steps(console):
        await console.press("l")
        assert "line 99 read" in console.text
        await console.press("G", "g")
        assert "line 0 read" in console.text
        await console.tick(2)
        assert [(3, 0), (3, 40), (3, 80)] == port.asked_details

    port = Paged(snapshot(), workers=workers(1, task=3))
    drive(port, steps)


def test_a_log_longer_than_the_answers_of_a_reading_goes_on_at_the_next(drive, monkeypatch):
    monkeypatch.setattr(following, "ANSWERS", 2)

    async def steps(console):
        await console.press("l")
        assert [(3, 0), (3, 40)] == port.asked_details
        await console.tick(2)
        assert "line 99 read" in console.text
        assert [(3, 80)] == port.asked_details[2:]

    port = Paged(snapshot(), workers=workers(1, task=3))
    drive(port, steps)


def test_lines_that_were_dropped_between_two_readings_are_counted_with_all_before_them():
    known = detail(log=lines(4), log_dropped=10)
    found = joined(known, detail(log=lines(2, first=9), log_dropped=5, log_cursor=21))
    assert (lines(2, first=9), 19, 21) == (found.log, found.log_dropped, found.log_cursor)


def test_a_console_keeps_a_bounded_number_of_lines_the_newest(monkeypatch):
    monkeypatch.setattr(model, "KEPT", 5)
    found = joined(detail(log=lines(4), log_dropped=10), detail(log=lines(3, first=4)))
    assert (lines(5, first=2), 12) == (found.log, found.log_dropped)


def test_l_changes_between_the_task_and_its_log_and_each_begins_where_it_begins(drive):
    async def steps(console):
        await console.press("enter", "l", "l")
        assert "times" in console.lines[2]
        assert "log, the last 8 of 100" in console.text

    drive(port_of(detail(log=lines(100))), steps)


def test_lines_of_the_log_that_are_not_kept_are_counted(drive):
    async def steps(console):
        await console.press("l")
        assert "1,234 earlier lines are not kept" in console.text

    drive(port_of(detail(log=lines(3), log_dropped=1234)), steps)


def test_a_level_is_a_word(drive):
    async def steps(console):
        await console.press("l")
        assert "error   it broke" in console.text

    line = LogLineView(at=NOW, level=SafeText("error"), text=SafeText("it broke"))
    drive(port_of(detail(log=(line,))), steps)


def test_a_task_that_has_logged_nothing_says_so(drive):
    async def steps(console):
        await console.press("l")
        assert "this task has logged nothing so far" in console.text
        port.details[3] = detail("completed", finished=NOW)
        await console.tick()
        assert "this task has logged nothing" in console.text
        assert "so far" not in console.text

    port = port_of(detail())
    drive(port, steps)


def test_a_task_that_is_held_says_why(drive):
    async def steps(console):
        await console.press("2", "enter")
        assert "it may not start now: 4 of 4 run" in console.text

    drive(port_of(detail("queued", reason=SafeText("4 of 4 run"))), steps)


@pytest.mark.parametrize("size", SIZES)
def test_hostile_text_of_a_log_is_drawn_as_harmless_text(drive, size):
    hostile = SafeText("[red]x[/] \x1b[2J\u202e\x9b31m\u200b日本 \x07\r\n\tend")
    log = (LogLineView(at=NOW, level=hostile, text=hostile),)

    async def steps(console):
        for key in ("enter", "l"):
            await console.press(key)
            drawn = console.text
            assert [] == [sign for sign in "\x1b\u202e\x9b\x07\r\t\u200b" if sign in drawn]
            assert "[red]x[/]" in drawn

    drive(port_of(detail(log=log, reason=hostile, pool=hostile)), steps, size)


def test_what_a_body_prints_while_the_console_is_shown_is_in_its_log(drive):
    """Textual puts streams of its own before those that were there when the engine started."""

    @task
    def talk() -> None:
        print("printed")

    engine = Engine(1, capture=LogCapture(prints=True))
    engine.register(talk)
    engine.start()

    async def steps(console):
        done = engine.submit("app.talk")
        await console.until(lambda: done.state == "completed")
        assert ["printed"] == [line.text for line in engine.task_log(done.number).lines]

    drive(LocalPort(engine), steps, streams_taken=PRINTS.renew)
    engine.shutdown(10)


@pytest.mark.slow
@pytest.mark.parametrize("read_only", [False, True])
def test_a_failure_that_is_opened_is_marked_as_seen_once_unless_the_console_only_looks(
    drive, read_only
):
    async def steps(console):
        await console.press("4", "enter")
        await console.tick(2)

    failed = TaskDetail(number=7, type=SafeText("demo.fail"), state="failed", created=NOW)
    port = FakePort(
        snapshot(),
        failures=failures(7),
        groups=[kind(kept=1, example=7)],
        details={7: failed},
        caps=Capabilities(read_only=read_only),
    )
    drive(port, steps)
    assert ([] if read_only else [SeeFailures(numbers=(7,))]) == port.commands
