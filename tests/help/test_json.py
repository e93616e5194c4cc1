"""The page of JSON keys agrees with the records."""

from __future__ import annotations

import dataclasses
import re

import pytest

import chasqui
from chasqui.engine.batches.members import BatchCounts, BatchState
from chasqui.engine.events.event import Event
from chasqui.engine.failures.failure import Failure
from chasqui.engine.failures.fingerprint import Frame, Origin
from chasqui.engine.failures.groups import FailureGroup
from chasqui.engine.failures.outcome import Outcome, RetryOutcome, Undoable
from chasqui.engine.history.finished import Finished
from chasqui.engine.journal.view import JournalView, LastEnd, ParkedType
from chasqui.engine.metrics.findings import Finding
from chasqui.engine.metrics.reading import (
    LeftOut,
    PoolReading,
    Reading,
    SlowTask,
    TypeReading,
    UnstoppedTask,
)
from chasqui.engine.metrics.samples import Process
from chasqui.engine.metrics.windows import MetricWindow
from chasqui.engine.policy.breaker import CircuitView
from chasqui.engine.policy.strikes import Strike
from chasqui.engine.schedules.plan import ScheduleState
from chasqui.engine.snapshot import EngineSnapshot, WorkerSnapshot
from chasqui.help import page
from chasqui.pool.dispatch_report import DispatchReport
from chasqui.pool.histogram import Latency
from chasqui.pool.ledger import Fate, Ledger
from chasqui.pool.metrics import LaneMetrics, Metrics
from chasqui.pool.submitters import Blocked

RECORDS = (
    *(Metrics, Latency, LaneMetrics, Reading, MetricWindow, PoolReading, TypeReading, Process),
    *(Blocked, UnstoppedTask, SlowTask, LeftOut, EngineSnapshot, WorkerSnapshot, CircuitView),
    *(BatchState, BatchCounts, Finding, Failure, Origin, Frame, FailureGroup, Ledger, Fate),
    *(ScheduleState, DispatchReport, Finished, Outcome, RetryOutcome, Undoable, Strike),
    *(JournalView, ParkedType, LastEnd),
)
SETTINGS = {
    *("Between", "Breaker", "FailureSelection", "Help", "HistorySelection", "LogCapture"),
    *("Parameter", "PluginInfo", "Policy", "PoolConfig", "Rate", "Retention", "Retry"),
    *("BackendSetup", "BackendType"),
}
"""What programs give, and what holds tasks and plugins themselves."""
SECTION = re.compile(r"^#{2,3} (\w+)\n(.*?)(?=^#|\Z)", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| ((?:`\w+` ?)+)\|(.*)\|(.*)\|$", re.MULTILINE)
SECTIONS = dict(SECTION.findall(page("json")))


def documented(name: str) -> list[str]:
    """List the keys that the page has for a record."""
    text = SECTIONS[name]
    keys = [key for row in ROW.findall(text) for key in re.findall(r"`(\w+)`", row[0])]
    same = re.findall(r"All keys of `(\w+)`", text)
    return [*keys, *(key for other in same for key in documented(other))]


@pytest.mark.parametrize("record", RECORDS, ids=lambda record: record.__name__)
def test_the_page_of_json_has_every_key_of_a_record_once_and_no_other(record):
    keys = documented(record.__name__)

    assert sorted(one.name for one in dataclasses.fields(record)) == sorted(keys)


def test_every_key_of_the_page_has_its_unit():
    for name, text in SECTIONS.items():
        for keys, unit, meaning in ROW.findall(text):
            assert meaning.strip(), keys
            assert unit.strip() or "as in `LaneMetrics`" in meaning, (name, keys)


def test_every_public_record_is_on_the_page():
    public = [getattr(chasqui, name) for name in chasqui.__all__ if name not in SETTINGS]
    kinds = [one for one in public if isinstance(one, type) and not issubclass(one, Exception)]
    records = [one for one in kinds if dataclasses.is_dataclass(one)]

    assert [] == [one for one in records if one not in RECORDS and not issubclass(one, Event)]


def test_the_page_has_the_entries_of_every_public_tuple_in_order():
    for name in ("LogPage", "LogLine", "Progress", "Attempt"):
        entries = ", ".join(f"`{one}`" for one in getattr(chasqui, name)._fields)
        assert f"| `{name}` | {entries}" in page("json")
