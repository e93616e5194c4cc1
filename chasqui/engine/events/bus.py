"""The bus: it delivers events to observers, on its own thread.

Publishing appends to a bounded queue and never waits: events that do not fit are counted as
dropped. A slow observer delays only other observers. While events are dropped, all observers get
their number every few seconds. An observer that raises is logged, and removed after `STRIKES` times
in a row. The thread starts with the first event that has an observer, and ends with the engine.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Iterable
from itertools import islice, repeat
from typing import Final

from chasqui import arguments, foreign, loggers, numbers
from chasqui.engine.background import Background
from chasqui.engine.events.event import Event
from chasqui.pool.clock import SYSTEM_CLOCK, Clock
from chasqui.pool.complaint import complain
from chasqui.pool.threads import StartThread, start_daemon

log = loggers.named("chasqui.engine.events.bus")

STRIKES: Final = 5
CAPACITY: Final = 10_000
REPORT_SECONDS: Final = 5.0  # between two reports of dropped events

Observer = Callable[[Event], object]
Told = tuple[Event, Iterable[Observer]]  # with those who observed when it happened


class Bus(Background):
    """A bounded queue of events between the engine and its observers."""

    NAME = "chasqui-bus"

    def __init__(
        self,
        capacity: int = CAPACITY,
        *,
        clock: Clock = SYSTEM_CLOCK,
        start_thread: StartThread = start_daemon,
    ) -> None:
        super().__init__(clock, start_thread)
        self._capacity = numbers.count("capacity", capacity)
        self._events: deque[Told] = deque()
        self._observers: dict[Observer, int] = {}  # with their strikes
        self._busy = False
        self._was_forked = False
        self.dropped = 0
        """How many events were dropped."""
        self._told = 0  # of those
        self._tell_at = -math.inf

    def subscribe(self, observer: Observer) -> None:
        """Call an observer with every event that is published from now on."""
        arguments.function("observer", observer)
        with self._lock:
            self._observers = {**self._observers, observer: 0}

    def unsubscribe(self, observer: Observer) -> None:
        """Send an observer no more events."""
        with self._lock:
            observers = self._observers.copy()
            observers.pop(observer, None)
            self._observers = observers

    def publish(self, event: Event) -> None:
        """Deliver an event to the observers soon; never waits and never raises."""
        if not self._observers:
            return
        with self._lock:
            if self._closed:
                return
            if len(self._events) >= self._capacity or not self._locked_runs():
                self.dropped += 1
                return
            self._events.append((event, self._observers))
            self._changed.notify()

    def publish_all(self, count: int, events: Iterable[Event]) -> None:
        """Deliver this many events; only those that fit are taken from the iterable."""
        observers = self._observers
        if not observers:
            return
        made = list(islice(events, max(0, self._capacity - len(self._events))))
        with self._lock:
            if self._closed:
                return
            room = max(0, self._capacity - len(self._events)) if self._locked_runs() else 0
            fit = made[:room]
            self._events.extend(zip(fit, repeat(observers), strict=False))
            self.dropped += count - len(fit)
            self._changed.notify()

    def flush(self, timeout: float | None) -> bool:
        """Wait until all events so far have been delivered, and return whether they have."""
        timeout = numbers.wait("timeout", timeout)
        with self._lock:
            return self._changed.wait_for(lambda: not self._events and not self._busy, timeout)

    def close(self, timeout: float) -> None:
        """Deliver the remaining events, for ``timeout`` seconds at most, and stop."""
        super().close(timeout)

    def forked(self) -> None:
        """Deliver no more events, in a forked child: the parent delivers them."""
        super().forked()
        self._events.clear()
        self._was_forked = True

    def restart_if_forked(self) -> None:
        """Deliver the events of an engine that is started in a forked child.

        Its parent may have had a thread for the few that are published before a start, such as a
        pause.
        """
        with self._lock:
            if self._was_forked:
                self._was_forked = self._closed = self._busy = self._starting = False
                self._thread = None

    def _locked_runs(self) -> bool:
        try:
            self._locked_start()
        except RuntimeError:  # the machine has no more threads now; perhaps later
            return False
        return True

    def _run(self) -> None:
        while (told := self._next()) is not None:
            event, observers = told
            for observer in observers:
                if observer in self._observers:
                    self._tell(observer, event)

    def _next(self) -> Told | None:
        with self._lock:
            return self._locked_next()

    def _locked_next(self) -> Told | None:
        self._busy = False
        self._changed.notify_all()
        while (event := self._locked_dropped()) is None and not self._events:
            if self._closed:
                return None
            SYSTEM_CLOCK.wait(self._changed, None)
        self._busy = True
        return self._events.popleft() if event is None else (event, self._observers)

    def _locked_dropped(self) -> Event | None:
        """Return the event about dropped events, if it is due or this is the end."""
        last = self._closed and not self._events
        if self.dropped == self._told or not (last or self._clock.monotonic() >= self._tell_at):
            return None
        count, self._told = self.dropped - self._told, self.dropped
        self._tell_at = self._clock.monotonic() + REPORT_SECONDS
        from chasqui.engine.events.records import EventsDropped

        return EventsDropped(self._clock.time(), count)

    def _tell(self, observer: Observer, event: Event) -> None:
        try:
            observer(event)
        except BaseException as error:  # an error of an observer must not end the thread
            with self._lock:
                strikes = self._observers.get(observer, 0) + 1
                off = strikes >= STRIKES
                if off:
                    self.unsubscribe(observer)
                elif observer in self._observers:
                    self._observers[observer] = strikes
            told = "; it gets no more events" if off else ""
            complain(log, error, "%s raised%s", foreign.repr_of(observer), told)
        else:
            if self._observers.get(observer):
                self._observers[observer] = 0
