"""An engine in trouble, as an operator finds it at night: fixed rows for the goldens."""

from __future__ import annotations

from chasqui.control.fake import FakePort
from chasqui.control.port import (
    Counts,
    GroupRow,
    LatencyView,
    MetricsView,
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
            full_for=252.0,
            wrong=tuple(map(SafeText, ("saturated 4m12s", "task 21 does not stop", "nightly"))),
            metrics=MetricsView(
                wait=LatencyView(count=60_026, p50=9.1, p95=27.4, p99=40.0, max=41.2),
                run=LatencyView(count=60_020, p50=0.21, p95=4.1, p99=12.5, max=30.02),
                finished_per_second=tuple(30 + (n * 7) % 14 for n in range(300)),
                backlog=tuple(min(1000, 4 * n) for n in range(300)),
                busy=tuple(4 + n % 3 for n in range(300)),
                findings=tuple(map(SafeText, SAID)),
            ),
        ),
        workers=rows,
        backlog=[_waiting(number) for number in range(60_031, 60_091)],
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
