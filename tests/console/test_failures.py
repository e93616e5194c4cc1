"""The failures pane: kinds and single failures, what is listed and what stays selected."""

from __future__ import annotations

import msgspec
import pytest

from chasqui.console.model.format import ASCII
from chasqui.control.fake import FakePort
from chasqui.control.port import (
    Chosen,
    CommandOutcome,
    CountFailures,
    Counts,
    Page,
    RetryFailures,
    TaskDetail,
    UndoView,
)
from chasqui.control.records import FailureRow
from chasqui.control.safe_text import SafeText
from tests.console.rows import (
    NOW,
    changes,
    counted,
    failures,
    flaky,
    kind,
    port_with,
    snapshot,
    type_row,
    waiting,
)
from tests.present import present

SIZES = [(80, 24), (160, 48)]
DETAIL = TaskDetail(
    number=7,
    type=SafeText("demo.fail"),
    state="failed",
    error=SafeText("ValueError: broken"),
    traceback=SafeText("Traceback\n  raise ValueError"),
)


@pytest.mark.parametrize("size", SIZES)
def test_kinds_come_first_with_their_count_type_and_when_they_were_last_seen(drive, size):
    async def steps(console):
        await console.press("4")
        line = console.row("ValueError: bad #")
        for words in ("4,000", " 5s ", "app.flaky"):
            assert words in line
        assert "2 kinds of failure" in console.text
        assert "4,000 failed, 12 kept" in console.lines[-2]
        assert "ValueError: bad 17" in console.lines[-2]

    newest = SafeText("ValueError: bad 17")
    groups = [kind(count=4000, kept=12, newest=newest), kind("g2", error=SafeText("OSError: no"))]
    drive(port_with(*flaky(1, 2, 3), groups=groups), steps, size)


def test_a_count_that_is_too_long_is_shortened_and_never_cut(drive):
    async def steps(console):
        await console.press("4")
        assert "1234567 " in console.row("bad #")
        assert "98M " in console.row("OSError")

    groups = [kind(count=1_234_567), kind("g2", error=SafeText("OSError: no"), count=98_765_432)]
    drive(port_with(*flaky(1), groups=groups), steps)


@pytest.mark.parametrize("size", SIZES)
def test_a_kind_that_is_too_long_is_cut_at_its_end(drive, size):
    error = f"FileNotFoundError: [Errno ▒▒▒] No such file or directory: '{'long ' * 40}'"

    async def steps(console):
        await console.press("4")
        row = console.row("app.flaky")
        assert "FileNotFoundError: [Errno ▒▒▒]" in row
        assert 1 == row.count("…")

    drive(port_with(*flaky(1, 2), groups=[kind(error=SafeText(error))]), steps, size)


def test_enter_lists_the_failures_of_a_kind_and_escape_goes_back_to_it(drive):
    async def steps(console):
        await console.press("4", "j", "enter")
        assert "app.flaky ValueError: bad #" in console.lines[2]
        assert "3 kept" in console.lines[2]
        for number in (1, 2, 3):
            assert f"path=/data/{number}.csv" in console.text
        assert "OSError" not in console.text
        await console.press("escape")
        assert "2 kinds of failure" in console.text
        assert console.row("ValueError: bad #").startswith("▌")

    groups = [kind("g2", error=SafeText("OSError: no")), kind()]
    other = flaky(9, group="g2", error=SafeText("OSError: no"))
    drive(port_with(*other, *flaky(1, 2, 3), groups=groups), steps)


def test_enter_on_a_kind_with_one_failure_opens_its_traceback(drive):
    async def steps(console):
        await console.press("4", "enter")
        assert "raise ValueError" in console.text

    groups = [kind(kept=1, example=7)]
    drive(port_with(*failures(7), groups=groups, details={7: DETAIL}), steps)


def test_c_changes_between_kinds_and_single_failures(drive):
    async def steps(console):
        await console.press("4")
        assert "c Singles" in console.lines[-1]
        await console.press("c")
        assert "c Kinds" in console.lines[-1]
        assert "ValueError: bad 2" in console.text
        await console.press("c")
        assert "1 kind of failure" in console.text

    drive(port_with(*flaky(1, 2), groups=[kind()]), steps)


def test_the_selection_stays_on_its_kind_when_kinds_come_up_and_change_their_order(drive):
    async def steps(console):
        await console.press("4", "j")
        port.groups = [
            kind("g9", error=SafeText("New: one")),
            kind("g2"),
            *present(port.groups)[:1],
        ]
        port.changed()
        await console.tick()
        await console.press("r", "y")

    groups = [kind("g1"), kind("g2", error=SafeText("OSError: no"))]
    selected = CountFailures(chosen=Chosen(group="g2", open_only=True))
    answers = {selected: counted(*flaky(5, 6))}
    port = port_with(*flaky(1), groups=groups, answers=answers)
    drive(port, steps)
    assert [RetryFailures(chosen=Chosen(numbers=(5, 6)))] == changes(port)


def test_a_kind_that_is_gone_is_said_to_be_gone_and_nothing_is_done_to_another(drive):
    async def steps(console):
        await console.press("4", "j")
        port.groups = [kind("g1"), kind("g3")]
        port.changed()
        await console.tick()
        assert "this kind is no longer in this list" in console.text
        await console.press("r")
        assert "no failure is selected" in console.text
        await console.press("y")

    port = port_with(*flaky(1), groups=[kind("g1"), kind("g2")])
    drive(port, steps)
    assert [] == port.commands


@pytest.mark.slow
def test_a_filter_lists_what_it_selects_while_it_is_typed_and_all_of_it_is_retried(drive):
    async def steps(console):
        await console.press("4", "slash")
        await console.type("2.csv")
        await console.until(lambda: "filter: 2.csv" in console.text)
        assert "2 match" in console.lines[2]
        await console.press("enter", "R")
        assert "Retry 2 failures?" in console.text
        assert "all that match: 2.csv" in console.text
        await console.press("y")
        assert "retried 2 failures" in console.text
        await console.press("escape")
        assert "1 kind of failure" in console.text

    chosen, found = Chosen(filter="2.csv"), flaky(2, 12)
    port = port_with(*flaky(*range(1, 13)), groups=[kind()], listed={chosen: found})
    port.answers = {
        CountFailures(chosen=Chosen(filter="2.csv", open_only=True)): counted(*found),
        RetryFailures(chosen=Chosen(numbers=(2, 12))): CommandOutcome(ok=True, numbers=(2, 12)),
    }
    drive(port, steps)
    assert [RetryFailures(chosen=Chosen(numbers=(2, 12)))] == changes(port)


@pytest.mark.slow
def test_letters_of_a_filter_are_no_keys_and_escape_drops_it(drive):
    async def steps(console):
        await console.press("4", "slash")
        await console.type("xqXRpu")
        await console.until(lambda: "No failure that is kept matches the filter" in console.text)
        await console.press("escape")
        assert "1 kind of failure" in console.text
        await console.press("j")
        assert "▌" in console.row("bad #")

    port = port_with(*flaky(1, 2), groups=[kind()])
    drive(port, steps)
    assert [] == port.commands


@pytest.mark.slow
@pytest.mark.parametrize("size", SIZES)
def test_a_filter_without_a_match_says_in_each_place_that_escape_clears_it(drive, size):
    async def steps(console):
        await console.press("4", "enter", "/")
        await console.burst(*"nowhere", "enter")
        assert 2 == console.text.count("Esc clears the filter")
        assert "goes back" not in console.text
        assert "Esc Clear" in console.lines[-1]
        await console.press("escape")
        assert "Esc goes back" in console.text
        assert "Esc Back" in console.lines[-1]

    drive(port_with(*flaky(1, 2), groups=[kind()]), steps, size)


def test_what_of_a_filter_is_not_understood_is_said_beside_it(drive):
    async def steps(console):
        await console.press("4", "slash")
        await console.type("colour=red")
        await console.until(lambda: "there is no field colour" in console.text)

    drive(port_with(*flaky(1), now={"filter_note": SafeText("there is no field colour")}), steps)


@pytest.mark.parametrize("size", [*SIZES, (60, 15)])
def test_what_of_a_filter_is_not_understood_is_said_whatever_else_has_no_room_then(drive, size):
    note = "age<10x: its value must be a duration such as 90s"

    async def steps(console):
        await console.press("4", "enter", "slash")
        await console.type("app.flaky bad path age<10x")
        await console.until(lambda: note in console.text)
        await console.press("enter")
        assert note in console.text
        port.now = msgspec.structs.replace(port.now, filter_note=SafeText(""))
        await console.tick()
        assert "filter: app.flaky bad path age<10x" in console.text

    undo = UndoView(verb=SafeText("discard"), count=12, remaining=12.4)
    long = SafeText("ValueError: a message of which there is a lot to be read")
    now = {"filter_note": SafeText(note), "undo": undo}
    port = port_with(*flaky(1, 2, 3), groups=[kind(error=long)], now=now)
    drive(port, steps, size)


@pytest.mark.slow
def test_a_filter_that_is_left_by_a_click_is_kept(drive):
    async def steps(console):
        await console.press("4", "slash")
        await console.type("1.csv")
        await console.pilot.click("#workers-table")
        await console.settle()
        assert console.app.main.prompt is None
        await console.press("4")
        assert "filter: 1.csv" in console.text
        assert "path=/data/1.csv" in console.text
        assert "path=/data/2.csv" not in console.text

    port = port_with(*flaky(1, 2), groups=[kind()], listed={Chosen(filter="1.csv"): flaky(1)})
    drive(port, steps, (160, 48))


def test_failures_of_which_none_is_kept_are_still_counted(drive):
    async def steps(console):
        await console.press("4")
        assert "37 failed; none of them is kept." in console.text

    drive(FakePort(snapshot(counts=Counts(accepted=37, failed=37))), steps)


@pytest.mark.slow
@pytest.mark.parametrize("size", [*SIZES, (60, 15)])
def test_hostile_text_of_a_kind_is_harmless_in_the_list_and_in_the_dialog(drive, size):
    hostile = SafeText("[red]x[/] \x1b[2J\u202e\x9b31m\u200b日本 \x07\r\n\tend")

    async def steps(console):
        for keys in (["4"], ["r"], ["y"], ["escape"], ["enter"], ["escape", "c"], ["X"]):
            await console.press(*keys)
            await console.tick()
            drawn = console.text
            assert "[red]x[/]" in drawn
            assert [] == [sign for sign in "\x1b\u202e\x9b\x07\r\t\u200b" if sign in drawn]
            assert size[1] == len(console.lines)

    rows = flaky(1, 2, error=hostile, type=hostile, params=hostile, state=hostile)
    groups = [kind(type=hostile, error=hostile, first_seen=NOW)]
    drive(port_with(*rows, groups=groups, now={"filter_note": hostile}), steps, size)


def test_what_is_still_being_looked_for_is_not_said_to_be_missing(drive):
    class Slow(FakePort):
        def snapshot(self, query):
            shot = super().snapshot(query)
            page: Page[FailureRow] | None = Page(is_partial=True) if query.failures else None
            return msgspec.structs.replace(shot, failure_page=page)

    async def steps(console):
        await console.press("4", "enter")
        assert "Looking…" in console.text
        assert "No failure" not in console.text

    drive(Slow(snapshot(), failures=flaky(1, 2), groups=[kind()]), steps)


@pytest.mark.slow
def test_an_ascii_terminal_gets_ascii_only(drive):
    async def steps(console):
        for keys in (["4"], ["enter"], ["escape", "r"], ["n", "X"], ["escape", "5"], ["2"]):
            await console.press(*keys)
            assert console.text.isascii(), console.text

    error = SafeText("ValueError: schön")
    rows = flaky(1, 2, error=error)
    port = port_with(*rows, groups=[kind(error=error)], now={"breakers": (SafeText("a.b"),)})
    port.type_rows = [type_row("a.b", state="breaker open", is_paused=True)]
    port.backlog = waiting(3, reason=SafeText("breaker open"))
    drive(port, steps, glyphs=ASCII)


@pytest.mark.parametrize(
    ("said", "tab"),
    [
        ({"counts": Counts(failed=4), "open_kinds": 702, "ever_failed": 5120}, "✗ 5,120"),
        ({"open_kinds": 702}, "✗ 702"),
        ({"open_kinds": 0, "ever_failed": 9}, "9"),
        ({"counts": Counts(accepted=4, failed=4)}, "✗ 4"),
        ({"open_kinds": 0, "ever_failed": 0}, "0"),
    ],
)
def test_the_tab_counts_failures_of_earlier_lives_and_is_marked_while_any_is_open(drive, said, tab):
    async def steps(console):
        assert f"4 Failures {tab} " in console.lines[1]

    drive(FakePort(snapshot(**said)), steps, (100, 30))
