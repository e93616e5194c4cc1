"""The status line: the state of the whole engine, and whether its numbers add up."""

from __future__ import annotations

from collections.abc import Iterator

from chasqui.console.model.format import ROLES, Glyphs, integer, plain, rate, short
from chasqui.console.model.keymap import Keymap
from chasqui.console.model.line import KEEP, NEEDED, Span
from chasqui.control.port import Counts, Snapshot
from chasqui.durations import age, duration

NAME_CAP = 20
MINUTE = 60.0


def conservation(counts: Counts, glyphs: Glyphs) -> Span:
    """Count the accepted tasks, or show that not all of them are accounted for.

    Where the sums agree, only the metrics show them.
    """
    if counts.balanced:
        return Span(f"total {counts.accepted:,}", "dim")
    sums = f"accepted {counts.accepted:,} {glyphs.differs} accounted {counts.accounted:,}"
    return Span(f"{glyphs.cross} {sums}", "alarm")


def conservation_sentence(counts: Counts, glyphs: Glyphs) -> Span:
    """Say the same as the metrics pane words it."""
    if counts.balanced:
        word, role, sign = "=", "ok", glyphs.check
    else:
        word, role, sign = glyphs.differs, "alarm", glyphs.cross
    sums = f"{sign} accepted {counts.accepted:,} {word} accounted {counts.accounted:,}"
    return Span(sums, role)


def status_spans(snapshot: Snapshot, glyphs: Glyphs) -> tuple[Span, ...]:
    """Return the status line of a snapshot, each part with its priority.

    The name, the state, how busy it is, what waits, and what is wrong come first. They are dropped
    last, and shortened before any of them is dropped.
    """
    counts = snapshot.counts
    state = f"{glyphs.states.get(snapshot.state, '?')} {snapshot.state.upper()}"
    name = [plain(snapshot.name, glyphs, cap=cap) for cap in (NAME_CAP, 12, 8)]
    spans = [
        Span(name[0], "title", priority=2, shorter=tuple(name[1:])),
        Span(state, _state_role(snapshot.state), priority=KEEP),
        Span(f"{snapshot.busy:,}/{snapshot.workers:,} busy", priority=2),
        _backlog(snapshot),
        _failing(snapshot, glyphs),
        Span(f"scheduled {counts.scheduled:,}" if counts.scheduled else "", "warn", priority=5),
        *_in_the_journal(snapshot),
        *_wrong(snapshot, glyphs),
        _failed(snapshot, glyphs),
        Span(rate(snapshot.rate), priority=7),
        Span(f"p95 {_p95(snapshot, glyphs)}", priority=8),
        *clients_spans(snapshot),
        Span(f"up {age(snapshot.uptime)}", priority=9),
    ]
    if counts.balanced:
        spans.append(conservation(counts, glyphs)._replace(priority=5))
    spans.append(_journal_mode(snapshot))
    return tuple(span for span in spans if span.text)


def _p95(snapshot: Snapshot, glyphs: Glyphs) -> str:
    """Return how long all but the slowest tasks ran; a dash while none has ended."""
    run = snapshot.run
    return plain(duration(run.p95), glyphs) if run.count else glyphs.dash


def _journal_mode(snapshot: Snapshot) -> Span:
    """Say what accepted tasks survive."""
    mode = snapshot.journal.mode
    return Span(f"journal {mode}" if mode else "", priority=6)


def _in_the_journal(snapshot: Snapshot) -> Iterator[Span]:
    """Count the tasks that are in the file only."""
    journal = snapshot.journal
    for name, count in (("on disk", journal.waiting), ("parked", journal.parked)):
        if count:
            words = [f"{name} {shown}" for shown in (f"{count:,}", short(count))]
            yield Span(words[0], "warn", priority=NEEDED, shorter=tuple(words[1:]))


def _backlog(snapshot: Snapshot) -> Span:
    queued = snapshot.counts.queued
    full = snapshot.full_for > 0 or 0 < snapshot.queue_size <= queued
    full = full or any(0 < pool.queue_size <= pool.queued for pool in snapshot.pools)
    words = [f"backlog {count}" + " FULL" * full for count in (f"{queued:,}", short(queued))]
    return Span(words[0], "warn" * full, priority=1, shorter=tuple(words[1:]))


def _wrong(snapshot: Snapshot, glyphs: Glyphs) -> Iterator[Span]:
    """Name what is wrong, the worst first; the sentences are in Metrics and in the help."""
    if not snapshot.counts.balanced:
        yield conservation(snapshot.counts, glyphs)
    if snapshot.journal.state == "degraded":
        yield Span(f"{glyphs.warning} JOURNAL DEGRADED", "alarm", priority=KEEP)
    yield from _held(snapshot, glyphs)
    count = len(snapshot.wrong) + len(snapshot.problems)
    if not count:
        return
    more = f"{count} problem{'s' * (count > 1)}"
    words = [f"{glyphs.warning} {more}", f"{glyphs.warning} {count}"]
    if snapshot.wrong:
        first = f"{glyphs.warning} {plain(snapshot.wrong[0], glyphs)}"
        rest = (f"{first} +{count - 1}",) if count > 1 else ()
        words = [*rest, first, *words]
    yield Span(words[0], "warn", priority=KEEP, shorter=tuple(words[1:]))


def gone_spans(seconds: float, log: str, glyphs: Glyphs, key: str) -> tuple[Span, ...]:
    """Return what precedes the last known status while the host is gone; the key shows its log."""
    for_how_long = f"{seconds:.0f} s" if seconds < MINUTE else age(seconds)
    spans = [
        Span(f"{glyphs.cross} host gone for {for_how_long}", "alarm"),
        Span("looking for it", "error", priority=3),
    ]
    if log and key:
        said, shorter = f"{key} Log of the host", (f"{key} Log",)
        spans.append(Span(said, "key", "act('host.log')", 1, shorter=shorter, lead=len(key)))
    return tuple(spans)


def clients_spans(snapshot: Snapshot) -> tuple[Span, ...]:
    """Say that others are attached to the host as well."""
    count = snapshot.clients
    return (Span(f"{count:,} attached", priority=6),) if count > 1 else ()


def stale_spans(seconds: float, error: str, glyphs: Glyphs) -> tuple[Span, ...]:
    """Return what precedes the last known status when it can no longer be read."""
    return (
        Span(f"{glyphs.cross} STALE {age(seconds)}", "alarm"),
        Span(plain(error, glyphs, cap=40), "error", priority=1),
    )


def frozen_spans(seconds: float, key: str, glyphs: Glyphs) -> tuple[Span, ...]:
    """Return the line that says how old the panes are while they are frozen."""
    said = f"{glyphs.states['paused']} VIEW FROZEN {age(seconds)} ago"
    return (
        Span(said, "warn"),
        Span("the engine goes on, and so does the status line", "warn", priority=3),
        Span(f"{key} Go on" if key else "", "key", "act('view.freeze')", priority=1),
    )


def slowed_spans(rate: float | None) -> tuple[Span, ...]:
    """Say that the engine is read less often than wanted, since reading would slow it down."""
    if rate is None:
        return ()
    return (Span(f"view {rate:g}/s: busy", "warn", priority=3, shorter=(f"view {rate:g}/s",)),)


def ended(snapshot: Snapshot, keys: Keymap) -> tuple[str, str] | None:
    """Say that the engine is stopping or stopped, and what to press; None otherwise."""
    if snapshot.state == "stopping":
        return ("The engine is stopping.", f"{keys.named('engine.shutdown')} shows how far it is")
    leaves = f"{keys.named('app.leave')} leaves"
    return ("The engine has stopped.", leaves) if snapshot.state == "stopped" else None


def terms(counts: Counts, *names: str) -> str:
    """Return these counts as the terms of a sum."""
    return " + ".join(f"{name} {integer(getattr(counts, name))}" for name in names)


def _held(snapshot: Snapshot, glyphs: Glyphs) -> Iterator[Span]:
    """Name the types that do not start, which would be hard to find otherwise."""
    breakers = (("open", "alarm", snapshot.breakers), ("half open", "warn", snapshot.half_open))
    for state, role, (first, *more) in [kind for kind in breakers if kind[2]]:
        what = f"breaker {state} {_name(first, glyphs)}"
        if more:
            what = f"{1 + len(more)} breakers {state}"
        sign = glyphs.warning if state == "open" else glyphs.states[state]
        shorter = (f"{sign} {1 + len(more)} {state}",)
        yield Span(f"{sign} {what}", role, shorter=shorter)
    if snapshot.paused_types:
        first, *more = snapshot.paused_types
        count = 1 + len(more)
        what = f"{count:,} types paused" if more else f"paused {_name(first, glyphs)}"
        yield Span(what, "warn", priority=1, shorter=(f"{count:,} paused",))
    if snapshot.strikes:
        count = len(snapshot.strikes) + snapshot.more_strikes
        name = plain(snapshot.strikes[0], glyphs, cap=2 * NAME_CAP)
        what = f"{count:,} values struck" if count > 1 else f"struck {name}"
        yield Span(what, "warn", priority=NEEDED, shorter=(f"{count:,} struck",))


def _name(name: str, glyphs: Glyphs) -> str:
    return plain(name, glyphs, cap=NAME_CAP)


def _failing(snapshot: Snapshot, glyphs: Glyphs) -> Span:
    """Count the kinds of failure that need somebody now; an older host does not say."""
    count = snapshot.open_kinds or 0
    if not count:
        return Span("")
    kinds = f"{count:,} kind{'s' * (count != 1)}"
    shorter = (f"{glyphs.cross} {kinds}",)
    return Span(f"{kinds} failing", "error", priority=NEEDED, shorter=shorter)


def _failed(snapshot: Snapshot, glyphs: Glyphs) -> Span:
    """Count what has failed ever, which is dim: what needs somebody now is said apart."""
    failed, priority = snapshot.counts.failed, 6 if snapshot.open_kinds else 4
    return Span(f"failed {glyphs.cross} {failed:,}" if failed else "failed 0", "dim", "", priority)


def _state_role(state: str) -> str:
    return "alarm" if state == "degraded" else ROLES.get(state, "")
