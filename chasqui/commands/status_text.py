"""The status record as text: for a person, and as lines of ``key value`` for a script."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

from chasqui.commands.columns import aligned
from chasqui.console.model.format import UNICODE, Glyphs, integer, plain, rate, state_text
from chasqui.control.journal_status import crash_sentence
from chasqui.control.wire.status import CountStatus, Spread, Status
from chasqui.durations import age, duration
from chasqui.pool.states import STATES
from chasqui.sizes import size

HEALTHY = ("running", "paused")
IF_ANY = ("scheduled", "cancelled")
"""The terms of the sum of ``accepted`` that are shown only if they are not zero."""


def is_healthy(status: Status) -> bool:
    """Tell whether the engine does what it should: the exit status of `status` says so."""
    return status.state in HEALTHY and status.conservation


def told(status: Status, glyphs: Glyphs = UNICODE) -> Iterator[str]:
    """Give the lines for a person."""
    yield (
        f"{state_text(status.state, glyphs)}  {plain(status.name, glyphs)}  "
        f"pid {status.pid}, up {age(status.uptime)}, version {plain(status.version, glyphs)}, "
        f"{integer(status.clients)} {'client' if status.clients == 1 else 'clients'}"
    )
    rows = [("folder", status.folder), *_work(status), *_journal(status)]
    rows += [("breaker", f"open: {name}") for name in status.breakers]
    rows += [("struck", text) for text in status.strikes]
    rows += [("finding", text) for text in status.findings]
    rows += [("problem", text) for text in status.problems]
    yield from aligned([("  " + name, plain(text, glyphs)) for name, text in rows if text])
    yield from _pools(status, glyphs)


def brief(status: Status, glyphs: Glyphs = UNICODE) -> str:
    """Return one line, for a log of readings."""
    counts = status.counts
    parts = [
        state_text(status.state, glyphs),
        f"{integer(counts.running)} running",
        f"{integer(counts.queued)} queued",
        *([f"{integer(counts.scheduled)} scheduled"] if counts.scheduled else []),
        f"{integer(counts.completed)} completed",
        f"{integer(counts.failed)} failed",
        rate(status.rate),
        _journal_in_brief(status),
        *([] if status.conservation else ["the sum is broken"]),
    ]
    return plain("  ".join(parts), glyphs)


def keys_and_values(status: Status) -> Iterator[str]:
    """Give a line for each key of the record, those inside another joined by a dot.

    Each item of a list has a line of its own under the name of the list.
    """
    for key, value in _leaves("", msgspec.to_builtins(status)):
        yield f"{key} {_word(value)}".rstrip()


def _leaves(key: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for name, inner in value.items():
            yield from _leaves(f"{key}.{name}" if key else str(name), inner)
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _leaves(key, item)
    else:
        yield key, value


def _word(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else plain(str(value))


def _work(status: Status) -> Iterator[tuple[str, str]]:
    counts = status.counts
    yield "tasks", _sum(counts, holds=status.conservation)
    if counts.rejected:
        yield "rejected", integer(counts.rejected)
    if status.open_kinds:
        kinds = f"{integer(status.open_kinds)} kind{'s' * (status.open_kinds != 1)}"
        yield "failing", f"{kinds} of failure, neither retried nor discarded"
    oldest = f", the oldest has waited {duration(status.oldest)}" if status.oldest else ""
    yield "rate", f"{rate(status.rate)}{oldest}"
    yield "wait", _spread(status.wait)
    yield "run", _spread(status.run)


def _sum(counts: CountStatus, *, holds: bool) -> str:
    amounts = {state: getattr(counts, state) for state in STATES}
    parts = [f"{integer(n)} {state}" for state, n in amounts.items() if n or state not in IF_ANY]
    equals = "=" if holds else "IS NOT"
    return f"{integer(counts.accepted)} accepted {equals} {' + '.join(parts)}"


def _spread(spread: Spread) -> str:
    if not spread.max:
        return ""
    names = ("p50", "p95", "p99", "max")
    return ", ".join(f"{name} {duration(getattr(spread, name))}" for name in names)


def _journal(status: Status) -> Iterator[tuple[str, str]]:
    journal = status.journal
    if journal.mode == "off":
        yield "journal", "off: accepted tasks end with this process"
        return
    state = "" if journal.state == "ok" else f" {journal.state}"
    space = f", {size(journal.size)}" if journal.size else ""
    unflushed = f", {integer(journal.unflushed)} ends not written yet" if journal.unflushed else ""
    yield "journal", f"{journal.mode}{state}, {journal.path}{space}{unflushed}"
    if journal.reason:
        yield "", journal.reason
    if journal.waiting:
        yield "on disk", f"{integer(journal.waiting)} tasks wait there for room"
    for one in journal.parked_types:
        yield "parked", f"{integer(one.count)} {one.type}: {one.reason}"
    if (end := journal.last_end) is not None and not end.is_clean:
        yield "last run", crash_sentence(end)


def _journal_in_brief(status: Status) -> str:
    journal = status.journal
    parts = [
        f"journal {journal.mode}",
        *(["degraded"] if journal.state == "degraded" else []),
        *([f"{integer(journal.waiting)} on disk"] if journal.waiting else []),
        *([f"{integer(journal.parked)} parked"] if journal.parked else []),
    ]
    return ", ".join(parts)


def _pools(status: Status, glyphs: Glyphs) -> Iterator[str]:
    rows = [("  POOL", "STATE", "BACKEND", "BUSY", "WORKERS", "QUEUED", "SIZE")]
    rows += [
        (
            f"  {plain(name, glyphs)}",
            state_text(pool.state, glyphs),
            plain(pool.backend, glyphs),
            integer(pool.busy),
            integer(pool.workers),
            integer(pool.queued),
            integer(pool.queue_size),
        )
        for name, pool in status.pools.items()
    ]
    yield from aligned(rows)
