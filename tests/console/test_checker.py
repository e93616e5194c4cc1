"""The checker: what is wrong is said once the typing pauses, and nothing waits for it."""

from __future__ import annotations

import threading

import pytest
from textual.widgets import Input

from chasqui.control.fake import FakePort
from chasqui.control.port import CommandOutcome
from chasqui.control.safe_text import SafeText
from tests.console.forms import COPY, line_of, make_port, open_form, wrong
from tests.console.rows import busy


@pytest.mark.slow
def test_what_is_wrong_is_said_while_typing_and_counted_at_the_bottom(drive):
    async def steps(console):
        await open_form(console, "files.copy")
        port.checks[COPY.name] = wrong(times="must be a whole number", mode="is odd")
        await console.press("tab")
        await console.type("x")
        await console.until(lambda: "✗ must be a whole number" in console.text)
        assert "x" in console.lines[line_of(console, "✗ must be a whole number") - 1]
        assert "✗ 2 problems: times, mode" in console.text
        port.checks[COPY.name] = wrong(source="is required")
        await console.press("backspace")
        await console.until(lambda: "must be a whole number" not in console.text)
        assert "still needed: source" in console.text

    port = make_port()
    drive(port, steps)
    assert [] == port.submitted


@pytest.mark.slow
def test_an_empty_field_is_no_mistake_before_the_first_attempt(drive):
    async def steps(console):
        await open_form(console, "files.copy")
        await console.until(lambda: "still needed: source" in console.text)
        assert "✗" not in console.text
        await console.press("ctrl+s")
        assert "✗ is required" in console.text
        assert "1 problem: source is required" in console.text

    port = make_port()
    port.checks[COPY.name] = port.submissions[COPY.name] = wrong(source="is required")
    drive(port, steps)


def test_nothing_is_judged_before_the_typing_pauses(drive, never_pausing):
    async def steps(console):
        await open_form(console, "files.copy")
        await console.type("abc")

    port = make_port()
    drive(port, steps)
    assert [] == port.checked


@pytest.mark.slow
def test_a_note_of_the_engine_stands_below_its_field(drive):
    async def steps(console):
        notes = (("source", SafeText("exists, 12 KiB")),)
        port.checks[COPY.name] = CommandOutcome(ok=True, notes=notes)
        await open_form(console, "files.copy")
        await console.type("here")
        await console.until(lambda: "exists, 12 KiB" in console.text)
        assert "here" in console.lines[line_of(console, "exists, 12 KiB") - 1]

    port = make_port()
    drive(port, steps)


@pytest.mark.slow
def test_a_check_that_does_not_answer_stops_neither_typing_nor_submitting(drive):
    hangs, asked = threading.Event(), threading.Event()

    class Hanging(FakePort):
        def check(self, type, params):
            if asked.is_set():
                return CommandOutcome(ok=True)
            asked.set()
            hangs.wait(300)
            return wrong(source="is late")

    async def steps(console):
        await console.press("s")
        await console.type("copy")
        await console.pilot.press("enter")
        await console.until(asked.is_set)
        await console.pilot.press("a", "f5")
        await console.until(lambda: "submitted task 1" in console.text)
        hangs.set()
        await console.settle()
        assert "submitted task 1" in console.text
        assert "is late" not in console.text

    port = Hanging(busy(), types=[COPY])
    drive(port, steps)
    assert "a" == port.submitted[0][1]["source"]


@pytest.mark.slow
def test_a_check_of_values_that_have_changed_is_not_shown(drive):
    first = threading.Event()

    class Slow(FakePort):
        def check(self, type, params):
            self.checked.append((type, dict(params)))
            if len(self.checked) == 1:
                first.wait(20)
                return wrong(source="is old")
            return CommandOutcome(ok=True)

    async def steps(console):
        await console.press("s")
        await console.pilot.press("enter")
        await console.until(lambda: port.checked)
        await console.pilot.press("a")
        await console.until(lambda: console.app.screen._checker._timer is None)
        first.set()
        await console.until(lambda: "nothing is wrong" in console.text)
        assert "is old" not in console.text

    port = Slow(busy(), types=[COPY])
    drive(port, steps)
    assert [{}, {"source": "a"}] == [params for _, params in port.checked][:2]


@pytest.mark.slow
def test_what_is_found_of_values_is_not_said_of_a_letter_that_is_still_on_its_way(drive):
    asked, typed = threading.Event(), threading.Event()

    class Slow(FakePort):
        def check(self, type, params):
            if params:
                return CommandOutcome(ok=True)
            asked.set()
            typed.wait(20)
            return wrong(source="is empty")

    async def steps(console):
        await console.press("s")
        await console.pilot.press("enter")
        await console.until(asked.is_set)
        with console.app.prevent(Input.Changed):  # it waits in a queue until that one is settled
            console.app.screen.focused.value = "a"
        typed.set()
        await console.settle()
        assert "is empty" not in console.text
        await console.press("ctrl+s")
        assert "submitted task 1" in console.text

    port = Slow(busy(), types=[COPY])
    drive(port, steps)
    assert "a" == port.submitted[0][1]["source"]


@pytest.mark.slow
def test_a_port_that_cannot_judge_says_so_and_the_form_goes_on(drive):
    class Raising(FakePort):
        def check(self, type, params):
            raise OSError("the line is cut")

    async def steps(console):
        await open_form(console, "files.copy")
        await console.until(lambda: "OSError: the line is cut" in console.text)
        await console.press("ctrl+s")
        assert "submitted task 1" in console.text

    drive(Raising(busy(), types=[COPY]), steps)
