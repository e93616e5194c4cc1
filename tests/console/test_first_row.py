"""The cursor of a list until it is moved: on the first row; and what keys then never do."""

from __future__ import annotations

import msgspec
import pytest

from chasqui.control.fake import FakePort
from chasqui.control.port import LaneRow, PauseType
from chasqui.control.safe_text import SafeText
from tests.console.rows import busy, failures, flaky, kind, snapshot, type_row, waiting, workers
from tests.console.rows import port_with as port_of_failures


def lane(name):
    return LaneRow(type=SafeText(name), count=1, first=tuple(waiting(ord(name[0]))))


def types():
    port = FakePort(snapshot(), type_rows=[type_row("b.one"), type_row("c.two")])
    return port, "5", lambda: setattr(port, "type_rows", [type_row("a.new"), *port.type_rows])


def kinds():
    port = port_of_failures(*flaky(1), groups=[kind("b", error=SafeText("b.one")), kind("c")])
    new = kind("a", error=SafeText("a.new"))
    return port, "4", lambda: setattr(port, "groups", [new, *port.groups])


def lanes():
    port = FakePort(busy(), lanes=[lane("b.one"), lane("c.two")])
    return port, "2", lambda: setattr(port, "lanes", [lane("a.new"), *port.lanes])


def crew():
    new, *old = (
        msgspec.structs.replace(row, name=SafeText(name))
        for row, name in zip(workers(3), ("a.new", "b.one", "c.two"), strict=True)
    )
    port = FakePort(snapshot(), workers=old)
    return port, "1", lambda: port.workers.insert(0, new)


LISTS = [types, kinds, lanes, crew]


async def read_anew(console, port, change):
    """Have the console read rows that have changed."""
    change()
    port.changed()
    await console.tick()


@pytest.mark.parametrize("made", LISTS)
@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
def test_the_cursor_is_on_the_first_row_until_it_is_moved(drive, made, size):
    async def steps(console):
        await console.press(key)
        assert "b.one" in console.lines[-2]
        await read_anew(console, port, change)
        assert "a.new" in console.lines[-2]

    port, key, change = made()
    drive(port, steps, size)


@pytest.mark.parametrize("made", LISTS)
@pytest.mark.parametrize("keys", [("down", "up"), ("home",)])
def test_a_cursor_that_was_moved_follows_its_row(drive, made, keys):
    async def steps(console):
        await console.press(key, *keys)
        await read_anew(console, port, change)
        assert "b.one" in console.lines[-2]

    port, key, change = made()
    drive(port, steps)


SORTED = [types, kinds, lanes]


@pytest.mark.parametrize(
    ("made", "keys", "seen"),
    [
        (types, "enter", "│ b.one "),
        (types, "m", "Limits of b.one"),
        (kinds, "enter", "app.flaky b.one"),
        (kinds, "r", "│ app.flaky: b.one"),
        (lanes, "enter", "type=b.one"),
    ],
)
def test_a_key_acts_on_the_row_that_was_seen_when_another_has_just_become_first(
    drive, made, keys, seen
):
    async def steps(console):
        await console.press(key)
        await read_anew(console, port, change)
        assert "a.new" in console.lines[-2]
        await console.press(keys)
        assert seen in console.text

    port, key, change = made()
    drive(port, steps)


@pytest.mark.slow
@pytest.mark.parametrize("away", [("6",), ("6", "f", "f")], ids=["hidden", "frozen meanwhile"])
@pytest.mark.parametrize(
    ("made", "keys", "seen"),
    [
        (types, "enter", "│ a.new "),
        (types, "m", "Limits of a.new"),
        (kinds, "r", "a.new"),
        (lanes, "enter", "type=a.new"),
    ],
)
def test_what_was_first_when_a_list_was_last_on_screen_is_not_what_a_key_is_meant_for(
    drive, made, keys, seen, away
):
    async def steps(console):
        await console.press(key)
        for other in away:
            await console.press(other)
            await console.tick()
        await read_anew(console, port, change)
        await console.press(key)
        assert "a.new" in console.lines[-2]
        await console.press(keys)
        assert seen in console.text
        assert "b.one" not in console.lines[-2]

    port, key, change = made()
    drive(port, steps)


@pytest.mark.parametrize("made", SORTED)
def test_a_key_acts_on_the_first_row_when_that_has_long_been_first(drive, made):
    async def steps(console):
        await console.press(key)
        change()
        for seconds in (0.3, 2.5):
            port.now = msgspec.structs.replace(port.now, at=port.now.at + seconds)
            port.changed()
            await console.tick()
        await console.press("enter")
        assert "a.new" in console.text
        assert "b.one" not in console.text

    port, key, change = made()
    drive(port, steps)


@pytest.mark.parametrize("made", SORTED)
def test_a_row_that_was_chosen_is_acted_on_though_it_has_just_become_the_first(drive, made):
    async def steps(console):
        await console.press(key)
        await read_anew(console, port, change)
        await console.press("home", "enter")
        assert "a.new" in console.text
        assert "b.one" not in console.text

    port, key, change = made()
    drive(port, steps)


@pytest.mark.parametrize("made", SORTED)
def test_the_next_row_is_that_below_the_one_that_was_seen(drive, made):
    async def steps(console):
        await console.press(key)
        await read_anew(console, port, change)
        await console.press("down", "up")
        assert "b.one" in console.lines[-2]

    port, key, change = made()
    drive(port, steps)


@pytest.mark.parametrize(("made", "keys"), [(types, "P"), (types, "m"), (kinds, "r")])
def test_a_row_to_which_something_was_done_stays_selected(drive, made, keys):
    async def steps(console):
        await console.press(key, keys, "escape")
        change()
        port.changed()
        await console.tick(2)
        (selected,) = (line for line in console.lines if line.startswith("▌"))
        assert "b.one" in selected

    port, key, change = made()
    drive(port, steps)


def test_a_key_meant_for_a_type_never_pauses_the_one_that_came_into_its_place(drive):
    async def steps(console):
        await console.press("5")
        await read_anew(console, port, change)
        await console.press("P")
        assert "a.new is in the place of b.one now: P again acts on it" in console.lines[-2]
        assert [] == port.commands
        await console.press("P")

    port, _, change = types()
    drive(port, steps)
    assert [PauseType(type="a.new")] == port.commands


def test_a_type_that_has_long_been_first_is_paused_at_once(drive):
    async def steps(console):
        await console.press("5")
        change()
        for seconds in (0.3, 2.5):
            port.now = msgspec.structs.replace(port.now, at=port.now.at + seconds)
            port.changed()
            await console.tick()
        await console.press("P")

    port, _, change = types()
    drive(port, steps)
    assert [PauseType(type="a.new")] == port.commands


@pytest.mark.parametrize("keys", [(), ("j",), ("end", "k")])
def test_the_row_of_the_idle_types_is_no_choice_while_it_is_the_only_one(drive, keys):
    async def steps(console):
        await console.press("5", *keys)
        assert "12 types without work" in console.lines[-2]
        port.type_rows = [type_row("app.busy"), *rest]
        port.changed()
        await console.tick()
        assert "app.busy" in console.lines[-2]

    rest = [type_row(f"rest.{at:02}") for at in range(12)]
    port = FakePort(snapshot(idle_types=12), type_rows=rest)
    drive(port, steps)


def test_a_task_in_the_backlog_keeps_the_cursor_that_a_key_may_be_on_its_way_to(drive):
    async def steps(console):
        await console.press("2")
        port.backlog = waiting(1, 2)
        port.changed()
        await console.tick()
        assert "task 2" in console.lines[-2]

    port = FakePort(busy(), backlog=waiting(2))
    drive(port, steps)


def test_a_failure_keeps_the_cursor_that_a_key_may_be_on_its_way_to(drive):
    async def steps(console):
        await console.press("4", "c")
        port.failures = failures(1, 2)
        port.changed()
        await console.tick()
        assert "task 2" in console.lines[-2]

    port = port_of_failures(*failures(2))
    drive(port, steps)
