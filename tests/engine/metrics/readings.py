"""Readings of a made engine, well or ill in one way, and what a diagnosis says of them."""

from __future__ import annotations

from chasqui.engine.metrics.diagnosis import diagnose
from chasqui.engine.metrics.reading import PoolReading, Reading, TypeReading
from chasqui.engine.metrics.samples import Process
from chasqui.engine.metrics.windows import Durations, MetricWindow, Standing, Stretch
from chasqui.pool.histogram import Histogram
from chasqui.pool.submitters import Blocked

NOW = 1_700_000_000.0
COMPUTING = Process(cores_used=1.0, gil_wait=0.0052, seconds=10.0)


def durations(*values):
    histogram = Histogram()
    histogram.fold(values)
    return [Durations.of(histogram)]


def window(seconds=10.0, *, until=700.0, arrive=30.0, done=30.0, busy=0.5, workers=8, run=0.1):
    """Make a window with these rates, and as many runs as tasks are done, of so many seconds."""
    before = Standing(at=until - seconds, workers=workers)
    after = Standing(
        at=until,
        accepted=round(arrive * seconds),
        completed=round(done * seconds),
        taken=busy * seconds * workers,
        workers=workers,
    )
    stretch = Stretch(before, after, (), durations(*[run] * round(done * seconds)))
    return MetricWindow.later(stretch)


BUSY = {"ten_seconds": window(arrive=42, busy=0.99)}


def pool(name="default", **more):
    made = {
        "workers": 8,
        "running": 4,
        "queue_size": 1000,
        "ten_seconds": window(),
        "arrivals": 30.0,
        "departures": 30.0,
    }
    return PoolReading(**{**made, **more}, name=name)


def a_type(name="app.work", **more):
    return TypeReading(**{"workers": 8, "ten_seconds": window(busy=0.25), **more}, name=name)


def reading(*parts, **more):
    pools = [one for one in parts if isinstance(one, PoolReading)] or [pool()]
    types = [one for one in parts if isinstance(one, TypeReading)]
    return Reading(
        at=NOW,
        cores=4,
        pools={one.name: one for one in pools},
        types={one.name: one for one in types},
        process=more.pop("process", Process(cores_used=0.2, gil_wait=0.00002, seconds=10.0)),
        **more,
    )


def overloaded(name="default", **more):
    """A pool whose eight workers do 30 tasks a second, while 42 come in."""
    made = {
        "ten_seconds": window(arrive=42, busy=0.99),
        "arrivals": 42.0,
        "running": 8,
        "queued": 1204,
        "waiting": 1204,
    }
    return pool(name, **{**made, **more})


def blocked(seconds=12.0, **more):
    producers = (
        Blocked("MainThread", "load.py:12", NOW - seconds),
        Blocked("other", "load.py:7", NOW),
    )
    made = {
        "blocked": 2,
        "producers": producers,
        "blocked_for": seconds,
        "queued": 1000,
        "waiting": 1000,
    }
    return {**made, **more}


def slowed(name="app.fetch", recent=0.21, before=0.05, runs=20.0, **more):
    late = window(run=recent, done=runs, busy=0.2)
    early = window(600, until=690, run=before, done=runs)
    first, last = early.stretch, late.stretch
    whole = MetricWindow.later(Stretch(first.before, last.after, (), [*first.runs, *last.runs]))
    return a_type(name, **{"ten_seconds": late, "minute": late, "ten_minutes": whole, **more})


def hog(name="app.crunch", **more):
    made = {"ten_seconds": window(busy=0.92), "behind": 120}
    return a_type(name, **{**made, **more})


def broken(name="http.check", **more):
    return a_type(name, **{"breaker": "open", "breaker_for": 12.0, "queued": 300, **more})


def texts(*parts, **more):
    return [one.text for one in diagnose(reading(*parts, **more))]


def kinds(*parts, **more):
    return [one.kind for one in diagnose(reading(*parts, **more))]
