"""The page of a type: what it does now and lately, what holds it, and its newest failures."""

from __future__ import annotations

from collections.abc import Iterator

from chasqui.console.model.format import ROLES, Glyphs, integer, plain, rate, state_text
from chasqui.console.model.line import Span
from chasqui.console.model.text import Styled, Text
from chasqui.console.model.types import percent, state_word
from chasqui.control.port import BreakerView, LatencyView, LimitsView, TypeView
from chasqui.durations import age, duration

LABEL = 10  # cells
ERRORS = 200  # characters of an error


def type_lines(view: TypeView, now: float, glyphs: Glyphs) -> tuple[Text, ...]:
    """Return all that is known of a type, what needs somebody first."""
    return (
        *_state(view, glyphs),
        *_breaker(view.breaker, now, glyphs),
        *_strikes(view, glyphs),
        *_limits(view, glyphs),
        *_counts(view, glyphs),
        *_failures(view, now, glyphs),
    )


def limits_words(limits: LimitsView) -> str:
    """Say what limits there are."""
    most = "" if limits.concurrency is None else f"{limits.concurrency:,} at a time"
    said = ", ".join(part for part in (most, limits.rate) if part)
    return f"{said} for each {limits.by}" if said and limits.by else said or "none"


def rules_words(limits: LimitsView) -> str:
    """Say what limits there are, and which breaker."""
    if not limits.breaker:
        return limits_words(limits)
    breaker = f"breaker {limits.breaker}"
    return f"{limits_words(limits)}, {breaker}" if limits_words(limits) != "none" else breaker


def type_title(view: TypeView, glyphs: Glyphs) -> str:
    """Name a type, its state, and its pool."""
    row = view.row
    pool = f" · pool {row.pool}" if row.pool else ""
    return plain(f"{row.name}  {state_text(state_word(row.state), glyphs)}{pool}", glyphs)


def _line(label: str, *parts: Span) -> Styled:
    return Styled((Span(f"{label:{LABEL}}", "header"), *parts), LABEL)


def _state(view: TypeView, glyphs: Glyphs) -> Iterator[Text]:
    row = view.row
    if row.note:
        yield _line("", Span(f"{glyphs.warning} {plain(row.note, glyphs)}", "warn"))
    paused = " and paused" if row.is_paused and row.state != "paused" else ""
    yield _line(
        "now",
        Span(state_word(row.state) + paused, ROLES.get(row.state, "")),
        Span(f" · {integer(row.running)} run · {integer(row.queued)} wait"),
        Span(f", the oldest for {age(row.oldest)}" if row.oldest else ""),
        Span(f" · {integer(row.scheduled)} scheduled" if row.scheduled else ""),
    )


def _breaker(breaker: BreakerView | None, now: float, glyphs: Glyphs) -> Iterator[Text]:
    if breaker is None:
        yield _line("breaker", Span("none", "dim"))
        return
    several = breaker.failures != 1
    rule = f"{breaker.failures:,} failure{'s' * several} within {age(breaker.seconds)} open"
    rule += " it" if several else "s it"
    opened = f", opened {breaker.opened:,} time{'s' * (breaker.opened != 1)}"
    opened *= bool(breaker.opened)
    since = age(max(0.0, now - breaker.since))
    if breaker.state == "open":
        tries = f", tries again in {age(breaker.probes_in)}" if breaker.probes_in >= 1 else ""
        yield _line(
            "breaker",
            Span(f"{glyphs.warning} open for {since}{tries}", "alarm"),
            Span(f" · {rule} for {age(breaker.cooldown)}{opened}", "dim"),
        )
    elif breaker.state == "half open":
        said = f"half open for {since}: a few tasks start as probes"
        yield _line("breaker", Span(said, "warn"), Span(f" · {rule}{opened}", "dim"))
    else:
        role = "warn" if breaker.counting else ""
        said = f"closed, {breaker.counting:,} of {breaker.failures:,} failures count now"
        yield _line("breaker", Span(said, role), Span(f" · {rule}{opened}", "dim"))


def _strikes(view: TypeView, glyphs: Glyphs) -> Iterator[Text]:
    if view.strikes:
        listed = ", ".join(plain(one, glyphs) for one in view.strikes)
        more = f" and {view.more_strikes:,} more" if view.more_strikes else ""
        yield _line("struck", Span(f"{listed}{more}", "warn"))


def _limits(view: TypeView, glyphs: Glyphs) -> Iterator[Text]:
    said = plain(limits_words(view.limits), glyphs)
    values = f" ({view.values:,} values have tasks)" if view.limits.by and view.values else ""
    yield _line("limits", Span(said + values, "" if said != "none" else "dim"))
    if view.limits != view.policy:
        policy = plain(rules_words(view.policy), glyphs)
        yield _line(
            "", Span(f"set live, {plain(view.lasts, glyphs)}; its policy has: {policy}", "warn")
        )


def _counts(view: TypeView, glyphs: Glyphs) -> Iterator[Text]:
    row = view.row
    often = glyphs.dash if row.rate is None else rate(row.rate)
    yield _line(
        "lately",
        Span(f"{often} end in 10 s · of a minute's ends {percent(row.errors, glyphs)} failed"),
        Span(f" · {percent(row.share, glyphs)} of worker time"),
    )
    yield _line("ran", *_latency(view.run, glyphs))
    yield _line("waited", *_latency(view.wait, glyphs))
    yield _line(
        "in all",
        Span(f"{integer(row.completed)} completed, "),
        Span(f"{integer(row.failed)} failed", "error" * bool(row.failed)),
        Span(f", {integer(row.cancelled)} cancelled"),
    )


def _latency(latency: LatencyView, glyphs: Glyphs) -> Iterator[Span]:
    if not latency.count:
        yield Span("nothing in ten minutes", "dim")
        return
    values = {"p50": latency.p50, "p95": latency.p95, "p99": latency.p99, "max": latency.max}
    said = " · ".join(f"{name} {plain(duration(at), glyphs)}" for name, at in values.items())
    yield Span(said)
    yield Span(f" · {integer(latency.count)} in ten minutes", "dim")


def _failures(view: TypeView, now: float, glyphs: Glyphs) -> Iterator[Text]:
    if not view.failures:
        yield _line("failures", Span("none among the newest that are kept", "dim"))
        return
    for at, failure in enumerate(view.failures):
        ago = age(max(0.0, now - failure.at))
        yield _line(
            "" if at else "failures",
            Span(f"{failure.number:>7}  {ago:>6} ago  ", "dim"),
            Span(plain(failure.error, glyphs, cap=ERRORS), "error"),
        )
