"""A type as a port opens it."""

from __future__ import annotations

from chasqui.control.fake import FakePort
from chasqui.control.port import (
    BreakerView,
    ChartView,
    LatencyView,
    LimitsView,
    RecentFailure,
    TypeView,
)
from chasqui.control.safe_text import SafeText
from tests.console.rows import NOW, snapshot, type_row

FLAKY = type_row("app.flaky", state="breaker open", queued=41, failed=7, rate=1.0)
LASTS = SafeText("until the engine stops: it has no journal")


def limits(concurrency=None, rate="", by=""):
    return LimitsView(concurrency=concurrency, rate=SafeText(rate), by=SafeText(by))


def opened(row=FLAKY, **more):
    made = {
        "limits": limits(5, "10/s"),
        "policy": limits(5, "10/s"),
        "lasts": LASTS,
        "breaker": BreakerView(
            state="open",
            since=NOW - 8,
            failures=5,
            seconds=60.0,
            cooldown=30.0,
            probes_in=22.0,
            opened=3,
        ),
        "parameters": (SafeText("customer"), SafeText("row")),
        "run": LatencyView(count=720, p50=0.2, p95=4.1, p99=12.5, max=30.0),
        "failures": (RecentFailure(number=377, at=NOW - 2, error=SafeText("OSError: no disk")),),
        "charts": ChartView(ended=(1.0, 2.0), run_p95=(0.9, 4.1)),
    }
    return TypeView(row=row, **{**made, **more})


def port_with(view=None, **more):
    view = view or opened()
    port = FakePort(snapshot(), type_rows=[view.row], **more)
    port.type_views[view.row.name] = view
    return port
