"""Texts: values as people type them into a form or a command line, and back.

`read` returns the value as it would come from JSON, for the conversion to check; `written` returns
a text that `read` turns into the same value. A structure is typed in as JSON, a list
as ``a, b, c`` or as JSON, a duration as ``1h30m``. Nothing is ever evaluated.
"""

from __future__ import annotations

import ast
import math
import re
from collections.abc import Callable, Sequence
from datetime import datetime, time, timedelta
from decimal import Decimal
from typing import Any, Final

import msgspec

from chasqui import numbers
from chasqui.engine.types.kinds import NOUNS, Kind
from chasqui.engine.types.patterns import asked_for
from chasqui.engine.types.wire import to_wire

SHOWN: Final = 60  # characters of a wrong text that its error quotes
DURATION_LENGTH: Final = 200  # characters
GROUPED: Final = 5  # digits of a bound; longer ones are read in groups of three
_YES: Final = frozenset({"yes", "true", "on", "1", "y"})
_NO: Final = frozenset({"no", "false", "off", "0", "n"})
_MICROS: Final = {
    "w": 604_800_000_000,
    "d": 86_400_000_000,
    "h": 3_600_000_000,
    "m": 60_000_000,
    "s": 1_000_000,
    "ms": 1_000,
}
_BOUND: Final = re.compile(r"Expected `(?:int|float)` (<=|>=|<|>) (-?[\d.e+-]+?)(?:\.0)?(?![\d.])")
_PATTERN: Final = re.compile(
    r"Expected `(?:str|bytes)` matching regex (.+?)((?: - at `[^`]*`)?)", re.DOTALL
)
_WORDS: Final = {"<=": "at most", ">=": "at least", "<": "less than", ">": "more than"}
_DURATION: Final = re.compile(r"(-)?((?:\d+(?:\.\d+)?\s*(?:ms|[wdhms])\s*)+)")
_PART: Final = re.compile(r"(\d+(?:\.\d+)?)\s*(ms|[wdhms])")


def plainly(reason: str) -> str:
    """Reword msgspec's sentences about bounds and patterns; return others as they are."""
    if found := _PATTERN.fullmatch(reason):
        return f"must be {asked_for(_unquoted(found[1]))}{found[2]}"
    return _BOUND.sub(lambda found: f"must be {_WORDS[found[1]]} {grouped(found[2])}", reason)


def _unquoted(pattern: str) -> str:
    """Return a pattern without the quotes and escapes that msgspec adds."""
    try:
        return str(ast.literal_eval(pattern))
    except (SyntaxError, ValueError):
        return pattern


def grouped(number: str) -> str:
    """Return the digits of a whole number in groups of three, if they are many."""
    return f"{int(number):,}" if number.isdigit() and len(number) > GROUPED else number


def read(kind: Kind, text: str, choices: Sequence[Any] = ()) -> Any:
    """Return the value of a text, of any kind but list and json.

    Raises:
        ValueError: it has none; the message says what is expected.
    """
    try:
        match kind:
            case "integer":
                return int(text)
            case "number":
                return _finite(text)
            case "duration":
                return read_duration(text)
            case "datetime":
                return datetime.fromisoformat(text.strip())
            case "time":
                return time.fromisoformat(text.strip())
    except (ValueError, OverflowError):
        raise ValueError(f"must be {NOUNS[kind]}, got {shown(text)}") from None
    if kind == "boolean":
        if text.lower() not in _YES | _NO:
            raise ValueError(f"must be yes or no, got {shown(text)}")
        return text.lower() in _YES
    if kind == "choice":
        for value in choices:
            if text == str(value):
                return value
        raise ValueError(f"must be one of {listed(choices)}, got {shown(text)}")
    return text


def read_list(
    kind: Kind, text: str, choices: Sequence[Any] = (), *, hidden: bool = False
) -> list[Any]:
    """Return the list of a text: JSON if it begins with a bracket, else separated by commas.

    With ``hidden``, no error quotes it.
    """
    if text.lstrip().startswith("["):
        try:
            return list(from_json(text))
        except (ValueError, RecursionError) as error:
            got = "" if hidden else f", got {shown(text)}"
            raise ValueError(f"is not a JSON list{got}: {error}") from None
    parts = [part.strip() for part in text.split(",")] if text.strip() else []
    return [read(kind, part, choices) for part in parts]


def read_json(text: str, *, or_text: bool, hidden: bool = False) -> Any:
    """Return the value of JSON; with ``or_text``, a text that is not JSON stands for itself.

    With ``hidden``, no error quotes it.
    """
    try:
        return from_json(text)
    except (ValueError, RecursionError) as error:
        if or_text:
            return text
        got = "" if hidden else f", got {shown(text)}"
        raise ValueError(f"is not JSON{got}: {error}") from None


def from_json(text: str) -> Any:
    """Return the value of JSON, in which every number is finite.

    Raises:
        ValueError: it is not valid.
        RecursionError: it is nested too deeply.
    """
    import json

    return json.loads(text, parse_float=_finite)


def written(kind: Kind, value: Any, show: Callable[[Any], Any] = to_wire) -> str:
    """Return the text of a value; ``show`` turns values without a JSON form into text."""
    if kind in ("list", "json"):
        # Even the value None, if None is among the choices: an empty field means something else.
        import json

        return json.dumps(msgspec.to_builtins(value, enc_hook=show, str_keys=True))
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, timedelta):
        return _written_duration(value)
    return str(msgspec.to_builtins(value, enc_hook=show))


def _finite(text: str) -> float:
    """Return a number; refuse one that would silently become infinite, such as 1e400."""
    number = float(text)
    if math.isinf(number) and "inf" not in text.lower():
        raise ValueError(f"{numbers.shown(text)} is too large for a number")
    return number


def shown(text: str) -> str:
    """Return a wrong text as its error quotes it."""
    return repr(text if len(text) <= SHOWN else text[: SHOWN - 1] + "…")


def listed(choices: Sequence[Any]) -> str:
    """Return choices as a sentence lists them."""
    return ", ".join(str(choice) for choice in choices)


def read_duration(text: str) -> Any:
    """Return a duration typed in as ``1h30m``, as seconds, or as ISO 8601, which stays a text.

    Raises:
        ValueError: it is none of them.
        OverflowError: it is too long.
    """
    text = text.strip()
    if len(text) > DURATION_LENGTH:  # no duration is that long, and a decimal could overflow
        raise ValueError(text)
    if text[:1] in ("P", "-") and text.lstrip("-")[:1] == "P":
        return text  # ISO 8601, which the conversion parses
    if match := _DURATION.fullmatch(text):
        micros = sum((Decimal(n) * _MICROS[unit] for n, unit in _PART.findall(match[2])), Decimal())
        return timedelta(microseconds=int(-micros if match[1] else micros))
    if not re.fullmatch(r"-?\d+(\.\d+)?", text):
        raise ValueError(text)
    return timedelta(microseconds=int(Decimal(text) * _MICROS["s"]))


def _written_duration(value: timedelta) -> str:
    sign, rest = ("-", -value) if value < timedelta(0) else ("", value)
    micros = rest // timedelta(microseconds=1)
    whole, fraction = divmod(micros, 1_000_000)
    words = []
    for unit in ("d", "h", "m"):
        count, whole = divmod(whole, _MICROS[unit] // _MICROS["s"])
        if count:
            words.append(f"{count}{unit}")
    if fraction:
        words.append(f"{whole}.{fraction:06d}".rstrip("0") + "s")
    elif whole or not words:
        words.append(f"{whole}s")
    return sign + "".join(words)
