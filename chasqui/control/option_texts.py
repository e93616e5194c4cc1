"""The options of a submission as texts that people type: what each is called, means and may be.

A form and the command line have the same options, read by the same rules, from this table. Each is
named as the field of `SubmitOptions` that it fills in. An empty text says nothing, so that what the
type and the config say holds.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Literal

from chasqui.control.commands import SubmitOptions
from chasqui.numbers import LONGEST, MOST_URGENT

KEY_LENGTH: Final = 200  # characters, so that a key can be read where it is shown
UNITS: Final[Mapping[str, float]] = {
    "w": 604_800,
    "d": 86_400,
    "h": 3600,
    "m": 60,
    "s": 1,
    "ms": 0.001,
}
SMALLER: Final = {"w": "d", "d": "h", "h": "m", "m": "s"}
"""What a number without a unit counts after one with: ``1h30`` is ``1h30m``."""
DURATION: Final = "such as 90s, 10m or 1h30m"
_NUMBER: Final = r"[0-9]+(?:\.[0-9]+)?"
_PART: Final = re.compile(rf"({_NUMBER})(ms|[wdhms])")
_DURATION: Final = re.compile(rf"((?:{_NUMBER}(?:ms|[wdhms]))*)({_NUMBER})?")


@dataclass(frozen=True, slots=True)
class OptionText:
    """An option: how it is called, what it does, what may be typed, and how that is read."""

    name: str
    title: str
    kind: Literal["text", "integer", "duration"]
    help: str
    expects: str
    read: Callable[[str], Any]
    """Raises ValueError with what is wrong, as words that follow the option's name."""

    @property
    def word(self) -> str:
        """The option as a command line has it."""
        return f"--{self.name.replace('_', '-')}"


def seconds(text: str) -> float:
    """Parse ``90``, ``90s``, ``10m``, ``1h30m`` or ``1h30``, of more than zero.

    Raises:
        ValueError: it is none of them.
    """
    found = _DURATION.fullmatch("".join(text.split()))
    if found is None or not found[0]:
        raise ValueError("must be seconds or a duration such as 90s, 10m or 1h30m")
    parts, rest = _PART.findall(found[1]), found[2]
    total = sum(float(number) * UNITS[unit] for number, unit in parts)
    if rest is not None:
        unit = SMALLER.get(parts[-1][1], "") if parts else "s"
        if not unit:
            raise ValueError(f"must have a unit after {rest[:20]}, such as {rest[:20]}s")
        total += float(rest) * UNITS[unit]
    if total <= 0:
        raise ValueError("must be more than 0 seconds")
    if total > LONGEST:
        raise ValueError("must be at most 100 years")
    return total


def whole(text: str) -> int:
    """Parse a priority: a whole number; raises ValueError."""
    try:
        number = int(text)
    except ValueError:
        raise ValueError("must be a whole number") from None
    if abs(number) > MOST_URGENT:
        raise ValueError(f"must be between {-MOST_URGENT:,} and {MOST_URGENT:,}")
    return number


def key(text: str) -> str:
    """Take a key; raises ValueError."""
    if len(text) > KEY_LENGTH:
        raise ValueError(f"must have at most {KEY_LENGTH} characters, got {len(text):,}")
    return text


OPTIONS: Final = (
    OptionText(
        "priority", "priority", "integer", "the highest starts first", "a whole number", whole
    ),
    OptionText(
        "time_limit", "time limit", "duration", "after it the task fails", DURATION, seconds
    ),
    OptionText(
        "delay", "delay", "duration", "how long it waits before it may start", DURATION, seconds
    ),
    OptionText(
        "expires",
        "expiry",
        "duration",
        "if not started by then it never is",
        DURATION,
        seconds,
    ),
    OptionText(
        "key",
        "key",
        "text",
        "while a task with this key waits or runs, no second one is made",
        "",
        key,
    ),
    OptionText("pool", "pool", "text", "which pool runs it", "", str),
)


def read_options(texts: Mapping[str, str]) -> tuple[SubmitOptions, dict[str, str]]:
    """Return the options that the texts stand for, and what is wrong with the other texts."""
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for option in OPTIONS:
        text = texts.get(option.name, "").strip()
        if text:
            try:
                values[option.name] = option.read(text)
            except ValueError as error:
                problems[option.name] = str(error)
    delay, expires = values.get("delay"), values.get("expires")
    if delay is not None and expires is not None and expires <= delay:
        problems["expires"] = "must be longer than the delay, or the task never starts"
    return SubmitOptions(**values), problems


def words_of(texts: Mapping[str, str]) -> list[str]:
    """Return the words of a command line that say the same as these texts."""
    given = ((option.word, texts.get(option.name, "").strip()) for option in OPTIONS)
    return [f"{word}={text}" for word, text in given if text]
