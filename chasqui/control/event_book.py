"""The book of events: what has happened to an engine lately, for consoles.

It observes the engine's bus and keeps steps of note: changes of the engine, its types, breakers,
schedules, workers and journal, and what was done by hand. The ends and retries of single tasks are
left out: there may be thousands a second, and the lists of failures and finished tasks have them.

Who asked for a change is known to the host, and the bus delivers the event about it a moment later.
So the host signs what it has carried out, and the signature goes to the event, whichever of the two
comes first.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Iterator, Mapping
from typing import Final
from weakref import WeakKeyDictionary

import msgspec

from chasqui.control.commands import LOOKING, Command, CommandOutcome
from chasqui.control.deeds import Deeds
from chasqui.control.event_records import EventLevel, EventView
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.engine.engine import BaseEngine
from chasqui.engine.events.event import Event, TaskEvent
from chasqui.pool import forking
from chasqui.pool.clock import Clock

EVENTS: Final = 1000
TEXT: Final = 300  # characters
ALIKE_SECONDS: Final = 60.0  # for which events that are the same are counted as one
LOOKED_AT: Final = 16  # of the newest events, to find one that is the same
SIGNED_SECONDS: Final = 2.0  # between a change and the event about it
NOTHING: Final = SafeText("")
LEFT_OUT: Final = {"ScheduleFired"}
"""Events that are no step of note, besides those of single tasks."""
LEVELS: Final[Mapping[str, EventLevel]] = {"warning": "warning", "error": "error"}

PUBLISHED: Final[Mapping[str, str]] = {
    "Pause": "EngineChanged",
    "Resume": "EngineChanged",
    "Resize": "EngineChanged",
    "Shutdown": "EngineChanged",
    "PauseType": "TypeChanged",
    "ResumeType": "TypeChanged",
    "Limit": "TypeChanged",
    "StrikeValue": "TypeChanged",
    "LiftStrike": "TypeChanged",
    "ResetBreaker": "BreakerClosed",
    "RetryEdited": "FailuresTreated",
    "RetryFailures": "FailuresTreated",
    "DiscardFailures": "FailuresTreated",
    "Undo": "FailuresTreated",
}
"""Which event the engine publishes about a command; of others the book has a line of its own."""
UNNOTED: Final = {
    *(command.__name__ for command in LOOKING),
    "SeeFailures",
    "SetTheme",
    "SubmitTasks",
}


class EventBook:
    """A bounded list of events. Any thread."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self.deeds = Deeds(clock)
        """What was done by hand to single tasks."""
        self._lock = threading.RLock()  # guards all below
        forking.watch(self)
        self._rows: deque[EventView] = deque(maxlen=EVENTS)
        self._kinds: deque[str] = deque(maxlen=EVENTS)  # of the same rows: names of event classes
        self._count = 0
        self._unsigned: deque[tuple[float, str, SafeText]] = deque(maxlen=LOOKED_AT)

    def rows(self) -> list[EventView]:
        """List the events, the newest first."""
        with self._lock:
            return [*reversed(self._rows)]

    def observe(self, event: Event) -> None:
        """Note an event of the bus."""
        kind = type(event).__name__
        if isinstance(event, TaskEvent) or kind in LEFT_OUT:
            return
        level = LEVELS.get(event.level, "info")
        about = getattr(event, "type", "")
        self._add(kind, event.at, level, str(event), type=about if isinstance(about, str) else "")

    def note(self, level: EventLevel, text: str, *, once: bool = False) -> None:
        """Note what no event of the bus is about, or not ``once`` more what is noted already."""
        if once and any(row.text == safe_line(text, TEXT) for row in self.rows()):
            return
        self._add("", self._clock.time(), level, text)

    def carried_out(self, command: Command, outcome: CommandOutcome) -> None:
        """Note a command that the bus has no event about."""
        self.deeds.note(command, outcome)
        kind = type(command).__name__
        if kind in PUBLISHED or kind in UNNOTED:
            return
        some = ", ".join(map(str, outcome.numbers[:3])) + ", …" * (outcome.count > 3)
        of = f" of {outcome.count:,} task{'s' * (outcome.count != 1)}: {some}"
        done = of if outcome.count else "" if outcome.ok else " refused"  # why may quote a filter
        task = outcome.numbers[0] if outcome.count == 1 else None
        level: EventLevel = "info" if outcome.ok else "warning"
        self._add(kind, self._clock.time(), level, f"{_words(command)}{done}", task=task)

    def sign(self, command: Command, by: str) -> None:
        """Say who asked for a command that was carried out a moment ago."""
        self.deeds.sign(command, by)
        kind = PUBLISHED.get(type(command).__name__, type(command).__name__)
        if kind in UNNOTED:
            return
        signed, now = safe_line(by, TEXT), self._clock.time()
        with self._lock:
            for at in self._locked_newest():
                row = self._rows[at]
                if now - row.at > SIGNED_SECONDS:
                    break
                if self._kinds[at] == kind and not row.by:
                    self._rows[at] = msgspec.structs.replace(row, by=signed)
                    return
            self._unsigned.append((now, kind, signed))

    def _add(
        self,
        kind: str,
        at: float,
        level: EventLevel,
        text: str,
        *,
        type: str = "",
        task: int | None = None,
    ) -> None:
        shown = safe_line(text, TEXT)
        with self._lock:
            by = self._locked_signature(kind, at)
            count, first = 1, at
            same = None if by else self._locked_same(shown, at)
            if same is not None:
                count, first = self._rows[same].count + 1, self._rows[same].first
                del self._rows[same], self._kinds[same]
            self._count += 1
            row = EventView(
                number=self._count,
                at=at,
                level=level,
                text=shown,
                by=by,
                count=count,
                first=first,
                type=safe_line(type, TEXT),
                task=task,
            )
            self._rows.append(row)
            self._kinds.append(kind)

    def _locked_newest(self) -> Iterator[int]:
        """Yield the indexes of the newest events, the newest first."""
        return iter(range(len(self._rows) - 1, max(-1, len(self._rows) - 1 - LOOKED_AT), -1))

    def _locked_same(self, text: SafeText, at: float) -> int | None:
        """Return the index of a recent event that is the same; a flood of them is one row."""
        for index in self._locked_newest():
            row = self._rows[index]
            if row.text == text and not row.by and at - row.at <= ALIKE_SECONDS:
                return index
        return None

    def _locked_signature(self, kind: str, at: float) -> SafeText:
        for signature in [*self._unsigned]:
            when, of, by = signature
            if at - when > SIGNED_SECONDS:
                self._unsigned.remove(signature)
            elif of == kind:
                self._unsigned.remove(signature)
                return by
        return NOTHING


_BOOKS: Final[WeakKeyDictionary[BaseEngine, EventBook]] = WeakKeyDictionary()


def book_of(engine: BaseEngine) -> EventBook:
    """Return the book of an engine; it is begun with the first port, and all ports share it."""
    new = EventBook(engine.clock)
    book = _BOOKS.setdefault(engine, new)
    if book is new:
        engine.bus.subscribe(book.observe)
    return book


def _words(command: Command) -> str:
    """Return the name of a command as words."""
    name, given = type(command).__name__, getattr(command, "priority", None)
    words = "".join(f" {letter.lower()}" if letter.isupper() else letter for letter in name).strip()
    return words if given is None else f"priority {given}"
