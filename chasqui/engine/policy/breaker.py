"""Circuit breaker: a type whose tasks keep failing is stopped for a while.

After ``failures`` within ``seconds`` it opens: no task of the type starts. After the cooldown it is
half open: a few tasks may start as probes. Once all of them have completed it closes, and the first
that fails opens it again. Failed attempts count, whether or not a retry follows.

A circuit decides under its own lock and acts on the pools outside of it: a signal handler may reset
it in the middle of anything. So two threads may act in the wrong order. Each checks the state again
after acting, and the last thread leaves the lanes as the circuit says.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal, NamedTuple, get_args

from chasqui import numbers
from chasqui.engine.events.event import Event
from chasqui.engine.journal.keeping import Keeper
from chasqui.engine.policy.thresholds import Breaker as Breaker
from chasqui.pool import forking
from chasqui.pool.lanes import allow
from chasqui.pool.pool import Pool
from chasqui.pool.schedule import call_at
from chasqui.pool.state import state_of
from chasqui.pool.task import Task

BREAKER_OPEN: Final = "breaker open"
"""The reason given to a held lane."""

CircuitState = Literal["closed", "open", "half open"]


@dataclass(frozen=True, slots=True)
class CircuitView:
    """The state of a breaker.

    Example: `chasqui-tui help limits`.
    """

    type: str
    state: CircuitState
    since: float
    """When it entered this state, in seconds since the epoch."""
    failures: int
    """Failures that count now."""
    opened: int
    """How often it has opened."""


class _State(NamedTuple):
    """The fields that change together; `monotonic` says since when."""

    name: CircuitState
    monotonic: float
    time: float


class Kept(NamedTuple):
    """What is kept of a breaker."""

    state: CircuitState
    since: float
    opened: int

    @classmethod
    def of(cls, kept: Any) -> Kept:
        """Return what was kept; raises TypeError and ValueError."""
        state, since, opened = kept
        if state not in get_args(CircuitState):
            raise ValueError(f"a breaker is not {state!r}")
        return cls(state, numbers.finite("since", since), numbers.count("opened", opened, 0))


class Circuit:
    """The breaker of a type in all pools of an engine."""

    def __init__(
        self,
        name: str,
        breaker: Breaker,
        pools: Sequence[Pool],
        publish: Callable[[Event], None],
        keeper: Keeper,
    ) -> None:
        self.name = name
        self.breaker = breaker
        self._pools = pools
        self._publish = publish
        self._keeper = keeper
        self._clock = pools[0].clock
        # Guards all below; no thread waits for anything while it holds it.
        self._lock = threading.RLock()
        forking.watch(self)
        self._state = self._now("closed")
        self._failures: deque[float] = deque(maxlen=breaker.failures)
        self._probing: set[int] = set()  # numbers of the probes that run
        self._passed = 0  # probes that completed
        self._opened = 0

    def view(self) -> CircuitView:
        """Return its state."""
        with self._lock:
            state, now = self._state, self._clock.monotonic()
            counting = sum(now - at <= self.breaker.seconds for at in self._failures)
            return CircuitView(self.name, state.name, state.time, counting, self._opened)

    def probes_in(self) -> float:
        """Return in how many seconds it lets the first probes start; 0 unless it is open."""
        state = self._state
        if state.name != "open":
            return 0.0
        return max(0.0, state.monotonic + self.breaker.cooldown - self._clock.monotonic())

    def failed(self, task: Task) -> None:
        """Count a failed attempt; open if that is one too many."""
        with self._lock:
            state = self._state
            probe = task.number in self._probing
            self._probing.discard(task.number)
            if state.name == "closed":
                now = self._clock.monotonic()
                self._failures.append(now)
                many = len(self._failures) == self.breaker.failures
                opens = many and now - self._failures[0] <= self.breaker.seconds
            else:
                opens = probe and state.name == "half open"
            if opens:
                self._locked_open()
            opened = self._state
        if opens:
            self._act()
            self._keep(wait=False)
            self._report_opened(opened)

    def adjust(self, breaker: Breaker) -> None:
        """Go on by other thresholds: failures that count go on counting, and the state stays.

        A cooldown under way ends by the new one.
        """
        with self._lock:
            self.breaker = breaker
            self._failures = deque(self._failures, maxlen=breaker.failures)
            state = self._state
        if state.name == "open":
            self._half_open_later(state)
        self._act()  # another number of probes may start

    def reset(self) -> bool:
        """Close it by hand; tell whether it was open or half open."""
        with self._lock:
            was = self._state.name != "closed"
            self._locked_close()
        self._act()
        if was:
            self._keep(wait=True)
            from chasqui.engine.events.records import BreakerClosed

            self._publish(BreakerClosed(self._clock.time(), self.name, "by hand"))
        return was

    # Half open

    def _half_open(self, opened: _State, cooldown: float) -> None:
        """Let probes start, unless it was closed or has opened again meanwhile.

        After another cooldown than the present one it does nothing: another call comes for that.
        """
        with self._lock:
            if self._state is not opened or self.breaker.cooldown != cooldown:
                return
            self._state = self._now("half open")
            self._passed = 0
            self._probing.clear()
        self._act()
        self._keep(wait=False)
        from chasqui.engine.events.records import BreakerHalfOpen

        self._publish(BreakerHalfOpen(self._clock.time(), self.name, self.breaker.probes))

    def started(self, task: Task) -> None:
        """Note a probe that starts; called for each task that starts while it is half open."""
        with self._lock:
            if self._state.name != "half open":
                return
            self._probing.add(task.number)
        task.add_done_callback(self._ended)

    def _ended(self, task: Task) -> None:
        closes = again = False
        with self._lock:
            if self._state.name != "half open" or task.number not in self._probing:
                return  # it failed, which `failed` has handled, or was no probe
            self._probing.discard(task.number)
            if task.state == "completed":
                self._passed += 1
                closes = self._passed >= self.breaker.probes
                if closes:
                    self._locked_close()
            else:  # such as cancelled: it has proved nothing, so another may start
                again = True
                self._state = self._now("half open")
        if closes or again:
            self._act()
        if closes:
            self._keep(wait=False)
            from chasqui.engine.events.records import BreakerClosed

            self._publish(BreakerClosed(self._clock.time(), self.name, "its probes completed"))

    # Deciding, and acting on it

    def _locked_open(self) -> None:
        self._state = self._now("open")
        self._failures.clear()
        self._probing.clear()
        self._opened += 1

    def _locked_close(self) -> None:
        self._state = self._now("closed")
        self._failures.clear()
        self._probing.clear()

    def _act(self) -> None:
        """Bring the lanes in line with the circuit, even if it changes meanwhile."""
        while True:
            state = self._state
            for pool in self._pools:
                self._apply(pool, state)
            if self._state is state:
                return

    def _apply(self, pool: Pool, state: _State) -> None:
        if state.name == "open":
            allow(state_of(pool), self.name, None)
            pool.hold(self.name, BREAKER_OPEN)
        else:
            if state.name == "half open":
                left = self.breaker.probes - self._passed - len(self._probing)
                allow(state_of(pool), self.name, max(0, left), watched=True)
            else:
                allow(state_of(pool), self.name, None)
            pool.unhold(self.name, BREAKER_OPEN)

    def _report_opened(self, opened: _State) -> None:
        breaker = self.breaker
        from chasqui.engine.events.records import BreakerOpened

        self._publish(BreakerOpened(opened.time, self.name, breaker.failures, breaker.cooldown))
        self._half_open_later(opened)

    def _half_open_later(self, opened: _State) -> None:
        cooldown = self.breaker.cooldown
        for pool in self._pools:  # each of them may stop before the others
            moment = opened.monotonic + cooldown
            call_at(state_of(pool), moment, lambda: self._half_open(opened, cooldown))

    # From one life of the engine to the next

    def _keep(self, *, wait: bool) -> None:
        def read() -> list[Any]:
            state, opened = self._state, self._opened
            return [state.name, state.time, opened]

        self._keeper.keep(f"breaker {self.name}", read, wait=wait)

    def restore(self, kept: Kept) -> None:
        """Go on as it was in an earlier life: its cooldown has run meanwhile, by the wall clock.

        If it was half open, its probes begin anew.
        """
        now = self._clock.time()
        since = min(kept.since, now)  # unless the clock was set back
        with self._lock:
            self._opened = kept.opened
            self._state = _State(kept.state, self._clock.monotonic() - (now - since), since)
            state = self._state
        self._act()
        if state.name == "open":
            self._half_open_later(state)

    def _now(self, name: CircuitState) -> _State:
        return _State(name, self._clock.monotonic(), self._clock.time())
