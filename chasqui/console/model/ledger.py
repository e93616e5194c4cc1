"""A shutdown in words: how far it is, and at the end what became of every accepted task."""

from __future__ import annotations

from collections.abc import Iterator

from chasqui.console.model.format import ROLES, Glyphs, plain
from chasqui.console.model.line import Span
from chasqui.control.port import ENDED, Counts, LedgerView, Snapshot
from chasqui.durations import age, duration

DOING = {"drain": "draining", "cancel": "cancelling what waits", "abort": "aborting"}
MEANING = {
    "drain": "Waiting tasks still run; those left when the time is up are named.",
    "cancel": "Waiting tasks are cancelled; running ones may finish.",
    "abort": "Waiting tasks are cancelled; running ones are asked to stop, and not waited for.",
}
KEPT = "Waiting tasks still run; those left at the end stay in the journal."
KEEPS = ("power", "process")  # the modes of a journal that keeps what is left
UNLIMITED = {"drain": "Waiting tasks still run, however long that takes."}


def waiting(counts: Counts) -> str:
    """Say how many tasks wait for a worker, and how many for their time."""
    scheduled = f", {counts.scheduled:,} scheduled" if counts.scheduled else ""
    return f"{counts.queued:,} queued{scheduled}"


def shutdown_lines(snapshot: Snapshot, glyphs: Glyphs) -> tuple[Span, ...]:
    """Return the progress of a shutdown, or its ledger once there is one."""
    if snapshot.ledger is not None:
        return tuple(_ledger_lines(snapshot.ledger, glyphs))
    counts, shutdown = snapshot.counts, snapshot.shutdown
    if shutdown is None:
        return (Span("waiting for the engine to begin"),)
    text = f"{DOING[shutdown.mode]}: {counts.running:,} running, {waiting(counts)}"
    meaning = MEANING[shutdown.mode]
    if shutdown.mode == "drain" and snapshot.journal.mode in KEEPS:
        meaning = KEPT
    if shutdown.timeout is None or shutdown.remaining is None:
        text += ", no limit"
        meaning = UNLIMITED.get(shutdown.mode, meaning)
    elif shutdown.timeout:
        text += f", {age(shutdown.remaining)} of {age(shutdown.timeout)} left"
    return (Span(text, "title"), Span(meaning, "dim"))


def _ledger_lines(ledger: LedgerView, glyphs: Glyphs) -> Iterator[Span]:
    sign, role = (glyphs.check, "ok") if ledger.clean else (glyphs.warning, "warn")
    word = "clean" if ledger.clean else "not clean: tasks were left or abandoned"
    yield Span(f"{sign} stopped in {plain(duration(ledger.seconds), glyphs)}, {word}", role)
    yield Span("")
    yield Span(f"{'accepted':12}{ledger.accepted:>12,}", "title")
    for name, count, role in _fates(ledger):
        yield Span(f"{name:12}{count:>12,}", role if count else "dim")
    total = sum(count for _, count, _ in _fates(ledger))
    if total != ledger.accepted:
        sums = f"accepted {ledger.accepted:,} {glyphs.differs} accounted {total:,}"
        yield Span(f"{glyphs.cross} {sums}", "alarm")
    if ledger.kept:
        tasks = "1 task stays" if ledger.kept == 1 else f"{ledger.kept:,} tasks stay"
        yield Span(f"{tasks} in the journal: the next start runs what is left", "ok")
    if ledger.named:
        yield Span("")
        yield from (Span(line, "warn") for line in ledger.named)


def _fates(ledger: LedgerView) -> tuple[tuple[str, int, str], ...]:
    ended = [(state, getattr(ledger, state), _role(state)) for state in ENDED]
    return (*ended, ("left", ledger.left, "warn"), ("abandoned", ledger.abandoned, "error"))


def _role(state: str) -> str:
    role = ROLES[state]
    return "" if role == "dim" else role  # a dimmed state has no colour in a ledger
