"""What an operator looks for first is on screen at every width, and the screens are as they were.

The goldens are screens as text. `python -m tests.console.test_widths` writes them anew; look at the
difference before it is committed.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from rich.color_triplet import ColorTriplet

from chasqui.console.app import ConsoleApp
from chasqui.console.model.columns import fit_columns
from chasqui.console.model.format import ASCII, Glyphs
from chasqui.console.model.line import Span, fit
from chasqui.console.model.tiles import SIDE_BY_SIDE
from chasqui.console.model.types import COLUMNS as TYPE_COLUMNS
from chasqui.console.panes.backlog import BacklogPane
from chasqui.console.panes.workers import WorkersPane
from chasqui.control.fake import FakePort
from chasqui.control.port import Counts
from chasqui.control.safe_text import SafeText
from tests.console.conftest import NEVER, Console
from tests.console.nightly import opening, pictured
from tests.console.operator import prod
from tests.console.rows import snapshot
from tests.console.test_processes import with_processes

pytestmark = pytest.mark.slow

GOLDENS = Path(__file__).parent / "goldens"
SIZES = [(80, 24), (100, 30), (110, 40), (132, 43), (160, 48), (200, 60)]
PANES = {
    "1": "workers",
    "2": "backlog",
    "3": "finished",
    "4": "failures",
    "5": "metrics",
    "6": "events",
}
PLAIN_SIZES = [(80, 24), (160, 48)]  # drawn in ASCII and without colours as well
TILED = "136"  # keys: of panes side by side, each box is on one of the two screens
KEPT = {
    "1": ("TYPE", "TASK", "FOR", "PROGRESS", "LEFT"),
    "2": ("TASK", "WHY", "TYPE", "AGE", "PARAMETERS"),
    "5": ("TYPE", "STATE", "QUEUED", "RATE", "P95"),
}


@contextmanager
def in_utc() -> Iterator[None]:
    """Have times of day drawn as they are everywhere in the world."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("TZ", "UTC")
        time.tzset()
        yield
    time.tzset()


async def screens(
    columns: int,
    lines: int,
    glyphs: Glyphs | None = None,
    colours: set[ColorTriplet] | None = None,
) -> dict[str, str]:
    """Return what is on screen, by the name of its golden; collect its colours."""
    found = {}
    seen = set() if colours is None else colours
    port = opening(prod())
    app = ConsoleApp(port, refresh=NEVER, glyphs=glyphs)
    with in_utc():
        async with app.run_test(size=(columns, lines)) as pilot:
            console = Console(app, pilot)
            for key, pane in PANES.items():
                if columns >= SIDE_BY_SIDE and key not in TILED:
                    continue
                await console.press(key)
                await console.tick(2)
                found[f"{columns}x{lines}-{pane}.txt"] = console.text + "\n"
                seen |= console.colours
            for name, text in (await pictured(console, port, seen)).items():
                found[f"{columns}x{lines}-{name}.txt"] = text + "\n"
        app = ConsoleApp(with_processes(), refresh=NEVER, glyphs=glyphs)
        async with app.run_test(size=(columns, lines)) as pilot:
            console = Console(app, pilot)
            await console.tick(2)
            found[f"{columns}x{lines}-processes.txt"] = console.text + "\n"
            seen |= console.colours
    return found


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_the_screens_are_as_the_goldens_have_them(size):
    drawn = asyncio.run(screens(*size))

    for name, text in drawn.items():
        assert (GOLDENS / name).read_text() == text, f"{name}: see the docstring of this file"


@pytest.mark.parametrize("size", PLAIN_SIZES, ids=str)
def test_an_ascii_terminal_is_sent_ascii_only(size):
    drawn = asyncio.run(screens(size[0], size[1], ASCII))

    for name, text in drawn.items():
        assert text.isascii()
        assert (GOLDENS / f"ascii-{name}").read_text() == text, f"ascii-{name}"


@pytest.mark.parametrize("size", PLAIN_SIZES, ids=str)
def test_without_colours_the_screens_say_the_same_in_shades_of_grey(size, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    colours: set[ColorTriplet] = set()
    drawn = asyncio.run(screens(size[0], size[1], colours=colours))

    for name, text in drawn.items():
        assert (GOLDENS / name).read_text() == text, name
    assert colours
    assert [] == [one for one in colours if not one.red == one.green == one.blue]


@pytest.mark.parametrize("size", [(100, 24), *SIZES[1:], (132, 24), (111, 36)], ids=str)
def test_from_a_hundred_columns_on_a_pane_keeps_its_columns(drive, size):
    async def steps(console):
        for key, columns in KEPT.items():
            await console.press(key)
            await console.tick()
            assert set(columns) <= header(console)

    drive(prod(), steps, size)


def header(console: Console) -> set[str]:
    """Return the words above the rows of the pane in use."""
    table = console.app.main.pane.table.region
    return set(console.lines[table.y][table.x : table.right].split())


def test_no_size_shows_less_of_a_pane_than_eighty_columns_do(drive):
    """Columns of its table; whether cells are cut there is for the eye, in the goldens."""
    found: dict[tuple[int, int], dict[str, set[str]]] = {}

    async def steps(console):
        seen = found.setdefault(console.app.size, {})
        for key, pane in PANES.items():
            await console.press(key)
            await console.tick()
            seen[pane] = header(console) - {"▼", "▲"}

    for size in SIZES:
        drive(prod(), steps, size)
    assert len(SIZES) == len(found)
    assert [] == [
        (size, pane, left_out)
        for size, seen in found.items()
        for pane, at_eighty in found[SIZES[0]].items()
        if (left_out := at_eighty - seen[pane])
    ]


@pytest.mark.parametrize(
    ("columns", "needed"),
    [
        (WorkersPane.COLUMNS, {"TYPE", "PROGRESS"}),
        (BacklogPane.COLUMNS, {"AGE", "PARAMETERS"}),
        (TYPE_COLUMNS, {"RATE", "P95"}),
    ],
)
def test_columns_that_are_needed_are_narrowed_and_all_fit(columns, needed):
    for width in range(51, 160):
        fitted = fit_columns(columns, width)
        assert needed <= {one.column.title for one in fitted}, width
        assert sum(one.width for one in fitted) + len(fitted) - 1 <= width
        assert all(one.width >= one.column.narrowest for one in fitted), width


def test_at_eighty_columns_the_status_line_has_what_must_be_seen_whatever_pane_is_on_screen(drive):
    async def steps(console):
        for pane in PANES:
            await console.press(pane)
            line = console.lines[0]
            for words in (
                "prod-eu-west",
                "▶ RUNNING",
                "6/8 busy",
                "backlog 1k FULL",
                "✗ 2 kinds",
                "▲ saturated 4m",
            ):
                assert words in line, line

    drive(prod(), steps)


def test_at_eighty_columns_the_longest_of_all_are_shortened_and_none_goes(drive):
    async def steps(console):
        line = console.lines[0]
        for words in ("the-long", "■ STOPPING", "1,000/1,000 busy", "backlog 1M FULL", "▲ "):
            assert words.replace("■", "◼") in line, line

    now = snapshot(
        name=SafeText("the-longest-name-of-an-engine"),
        state="stopping",
        workers=1000,
        busy=1000,
        counts=Counts(accepted=1_001_000, queued=1_000_000, running=1000),
        wrong=(SafeText("schedule-with-a-long-name left out"), SafeText("saturated 4m")),
        problems=(SafeText("plugin x: it raised"),),
    )
    drive(FakePort(now), steps)


def test_what_is_wrong_is_on_the_status_line_whatever_pane_is_on_screen(drive):
    async def steps(console):
        for pane in PANES:
            await console.press(pane)
            assert "▲ saturated 4m +2" in console.lines[0]

    drive(prod(), steps, (120, 30))


def test_a_line_is_shortened_before_what_is_needed_is_dropped():
    spans = (Span("abcdef", shorter=("abc",)), Span("ghi", priority=9), Span("jkl", priority=1))

    assert ["abc", "jkl"] == [one.text for one in fit(spans, 8)]
    assert ["abcdef"] == [one.text for one in fit(spans, 8, drop_first=True)]
    assert ["abc"] == [one.text for one in fit(spans, 5, drop_first=True)]


def test_a_task_that_does_not_stop_is_marked_in_its_workers_row(drive):
    async def steps(console):
        row = console.row("ops.stuck")
        assert "‼ ops.stuck" in row and "asked to stop 3m02s" in row

    drive(prod(), steps)


def test_a_task_that_takes_far_longer_than_its_type_is_marked_in_its_workers_row(drive):
    async def steps(console):
        row = console.row("377")
        assert "▲ ops.imports" in row and "slow: 28 x its p95" in row

    drive(prod(), steps)


def test_a_type_whose_schedule_left_out_turns_is_marked_and_says_so(drive):
    async def steps(console):
        await console.press("5", "end")
        assert "▲ ops.tick" in console.text
        assert "schedule nightly left out 3 in 12m" in console.lines[-2]

    drive(prod(), steps, (132, 30))


def main() -> None:
    """Write the goldens anew."""
    for file in GOLDENS.glob("*.txt"):
        file.unlink()
    for size in SIZES:
        for name, text in asyncio.run(screens(*size)).items():
            (GOLDENS / name).write_text(text)
    for size in PLAIN_SIZES:
        for name, text in asyncio.run(screens(size[0], size[1], ASCII)).items():
            (GOLDENS / f"ascii-{name}").write_text(text)


if __name__ == "__main__":
    main()
