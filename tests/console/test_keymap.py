"""Other keys for actions, as a config says them."""

from __future__ import annotations

from itertools import combinations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from chasqui.console.actions.table import ACTIONS
from chasqui.console.model.keymap import CONTEXTS, Keymap, SaidKeys, key_name
from chasqui.control.fake import FakePort
from chasqui.control.port import Pause
from tests.console.rows import busy, waiting, workers

FILE = "/etc/ops/config.toml"
IDS = sorted({action.id for action in ACTIONS})


def said(table):
    return (SaidKeys(FILE, table),)


def port():
    return FakePort(busy(), workers=workers(2), backlog=waiting(3, 4))


def test_an_action_has_the_key_that_the_config_gives_it_and_no_other(drive):
    async def steps(console):
        assert "P Pause" in console.lines[-1]
        await console.press("p")
        assert [] == served.commands
        await console.press("P")
        assert "paused: no task starts, running ones go on; P resumes" in console.text
        await console.press("f7")

    served = port()
    drive(served, steps, keys=said({"engine.pause": "P f7", "type.pause": ""}))
    assert [Pause(), Pause()] == served.commands


def test_two_actions_may_swap_their_keys(drive):
    async def steps(console):
        await console.press("s")
        await console.press("p")
        assert "there are no task types" in console.text

    served = port()
    drive(served, steps, keys=said({"engine.pause": "s", "engine.submit": "p"}))
    assert [Pause()] == served.commands


def test_an_action_without_a_key_is_in_the_palette(drive):
    async def steps(console):
        await console.press("p")
        assert [] == served.commands
        await console.burst(":", *"pause", "enter")

    served = port()
    drive(served, steps, keys=said({"engine.pause": ""}))
    assert [Pause()] == served.commands


def test_a_clash_is_refused_and_names_both_actions_and_the_file(drive):
    async def steps(console):
        await console.press("p")
        assert [Pause()] == served.commands
        await console.press("?")
        shown = " ".join(line.strip("│┃ ") for line in console.lines)
        assert FILE in shown
        assert "engine.pause and task.cancel would both have the key x" in shown

    served = port()
    drive(served, steps, (120, 30), keys=said({"engine.pause": "x"}))


def test_a_list_and_the_screen_around_it_share_no_key():
    keys = Keymap(ACTIONS, said({"engine.pause": "j"}))
    assert "engine.pause and list.down would both have the key j" in keys.problems[0]
    assert keys.key("engine.pause") == "p"


@pytest.mark.parametrize(
    ("table", "problem"),
    [
        ({"engine.pauze": "P"}, "no action 'engine.pauze'; did you mean engine.pause?"),
        ({"engine.pause": "hyper+p"}, "'hyper+p' is no key"),
        ({"engine.pause": 3}, "3 is no key"),
        ({"engine.pause": "p\x1b"}, r"'p\x1b' is no key"),
    ],
)
def test_a_mistake_is_named_and_the_action_keeps_its_key(table, problem):
    keys = Keymap(ACTIONS, said(table))
    assert len(keys.problems) == 1
    assert keys.problems[0].startswith(f"{FILE}: console.keys: ")
    assert problem in keys.problems[0]
    assert keys.key("engine.pause") == "p"


def test_an_id_need_not_be_quoted_in_the_file():
    keys = Keymap(ACTIONS, said({"engine": {"pause": "Ctrl+T"}}))
    assert (keys.key("engine.pause"), keys.problems) == ("ctrl+t", ())


def test_a_later_file_overrides_an_earlier_one():
    keys = Keymap(ACTIONS, (*said({"engine.pause": "f7"}), SaidKeys("b", {"engine.pause": "f6"})))
    assert keys.key("engine.pause") == "f6"


def test_a_name_for_two_keys_goes_when_one_of_them_changes():
    assert Keymap(ACTIONS).key("workers.up") == "[ ]"
    assert Keymap(ACTIONS, said({"workers.down": "ctrl+w"})).key("workers.up") == "]"


@pytest.mark.parametrize(
    ("typed", "name"),
    [("?", "?"), ("Esc", "escape"), ("PgDn", "pagedown"), ("CTRL+P", "ctrl+p"), ("ctrl+", None)],
)
def test_keys_are_spelt_as_people_write_them(typed, name):
    assert key_name(typed) == name


@pytest.mark.slow
@settings(max_examples=60)
@given(
    some.dictionaries(
        some.sampled_from(IDS), some.sampled_from(["a", "j", "p P", "x", "/", "f7", "", "1 2", "é"])
    )
)
def test_no_config_gives_two_actions_the_same_key_in_one_place(table):
    actions = Keymap(ACTIONS, said(table)).actions
    for place in CONTEXTS:
        there = [action for action in actions if place & set(action.where)]
        for one, other in combinations(there, 2):
            assert one.id == other.id or not set(one.keys) & set(other.keys)
