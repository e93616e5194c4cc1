"""What every port keeps to, whatever is behind it: an engine, a test, or another port."""

from __future__ import annotations

import msgspec
import pytest

from chasqui import Context, Engine, task
from chasqui.control.fake import FakePort
from chasqui.control.local import LocalPort
from chasqui.control.port import (
    CountFailures,
    LogLineView,
    SeeFailures,
    TaskDetail,
    TaskTypeInfo,
    ViewQuery,
    Window,
)
from chasqui.control.read_only import ReadOnlyPort
from chasqui.control.safe_text import SafeText
from tests.console.forms import type_of
from tests.console.rows import NOW, failures, snapshot, type_row, waiting, workers
from tests.control.wired import WiredPort

ALL = ViewQuery(
    workers=Window(),
    backlog=Window(),
    failures=Window(),
    groups=Window(),
    types=Window(),
    metrics=True,
)
PAGES = {
    "workers": "worker_page",
    "backlog": "backlog_page",
    "failures": "failure_page",
    "groups": "group_page",
    "types": "type_page",
}


LINES = ("one", "two")


@task
def talk(ctx: Context) -> None:
    """Log two lines, and fail."""
    for line in LINES:
        ctx.log.info(line)
    raise ValueError("broken")


@pytest.fixture
def local():
    with Engine(workers=2, plugins=["demo"]) as engine:
        engine.register(talk)
        engine.submit("app.talk").wait(10)
        engine.pause()
        engine.submit("demo.sleep", {"seconds": 60})
        engine.submit("demo.sleep", {"seconds": 60})
        yield LocalPort(engine)
        engine.shutdown(5, drain=False)


@pytest.fixture
def fake():
    log = [LogLineView(at=NOW, level=SafeText("info"), text=SafeText(one)) for one in LINES]
    failed = TaskDetail(
        number=1, type=SafeText("app.talk"), state="failed", created=NOW, log=tuple(log)
    )
    return FakePort(
        snapshot(),
        workers=workers(2),
        backlog=waiting(2, 3),
        failures=failures(1),
        type_rows=[type_row("demo.sleep")],
        types=[type_of(name="demo.sleep")],
        details={1: failed},
    )


AROUND = {"read-only": ReadOnlyPort, "wired": WiredPort}


@pytest.fixture(
    params=[f"{around} {inner}".strip() for inner in ("local", "fake") for around in ("", *AROUND)]
)
def port(request):
    *around, inner = request.param.split()
    found = request.getfixturevalue(inner)
    return AROUND[around[0]](found) if around else found


def through_json(value, type):
    """Return a record as it is at the other end of a wire."""
    return msgspec.json.decode(msgspec.json.encode(value), type=type)


def test_a_snapshot_has_the_pages_that_are_asked_for_and_no_others(port):
    for name, page in PAGES.items():
        shot = port.snapshot(msgspec.structs.replace(ViewQuery(), **{name: Window()}))
        assert getattr(shot, page) is not None
        assert [None] * 4 == [getattr(shot, other) for other in PAGES.values() if other != page]


def test_a_page_has_the_rows_of_its_window_and_says_how_many_there_are(port):
    page = port.snapshot(ViewQuery(backlog=Window(offset=1, limit=1))).backlog_page
    assert (1, 1, 2) == (page.offset, len(page.rows), page.total)
    beyond = port.snapshot(ViewQuery(backlog=Window(offset=50, limit=5))).backlog_page
    assert ((), 2) == (beyond.rows, beyond.total)


def test_a_detail_is_of_the_task_that_is_asked_for_or_none(port):
    assert 1 == port.detail(1).number
    assert port.detail(999) is None


def test_a_detail_has_the_lines_of_the_log_after_the_cursor_that_is_asked_with(port):
    first = port.detail(1)
    assert (["one", "two"], 0) == ([line.text for line in first.log], first.log_dropped)
    assert ["two"] == [line.text for line in port.detail(1, 1).log]
    again = port.detail(1, first.log_cursor)
    assert ((), first.log_cursor, False) == (again.log, again.log_cursor, again.log_more)


def test_texts_of_an_unknown_type_are_refused_with_its_name(port):
    outcome = port.check("demo.unheard", {})
    assert not outcome.ok
    assert "demo.unheard" in outcome.reason


def test_who_only_looks_is_answered_and_all_else_is_refused_by_a_port_that_only_looks(port):
    assert port.apply(CountFailures()).ok
    seen = port.apply(SeeFailures(numbers=(1,)))
    assert seen.ok is not port.caps.read_only
    assert ("refused" if port.caps.read_only else "") == seen.kind


def test_every_answer_comes_whole_through_a_wire(port):
    shot = port.snapshot(ALL)
    assert shot == through_json(shot, type(shot))
    assert port.detail(1) == through_json(port.detail(1), TaskDetail)
    types = list(port.types())
    assert types
    assert types == through_json(types, list[TaskTypeInfo])
    assert port.caps == through_json(port.caps, type(port.caps))
    for outcome in (port.apply(CountFailures()), port.check("demo.unheard", {"a": "b"})):
        assert outcome == through_json(outcome, type(outcome))
