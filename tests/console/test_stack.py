"""The page of a running task has its live stack; that of an idle worker says what it did."""

from __future__ import annotations

import msgspec
import pytest

from chasqui.console.model.stack import stack_lines
from chasqui.console.model.text import said
from chasqui.control.fake import FakePort
from chasqui.control.port import FrameView, StackView, TaskDetail
from chasqui.control.safe_text import SafeText
from tests.console.rows import NOW, snapshot, workers

SIZES = [(80, 24), (160, 48)]


def frame(file, line, function, code="", *, own=True):
    return FrameView(
        file=SafeText(file),
        line=line,
        function=SafeText(function),
        code=SafeText(code),
        own=own,
    )


FRAMES = (
    frame("shop/lock.py", 44, "acquire", "self._lock.acquire()"),
    frame("httpx/_client.py", 901, "get", "return self.request(url)", own=False),
    frame("httpx/_api.py", 12, "get", own=False),
    frame("shop/imports.py", 61, "fetch", "reply = client.get(url, timeout=30)"),
)


def stack_of(*frames, task=3, since=NOW - 780, **more):
    return StackView(
        worker=SafeText("w01"),
        state="running",
        task=task,
        since=since,
        looked=NOW,
        frames=frames or FRAMES,
        **more,
    )


def port_of(stack, state="running"):
    task = TaskDetail(
        number=3, type=SafeText("shop.import"), state=state, created=NOW, worker=SafeText("w01")
    )
    stacks = {"w01": stack} if stack else {}
    return FakePort(snapshot(), workers=workers(2, task=3), details={3: task}, stacks=stacks)


@pytest.mark.parametrize("size", SIZES)
def test_a_running_task_shows_where_it_is_and_for_how_long(drive, size):
    async def steps(console):
        await console.press("enter")
        assert "at shop/lock.py:44 acquire for 13m" in console.text
        assert "self._lock.acquire()" in console.text
        assert "shop/imports.py:61 fetch" in console.text
        assert "reply = client.get(url, timeout=30)" in console.text

    drive(port_of(stack_of()), steps, size)


def test_frames_of_libraries_are_folded_until_f_is_pressed(drive):
    async def steps(console):
        await console.press("enter")
        assert "2 frames of libraries folded: f shows all" in console.text
        assert "httpx" not in console.text
        await console.press("f")
        assert "httpx/_client.py:901 get" in console.text
        assert "folded" not in console.text
        await console.press("f")
        assert "httpx" not in console.text

    drive(port_of(stack_of()), steps)


def test_the_stack_is_followed_and_goes_when_the_task_has_ended(drive):
    async def steps(console):
        await console.press("enter")
        port.stacks["w01"] = stack_of(frame("shop/imports.py", 70, "store"), since=NOW)
        await console.tick(2)
        assert "at shop/imports.py:70 store" in console.text
        assert "store for" not in console.text
        port.details[3] = msgspec.structs.replace(port.details[3], state="completed")
        await console.tick(2)
        assert "shop/imports.py:70" not in console.text
        asked = len(port.asked_stacks)
        await console.tick(2)
        assert asked == len(port.asked_stacks)

    port = port_of(stack_of())
    drive(port, steps)


@pytest.mark.parametrize(
    ("stack", "state"), [(stack_of(task=4), "running"), (None, "running"), (stack_of(), "queued")]
)
def test_a_stack_that_is_not_of_this_task_is_not_shown(drive, stack, state):
    async def steps(console):
        await console.press("enter")
        assert "shop.import" in console.text
        assert "shop/lock.py" not in console.text

    drive(port_of(stack, state), steps)


def test_no_stack_is_asked_for_while_no_page_is_open_or_its_log_is_read(drive):
    async def steps(console):
        await console.tick(2)
        assert [] == port.asked_stacks
        await console.press("l")
        await console.tick(2)
        assert [] == port.asked_stacks
        await console.press("l")
        await console.tick(2)
        assert {("w01", "")} == set(port.asked_stacks)

    port = port_of(stack_of())
    drive(port, steps)


@pytest.mark.parametrize("size", SIZES)
def test_hostile_names_of_frames_are_drawn_as_harmless_text(drive, size):
    hostile = "[red]x[/] \x1b[2J\u202e\x9b31m\u200b日本 \x07\r\n\tend"

    async def steps(console):
        await console.press("enter", "f")
        drawn = console.text
        assert [] == [sign for sign in "\x1b\u202e\x9b\x07\r\t\u200b" if sign in drawn]
        assert "[red]x[/]" in drawn

    bad = frame(hostile, 1, hostile, hostile)
    drive(port_of(stack_of(bad, frame(hostile, 2, hostile, hostile, own=False))), steps, size)


def test_a_stack_without_frames_or_with_too_many_says_so():
    none = StackView(worker=SafeText("w01"), state="running", task=3, since=NOW, looked=NOW)
    assert "no Python code" in said([*stack_lines(none, "f", unfolded=False)][-1])
    cut = [said(one) for one in stack_lines(stack_of(is_cut=True), "f", unfolded=True)]
    assert "too deep" in cut[-1]


def test_a_worker_without_a_task_opens_with_what_it_did(drive):
    async def steps(console):
        await console.press("down", "enter")
        assert "Worker w02" in console.text
        assert "idle" in console.text
        assert "7,500 tasks, 4 of them failed" in console.text
        port.workers[1] = msgspec.structs.replace(port.workers[1], state="running", task=9)
        port.stacks["w02"] = stack_of(task=9)
        port.changed()
        await console.tick(2)
        assert "at shop/lock.py:44 acquire" in console.text
        del port.stacks["w02"]
        await console.tick(2)
        assert "there is no such worker any more" in console.text
        await console.press("escape")
        assert "Worker w02" not in console.text

    idle = StackView(worker=SafeText("w02"), state="idle", since=NOW, looked=NOW)
    port = FakePort(snapshot(), workers=workers(2), stacks={"w02": idle})
    port.workers[1] = msgspec.structs.replace(port.workers[1], done=7500, failed=4)
    drive(port, steps)
