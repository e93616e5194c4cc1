"""What keys do in the page of a task: find words, go on to the next task, retry and cancel."""

from __future__ import annotations

import msgspec
import pytest

from chasqui.console.widgets import snap_table
from chasqui.control.fake import FakePort
from chasqui.control.port import (
    Cancel,
    Capabilities,
    Chosen,
    Command,
    CommandOutcome,
    FilledForm,
    FillForm,
    LogLineView,
    ParameterInfo,
    RetryFailures,
    SeeFailures,
    TaskDetail,
    TaskTypeInfo,
    Undo,
    UndoView,
)
from chasqui.control.safe_text import SafeText
from tests.console.rows import NOW, failures, snapshot, waiting, workers

SIZES = [(80, 24), (160, 48)]


def detail(number, state="queued", **more):
    return TaskDetail(number=number, type=SafeText("demo.sleep"), state=state, created=NOW, **more)


def logged(*texts):
    return tuple(LogLineView(at=NOW, level=SafeText("info"), text=SafeText(text)) for text in texts)


def port_of(*details, **more):
    return FakePort(
        snapshot(),
        backlog=waiting(*(one.number for one in details)),
        details={one.number: one for one in details},
        **more,
    )


def changes(port) -> list[Command]:
    return [command for command in port.commands if not isinstance(command, SeeFailures)]


LOG = logged(*(f"line {number} {'needle' * (number in (5, 70, 90))}" for number in range(100)))


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_words_are_found_as_they_are_typed_and_n_goes_through_them(drive, size):
    async def steps(console):
        await console.press("2", "l", "g", "/")
        await console.type("NEED")
        assert "line 5 needle" in console.text
        await console.press("enter")
        assert "n N Next: 1 of 3" in console.text
        await console.press("n")
        assert "n N Next: 2 of 3" in console.text
        assert "line 70 needle" in console.text
        await console.press("n", "n")
        assert "line 5 needle" in console.text
        await console.press("N")
        assert "line 90 needle" in console.text
        await console.press("escape")
        assert "needle" in console.text
        assert "n N Next: " not in console.text
        await console.press("escape")
        assert "needle" not in console.text

    drive(port_of(detail(3, log=LOG)), steps, size)


def test_found_words_are_marked_without_colour(drive):
    async def steps(console):
        await console.press("2", "l", "/")
        await console.type("needle")
        strips = console.app.screen._compositor.render_strips()
        marked = [part.text for strip in strips for part in strip if part.style.reverse]
        assert "needle" in marked

    drive(port_of(detail(3, log=LOG)), steps)


def test_no_key_typed_to_find_words_is_a_command(drive):
    async def steps(console):
        await console.press("2", "enter")
        await console.burst("/", *"xruyfnNlq", "tab")
        assert "Task 3" in console.text
        await console.press("escape")
        assert "Task 3" in console.text

    port = port_of(detail(3))
    drive(port, steps)
    assert [] == changes(port)


def test_what_is_not_there_is_said_not_to_be_found(drive):
    async def steps(console):
        await console.press("2", "l", "/")
        await console.type("haystack")
        await console.press("enter")
        assert "n N Next: not found" in console.text

    drive(port_of(detail(3, log=LOG)), steps)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_n_goes_on_to_the_next_task_of_the_list_and_the_cursor_with_it(drive, size):
    async def steps(console):
        await console.press("2", "enter", "n")
        assert "Task 4" in console.text
        await console.press("n")
        assert "Task 5" in console.text
        await console.press("n")
        assert "this is the last task of the list" in console.text
        await console.press("N", "escape")
        assert 4 == console.app.main.pane.selected_number

    drive(port_of(detail(3), detail(4), detail(5)), steps, size)


@pytest.mark.slow
def test_a_next_task_that_is_not_read_yet_is_read(drive, monkeypatch):
    monkeypatch.setattr(snap_table, "MARGIN_ROWS", 0)

    async def steps(console):
        await console.press("2", "enter")
        for _ in range(24):
            await console.press("n")
        assert "Task 25" in console.text

    drive(port_of(*(detail(number) for number in range(1, 40))), steps)


def test_idle_workers_are_passed_over(drive):
    rows = workers(4)
    rows[0] = msgspec.structs.replace(rows[0], task=3, type=SafeText("a"), state="running")
    rows[3] = msgspec.structs.replace(rows[3], task=5, type=SafeText("a"), state="running")

    async def steps(console):
        await console.press("enter", "n")
        assert "Task 5" in console.text

    details = {3: detail(3, "running"), 5: detail(5, "running")}
    drive(FakePort(snapshot(), workers=rows, details=details), steps)


FAILED = detail(3, "failed", error=SafeText("ValueError: broken"), failure=SafeText("new"))


class Retrying(FakePort):
    """A port that says of a task that was retried as which one."""

    def apply(self, command):
        if isinstance(command, RetryFailures):
            found = self.details[3]
            self.details[3] = msgspec.structs.replace(found, retried_as=9)
        return super().apply(command)


def failed_port(**more):
    return Retrying(snapshot(), failures=failures(3), details={3: FAILED}, **more)


def test_r_retries_the_failed_task_and_names_the_new_one(drive):
    async def steps(console):
        await console.press("4", "c", "enter")
        assert "r Retry" in console.text
        await console.press("r")
        assert "retried task 3 as task 9; u undoes it" in console.text
        assert "r Retry" not in console.text
        await console.press("u")

    port = failed_port()
    drive(port, steps)
    assert [RetryFailures(chosen=Chosen(numbers=(3,))), Undo()] == changes(port)


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize(
    ("last", "words"),
    [
        (UndoView(verb=SafeText("retry"), count=6, remaining=20), "the retry of 6 failures"),
        (UndoView(verb=SafeText("cancel"), count=2, remaining=20), "the cancel of 2 tasks"),
        (UndoView(verb=SafeText("retry"), count=1, remaining=9, number=7), "the retry of task 7"),
    ],
)
def test_u_on_the_page_of_another_task_says_what_it_would_undo_and_acts_when_pressed_again(
    drive, last, words, size
):
    async def steps(console):
        await console.press("4", "c", "enter")
        port.now = snapshot(undo=last)
        await console.press("u")
        assert f"the last action was {words}: u again undoes it" in console.text
        assert [] == changes(port)
        port.now = snapshot(undo=msgspec.structs.replace(last, remaining=last.remaining - 1))
        await console.press("u")

    port = failed_port()
    drive(port, steps, size)
    assert [Undo()] == changes(port)


def test_u_again_undoes_nothing_that_was_done_since_it_was_said(drive):
    async def steps(console):
        await console.press("4", "c", "enter")
        for remaining in (20, 29):
            retried = UndoView(verb=SafeText("retry"), count=6, remaining=remaining)
            port.now = snapshot(undo=retried)
            await console.press("u")
            assert "the last action was the retry of 6 failures" in console.text

    port = failed_port()
    drive(port, steps)
    assert [] == changes(port)


def test_u_says_what_it_has_undone_and_how_often_as_on_the_main_screen(drive):
    async def steps(console):
        await console.press("4", "c", "enter")
        port.now = snapshot(undo=UndoView(verb=SafeText("retry"), count=1, remaining=9, number=3))
        await console.press("u")
        assert "undone for 1 failure" in console.text
        port.now = snapshot(undo=UndoView(verb=SafeText("cancel"), count=1, remaining=9, number=3))
        port.answers[Undo] = CommandOutcome(ok=True, numbers=(3,), made=(9,))
        await console.press("u")
        assert "task 3 waits again, as task 9" in console.text
        port.now = snapshot()
        port.answers[Undo] = CommandOutcome(ok=False, reason=SafeText("there is nothing to undo"))
        await console.press("u")
        assert "there is nothing to undo" in console.text

    port = failed_port()
    port.answers[Undo] = CommandOutcome(ok=True, numbers=(3,))
    drive(port, steps)


@pytest.mark.parametrize(
    ("state", "words"),
    [("failed", "Edit and retry task 3"), ("completed", "Submit demo.sleep again")],
)
def test_e_opens_the_form_with_the_tasks_parameters(drive, state, words):
    async def steps(console):
        await console.press("2", "enter")
        await console.burst("e", "x", "r")  # what is typed before the form is there is no command
        assert "seconds" in console.text
        assert "7" in [line.strip("│ ") for line in console.lines]
        assert words in console.text

    seconds = ParameterInfo(name="seconds", kind="number", required=True)
    info = TaskTypeInfo(name="demo.sleep", plugin="demo", help=SafeText(""), parameters=(seconds,))
    form = FilledForm(type="demo.sleep", texts=(("seconds", "7"),))
    outcome = CommandOutcome(ok=True, numbers=(3,), form=form)
    port = port_of(detail(3, state), types=[info], answers={FillForm: outcome})
    drive(port, steps)
    assert [FillForm(number=3)] == changes(port)


def test_why_a_task_cannot_be_retried_is_said(drive):
    async def steps(console):
        await console.press("4", "c", "enter", "r")
        assert "task 3 is not kept" in console.text

    refused = CommandOutcome(ok=False, skipped=((3, SafeText("is not kept")),))
    port = failed_port(answers={RetryFailures: refused})
    drive(port, steps)


@pytest.mark.parametrize(
    ("state", "key", "words"),
    [
        ("completed", "x", "task 3 has ended: it is completed"),
        ("queued", "r", "task 3 has not failed: it is queued"),
    ],
)
def test_a_key_that_makes_no_sense_says_why(drive, state, key, words):
    async def steps(console):
        await console.press("2", "enter", key)
        assert words in console.text

    port = port_of(detail(3, state))
    drive(port, steps)
    assert [] == changes(port)


@pytest.mark.slow
def test_x_cancels_a_waiting_task_and_asks_before_a_running_one(drive):
    async def steps(console):
        await console.press("2", "enter", "x")
        assert "cancelled task 3" in console.text
        port.details[3] = detail(3, "running", worker=SafeText("w01"))
        await console.tick()
        await console.press("x")
        assert "Task 3, demo.sleep, runs on w01." in console.text
        assert 1 == len(port.commands)
        await console.press("y")
        assert "asked task 3 to stop" in console.text

    port = port_of(detail(3))
    drive(port, steps)
    asked = [Cancel(numbers=(3,), waiting_only=True), Cancel(numbers=(3,))]
    assert asked == port.commands


@pytest.mark.slow
def test_a_parked_task_is_cancelled_from_its_page_only_once_that_is_typed(drive):
    async def steps(console):
        await console.press("2", "enter", "x")
        assert "Cancel parked task 3?" in console.text
        assert "cannot be put back" in console.text
        await console.type("cancel 3")
        assert [] == port.commands
        await console.press("enter")
        assert "cancelled task 3" in console.text

    port = port_of(detail(3, is_parked=True))
    drive(port, steps)
    assert [Cancel(numbers=(3,), waiting_only=True)] == port.commands


def test_a_console_that_only_looks_says_so_and_names_no_such_key(drive):
    async def steps(console):
        await console.press("4", "c", "enter")
        assert "r Retry" not in console.text
        await console.press("r")
        assert "this console is read-only" in console.text

    port = failed_port(caps=Capabilities(read_only=True))
    drive(port, steps)
    assert [] == port.commands


def test_a_task_opened_by_its_number_has_no_next_one(drive):
    async def steps(console):
        await console.press("#")
        await console.type("3")
        await console.press("enter", "n")
        assert "opened by its number" in console.text

    drive(port_of(detail(3)), steps)
