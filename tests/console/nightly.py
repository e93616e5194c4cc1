"""What the engine of `operator` opens, and how an operator gets there: pages and dialogs."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
from rich.color_triplet import ColorTriplet

from chasqui.console.screens.main import MainScreen
from chasqui.control.fake import FakePort
from chasqui.control.port import (
    AttemptView,
    BreakerView,
    Capabilities,
    ChartView,
    CheckTasks,
    CommandOutcome,
    CountFailures,
    Counts,
    FrameView,
    LatencyView,
    LedgerView,
    LimitsView,
    LogLineView,
    ParameterInfo,
    ProgressView,
    RecentFailure,
    SettingsView,
    ShutdownView,
    StackView,
    TaskDetail,
    TaskTypeInfo,
    TraceView,
    TypeView,
)
from chasqui.control.safe_text import SafeText
from chasqui.control.settings_records import PoolSettings, TypeSettings
from tests.console.conftest import Console
from tests.console.operator import TYPES
from tests.console.rows import NOW

LASTS: Final = SafeText("until the engine stops: it has no journal")
REMEMBERED: Final = SafeText("~/.local/state/chasqui/overrides.toml")
ERROR: Final = SafeText("TimeoutError: account 88123 did not answer within 30 s")


def frame(file: str, line: int, function: str, code: str, *, own: bool = True) -> FrameView:
    """Return a frame of a stack."""
    texts = {"file": SafeText(file), "function": SafeText(function), "code": SafeText(code)}
    return FrameView(line=line, own=own, **texts)


FRAMES: Final = (
    frame("httpx/_client.py", 901, "get", "raise TimeoutError(url)", own=False),
    frame("app/imports.py", 61, "fetch", "reply = client.get(url, timeout=30)"),
    frame("app/imports.py", 20, "run", "fetch(account)"),
)


def _attempt(number: int) -> AttemptView:
    at = NOW - 200 + 40 * number
    return AttemptView(
        number=number, started=at, finished=at + 30, worker=SafeText("w02"), error=ERROR
    )


def _said(at: float, level: str, text: str) -> LogLineView:
    return LogLineView(at=at, level=SafeText(level), text=SafeText(text))


DETAILS: Final = (
    TaskDetail(
        number=376,
        type=SafeText("ops.imports"),
        state="failed",
        plugin=SafeText("ops"),
        attempts=3,
        worker=SafeText("w02"),
        created=NOW - 240,
        started=NOW - 39,
        finished=NOW - 9,
        earlier=(_attempt(1), _attempt(2)),
        params=((SafeText("account"), SafeText("88123")), (SafeText("deep"), SafeText("true"))),
        error=ERROR,
        traceback=SafeText(f"Traceback (most recent call last):\n  ...\n{ERROR}"),
        traces=(TraceView(error=ERROR, frames=FRAMES),),
        failure=SafeText("new"),
        log=(
            _said(NOW - 39, "info", "reading 1,204 rows of account 88123"),
            _said(NOW - 20, "warning", "slow answer of the bank: 18.2 s"),
        ),
    ),
    TaskDetail(
        number=382,
        type=SafeText("files.archive"),
        state="running",
        plugin=SafeText("files"),
        attempts=1,
        worker=SafeText("w01"),
        created=NOW - 90,
        started=NOW - 72,
        params=((SafeText("source"), SafeText("/srv/photos")),),
        progress=ProgressView(done=512, total=980),
    ),
)
STACK: Final = StackView(
    worker=SafeText("w01"),
    state="running",
    task=382,
    type=SafeText("files.archive"),
    started=NOW - 72,
    since=NOW - 4,
    looked=NOW,
    frames=(
        frame("zipfile.py", 1810, "write", "dest.write(chunk)", own=False),
        frame("app/archive.py", 33, "run", "archive.write(path)"),
    ),
)
HELD: Final = TypeView(
    row=TYPES[1],
    limits=LimitsView(concurrency=5, rate=SafeText("10/s")),
    policy=LimitsView(concurrency=8, rate=SafeText("10/s")),
    lasts=LASTS,
    breaker=BreakerView(
        state="open",
        since=NOW - 8,
        failures=5,
        seconds=60.0,
        cooldown=30.0,
        probes_in=22.0,
        opened=3,
    ),
    parameters=(SafeText("url"), SafeText("times")),
    run=LatencyView(count=912, p50=0.2, p95=0.9, p99=2.5, max=30.0),
    wait=LatencyView(count=912, p50=1.2, p95=9.4, p99=12.5, max=31.0),
    failures=(
        RecentFailure(
            number=12,
            at=NOW - 3600,
            error=SafeText("CheckFailed: https://bank.example/ answered 503 Service Unavailable"),
        ),
    ),
    charts=ChartView(
        backlog=tuple(min(13.0, n / 4) for n in range(60)),
        ended=tuple(30.0 + (n * 7) % 14 for n in range(60)),
        run_p95=tuple(0.2 + (n * 7) % 14 / 20 for n in range(60)),
    ),
)
SETTINGS: Final = SettingsView(
    pools=(
        PoolSettings(
            name=SafeText("default"),
            workers=8,
            config_workers=6,
            queue_size=1000,
            config_queue_size=1000,
        ),
    ),
    types=(TypeSettings(name=SafeText("http.check"), limits=HELD.limits, policy=HELD.policy),),
    lasts=LASTS,
    shutdown_timeout=30.0,
    config_shutdown_timeout=30.0,
)
FORMS: Final = (
    TaskTypeInfo(
        name="files.copy",
        plugin="files",
        help=SafeText("Copy a file, and check that the copy is the same."),
        package=SafeText("chasqui-files 1.0"),
        parameters=(
            ParameterInfo(
                name="source",
                kind="path",
                required=True,
                help=SafeText("what to copy"),
                expects=SafeText("a path"),
            ),
            ParameterInfo(
                name="times",
                kind="integer",
                required=False,
                default="3",
                expects=SafeText("a whole number from 1 to 9"),
            ),
            ParameterInfo(
                name="mode",
                kind="choice",
                required=False,
                default="fast",
                choices=("fast", "safe"),
            ),
            ParameterInfo(name="force", kind="boolean", required=False, default="no"),
        ),
    ),
    TaskTypeInfo(name="ops.tick", plugin="ops", help=SafeText("Do nothing, and say so.")),
)
WRONG: Final = SafeText("source must be a file that exists")


def opening(port: FakePort) -> FakePort:
    """Have a port open what is in its lists."""
    port.caps = Capabilities(engine_name="prod-eu-west", remembered_in=REMEMBERED)
    port.now = msgspec.structs.replace(port.now, settings=SETTINGS)
    port.details = {one.number: one for one in DETAILS}
    idle = StackView(worker=SafeText("w05"), state="idle", since=NOW - 12, looked=NOW)
    port.stacks = {"w01": STACK, "w05": idle}
    port.type_views = {HELD.row.name: HELD}
    port.offered = list(FORMS)
    port.checks["files.copy"] = CommandOutcome(
        ok=False, problems=(("source", SafeText("source is needed")),)
    )
    port.answers = {
        CountFailures: CommandOutcome(
            ok=True,
            numbers=tuple(range(1, 128)),
            notes=(("377", SafeText("account=88123")), ("371", SafeText("account=7201"))),
        ),
        CheckTasks: CommandOutcome(ok=True, skipped=((1, WRONG),)),
    }
    return port


def _stopping(port: FakePort) -> None:
    view = ShutdownView(mode="drain", remaining=17.0, timeout=30.0)
    port.now = msgspec.structs.replace(port.now, state="stopping", shutdown=view)


def _stopped(port: FakePort) -> None:
    ledger = LedgerView(
        accepted=61_030,
        completed=60_987,
        failed=37,
        cancelled=4,
        left=1,
        abandoned=1,
        clean=False,
        seconds=30.1,
        named=(SafeText("task 21 ops.stuck on w03: abandoned"),),
    )
    counts = Counts(accepted=61_030, completed=60_987, failed=37, cancelled=4)
    port.now = msgspec.structs.replace(port.now, state="stopped", ledger=ledger, counts=counts)


class Way(NamedTuple):
    """A way from the main screen; before its keys the engine may change."""

    name: str
    keys: tuple[str, ...]
    until: str = ""
    before: Callable[[FakePort], None] | None = None


PAGES: Final = (
    Way("task", ("3", "home", "down", "down", "enter")),
    Way("task-running", ("1", "home", "enter")),
    Way("worker", ("1", "home", "down", "down", "down", "down", "enter")),
    Way("type", ("5", "home", "down", "enter")),
    Way("settings", ("comma",)),
    Way("submit", ("s", "enter"), until="still needed: source"),
    Way("batch", ("B", "enter", *"rows.txt", "enter"), until="submits"),
    Way("help", ("?",)),
    Way("shutdown", ("Q",), before=_stopping),
    Way("ledger", ("Q",), before=_stopped),
)
DIALOGS: Final = (
    Way("types", ("s",)),
    Way("limits", ("5", "home", "down", "m")),
    Way("copy menu", ("3", "home", "down", "down", "y")),
    Way("confirm", ("1", "home", "x")),
    Way("retry of a kind", ("4", "r")),
    Way("discard of all", ("4", "X")),
    Way("leave", ("q",)),
    Way("shut down", ("Q",)),
)


async def pictured(console: Console, port: FakePort, colours: set[ColorTriplet]) -> dict[str, str]:
    """Go all ways; return the pages, by name, and the dialogs as one text; collect the colours."""
    now, found, boxes = port.now, {}, []
    home = Path.cwd()
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)
        try:
            Path("rows.txt").write_text("/srv/a.iso\n/srv/b.iso\n/srv/c.iso\n")
            for way in DIALOGS:
                await _go(console, port, way)
                region = console.top.query(".dialog, .page").first().region  # type: ignore[union-attr]
                cut = [line[region.x : region.right] for line in _rows(console)]
                lines = [line.rstrip() for line in cut[region.y : region.bottom]]
                colours |= console.colours
                boxes.append("\n".join([way.name, *lines]))
                await _back(console)
            for way in PAGES:
                await _go(console, port, way)
                found[way.name] = console.text
                colours |= console.colours
                port.now = now
                await _back(console)
        finally:
            os.chdir(home)
    return {**found, "dialogs": "\n".join(boxes)}


def _rows(console: Console) -> list[str]:
    return [strip.text for strip in console.app.screen._compositor.render_strips()]


async def _go(console: Console, port: FakePort, way: Way) -> None:
    if way.before is not None:
        way.before(port)
        port.changed()
        await console.tick()
    await console.press(*way.keys)
    await console.tick()
    if way.until:
        await console.until(lambda: way.until in console.text)
    assert not isinstance(console.top, MainScreen), f"{way.name}:\n{console.text}"


async def _back(console: Console) -> None:
    while not isinstance(console.top, MainScreen):
        await console.press("escape")
    await console.tick()
