"""Steps: how a machine goes on, whatever its rules are.

A run may have several engines, one after the other. Every moment of the fake time is a multiple of
`GRAIN`, and almost no two are the same: so in which order two things happen is never left to the
threads. What is drawn does not depend on where an engine is, since a little of that is left to the
threads after all: a rule that does not apply does something else instead.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant

from tests.stateful.agreement import check, same
from tests.stateful.draws import SHAPES
from tests.stateful.job import GRAIN, NEVER, Job, Tries
from tests.stateful.model import Model
from tests.stateful.stage import Stage
from tests.stateful.stillness import settle

AT_ONCE = ({"look", "wake"}, {"open"}, {"deadline"}, {"grace"})
"""What may happen at the very same moment without leaving open what comes of it."""


def when(applies: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """Make a step of a rule: let a moment pass, so that no two steps share theirs; count the step
    under its name; do something else where it does not apply."""

    def make(function: Any) -> Any:
        @functools.wraps(function)
        def step(self: Steps, **arguments: Any) -> None:
            self._pass(self._tick())
            if self.over:
                return
            self.life -= 1
            if applies(self):
                self.fired[function.__name__] += 1
                function(self, **arguments)
            else:
                self._instead()

        return step

    return make


class Steps(RuleBasedStateMachine):
    """An engine and its model, one after the other."""

    fired: ClassVar[Counter[str]] = Counter()
    reached: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.stage: Stage
        self.model: Model
        self.shapes: list[dict[str, Any]] = []
        self.lives = self.life = self.ticks = 0
        self.over = False
        """Whether the order of two things is open, and nothing more can be said."""

    @initialize(shapes=SHAPES)
    def begin(self, shapes: list[dict[str, Any]]) -> None:
        """Make an engine, and a model of it."""
        self.shapes = shapes
        self._begin()

    def teardown(self) -> None:
        """End the engine, and add up what it has seen."""
        if self.lives:
            self.stage.clear()
            self.reached.update(self.model.reached)
            self.reached["left"] += sum(job.lost for job in self.model.jobs.values())
            self.reached["tasks"] += len(self.model.jobs)

    @invariant()
    def agree(self) -> None:
        """See that engine and model agree."""
        if self.lives and not self.over:
            settle(self.stage, self.model)
            check(self.stage, self.model)

    @property
    def shape(self) -> dict[str, Any]:
        """What the present engine is like."""
        return self.shapes[self.lives % len(self.shapes)]

    def _begin(self) -> None:
        self.lives += 1
        self.stage = self._make()
        self.model = Model(*self._size(), self.stage.clock.monotonic())
        self.life = self.shape["life"]

    def _make(self) -> Stage:
        return Stage(*self._size())

    def _size(self) -> tuple[Mapping[str, tuple[int, int]], int]:
        return self.shape["pools"], self.shape["max_abandoned"]

    def _instead(self) -> None:
        """Do what leads on from where the engine is."""
        raise NotImplementedError

    # Time

    def _tick(self) -> float:
        """Return a few milliseconds, mostly others than before."""
        self.ticks += 1
        return (self.ticks * 2503 % 4093 + 1) * GRAIN

    def _pass(self, seconds: float) -> None:
        """Let time pass, from one event of the model to the next."""
        until = self.model.now + max(0.0, seconds)
        while not self.over and (events := self.model.events()) and events[0][0] <= until:
            # What comes due at the very moment at which a worker falls free may find it or not.
            kinds = {what for _, what, _ in events}
            self.over = len(events) > 1 and not any(kinds <= fine for fine in AT_ONCE)
            self._move(events[0][0])
            self.model.pass_to(events[0][0], events)
            if not self.over:
                settle(self.stage, self.model)
        self._move(until)
        self.model.now = until

    def _move(self, moment: float) -> None:
        if moment > self.model.now:
            self.stage.clock.advance(moment - self.model.now)

    # Tasks

    def _exact(self, said: dict[str, Any]) -> dict[str, Any]:
        """Make times of their own of what was drawn."""
        exact: dict[str, Any] = {
            name: said[name] + self._tick()
            for name in ("nap", "time_limit", "expires", "debounce", "cooldown")
            if name in said
        }
        if "tries" in said:
            tries = said["tries"]
            exact["tries"] = Tries(tries.attempts, tries.base + self._tick(), tries.backoff)
        return {**said, **exact}

    def _submit(
        self,
        type: str,
        said: dict[str, Any],
        count: int = 1,
        *,
        delay: float | None = None,
        options: dict[str, Any] | None = None,
    ) -> None:
        said = self._exact(said)
        delay = said.get("debounce", delay)
        if options is None and "debounce" in said:
            options = {}
        if options is None:
            options = {} if delay is None else {"delay": delay}
        tasks, error = self.stage.submit(type, said, count, **options)
        jobs, expected = self.model.submit(type, said, count, delay)
        same([job.number for job in jobs], [one.number for one in tasks], "accepted")
        same(expected, error, "refused")

    def _end(self, job: Job, word: str, seconds: float) -> None:
        self.stage.tell(job.number, job.attempts, word, seconds)
        job.pool.end(job, word, seconds)

    def _held(self) -> list[Job]:
        """Those whose body waits for a word."""
        held = [job for job in self.model.crew if job.nap is None]
        return sorted(held, key=lambda job: job.number)

    def _limited(self) -> list[Job]:
        return [job for job in self._held() if job.deadline < NEVER]
