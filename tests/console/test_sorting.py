"""Sorting the backlog: by keys, by a click on a title, and what says so."""

from __future__ import annotations

import pytest

from chasqui.console.model.format import ASCII, UNICODE
from chasqui.console.model.sorting import beside, inverted, named, of_column, titled
from chasqui.console.panes.backlog import BacklogPane
from chasqui.console.reader import is_of_one_list
from chasqui.control.fake import FakePort
from chasqui.control.port import LaneRow, ViewQuery
from chasqui.control.safe_text import SafeText
from chasqui.engine.waiting.choosing import ORDERS
from tests.console.rows import busy, waiting

COLUMNS = BacklogPane.COLUMNS
SIZES = [(80, 24), (160, 48)]


def orders(port: FakePort) -> str:
    return port.queries[-1].backlog_order


def test_the_keys_go_through_the_columns_and_the_order_in_which_tasks_start():
    seen, order = [], ""
    for _ in range(7):
        order = beside(COLUMNS, order, 1)
        seen.append(order)
    assert ["number", "state", "type", "-priority", "-age", "params", ""] == seen
    assert "params" == beside(COLUMNS, "", -1)
    assert "number" == beside(COLUMNS, "-state", -1)


def test_every_column_that_is_sorted_by_is_known_to_the_port():
    assert {column.sort for column in COLUMNS if column.sort} <= set(ORDERS)


def test_a_click_on_the_title_of_the_sorted_column_sorts_from_the_other_end():
    age = next(column for column in COLUMNS if column.title == "AGE")
    assert ("-age", "age") == (of_column(age, ""), of_column(age, "-age"))
    assert ("", "type") == (inverted(""), inverted("-type"))


@pytest.mark.parametrize("glyphs", [UNICODE, ASCII])
def test_the_arrow_has_room_in_the_narrowest_title(glyphs):
    for column in COLUMNS:
        shortest = [*titled(column, column.sort or "age", glyphs).shorter][-1:]
        assert all(len(text) <= column.narrowest for text in shortest)


def test_an_answer_in_another_order_is_about_another_list():
    assert not is_of_one_list(ViewQuery(backlog_order="age"), ViewQuery(backlog_order="-age"))
    assert is_of_one_list(ViewQuery(backlog_order="age"), ViewQuery(backlog_order="age"))


@pytest.mark.parametrize("size", SIZES)
def test_keys_sort_the_list_and_its_title_and_the_line_below_say_so(drive, size):
    async def steps(console):
        await console.press("2", "<", "<")
        assert "-age" == orders(port)
        assert "AGE↓" in console.text
        assert "sorted by AGE, the largest first" in console.text
        await console.press("i")
        assert "age" == orders(port)
        assert "AGE↑" in console.text
        await console.press(">", ">")
        assert "" == orders(port)
        assert "listed as they will start" in console.text
        await console.press("i")
        assert "< > to sort them by a column" in console.text

    port = FakePort(busy(), backlog=waiting(1, 2, 3))
    drive(port, steps, size)


def test_a_click_on_a_title_sorts_and_marks_stay(drive):
    async def steps(console):
        await console.press("2", "space")
        table = console.app.main.pane.table
        title = next(line for line in console.lines if "WHY WAITING" in line)
        why = title.index("WHY WAITING")
        x = title.index("TYPE", why) - table.region.x
        await console.pilot.click(table, offset=(x + 1, 0))
        await console.settle()
        assert "type" == orders(port)
        assert "TYPE↑" in console.text
        assert "1 marked" in console.text
        await console.pilot.click(table, offset=(why - table.region.x, 0))
        await console.settle()
        assert "type" == orders(port)

    port = FakePort(busy(), backlog=waiting(1, 2, 3))
    drive(port, steps, (160, 48))


def test_types_say_that_they_have_an_order_of_their_own(drive):
    async def steps(console):
        await console.press("2", ">")
        assert "types have an order of their own: c lists the tasks" in console.text
        await console.press("c", ">")
        assert "number" == orders(port)

    lanes = [LaneRow(type=SafeText(name), count=1) for name in ("a.b", "a.c")]
    port = FakePort(busy(), backlog=waiting(1, 2), lanes=lanes)
    drive(port, steps)


def test_what_an_order_leaves_out_is_said_also_without_a_filter(drive):
    async def steps(console):
        await console.press("2", ">")
        assert "12 parked in the journal are not looked through" in console.text

    port = FakePort(busy(), backlog=waiting(1, 2))
    port.notes[""] = SafeText("12 parked in the journal are not looked through")
    drive(port, steps)


def test_a_key_that_sorts_shows_the_list_from_its_first_row_on(drive):
    async def steps(console):
        await console.press("2", "G", ">")
        assert 0 == console.app.main.pane.table.top
        assert 1 == console.app.main.pane.selected_number
        assert named(COLUMNS, "number") in console.text

    drive(FakePort(busy(), backlog=waiting(*range(1, 200))), steps)
