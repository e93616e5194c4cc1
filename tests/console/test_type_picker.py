"""The list in which a task type is chosen."""

from __future__ import annotations

import pytest
from textual.widgets import Input, OptionList

from chasqui.control.fake import FakePort
from tests.console.forms import line_of, make_port, open_form
from tests.console.rows import busy


@pytest.mark.slow
def test_letters_narrow_the_types_and_arrows_choose(drive):
    async def steps(console):
        await console.press("s")
        await console.type("fcp")
        assert "demo.nothing" not in console.text
        assert "chasqui-files 1.0" in console.text
        await console.type("x")
        assert "no task type has these letters" in console.text
        await console.press("ctrl+u")
        await console.press("down", "enter")
        assert "Submit files.copy" in console.text

    drive(make_port(), steps)


@pytest.mark.slow
def test_the_types_used_last_come_first_and_are_marked(drive):
    async def steps(console):
        await open_form(console, "files.copy")
        await console.type("a")
        await console.press("ctrl+s", "s")
        files, nothing = (line_of(console, name) for name in ("files.copy", "demo.nothing"))
        assert files < nothing
        assert ["recent" in console.lines[at] for at in (files, nothing)] == [True, False]
        await console.press("escape")
        await open_form(console, "demo.nothing")
        await console.press("escape", "s")  # what was not submitted was not used
        assert line_of(console, "files.copy") < line_of(console, "demo.nothing")

    drive(make_port(), steps)


def test_a_clicked_type_is_taken_also_when_the_list_narrows_first(drive):
    async def steps(console):
        await console.press("s")
        types = console.app.screen.query_one(OptionList)
        clicked = types.option_count - 1
        wanted = types.get_option_at_index(clicked).id
        types.highlighted = clicked
        types.action_select()  # what a click does: its message waits behind what comes now
        console.app.screen.query_one(Input).value = "no type is called so"
        console.app.screen._catch_up()
        await console.settle()
        assert f"Submit {wanted}" in console.text

    drive(make_port(), steps)


def test_without_types_the_operator_is_told_where_to_look(drive):
    async def steps(console):
        await console.press("s")
        assert "`chasqui-tui plugins` says why" in console.text

    drive(FakePort(busy()), steps)
