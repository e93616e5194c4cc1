"""The settings as rows: each value, what the config has, until when it holds, what changes it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final, Literal, NamedTuple

from chasqui.console.model.format import UNICODE, Glyphs, plain
from chasqui.console.model.type_page import rules_words
from chasqui.control.option_texts import seconds
from chasqui.control.port import (
    Capabilities,
    Command,
    Limit,
    LimitsView,
    Resize,
    SetLogLevel,
    SetShutdownTimeout,
    SettingsView,
)
from chasqui.durations import age

LogLevel = Literal["debug", "info", "warning", "error"]
OWN: Final = "until this console ends"
ENGINE: Final = "until the engine stops: no file keeps it here"
LIVE: Final = "until the engine stops: then the config's counts"
LEVELS: Final[tuple[LogLevel, ...]] = ("debug", "info", "warning", "error")
RATES: Final = (0.2, 10.0)
WIDTHS: Final = ((30, 36, 36, 42), (28, 24, 24, 42), (26, 28, 28, 8), (26, 18, 18, 0))
"""Of the setting, its value, the config's, and at least of until when it holds: those that fit."""
NARROW: Final = 30  # cells below which a word says until when a change holds; the hint has all
THEME: Final = "theme"
RATE: Final = "rate"


class LookNow(NamedTuple):
    """How a console looks and reads, and how it would without a change."""

    theme: str
    config_theme: str
    rate: float
    config_rate: float


class Setting(NamedTuple):
    """A row of the settings."""

    id: str
    title: str
    value: str
    config: str
    holds: str
    """Until when a change holds, or where it is saved."""
    text: str = ""
    """What a field is filled with to change it; empty: it is changed in another way."""
    expects: str = ""
    kind: str = ""
    of: str = ""
    """The pool or the type."""

    @property
    def is_changed(self) -> bool:
        """Whether it differs from the config."""
        return self.value != self.config


def settings(view: SettingsView | None, caps: Capabilities, look: LookNow) -> list[Setting]:
    """Return the rows: the engine's, if they are known, then the console's."""
    saved = f"saved in {caps.remembered_in}" if caps.remembered_in else ENGINE
    rows = [] if view is None else list(_engine(view, saved))
    theme = saved.replace(ENGINE, OWN) if not caps.read_only and not caps.limited else OWN
    rows.append(Setting(THEME, "theme", look.theme, look.config_theme, theme, kind=THEME))
    rate, own = f"{look.rate:g} a second", f"{look.config_rate:g} a second"
    expects = f"readings a second, from {RATES[0]:g} to {RATES[1]:g}"
    rows.append(Setting(RATE, "readings", rate, own, OWN, f"{look.rate:g}", expects, RATE))
    return rows


def _engine(view: SettingsView, saved: str) -> Iterator[Setting]:
    for pool in view.pools:
        for kind, size, config, expects in (
            ("workers", pool.workers, pool.config_workers, "a number of workers from 1 on"),
            ("queue_size", pool.queue_size, pool.config_queue_size, "how many tasks may wait"),
        ):
            title = f"pool {pool.name}: {kind.replace('_', ' ')}"
            value, own, id = f"{size:,}", f"{config:,}", f"{kind} {pool.name}"
            yield Setting(id, title, value, own, saved, str(size), expects, kind, pool.name)
    limit = view.shutdown_timeout
    yield Setting(
        "timeout",
        "a shutdown waits",
        _time(limit),
        _time(view.config_shutdown_timeout),
        saved,
        "30s" if limit is None else f"{limit:g}s",
        "so long at most, such as 90s or 10m",
        "timeout",
    )
    if view.log_level:
        id, title, expects = "level", "task logs keep from", f"{', '.join(LEVELS[:-1])} or error"
        now, own = view.log_level, view.config_log_level
        yield Setting(id, title, now, own, LIVE, now, expects, id)
    for one in view.types:
        now, policy = rules_words(one.limits), rules_words(one.policy)
        id = f"type {one.name}"
        yield Setting(id, one.name, now, policy, view.lasts, kind="type", of=one.name)


def command_of(row: Setting, typed: str) -> Command | str:
    """Return the command that sets what was typed, or what is wrong with it."""
    text = typed.replace(",", "").strip()
    if row.kind == "timeout":
        try:
            return SetShutdownTimeout(timeout=seconds(text))
        except ValueError as error:
            return f"the time {error}"
    if row.kind == "level":
        level = next((one for one in LEVELS if one == text.lower()), None)
        return SetLogLevel(level=level) if level else f"{row.expects}, not {typed.strip()!r}"
    if not text.isascii() or not text.isdigit():
        return f"{row.expects}, not {typed.strip()!r}"
    if row.kind == "workers":
        return Resize(workers=int(text[:20]), pool=row.of)
    return Resize(queue_size=int(text[:20]), pool=row.of)


def rate_of(typed: str) -> float | None:
    """Return the rate that was typed, None if there is no such rate."""
    try:
        rate = float(typed)
    except ValueError:
        return None
    return rate if RATES[0] <= rate <= RATES[1] else None


def back(row: Setting, view: SettingsView) -> Command | str:
    """Return the command that makes a setting of the engine as the config has it, or why not."""
    if row.kind == "type":
        policy = next(one.policy for one in view.types if one.name == row.of)
        return _limit(row.of, policy)
    if row.kind == "timeout" and view.config_shutdown_timeout is None:
        return "without a limit is only what the program itself sets"
    if row.kind == "timeout":
        return SetShutdownTimeout(timeout=view.config_shutdown_timeout or 0.0)
    return command_of(row, row.config)


def _limit(type: str, policy: LimitsView) -> Command | str:
    limits = {"concurrency": policy.concurrency, "rate": policy.rate or None}
    if policy.breaker:
        return Limit(type=type, by=policy.by or None, breaker=policy.breaker, **limits)  # type: ignore[arg-type]
    return Limit(type=type, by=policy.by or None, **limits)  # type: ignore[arg-type]


def line(row: Setting, glyphs: Glyphs, width: int) -> str:
    """Draw a row in cells."""
    *widths, _ = next((one for one in WIDTHS if width >= sum(one) + 2), WIDTHS[-1])
    parts = zip((row.title, row.value, row.config), widths, strict=True)
    cut = [f"{plain(part, glyphs, cap=at - 1):{at}}" for part, at in parts]
    mark = "*" if row.is_changed else " "
    room = max(0, width - sum(widths) - 2)
    holds = row.holds if room >= NARROW else row.holds.partition(" ")[0].replace("until", "live")
    holds = plain(holds, glyphs, cap=room) if row.is_changed and room else ""
    return f"{mark} {''.join(cut)}{holds}"


def head(width: int) -> str:
    """Draw the heads of the columns."""
    return " " + line(Setting("", "SETTING", "NOW", "CONFIG", "HOLDS"), UNICODE, width)[1:]


def hint(row: Setting) -> str:
    """Say what Enter does to a row, and until when that holds."""
    does = {
        THEME: "Enter takes the next theme",
        "type": "Enter opens its limits",
    }.get(row.kind, f"Enter changes it: {row.expects}")
    if row.kind == "type":
        does = f"{row.value}; its policy has: {row.config}. {does}"
    holds = f"it holds {row.holds}" if row.holds.startswith("until") else row.holds
    return f"{does}; {holds}"


def _time(limit: float | None) -> str:
    return "no limit" if limit is None else age(limit)
