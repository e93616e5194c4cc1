"""How a task is submitted, besides its parameters: the options that a form folds away.

Each option is a line of `OPTIONS`, named as the field of `SubmitOptions` that it fills in.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from chasqui.control.port import ControlKind, ParameterInfo, SubmitOptions
from chasqui.control.safe_text import SafeText
from chasqui.numbers import LONGEST, MOST_URGENT

_DURATION = re.compile(r"(?:[0-9]+(?:\.[0-9]+)?(?:ms|[smhd]))+")
_PART = re.compile(r"([0-9]+(?:\.[0-9]+)?)(ms|[smhd])")
_SECONDS = {"ms": 0.001, "s": 1, "m": 60, "h": 3600, "d": 86400}


@dataclass(frozen=True, slots=True)
class Option:
    """An option: its field in the form, and how its text is parsed."""

    info: ParameterInfo
    read: Callable[[str], Any]
    """Raises ValueError with what is wrong, as words that follow the option's name."""


def seconds(text: str) -> float | None:
    """Parse ``90``, ``90s``, ``10m`` or ``1h30m``, more than zero; an empty text is None."""
    text = "".join(text.split())
    if not text:
        return None
    if _DURATION.fullmatch(text):
        total = sum(float(number) * _SECONDS[unit] for number, unit in _PART.findall(text))
    elif re.fullmatch(r"[0-9]+(\.[0-9]+)?", text):
        total = float(text)
    else:
        raise ValueError("must be seconds or a duration such as 90s, 10m or 1h30m")
    if total <= 0:
        raise ValueError("must be more than 0 seconds")
    if total > LONGEST:
        raise ValueError("must be at most 100 years")
    return total


def whole(text: str) -> int:
    """Parse a whole number from -1,000,000,000 to 1,000,000,000; an empty text is 0."""
    try:
        number = int(text or "0")
    except ValueError:
        raise ValueError("must be a whole number") from None
    if abs(number) > MOST_URGENT:
        raise ValueError(f"must be between {-MOST_URGENT:,} and {MOST_URGENT:,}")
    return number


def _option(
    name: str, kind: ControlKind, read: Callable[[str], Any], default: str, help: str, expects: str
) -> Option:
    info = ParameterInfo(
        name=name,
        kind=kind,
        required=False,
        default=default,
        optional=default == "",
        help=SafeText(help),
        expects=SafeText(expects),
    )
    return Option(info, read)


OPTIONS = (
    _option("priority", "integer", whole, "0", "the highest starts first", "a whole number"),
    _option(
        "time_limit", "duration", seconds, "", "after it the task fails", "seconds, 90s or 1h30m"
    ),
)


def read_options(texts: Mapping[str, str]) -> tuple[SubmitOptions, dict[str, str]]:
    """Return the options that the texts stand for, and what is wrong with the other texts."""
    values: dict[str, Any] = {}
    problems: dict[str, str] = {}
    for option in OPTIONS:
        name = option.info.name
        if name in texts:
            try:
                values[name] = option.read(texts[name])
            except ValueError as error:
                problems[name] = str(error)
    return SubmitOptions(**values), problems


def summary(texts: Mapping[str, str]) -> str:
    """Say in a few words which options are set."""
    return ", ".join(f"{title(name)} {text}" for name, text in texts.items())


def summary_of_none() -> str:
    """Say in a few words which options there are."""
    return ", ".join(title(option.info.name) for option in OPTIONS) + ": none is set"


def title(name: str) -> str:
    """Return an option's name as people read it."""
    return name.replace("_", " ")
