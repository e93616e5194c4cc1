"""The backlog by types: a head for each with its next tasks, opened, cancelled, left again."""

from __future__ import annotations

import pytest

from chasqui.console.model.format import UNICODE
from chasqui.console.model.lanes import LaneKey, filter_of, lines_of, row_of
from chasqui.control.fake import FakePort
from chasqui.control.port import Cancel, CommandOutcome, CountWaiting, LaneRow, PauseType
from chasqui.control.safe_text import SafeText
from chasqui.engine.filters.filter import parse
from tests.console.rows import NOW, busy, waiting

SIZES = [(80, 24), (160, 48)]


def lane(type: str, count: int, *numbers: int, **more) -> LaneRow:
    return LaneRow(type=SafeText(type), count=count, first=tuple(waiting(*numbers)), **more)


LANES = (
    lane("ops.paced", 412, 5, 8, 9, reason=SafeText("rate 10/s"), oldest=41.0),
    lane("ops.imports", 2, 11, 12, reason=SafeText("workers busy"), oldest=9.0),
    lane("ops.flaky", 13, 21, 22, 23, reason=SafeText("breaker open"), held=True, oldest=22.0),
    LaneRow(kind="scheduled", count=1, first=tuple(waiting(31, state="scheduled", due=NOW + 30))),
    LaneRow(
        kind="parked", type=SafeText("http.get"), count=7, reason=SafeText("unavailable: http")
    ),
)


def port_with(*lanes: LaneRow, **more) -> FakePort:
    tasks = [task for one in lanes for task in one.first]
    listed = {"type=ops.paced state=queued": waiting(5, 8, 9)}
    return FakePort(busy(), lanes=lanes, backlog=tasks, backlog_of=listed, **more)


def test_each_type_has_its_next_tasks_below_it_and_a_line_for_more():
    lines = lines_of(LANES)

    assert [
        LaneKey("queued", "ops.paced", ""),
        *(5, 8),
        LaneKey("queued", "ops.paced", "", True),
        LaneKey("queued", "ops.imports", ""),
        *(11, 12),
        LaneKey("queued", "ops.flaky", ""),
        *(21, 22),
        LaneKey("queued", "ops.flaky", "", True),
        LaneKey("scheduled", "", ""),
        31,
        LaneKey("parked", "http.get", ""),
    ] == [line.key for line in lines]
    assert "   … 410 more" == row_of(lines[3], NOW, UNICODE).cells[0].text


def test_a_third_task_is_shown_rather_than_said_to_be_one_more():
    assert [3, 4, 5] == [line.key for line in lines_of([lane("a.b", 3, 3, 4, 5)])][1:]


def test_what_is_held_is_dim_and_only_a_reason_is_a_warning():
    held, free = (row_of(lines_of([LANES[at]])[0], NOW, UNICODE) for at in (2, 0))

    assert ("dim", "title") == (held.cells[0].role, free.cells[0].role)
    assert "warn" == free.cells[3].role
    idle = row_of(lines_of([lane("a.b", 1, 3)])[0], NOW, UNICODE)
    assert ("next to start", "dim") == idle.cells[3][:2]


@pytest.mark.parametrize("name", ["ops.paced", "a b", 'quo"te', "back\\slash", "com,ma", "-x"])
def test_the_filter_of_a_type_finds_its_name_whatever_is_in_it(name):
    found = parse(filter_of(lane(name, 1)))

    assert ((), ("type", (name,))) == (found.notes, (found.terms[0].field, found.terms[0].values))


@pytest.mark.parametrize("size", SIZES)
def test_several_types_are_listed_by_themselves_and_one_is_opened_and_left_again(drive, size):
    async def steps(console):
        await console.press("2")
        assert "412" in console.row("ops.paced")
        assert "rate 10/s" in console.row("ops.paced")
        assert "parked: unavailable: http" in console.row("http.get")
        assert "next in 30s" in console.row("scheduled")
        assert "412 waiting" in console.text
        await console.press("enter")
        await console.until(lambda: "filter: type=ops.paced state=queued" in console.text)
        assert "3 match" in console.text
        await console.press("escape")
        assert "rate 10/s" in console.row("ops.paced")

    drive(port_with(*LANES), steps, size)


def test_a_task_below_its_type_is_opened_and_cancelled_by_its_number(drive):
    async def steps(console):
        await console.press("2", "j", "x")
        assert "cancelled task 5" in console.text
        await console.press("enter")
        assert 5 in [number for number, _ in port.asked_details]

    port = port_with(*LANES)
    drive(port, steps)
    assert [Cancel(numbers=(5,), waiting_only=True)] == port.commands


def test_all_of_a_type_is_cancelled_from_its_head_when_confirmed(drive):
    async def steps(console):
        await console.press("2", "x")
        assert "Cancel 412 waiting tasks?" in console.text
        assert "all of ops.paced" in console.text
        await console.press("y")

    port = port_with(*LANES)
    port.answers = {CountWaiting: CommandOutcome(ok=True, numbers=(5,), more=411, token="t")}
    drive(port, steps)
    asked = CountWaiting(filter="type=ops.paced state=queued")
    assert [asked, Cancel(token="t", waiting_only=True)] == port.commands


def test_parked_tasks_are_not_cancelled_all_at_once(drive):
    async def steps(console):
        await console.press("2", "G", "x")
        assert "choose or mark the parked tasks to cancel: Enter lists them" in console.text

    port = port_with(*LANES)
    drive(port, steps)
    assert [] == port.commands


@pytest.mark.parametrize(
    ("keys", "type"), [((), "ops.paced"), (("j", "j", "j"), "ops.paced"), (("G",), "http.get")]
)
def test_the_type_of_a_head_is_paused_and_its_limits_are_set(drive, keys, type):
    async def steps(console):
        await console.press("2", *keys, "P")
        assert f"paused {type}" in console.text
        await console.press("m")
        assert f"Limits of {type}" in console.text

    port = port_with(*LANES)
    drive(port, steps)
    assert PauseType(type=type) == port.commands[0]


def test_on_the_head_of_what_is_scheduled_no_type_is_selected(drive):
    async def steps(console):
        await console.press("2", "G", "k", "k", "P")
        assert "next in 30s" in console.row("▌")
        assert "no type is selected" in console.text

    port = port_with(*LANES)
    drive(port, steps)
    assert [] == port.commands


def test_a_key_switches_between_types_and_tasks_and_the_choice_stays(drive):
    async def steps(console):
        await console.press("2")
        assert "c Tasks" in console.text
        await console.press("c")
        assert "STATE" in console.text
        await console.tick()
        assert "c Types" in console.text
        await console.press("c")
        assert "TYPE / TASK" in console.text

    drive(port_with(*LANES), steps, (160, 48))


def test_a_single_type_is_listed_task_by_task(drive):
    async def steps(console):
        await console.press("2")
        assert "STATE" in console.text

    drive(port_with(LANES[0]), steps)


def test_a_list_of_tasks_in_which_one_was_chosen_does_not_turn_into_types(drive):
    async def steps(console):
        await console.press("2", "j")
        port.lanes = list(LANES)
        port.changed()
        await console.tick()
        assert "STATE" in console.text

    port = port_with(LANES[0])
    drive(port, steps)


def test_keys_typed_ahead_act_on_the_types_that_they_find(drive):
    async def steps(console):
        await console.burst("2", "j", "j", "x")
        await console.until(lambda: port.commands)

    port = port_with(*LANES)
    drive(port, steps)
    assert [Cancel(numbers=(8,), waiting_only=True)] == port.commands


def test_a_type_that_has_left_the_list_is_said_to_be_gone_and_nothing_is_done_to_another(drive):
    async def steps(console):
        await console.press("2", "j", "k")
        port.lanes = list(LANES[1:])
        port.changed()
        await console.tick()
        assert "what waits of ops.paced is no longer in this list" in console.text
        await console.press("x")

    port = port_with(*LANES)
    drive(port, steps)
    assert [] == port.commands


def test_a_last_line_says_how_many_types_are_not_listed_and_what_finds_them(drive):
    async def steps(console):
        await console.press("2", "G")
        assert "… 8 more types: / finds them" in console.text
        assert " 8 more types: / finds them" in console.lines[-2]
        await console.press("enter")
        assert "8 more types" in console.text
        port.lanes = port.lanes[:200]
        await console.press("g")
        await console.tick()
        assert "more types" not in console.text

    port = FakePort(busy(), lanes=[lane(f"a.t{n:03d}", 1, n) for n in range(1, 209)])
    drive(port, steps)
