"""What goes through a port comes back from JSON as it was; what JSON does not have is refused."""

from __future__ import annotations

import logging
import math
from pathlib import Path
from typing import Any, get_args

import msgspec
import pytest

from chasqui import Context, Engine, LogCapture, task
from chasqui.control import commands, details, lookup, records
from chasqui.control import port as the_port
from chasqui.control.local import LocalPort
from chasqui.control.port import (
    FINAL,
    ROWS,
    Capabilities,
    Chosen,
    Command,
    CommandOutcome,
    CountFailures,
    CountWaiting,
    FillForm,
    LatencyView,
    LogLineView,
    MetricsView,
    ReadFailures,
    Record,
    RetryEdited,
    RetryFailures,
    SetLogLevel,
    SetShutdownTimeout,
    SetTheme,
    Shutdown,
    Snapshot,
    SubmitOptions,
    TaskDetail,
    TaskTypeInfo,
    ViewQuery,
    Window,
)
from chasqui.control.safe_text import SafeText
from tests.control.test_contract import ALL
from tests.control.test_read_only import ASKED
from tests.present import present
from tests.waiting import until

WAIT = 10.0
BYTES = "caf\udce9"  # as a path that is not UTF-8 is kept in a text
MORE: tuple[Command, ...] = (
    CountWaiting(filter="type=ü age>1m"),
    CountFailures(chosen=Chosen(numbers=(1, 2), token="ab12", group="g-1", filter="err~ü x")),
    RetryFailures(chosen=Chosen(numbers=(), open_only=True)),
    FillForm(number=7),
    ReadFailures(chosen=Chosen(token="ab12"), after=7),
    RetryEdited(number=7, type="app.x", texts=(("a", "ü\n\x00"),), defaults=("b",)),
    SetLogLevel(level="debug"),
    SetShutdownTimeout(timeout=12.5),
    SetTheme(theme="日本 🚀 \x00\x1b\u2028"),
    Shutdown(mode="cancel", timeout=2.5e-7),
)


def through_json(value: Any, type: Any = None) -> Any:
    """Return a record as it is at the other end of a wire."""
    wanted = value.__class__ if type is None else type
    return msgspec.json.decode(msgspec.json.encode(value), type=wanted)


@pytest.mark.parametrize("command", [*ASKED.values(), *MORE], ids=lambda one: type(one).__name__)
def test_every_command_comes_back_as_it_was(command):
    back = through_json(command, Command)
    assert (command, type(command)) == (back, type(back))


def test_no_command_is_left_out():
    assert set(get_args(Command)) == {type(command) for command in ASKED.values()}
    assert 27 == len(ASKED)


def test_what_goes_with_a_question_comes_back_as_it_was():
    chosen = Chosen(numbers=(3,), token="f", group="g", filter="a", open_only=True)
    query = msgspec.structs.replace(ALL, failures_of=chosen, backlog=Window(offset=7, limit=3))
    for one in (query, SubmitOptions(priority=-3, time_limit=0.1)):
        assert one == through_json(one)


@task
def odd(
    ctx: Context, path: Path = Path(BYTES), name: str = BYTES, most: float = math.inf
) -> object:
    """Do what JSON has no text for."""
    ctx.log.info("read \udce9 at 1e999")
    ctx.progress(1e308, 5e-324, BYTES)
    return {"path": path, "worst": math.nan, "text": BYTES, "many": 2**80}


@task
def broken(name: str) -> None:
    """Fail."""
    logging.getLogger(BYTES).warning(name)
    raise OSError(f"no {name}")


@pytest.fixture
def engine(monkeypatch):
    """Return an engine that has all there is to be seen, with text and numbers JSON has not."""
    monkeypatch.setattr(lookup, "PATIENCE", WAIT)
    with Engine(2, name=f"prod {BYTES}", capture=LogCapture()) as engine:
        engine.register(odd)
        engine.register(broken)
        engine.submit("app.odd").wait(WAIT)
        for _ in range(2):
            engine.submit("app.broken", {"name": BYTES}).wait(WAIT)
        engine.pause("app.broken")
        engine.submit("app.broken", {"name": BYTES})
        engine.pause()
        engine.submit("app.odd", key=BYTES)
        yield engine
        engine.shutdown(WAIT, drain=False)


@pytest.fixture
def port(engine):
    return LocalPort(engine, problems=[BYTES], forgets=BYTES, overrides=Path(f"/{BYTES}/x.toml"))


def test_a_full_snapshot_of_an_engine_comes_back_as_it_was(port, engine):
    engine.discard([present(engine.failures.find(2)).number])
    shot = port.snapshot(ALL)
    pages = [shot.worker_page, shot.backlog_page, shot.failure_page, shot.group_page]
    assert all(present(page).rows for page in [*pages, shot.type_page])
    assert shot.metrics and shot.undo and shot.paused_types and shot.problems
    assert shot == through_json(shot, Snapshot)


def test_a_snapshot_of_a_shutdown_and_its_ledger_comes_back_as_it_was(port, engine):
    port.apply(Shutdown(mode="cancel", timeout=WAIT))
    engine.shutdown(WAIT)
    until(lambda: port.snapshot(ViewQuery()).ledger is not None)
    shot = port.snapshot(ViewQuery())
    assert shot.shutdown
    assert shot == through_json(shot)


def test_the_detail_of_every_task_comes_back_as_it_was(port, engine):
    port.submit("app.odd", {"name": "x"}, SubmitOptions())
    details = [present(port.detail(number)) for number in range(2, 7)]
    assert {"failed", "queued"} == {detail.state for detail in details}
    assert details[0].log and details[0].params and details[0].traceback
    for detail in details:
        assert detail == through_json(detail, TaskDetail)


def test_the_detail_of_a_task_that_has_returned_comes_back_as_it_was(port, engine):
    engine.resume()
    outcome = port.submit("app.odd", {}, SubmitOptions())
    (number,) = outcome.numbers
    until(lambda: present(port.detail(number)).state in FINAL)
    detail = present(port.detail(number))
    assert "nan" in present(detail.result)
    assert detail == through_json(detail)


def test_the_types_and_what_is_allowed_come_back_as_they_were(port):
    types = list(port.types())
    odd_one = next(one for one in types if one.name == "app.odd")
    assert [("caf\\xe9", False)] * 2 == [(p.default, p.is_exact) for p in odd_one.parameters[:2]]
    assert types == through_json(types, list[TaskTypeInfo])
    assert port.caps == through_json(port.caps, Capabilities)


def test_every_outcome_comes_back_as_it_was(port):
    asked = [port.apply(command) for kind, command in ASKED.items() if kind is not Shutdown]
    params = {BYTES: "1", "name": BYTES, "most": "nan"}
    asked += [port.check(kind, params) for kind in ("app.odd", f"app.{BYTES}")]
    asked += [port.submit(kind, params, SubmitOptions()) for kind in ("app.odd", "app.broken")]
    assert {True, False} == {outcome.ok for outcome in asked}
    for outcome in asked:
        assert outcome == through_json(outcome, CommandOutcome)


# What is refused


@pytest.mark.parametrize("asked", [{"offset": -1}, {"limit": -1}, {"limit": ROWS + 1}])
def test_a_window_is_bounded_so_that_no_answer_has_a_whole_backlog(asked):
    assert ROWS == Window(limit=ROWS).limit
    with pytest.raises(ValueError, match="a window has at most 2,000 rows from 0 on"):
        Window(**asked)
    with pytest.raises(msgspec.ValidationError, match="a window has at most"):
        msgspec.json.decode(msgspec.json.encode({"backlog": asked}), type=ViewQuery)


@pytest.mark.parametrize("value", [math.nan, math.inf, -math.inf])
@pytest.mark.parametrize(
    ("record", "field"),
    [(LatencyView, "p50"), (Shutdown, "timeout"), (SubmitOptions, "time_limit")],
)
def test_a_record_refuses_a_number_that_json_has_not(record, field, value):
    with pytest.raises(ValueError, match=f"{field} must be a finite number"):
        record(**{field: value})
    with pytest.raises(ValueError, match=f"{field} must be a finite number"):
        msgspec.structs.replace(record(), **{field: value})


@pytest.mark.parametrize(
    "make",
    [
        lambda: SetTheme(theme=BYTES),
        lambda: Chosen(filter=BYTES),
        lambda: LogLineView(at=0.0, level=SafeText("info"), text=SafeText(BYTES)),
        lambda: CommandOutcome(ok=False, problems=((BYTES, SafeText("")),)),
        lambda: CommandOutcome(ok=False, skipped=((1, SafeText("")), (2, SafeText(BYTES)))),
    ],
)
def test_a_record_refuses_a_text_with_a_lone_surrogate(make):
    with pytest.raises(ValueError, match="must be text without lone surrogates, got 'caf"):
        make()


def test_a_history_is_refused_for_one_number_of_many():
    with pytest.raises(ValueError, match="busy must be a finite number, got nan"):
        MetricsView(busy=(1.0,) * 299 + (math.nan,))


def test_every_record_of_the_port_refuses_them():
    homes = (commands, details, records, the_port)
    made = [one for home in homes for one in vars(home).values()]
    structs = {one for one in made if isinstance(one, type) and issubclass(one, msgspec.Struct)}
    assert {Record} <= structs
    assert [] == [one for one in structs if not issubclass(one, Record)]
