"""The lists of a local port: why tasks wait, the types, and failures by kind, group and filter."""

from __future__ import annotations

import msgspec
import pytest

from chasqui import Context, task
from chasqui.control import lookup
from chasqui.control.local import LocalPort
from chasqui.control.port import Chosen, SeeFailures, ViewQuery, Window
from chasqui.engine.config.pools import PoolConfig
from chasqui.engine.engine import BaseEngine
from chasqui.engine.metrics.sampler import TRACKED
from chasqui.testing import FakeClock
from tests.present import present
from tests.waiting import until

WAIT = 10.0
ALL = ViewQuery(backlog=Window(), types=Window(), groups=Window(), failures=Window(), metrics=True)


@pytest.fixture(autouse=True)
def patient(monkeypatch):
    """Have looks at all failures waited for, so that no slow machine decides."""
    monkeypatch.setattr(lookup, "PATIENCE", WAIT)
    monkeypatch.setattr(lookup, "REST", 0)


def reasons(port):
    return {row.number: row.reason for row in port.snapshot(ALL).backlog_page.rows}


def types(port):
    return {row.name: row for row in port.snapshot(ALL).type_page.rows}


def fail(engine, *rows):
    """Have tasks fail one after the other, and return their numbers."""
    numbers = []
    for row in rows:
        failing = engine.submit("app.flaky", {"row": row})
        assert failing.wait(WAIT)
        numbers.append(failing.number)
    return numbers


def test_a_parked_task_says_why_it_may_not_start(board):
    engine, port, clock = board
    engine.submit("app.single")
    clock.await_sleepers(1)
    engine.submit("app.paced").wait(WAIT)
    fail(engine, 1, 2, 3)
    engine.pause("app.rest")
    parked = {
        engine.submit(name, params).number: why
        for name, params, why in (
            ("app.single", {}, "1 of 1 run"),
            ("app.paced", {}, "rate 1/m"),
            ("app.flaky", {"row": 4}, "breaker open"),
            ("app.rest", {"seconds": 1}, "type paused"),
        )
    }

    assert parked == reasons(port)
    assert 2 == port.snapshot(ViewQuery()).held
    number = next(iter(parked))
    assert "1 of 1 run" == port.detail(number).reason


def test_a_task_that_only_waits_for_a_worker_needs_no_reason(board):
    engine, port, clock = board
    for _ in range(2):
        engine.submit("app.rest", {"seconds": 60})
    clock.await_sleepers(2)
    waiting = engine.submit("app.rest", {"seconds": 1})

    assert {waiting.number: ""} == reasons(port)
    assert "" == port.detail(waiting.number).reason


def test_in_a_paused_engine_every_task_waits_for_that(board):
    engine, port, _ = board
    engine.pause()
    waiting = engine.submit("app.rest", {"seconds": 1})

    assert {waiting.number: "engine paused"} == reasons(port)


def test_a_probe_that_runs_is_why_the_others_wait(board):
    engine, port, clock = board
    fail(engine, 1, 2, 3)
    waiting = engine.submit("app.flaky", {"row": 4, "good": True})
    engine.pause()
    clock.advance(31)
    for _ in range(20_000):
        if types(port)["app.flaky"].state == "half open":
            break
    shot = port.snapshot(ALL)

    assert "half open" == types(port)["app.flaky"].state
    assert ((), ("app.flaky",)) == (shot.breakers, shot.half_open)
    engine.resume()
    assert waiting.wait(WAIT)
    for _ in range(20_000):
        if not port.snapshot(ALL).half_open:
            break
    shot = port.snapshot(ALL)
    assert ((), (), "open") == (shot.breakers, shot.half_open, types(port)["app.flaky"].state)


def test_each_type_is_a_row_with_its_state_limits_and_counts(board):
    engine, port, clock = board
    engine.submit("app.single")
    clock.await_sleepers(1)
    engine.submit("app.single")
    assert engine.submit("app.paced").wait(WAIT)
    fail(engine, 1, 2, 3)
    engine.pause("app.rest")
    shot = port.snapshot(ALL)
    rows = types(port)

    states = {name: row.state for name, row in rows.items()}
    assert ("full", "breaker open", "paused", "open") == (
        states["app.single"],
        states["app.flaky"],
        states["app.rest"],
        states["app.explode"],
    )
    assert ("1 at a time", "1/m") == (rows["app.single"].limits, rows["app.paced"].limits)
    single, flaky = rows["app.single"], rows["app.flaky"]
    assert (1, 1, 3) == (single.queued, single.running, flaky.failed)
    assert (("app.flaky",), (), ("app.rest",), True) == (
        shot.breakers,
        shot.half_open,
        shot.paused_types,
        rows["app.rest"].is_paused,
    )
    in_order = ["app.flaky", "app.rest", "app.single", "app.paced", "app.explode"]
    assert in_order == [row.name for row in shot.type_page.rows]
    assert 2 == shot.idle_types


def test_rate_and_share_of_a_type_that_is_not_tracked_are_not_known(board):
    engine, port, clock = board

    def nothing() -> None: ...

    several = [task(name=f"t{number:02}")(nothing) for number in range(TRACKED + 2)]
    for one in several:
        engine.register(one)
    fresh = engine.submit("app.t00")
    assert fresh.wait(WAIT)
    assert (0.0, 0.0) == (types(port)["app.t00"].rate, types(port)["app.t00"].share)
    for one in several[: TRACKED + 1]:
        assert engine.submit(f"app.{one.name}").wait(WAIT)
    looks = engine._parts.monitor.sampler.looks
    clock.advance(1)
    until(lambda: engine._parts.monitor.sampler.looks > looks)
    rows = types(port)

    first, last, unused = rows["app.t00"], rows[f"app.t{TRACKED}"], rows[f"app.t{TRACKED + 1}"]
    assert (2.0, True) == (first.rate, first.share is not None)
    assert (1, None, None) == (last.completed, last.rate, last.share)
    assert (0.0, 0.0) == (unused.rate, unused.share)


def test_a_hidden_list_of_types_is_not_made_and_windows_are_cut(board):
    _, port, _ = board

    assert port.snapshot(ViewQuery()).type_page is None
    page = port.snapshot(ViewQuery(types=Window(offset=1, limit=2))).type_page
    assert (5, 2) == (page.total, len(page.rows))


def test_kinds_of_failure_have_true_counts_and_each_its_failures(board):
    engine, port, _ = board
    numbers = fail(engine, 7, 8, 9)
    other = engine.submit("app.explode", {"message": "no disk"})
    assert other.wait(WAIT)
    page = port.snapshot(ALL).group_page
    rows = {row.type: row for row in page.rows}

    assert (2, 3, 3, 3) == (
        page.total,
        rows["app.flaky"].count,
        rows["app.flaky"].kept,
        rows["app.flaky"].open,
    )
    assert "OSError: no disk" == rows["app.explode"].error
    assert "ValueError: row ▒▒▒ is bad" == rows["app.flaky"].error
    assert "ValueError: row 9 is bad" == rows["app.flaky"].newest
    assert numbers[-1] == rows["app.flaky"].example
    query = ViewQuery(failures=Window(), failures_of=Chosen(group=rows["app.flaky"].id))
    assert numbers[::-1] == [row.number for row in port.snapshot(query).failure_page.rows]


def test_a_filter_selects_failures_and_says_what_it_does_not_understand(board):
    engine, port, _ = board
    numbers = fail(engine, 7, 8, 9)

    def listed(text):
        query = ViewQuery(failures=Window(), failures_of=Chosen(filter=text))
        shot = port.snapshot(query)
        return [row.number for row in shot.failure_page.rows], shot.filter_note

    assert ([numbers[1]], "") == listed("err~8")
    assert ([], "") == listed("type=demo.*")
    found, note = listed("colour=red")
    assert "colour" in note
    assert found in ([], numbers[::-1])


def test_the_kind_that_has_failed_last_is_on_top_however_long_it_is_known(board):
    engine, port, clock = board
    fail(engine, 1)
    clock.advance(60)
    assert engine.submit("app.explode", {"message": "no disk"}).wait(WAIT)
    before = [row.type for row in port.snapshot(ALL).group_page.rows]
    clock.advance(60)
    fail(engine, 2)

    assert ["app.explode", "app.flaky"] == before
    assert before[::-1] == [row.type for row in port.snapshot(ALL).group_page.rows]


def test_a_page_of_kinds_moves_on_only_when_something_has_changed(board):
    engine, port, _ = board
    fail(engine, 1)
    first, second = port.snapshot(ALL).group_page, port.snapshot(ALL).group_page
    fail(engine, 2)

    assert first.rev == second.rev < port.snapshot(ALL).group_page.rev


def test_a_failure_that_an_operator_has_opened_is_marked_as_seen(board):
    engine, port, _ = board
    (number,) = fail(engine, 1)
    assert "new" == port.snapshot(ALL).failure_page.rows[0].state
    assert port.apply(SeeFailures(numbers=(number,))).ok

    assert "seen" == port.snapshot(ALL).failure_page.rows[0].state


def test_what_a_body_has_logged_is_in_its_detail(board):
    engine, port, _ = board

    @task
    def talk(ctx: Context) -> None:
        """Say something."""
        ctx.log.warning("one\x1b[31m\ntwo")

    engine.register(talk)
    talking = engine.submit("app.talk")
    assert talking.wait(WAIT)
    port._watch(talking)
    lines = port.detail(talking.number).log

    assert [("warning", "one␛[31m"), ("warning", "two")] == [(one.level, one.text) for one in lines]
    assert "\x1b" not in msgspec.json.encode(lines).decode()


def test_in_several_pools_tasks_types_and_pools_are_told_apart():
    pools = {"cpu": PoolConfig(workers=1, queue_size=4)}
    engine = BaseEngine(2, 5, pools=pools, clock=FakeClock())

    @task(pool="cpu")
    def heavy() -> None:
        """Work hard."""

    engine.register(heavy)
    waiting = engine.submit("app.heavy")
    port = LocalPort(engine)
    shot = port.snapshot(ALL)
    (row,) = present(shot.backlog_page).rows
    detail = present(port.detail(waiting.number))
    engine.shutdown(0, drain=False)

    assert ("cpu", "cpu") == (row.pool, detail.pool)
    assert [("default", 0), ("cpu", 1)] == [(one.name, one.queued) for one in shot.pools]
    assert "cpu" == next(
        one.pool for one in present(shot.type_page).rows if one.name == "app.heavy"
    )


def test_a_healthy_engine_has_nothing_to_report(board):
    engine, port, clock = board
    assert engine.submit("app.rest", {"seconds": 0}).wait(WAIT)

    assert () == port.snapshot(ALL).metrics.findings
    fail(engine, 1, 2, 3)
    clock.advance(1)
    (said,) = port.snapshot(ALL).metrics.findings
    assert "app.flaky: breaker open" in said
