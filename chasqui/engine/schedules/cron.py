"""Cron: which moment is the next turn of an expression in a zone.

Five fields (minute, hour, day of month, month, day of week), six with the seconds first, or a name
such as ``@daily``. Where the clocks of a zone are put forward or back:

- An expression for times of day (its minute and its hour do not begin with ``*``) has each of its
  turns once. A turn that the clock skips comes at the first moment after the gap, and several turns
  that would meet there are one turn. A turn in an hour that occurs twice comes the first time.
- Any other expression has a turn whenever the clock shows a matching time. So ``*/5 * * * *`` comes
  every five minutes throughout, and ``*/5 2 * * *`` has no turn on a day without an hour 2.

No clock is read here. Moments are seconds since the epoch; turns are whole seconds.
"""

from __future__ import annotations

import math
import zoneinfo
from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

from cronsim import CronSim, CronSimError

from chasqui import arguments
from chasqui.nearest import nearest
from chasqui.numbers import shown

NAMES: Final = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
FIRST: Final = -62_000_000_000.0  # the earliest moment to search from: in the year 5
LAST: Final = 250_000_000_000.0  # the latest: in 9892, since the calendar ends in 9999
DAY: Final = 86_400  # seconds; no zone changes its offset twice in one
SOMETIME: Final = datetime(2000, 1, 1)  # an expression must have a turn within fifty years of this


class Cron:
    """An expression in a zone; ``zone`` None is the machine's own.

    Raises:
        ValueError: the expression is invalid, or it never has a turn; the message says why.
    """

    __slots__ = ("_fields", "of_day", "text", "zone")

    def __init__(self, text: str, zone: ZoneInfo | None = None) -> None:
        if not isinstance(text, str):
            raise ValueError(f"an expression is a text such as */5 * * * *, got {shown(text)}")
        self.text = text
        self.zone = zone
        self._fields = NAMES.get(text.strip().lower(), text)
        if self._fields.startswith("@"):
            raise ValueError(f"there is no {shown(text)}; there are {', '.join(NAMES)}")
        if len(self._fields.split()) not in (5, 6):
            raise ValueError(
                f"{shown(text)} must have five fields (minute, hour, day of month, month, day of "
                "week), or six with the seconds first"
            )
        try:
            comes = self._reads_after(SOMETIME)
        except CronSimError as error:
            raise ValueError(f"{shown(text)} has a {str(error).lower()}") from None
        except ValueError:  # more digits than Python converts
            raise ValueError(f"{shown(text)} has a number that is too long") from None
        if comes is None:
            raise ValueError(f"{shown(text)} never comes")
        minute, hour = self._fields.split()[-5:-3]
        self.of_day = not (minute.startswith("*") or hour.startswith("*"))
        """Whether it names times of day, rather than an interval."""

    def after(self, moment: float) -> float | None:
        """Return the first turn after a moment; None when there is none within fifty years.

        It is also None outside of the calendar, where a machine's wrong clock may be.
        """
        if not FIRST < moment < LAST:
            return None
        start = math.floor(moment)
        return self._time_of_day_after(start) if self.of_day else self._reading_after(start)

    def _time_of_day_after(self, start: int) -> float | None:
        reading = self._reads_after(self._reading(start))
        while reading is not None and (turn := self._first_at(reading)) <= start:
            reading = self._reads_after(reading)
        return None if reading is None else turn

    def _first_at(self, reading: datetime) -> int:
        """Return the first moment at which the clock shows this time, or has skipped it."""
        moment = int(reading.replace(tzinfo=self.zone).timestamp())
        if self._reading(moment) == reading:
            return moment
        return self._change_between(moment - DAY, moment)

    def _reading_after(self, start: int) -> float | None:
        """Follow the clock at one offset, and at the next offset from where it changes.

        A time can be shown twice only near a change of the offset, so it is enough to search a day
        from here, and a day from the next matching time.
        """
        offset, reading = self._offset(start), self._reading(start)
        while (later := self._reads_after(reading)) is not None:
            turn = _seconds(later) - offset
            look = min(turn, start + DAY)
            if self._offset(look) != offset:
                start = self._change_between(start, look) - 1
                offset = self._offset(start + 1)
                reading = datetime.fromtimestamp(start + offset, UTC).replace(tzinfo=None)
            elif look == turn:
                return turn
            else:
                start = turn - DAY
                offset, reading = self._offset(start), self._reading(start)
        return None

    def _change_between(self, before: int, after: int) -> int:
        """Return the first moment of the offset in force at ``after``."""
        offset = self._offset(after)
        while after - before > 1:
            middle = (before + after) // 2
            if self._offset(middle) == offset:
                after = middle
            else:
                before = middle
        return after

    def _reads_after(self, reading: datetime) -> datetime | None:
        return next(CronSim(self._fields, reading), None)

    def _reading(self, moment: int) -> datetime:
        """Return what the local clock shows."""
        return datetime.fromtimestamp(moment, self.zone).replace(tzinfo=None, fold=0)

    def _offset(self, moment: int) -> int:
        return _seconds(self._reading(moment)) - moment

    def __repr__(self) -> str:
        return f"<Cron {self.text} {self.zone or 'local time'}>"


def zone_named(name: str) -> ZoneInfo | None:
    """Return the zone of an IANA name such as ``Europe/Berlin``; "" is the machine's own, None.

    Raises:
        ValueError: no zone has this name; the message has the nearest name.
    """
    if not arguments.text("zone", name):
        return None
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        known = zoneinfo.available_timezones()
    if not known:
        raise ValueError(
            f"{name!r} cannot be found: this machine has no zones; pip install tzdata"
        ) from None
    near = nearest(name, known, cutoff=0.5)
    hint = f"did you mean {near}?" if near else "it must be a name such as Europe/Berlin"
    raise ValueError(f"there is no zone {name!r}; {hint}")


def local(moment: float, zone: ZoneInfo | None = None) -> datetime:
    """Return a moment as local time, in a zone or in the machine's own."""
    return datetime.fromtimestamp(moment, UTC).astimezone(zone)


def _seconds(reading: datetime) -> int:
    return int(reading.replace(tzinfo=UTC).timestamp())
