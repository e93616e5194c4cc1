"""Filters saved under names: kept for the next console, recalled in the prompt and the palette."""

from __future__ import annotations

import stat

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chasqui.console.model.filters import expanded, is_half_named, with_saved
from chasqui.console.remembered import LONGEST, MOST, Remembered
from chasqui.control.completing import Completion
from chasqui.control.fake import FakePort
from tests.console.rows import busy, failures, kind, waiting, workers

SLOW = "type=demo.* age>1h"


def port():
    return FakePort(
        busy(), workers=workers(2), backlog=waiting(3, 4), failures=failures(1), groups=[kind()]
    )


@pytest.fixture
def file(tmp_path):
    return tmp_path / "state" / "console.toml"


def test_a_filter_is_saved_from_the_prompt_and_recalled_by_its_name_in_the_next_console(
    drive, file
):
    async def saves(console):
        await console.burst("2", "/", *SLOW, "ctrl+s")
        await console.settle()
        assert "Save a filter of Backlog" in console.text
        assert SLOW in console.text
        await console.burst(*"slow", "enter")
        assert "saved: @slow stands for it in the filter of Backlog" in console.text
        await console.burst(*" pool=a", "enter")  # the prompt is still open
        assert f"filter: {SLOW} pool=a" in console.text

    async def recalls(console):
        await console.burst("2", "/", *"@sl", "tab", "enter")
        assert f"filter: {SLOW}" in console.text
        await console.burst("4", "/", *"@slow", "enter")
        assert "filter: @slow" in console.text  # it is one of the other pane

    drive(port(), saves, (120, 30), remembered=file)
    assert {"slow": SLOW} == Remembered(file).filters("backlog")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    drive(port(), recalls, (120, 30), remembered=file)


def test_tab_in_an_empty_prompt_offers_the_saved_filters_first(drive, file):
    Remembered(file).keep_filter("failures", "slow", SLOW)

    async def steps(console):
        await console.burst("4", "/", "tab")
        assert "@slow" in console.lines[-2]
        await console.burst("enter")
        assert f"filter: {SLOW}" in console.text

    drive(port(), steps, (120, 30), remembered=file)


def test_the_palette_recalls_a_filter_in_its_pane_and_forgets_one(drive, file):
    Remembered(file).keep_filter("failures", "slow", SLOW)

    async def steps(console):
        await console.burst(":", *"filter failures: slow", "enter")
        assert "failures" == console.app.main.pane.KIND
        assert f"filter: {SLOW}" in console.text
        await console.burst(":", *"forget the filter slow", "enter")
        assert "forgot the filter slow of Failures" in console.text

    drive(port(), steps, (120, 30), remembered=file)
    assert {} == Remembered(file).filters("failures")


def test_the_palette_saves_the_filter_of_the_list(drive, file):
    async def steps(console):
        await console.burst("1", "/", *"type=a", "enter")
        await console.burst(":", *"save the filter", "enter")
        await console.settle()
        await console.burst(*"mine", "enter")

    drive(port(), steps, (120, 30), remembered=file)
    assert {"mine": "type=a"} == Remembered(file).filters("workers")


def test_a_name_that_is_taken_is_replaced_only_by_a_second_enter(drive, file):
    Remembered(file).keep_filter("backlog", "slow", "age>2h")

    async def steps(console):
        await console.burst("2", "/", *SLOW, "ctrl+s")
        await console.settle()
        await console.burst(*"slow mails", "enter")
        assert "a name is 1 to 30 letters" in console.text
        await console.burst(*["backspace"] * 6, "enter")
        assert "Enter again replaces it" in console.text
        assert "age>2h" == Remembered(file).filters("backlog")["slow"]
        await console.press("enter")

    drive(port(), steps, (120, 30), remembered=file)
    assert {"slow": SLOW} == Remembered(file).filters("backlog")


def test_nothing_is_saved_without_a_filter_and_without_a_name(drive, file):
    async def steps(console):
        await console.burst("2", "/", "ctrl+s")
        assert "type a filter first" in console.text
        await console.burst(*"age>1h", "ctrl+s")
        await console.settle()
        await console.press("escape", "enter")
        assert "filter: age>1h" in console.text

    drive(port(), steps, (120, 30), remembered=file)
    assert not file.exists()


def test_a_broken_file_is_said_and_left_as_it_is(drive, file):
    file.parent.mkdir()
    file.write_text("[filters.backlog\nslow = ")

    async def steps(console):
        await console.burst("2", "/", *SLOW, "ctrl+s")
        await console.settle()
        await console.burst(*"slow", "enter")
        assert "not saved: " in console.text
        assert "is not valid TOML" in console.text

    drive(port(), steps, (160, 30), remembered=file)
    assert file.read_text() == "[filters.backlog\nslow = "


def test_what_makes_no_sense_in_the_file_is_passed_over_and_stays_there(file):
    file.parent.mkdir(mode=0o700)
    file.write_text(
        'other = 1\n[filters]\nworkers = 3\n[filters.backlog]\nok = "age>1h"\n"a b" = "x"\n'
        'no = 3\nbidi = "\\u202e"\nlong = "' + "x" * (LONGEST + 1) + '"\nempty = ""\n'
    )
    kept = Remembered(file)
    assert {"ok": "age>1h"} == kept.filters("backlog")
    assert {} == kept.filters("workers")
    kept.keep_filter("workers", "mine", "type=a")
    assert {"mine": "type=a"} == kept.filters("workers")
    assert "other = 1" in file.read_text()
    assert "no = 3" in file.read_text()


def test_a_file_that_others_can_write_is_not_believed_and_not_written(file):
    kept = Remembered(file)
    kept.keep_filter("backlog", "slow", SLOW)
    file.chmod(0o666)
    assert {} == kept.filters("backlog")
    with pytest.raises(ValueError, match="can be written by others"):
        kept.keep_filter("backlog", "other", SLOW)


def test_the_filters_of_a_pane_are_bounded(file):
    kept = Remembered(file)
    kept.keep_filter("backlog", "a", SLOW)
    many = "".join(f'n{number} = "age>1h"\n' for number in range(MOST))
    file.write_text(f"[filters.backlog]\n{many}")
    with pytest.raises(ValueError, match="already"):
        kept.keep_filter("backlog", "one-more", SLOW)
    with pytest.raises(ValueError, match="characters"):
        kept.keep_filter("workers", "long", "x" * (LONGEST + 1))


@pytest.mark.parametrize(
    ("typed", "filter"),
    [("@slow", SLOW), ("@slow pool=a", f"{SLOW} pool=a"), ("@slo", "@slo"), ("a @slow", "a @slow")],
)
def test_a_name_stands_for_its_filter_at_the_beginning_only(typed, filter):
    assert filter == expanded(typed, {"slow": SLOW})


def test_names_are_offered_where_one_can_stand():
    fields = Completion(0, 0, ("type",))
    assert ("@slow", "type") == with_saved(fields, "", {"slow": SLOW}).options
    assert Completion(0, 3, ("@slow",)) == with_saved(fields, "@sl", {"slow": SLOW})
    assert fields == with_saved(fields, "type=a ", {"slow": SLOW})
    assert is_half_named("@sl", {"slow": SLOW})
    assert not is_half_named("@slow", {"slow": SLOW})
    assert not is_half_named("@x", {"slow": SLOW})


@given(some.text(), some.dictionaries(some.text(), some.text()), some.text())
def test_any_text_has_an_expansion_and_a_completion(typed, saved, before):
    assert isinstance(expanded(typed, saved), str)
    found = with_saved(Completion(0, 0), before, saved)
    assert 0 <= found.start <= found.end <= len(before)
