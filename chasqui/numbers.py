"""Numbers: what a caller gives as a count, a duration, a priority or a moment, checked once.

Every door uses these rules, so each has one meaning everywhere:

- A number is an int or a float, or gives one by ``__index__`` or ``__float__``, as those of numpy,
  `Decimal` and `Fraction` do. The exact int or float is taken once and used from then on; what a
  subclass says of itself later is not asked. Truth values and texts are no numbers.
- NaN is refused everywhere.
- A duration is finite and at most `LONGEST`, so that now and it make a moment that has a date.
- The time of a wait may also be None, infinite or longer than `LONGEST`: all three wait for ever.
  Less than 0 is 0: who works out what is left of a deadline comes to it when the time is over.
- A count is a whole number with an upper bound, so that it can be written, sent and stored.

What breaks a rule raises ValueError with the name, what is expected and the value; what is no
number at all raises `NotANumber`, which is a TypeError too.
"""

from __future__ import annotations

import math
import operator
from typing import Final

from chasqui import foreign

LONGEST: Final = 100 * 365.25 * 86_400.0  # seconds: a longer time is a mistake, or means for ever
LONGEST_DAYS: Final = LONGEST / 86_400.0
MOST: Final = 1_000_000_000_000  # of anything that is counted, bytes included
MOST_WORKERS: Final = 10_000  # each is a thread: with more, machines run out of them or only switch
MOST_WAITING: Final = 1_000_000_000  # tasks; as many take some hundred gigabytes
SMALLEST_LOG: Final = 1024 * 1024  # bytes; the largest possible failure fits in
MOST_URGENT: Final = 1_000_000_000  # a priority; below 0 as far
EXACT: Final = 2**53  # up to here every whole number is a float, and goes through JSON unharmed
SHOWN: Final = 60  # characters of a value in a message


class NotANumber(TypeError, ValueError):
    """A value that is no number was given where one is needed."""


def count(name: str, value: object, least: int = 1, most: int = MOST) -> int:
    """Return a whole number from ``least`` to ``most``; raises ValueError."""
    found = _number(value)
    if not isinstance(found, int):
        raise NotANumber(f"{name} must be a whole number, got {shown(value)}")
    if found < least:
        raise ValueError(f"{name} must be at least {least:,}, got {shown(value)}")
    if found > most:
        raise ValueError(f"{name} must be at most {most:,}, got {shown(value)}")
    return found


def workers(name: str, value: object) -> int:
    """Return a number of workers; raises ValueError."""
    return count(name, value, 1, MOST_WORKERS)


def priority(value: object, name: str = "priority") -> int:
    """Return a priority; raises ValueError."""
    return count(name, value, -MOST_URGENT, MOST_URGENT)


def duration(name: str, value: object) -> float:
    """Return seconds from 0 to `LONGEST`; raises ValueError."""
    found = _seconds(name, value)
    if not found >= 0:  # NaN is not either
        raise ValueError(f"{name} must be 0 seconds or more, got {shown(value)}")
    return found


def period(name: str, value: object) -> float:
    """Return seconds of more than 0, up to `LONGEST`; raises ValueError."""
    found = _seconds(name, value)
    if not found > 0:
        raise ValueError(f"{name} must be more than 0 seconds, got {shown(value)}")
    return found


def wait(name: str, value: object) -> float | None:
    """Return how many seconds a wait lasts at most, None for ever; raises ValueError."""
    if value is None or (type(value) is float and 0.0 <= value <= LONGEST):
        return value  # as nearly always: a submission without waiting asks for each task
    return sleep(name, value)


def sleep(name: str, value: object) -> float | None:
    """Return how many seconds a sleep takes, None for ever; as `wait`, but None is no number."""
    found = _real(value)
    if found is None or math.isnan(found):
        raise NotANumber(f"{name} must be a number of seconds, got {shown(value)}")
    return None if found > LONGEST else max(0.0, found)


def within(name: str, value: object, least: float, most: float = math.inf) -> float:
    """Return a finite number from ``least`` to ``most``; raises ValueError."""
    found = finite(name, value)
    if not least <= found <= most:
        bounds = f"at least {least:g}" if most == math.inf else f"between {least:g} and {most:g}"
        raise ValueError(f"{name} must be {bounds}, got {shown(value)}")
    return found


def finite(name: str, value: object) -> float:
    """Return a number that is neither NaN nor infinite; raises ValueError."""
    found = _real(value)
    if found is None:
        raise NotANumber(f"{name} must be a number, got {shown(value)}")
    if not math.isfinite(found):
        raise ValueError(f"{name} must be a finite number, got {shown(value)}")
    return found


def amount(name: str, value: object) -> int | float:
    """Return a finite number of 0 or more; a whole one, if so given, up to `EXACT`."""
    if (type(value) is int or type(value) is float) and 0 <= value <= EXACT:
        return value  # as nearly always
    found = within(name, value, 0)
    whole = _number(value)
    return whole if isinstance(whole, int) and whole <= EXACT else found


def moment(name: str, value: object) -> float:
    """Return the seconds since the epoch of a datetime; without a zone it is local time.

    Raises:
        ValueError: it is none, its zone does not answer, or it has no place on the machine's clock.
    """
    from datetime import datetime

    if not issubclass(type(value), datetime):
        raise NotANumber(f"{name} must be a datetime, got {shown(value)}")
    try:
        return datetime.timestamp(value)  # type: ignore[arg-type]
    except BaseException as broken:  # its zone's, or the year 1 or 9999 is out of the clock's range
        foreign.let_through(broken)
        text = f"{name} is a moment that the machine's clock cannot have: {shown(value)}"
        raise ValueError(text) from None


def shown(value: object) -> str:
    """Return a value as messages show it, cut to `SHOWN` characters."""
    if type(value) is int and value.bit_length() > 256:
        digits = int(value.bit_length() * math.log10(2)) + 1
        return f"a whole number of about {digits:,} digits"
    text = foreign.repr_of(value)
    return text if len(text) <= SHOWN else text[: SHOWN - 1] + "…"


def _seconds(name: str, value: object) -> float:
    found = _real(value)
    if found is None:
        raise NotANumber(f"{name} must be a number of seconds, got {shown(value)}")
    if found > LONGEST:
        longest = f"{LONGEST:,.0f} seconds (100 years)"
        raise ValueError(f"{name} must be at most {longest}, got {shown(value)}")
    return found


def _real(value: object) -> float | None:
    """Return a number as a float, an int that is too large for one as an infinity; else None."""
    found = _number(value)
    if not isinstance(found, int):
        return found
    try:
        return float(found)
    except OverflowError:
        return math.copysign(math.inf, found > 0 or -1)


def _number(value: object) -> int | float | None:
    """Return the exact number that a value is or gives; None when it is none."""
    kind = type(value)  # not `isinstance`, which believes what an object says of its class
    if kind is int or kind is float:
        return value  # type: ignore[return-value]
    if kind is bool:
        return None
    if issubclass(kind, int):
        return int.__int__(value)  # type: ignore[arg-type]
    if issubclass(kind, float):
        return float.__float__(value)  # type: ignore[arg-type]
    for take in (operator.index, _as_float):
        try:
            return take(value)  # type: ignore[arg-type]
        except BaseException as refused:  # it has no such method, or that may raise anything
            foreign.let_through(refused)
    return None


def _as_float(value: float) -> float:
    return math.fsum((value,))  # which takes no text, as `float` does
