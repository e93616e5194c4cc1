"""An engine in trouble, as an operator finds it at night: fixed rows for the goldens."""

from __future__ import annotations

from collections.abc import Sequence

from chasqui.control.event_records import EventLevel
from chasqui.control.fake import FakePort
from chasqui.control.port import (
    ChartView,
    Counts,
    EventView,
    FinishedRow,
    GroupRow,
    LaneRow,
    LatencyView,
    MetricsView,
    PoolRow,
    ProgressView,
    Snapshot,
    TaskRow,
    TypeRow,
    WorkerRow,
)
from chasqui.control.safe_text import SafeText
from tests.console.rows import NOW

SAID = (
    "pool default: its backlog has been full for 4m12s, and producers wait in turns or are "
    "refused: 1,000 of 1,000 wait, and 8 workers are 99 % busy",
    "ops.stuck: task 21 was asked to stop 3m02s ago and still runs on w03: a thread cannot be "
    "ended from outside, its body must look at ctx.cancelled",
    "schedule nightly: 3 turns were left out in the last 12m: task 7 of the turn before is still "
    "running",
)


def prod() -> FakePort:
    """Return a port to it."""
    rows = [_worker(*one) for one in WORKERS]
    return FakePort(
        Snapshot(
            at=NOW,
            name=SafeText("prod-eu-west"),
            workers=8,
            busy=6,
            queue_size=1000,
            uptime=8130.0,
            counts=Counts(
                accepted=61_030, queued=1000, scheduled=4, running=6, completed=59_983, failed=37
            ),
            rate=36.5,
            run=LatencyView(count=60_020, p50=0.21, p95=4.1, p99=12.5, max=30.02),
            wait=LatencyView(count=60_026, p50=9.1, p95=27.4, p99=40.0, max=41.2),
            open_kinds=2,
            full_for=252.0,
            wrong=tuple(map(SafeText, ("saturated 4m", "task 21 does not stop", "nightly"))),
            metrics=MetricsView(
                wait=LatencyView(count=60_026, p50=9.1, p95=27.4, p99=40.0, max=41.2),
                run=LatencyView(count=60_020, p50=0.21, p95=4.1, p99=12.5, max=30.02),
                finished_per_second=tuple(30 + (n * 7) % 14 for n in range(300)),
                backlog=tuple(min(1000, 4 * n) for n in range(300)),
                busy=tuple(4 + n % 3 for n in range(300)),
                findings=tuple(map(SafeText, SAID)),
                pools=(
                    PoolRow(
                        name=SafeText("default"),
                        workers=8,
                        busy=6,
                        queue_size=1000,
                        queued=1000,
                        scheduled=4,
                        running=6,
                        rate=36.5,
                        arrivals=41.0,
                        full_for=252.0,
                    ),
                ),
                charts=ChartView(
                    seconds=10,
                    ended=tuple(30.0 + (n * 7) % 14 for n in range(60)),
                    backlog=tuple(min(1000.0, 20.0 * n) for n in range(60)),
                    running=tuple(4.0 + n % 3 for n in range(60)),
                ),
            ),
        ),
        workers=rows,
        backlog=[_waiting(number) for number in range(60_031, 60_091)],
        lanes=[_lane(*one) for one in LANES],
        finished=[_ended(*one) for one in ENDED],
        events=[_event(60 - at, *one) for at, one in enumerate(EVENTS)],
        groups=GROUPS,
        type_rows=TYPES,
    )


WORKERS = (
    ("w01", "running", 382, "files.archive", 72, ProgressView(done=512, total=980)),
    ("w02", "running", 401, "http.check", 2, ProgressView(done=3, total=10)),
    ("w03", "running", 21, "ops.stuck", 843, None),
    ("w04", "running", 377, "ops.imports", 98, None),
    ("w05", "idle", None, "", 12, None),
    ("w06", "running", 404, "ops.imports", 0, None),
    ("w07", "abandoned", 9, "ops.deaf", 3600, None),
    ("w08", "idle", None, "", 0, None),
)


def _worker(
    name: str, state: str, task: int | None, type: str, age: int, done: ProgressView | None
) -> WorkerRow:
    return WorkerRow(
        name=SafeText(name),
        state=state,  # type: ignore[arg-type]
        since=NOW - age,
        task=task,
        type=SafeText(type),
        done=7500,
        failed=4 if type == "ops.imports" else 0,
        progress=done,
        asked_at=NOW - 182 if task == 21 else None,
        slow="unstopped" if task == 21 else "long" if task == 377 else "",
        usual=3.4 if task == 377 else 0.0,
    )


ENDED = (
    (
        405,
        "http.check",
        "completed",
        3,
        0.204,
        "200 in 181 ms",
        "url=https://bank.example/ times=10",
    ),
    (51, "demo.sleep", "cancelled", 4, None, "", "seconds=3600"),
    (
        376,
        "ops.imports",
        "failed",
        9,
        30.0,
        "TimeoutError: account ▒▒▒ did not answer",
        "account=88123",
    ),
    (163, "files.hash", "completed", 12, 0.8, "sha256 9f2c41d07ab3e6", "path=/srv/a.iso"),
)


def _ended(
    number: int, type: str, state: str, age: int, ran: float | None, said: str, params: str
) -> FinishedRow:
    return FinishedRow(
        number=number,
        type=SafeText(type),
        state=state,  # type: ignore[arg-type]
        at=NOW - age,
        waited=41.0 if ran else None,
        ran=ran,
        attempts=3 if state == "failed" else 1,
        worker=SafeText("w02" if ran else ""),
        result=SafeText(said if state == "completed" else ""),
        error=SafeText(said if state == "failed" else ""),
        params=SafeText(params),
    )


EVENTS: Sequence[tuple[int, EventLevel, str, str, int]] = (
    (31, "warning", "schedule nightly: left out a turn: task 7 still runs", "", 3),
    (75, "info", "engine resized to 8 workers", "console, uid 1000: imports pile up", 1),
    (182, "error", "worker w07 is abandoned: task 9 ops.deaf ignores its time limit", "", 1),
    (360, "error", "type http.check failed 5 times: its breaker is open", "", 1),
    (90_000, "info", "engine started with 6 workers", "", 1),
)


def _event(number: int, age: int, level: EventLevel, text: str, by: str, count: int) -> EventView:
    return EventView(
        number=number,
        at=NOW - age,
        level=level,
        text=SafeText(text),
        by=SafeText(by),
        count=count,
        first=NOW - age - 120 * (count - 1),
    )


def _lane(type: str, count: int, reason: str, limits: str, numbers: tuple[int, ...]) -> LaneRow:
    first = tuple(map(_waiting, numbers))
    return LaneRow(
        type=SafeText(type),
        count=count,
        oldest=NOW - first[0].created,
        reason=SafeText(reason),
        limits=SafeText(limits),
        held="breaker" in reason,
        first=first,
    )


LANES = (
    ("ops.imports", 496, "workers busy", "", (60_033, 60_037, 60_041)),
    ("ops.paced", 412, "rate 10/s", "10/s", (60_032, 60_036, 60_040)),
    ("files.archive", 79, "4 of 4 run", "4 at a time", (60_034, 60_038, 60_042)),
    ("http.check", 13, "breaker open, tries again in 22s", "", (60_031, 60_035, 60_039)),
)


def _waiting(number: int) -> TaskRow:
    reasons = {0: "rate 10/s", 1: "", 2: "4 of 4 run", 3: "breaker open"}
    return TaskRow(
        number=number,
        type=SafeText(("ops.paced", "ops.imports", "files.archive", "http.check")[number % 4]),
        state="queued",
        created=NOW - (60_100 - number),
        params=SafeText(f"account={number * 7} deep=true since=2024-05-01"),
        priority=5 * (number % 4 == 1),
        reason=SafeText(reasons[number % 4]),
    )


GROUPS = (
    GroupRow(
        id="g1",
        type=SafeText("ops.imports"),
        error=SafeText("TimeoutError: account ▒▒▒ did not answer within 30 s, after 3 attempts"),
        count=127,
        kept=127,
        open=127,
        first_seen=NOW - 840,
        last_seen=NOW - 2,
        example=377,
    ),
    GroupRow(
        id="g2",
        type=SafeText("http.check"),
        error=SafeText("CheckFailed: https://bank.example/ answered 503 Service Unavailable"),
        count=49,
        kept=49,
        open=0,
        first_seen=NOW - 10_800,
        last_seen=NOW - 3_600,
        example=12,
    ),
)
TYPES = (
    TypeRow(
        name=SafeText("ops.imports"),
        state="full",
        limits=SafeText("5 at a time"),
        queued=415,
        running=5,
        completed=40_120,
        failed=127,
        rate=1.2,
        errors=0.09,
        run_p95=4.1,
        wait_p95=27.4,
        oldest=41.0,
        share=0.72,
        trend=(0.4, 0.5, 0.5, 0.7, 0.8, 0.8, 0.9, 1.0, 1.1, 1.2),
    ),
    TypeRow(
        name=SafeText("http.check"),
        state="breaker open",
        queued=13,
        completed=863,
        failed=49,
        errors=1.0,
        run_p95=0.2,
        oldest=360.0,
        trend=(2.1, 2.0, 2.2, 2.1, 1.4, 0.0, 0.0, 0.0, 0.0, 0.0),
    ),
    TypeRow(
        name=SafeText("ops.tick"),
        completed=96,
        run_p95=0.00463,
        rate=0.02,
        share=0.001,
        note=SafeText(
            "schedule nightly left out 3 in 12m: task 7 of the turn before is still running"
        ),
    ),
)
