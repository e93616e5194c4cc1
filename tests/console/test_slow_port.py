"""A port that does not answer stops no key; what it says too late for its place is dropped."""

from __future__ import annotations

import threading

import msgspec
import pytest

from chasqui.console import poller, reader
from chasqui.control.fake import FakePort
from chasqui.control.port import Pause, TaskDetail
from chasqui.control.safe_text import SafeText
from tests.console.forms import PLAIN, type_of
from tests.console.rows import NOW, flaky, kind, snapshot, waiting

WAIT = 10.0  # seconds that a held call takes at most
DETAIL = TaskDetail(number=4, type=SafeText("demo.sleep"), state="queued", created=NOW)


class SlowPort(FakePort):
    """Answers a call of these names only when it may."""

    def __init__(self, *args, **more):
        super().__init__(*args, **more)
        self.held: set[str] = set()
        self.was_waited_for = False
        self.entered, self.go = threading.Semaphore(0), threading.Semaphore(0)

    def _pass(self, name):
        if name in self.held:
            self.entered.release()
            self.was_waited_for |= not self.go.acquire(timeout=WAIT)

    def snapshot(self, query):
        answer = super().snapshot(query)
        self._pass("snapshot")
        return answer

    def detail(self, number, log_after=0):
        self._pass("detail")
        return super().detail(number, log_after)

    def types(self):
        self._pass("types")
        return super().types()

    def apply(self, command):
        outcome = super().apply(command)
        self._pass("apply")
        return outcome

    def let_go(self):
        self.held.clear()
        self.go.release(100)


async def wider(pilot):
    """Make room for more panes."""
    await pilot.resize_terminal(160, 48)


@pytest.fixture
def slow(monkeypatch):
    monkeypatch.setattr(reader, "AHEAD_SECONDS", 0.2)
    port = SlowPort(
        snapshot(),
        backlog=waiting(4),
        failures=flaky(1, 2),
        groups=[kind()],
        types=[PLAIN],
        details={4: DETAIL},
    )
    yield port
    port.let_go()
    assert not port.was_waited_for, "the console did not go on before the port answered"


def test_keys_are_answered_while_a_reading_is_not(drive, slow):
    async def steps(console):
        slow.held = {"snapshot"}
        console.app.main.tick()
        await console.until(lambda: slow.entered.acquire(blocking=False))
        await console.pilot.press("question_mark")
        await console.until(lambda: "Help" in console.text)
        await console.pilot.press("escape", "2")
        await console.until(lambda: "[2 Backlog" in console.text)
        slow.let_go()
        await console.settle()
        assert "demo.sleep" in console.text

    drive(slow, steps)


def test_however_often_it_is_asked_one_reading_is_under_way_and_one_waits(drive, slow):
    async def steps(console):
        before = len(slow.queries)
        slow.held = {"snapshot"}
        for _ in range(20):
            console.app.main.tick()
            await console.pilot.pause()
        assert 2 == console.app.main._reader._in_line
        slow.let_go()
        await console.settle()
        assert before + 2 == len(slow.queries)

    drive(slow, steps)


def test_an_answer_that_does_not_come_is_said_with_its_age(drive, slow, monkeypatch):
    async def steps(console):
        slow.held = {"snapshot"}
        console.app.main.tick()
        await console.until(lambda: slow.entered.acquire(blocking=False))
        monkeypatch.setattr(poller, "LATE_SECONDS", 0.0)
        console.app.main.tick()
        await console.until(lambda: "STALE" in console.lines[0])
        assert "no answer yet" in console.lines[0]
        slow.let_go()
        await console.settle()
        assert "STALE" not in console.lines[0]

    drive(slow, steps)


@pytest.mark.slow
@pytest.mark.parametrize("comes", [lambda pilot: pilot.press("2"), wider], ids=["key", "size"])
def test_rows_that_come_on_screen_again_are_dimmed_until_they_are_read(
    drive, slow, comes, monkeypatch
):
    monkeypatch.setattr(poller, "LATE_SECONDS", 3600.0)

    async def steps(console):
        panes = console.app.main.query_one("#panes")
        await console.press("2", "1")
        slow.held = {"snapshot"}
        await comes(console.pilot)
        await console.until(lambda: "seconds=4" in console.text)

        def is_dimmed():
            console.app.main.tick()
            return panes.has_class("-stale")

        await console.until(is_dimmed)
        slow.let_go()
        await console.settle()
        assert not panes.has_class("-stale")

    drive(slow, steps)


def test_charts_are_as_dim_as_the_stale_panes_around_them(drive, slow):
    async def steps(console):
        await console.press("5")
        panes = console.app.main.query_one("#panes")
        charts = panes.query_one("#charts")
        assert 1.0 == panes.opacity == charts.opacity

        panes.add_class("-stale")

        assert panes.opacity < 1.0
        assert panes.opacity == charts.opacity

    drive(slow, steps)


def test_an_answer_of_another_list_than_the_one_on_screen_by_now_is_dropped(drive, slow):
    async def steps(console):
        await console.press("4")
        assert "1 kind of failure" in console.text
        slow.held = {"snapshot"}
        console.app.main.tick()
        await console.until(lambda: slow.entered.acquire(blocking=False))
        shown = []
        pane = console.app.main.pane
        monkey = pane.show
        pane.show = lambda one: (shown.append(one.group_page), monkey(one))
        await console.pilot.press("c")  # from the kinds to the failures one by one
        slow.let_go()
        await console.settle()
        assert shown
        assert not any(shown)
        assert "2 kept" in console.text

    drive(slow, steps)


def test_a_mistake_of_a_pane_is_said_as_stale_and_ends_nothing(drive, slow):
    async def steps(console):
        pane = console.app.main.pane
        pane.ask = lambda query: 1 / 0
        await console.tick()
        assert "ZeroDivisionError" in console.lines[0]
        del pane.ask
        await console.tick()
        assert "STALE" not in console.lines[0]

    drive(slow, steps)


def test_a_mistake_in_drawing_a_detail_is_said_as_stale_and_ends_nothing(drive, slow):
    async def steps(console):
        await console.press("2", "enter")
        console.top._show = lambda: 1 / 0
        await console.tick()
        assert "ZeroDivisionError" in console.app.main.session.poller.error
        await console.press("escape")
        await console.tick()
        assert "STALE" not in console.lines[0]

    drive(slow, steps)


def test_a_detail_that_does_not_come_can_be_left(drive, slow):
    async def steps(console):
        await console.press("2")
        slow.held = {"detail"}
        await console.pilot.press("enter")
        await console.until(lambda: slow.entered.acquire(blocking=False))
        await console.until(lambda: "Task 4" in console.text)
        await console.pilot.press("escape")
        await console.until(lambda: "Task 4" not in console.text)
        slow.let_go()

    drive(slow, steps)


def test_a_detail_that_cannot_be_asked_for_is_not_called_gone(drive, slow):
    async def steps(console):
        await console.press("2")
        slow.detail = lambda number, log_after: 1 / 0
        await console.press("enter")
        await console.tick()
        assert "nothing more is kept" not in console.text
        del slow.detail
        await console.tick()
        assert "queued" in console.text

    drive(slow, steps)


@pytest.mark.parametrize("keys", [("p",), ("2", "x"), ("4", "c", "r"), ("2", "*"), ("4", "R")])
def test_a_key_that_gets_no_answer_says_that_the_engine_is_asked(drive, slow, keys):
    async def steps(console):
        *before, key = keys
        await console.press(*before)
        slow.held = {"apply"}
        await console.pilot.press(key)
        await console.until(lambda: "asking the engine" in console.lines[-2])
        slow.let_go()
        await console.settle()
        assert "asking the engine" not in console.text

    drive(slow, steps)


def test_a_key_that_waits_for_its_turn_is_not_carried_out_by_another_host(drive, slow):
    async def steps(console):
        slow.held = {"apply"}
        await console.press("2")
        await console.pilot.press("p")
        await console.until(lambda: slow.entered.acquire(blocking=False))
        await console.pilot.press("x")
        slow.caps = msgspec.structs.replace(slow.caps, pid=4343)
        slow.let_go()
        await console.settle()
        assert "nothing was done: the host was started again meanwhile" in console.lines[-2]
        assert [Pause()] == slow.commands

    drive(slow, steps)


def test_the_types_known_are_offered_while_they_are_read_again(drive, slow):
    async def steps(console):
        slow.held = {"types"}
        await console.pilot.press("s")
        await console.until(lambda: slow.entered.acquire(blocking=False))
        assert PLAIN.name in console.text
        slow.offered.append(type_of(name="demo.newer"))
        slow.let_go()
        await console.settle()
        assert "demo.newer" in console.text

    drive(slow, steps)
