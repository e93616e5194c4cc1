"""The machine: everything that may be done to an engine, done to the engine and to its model.

A run may have several engines, one after the other. Every moment of the fake time is a multiple of
`GRAIN`, which floats hold exactly, and almost no two are the same: so in which order two things
happen is never left to the threads. What the machine draws does not depend on where an engine is,
since a little of that is left to the threads after all: a rule that does not apply does something
else instead.
"""

from __future__ import annotations

import functools
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, ClassVar

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.stateful.model import NEVER, TYPES, Job, Model, Tries
from tests.stateful.stage import Stage

GRAIN = 2.0**-16  # seconds
SECOND_OF_MOMENTS = 2.0**-6  # what `at=` is a multiple of: whole microseconds

KINDS = st.sampled_from(sorted(TYPES))
PICK = st.integers(0, 999)
TRIES = st.builds(
    Tries, st.integers(1, 3), st.sampled_from([0.5, 2.0, 8.0]), st.sampled_from([1.0, 2.0])
)
SHAPES = st.lists(
    st.fixed_dictionaries(
        {
            "workers": st.integers(1, 4),
            "queue_size": st.sampled_from([2, 6, 20]),
            "max_abandoned": st.sampled_from([1, 0, 2, 4]),
            "life": st.integers(10, 60),
            "shrink": st.booleans(),
            "drain": st.booleans(),
            "timeout": st.sampled_from([None, 2.0, 10.0, 60.0]),
        }
    ),
    min_size=4,
    max_size=4,
)
"""What engines are like, how many steps they live, and how they are shut down: perhaps made smaller
before, so that some workers are surplus."""
DELAYS = st.sampled_from([0.5, 3.0, 20.0])
SAID = st.fixed_dictionaries(
    {
        "nap": st.sampled_from([None, None, 0.5, 2.0, 30.0]),
        "time_limit": st.sampled_from([None, 1.0, 4.0, 9.0]),
        "expires": st.sampled_from([None, None, None, 1.0, 5.0]),
        "priority": st.sampled_from([None, -2, 0, 3, 6]),
        "tries": st.none() | TRIES,
    }
).map(lambda said: {name: value for name, value in said.items() if value is not None})


def when(applies: Callable[[EngineMachine], Any]) -> Callable[[Any], Any]:
    """Make a step of a rule: let a moment pass, so that no two steps share theirs; count the step
    under its name; do something else where it does not apply."""

    def make(function: Any) -> Any:
        @functools.wraps(function)
        def step(self: EngineMachine, **arguments: Any) -> None:
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


class EngineMachine(RuleBasedStateMachine):
    """An engine and its model."""

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
            self.reached["tasks"] += len(self.model.jobs)

    @invariant()
    def agree(self) -> None:
        """See that engine and model agree."""
        if self.lives and not self.over:
            self.stage.settle(self.model)
            self.stage.check(self.model)

    # Submitting

    @rule(type=KINDS, said=SAID)
    @when(lambda self: True)
    def submit(self, type: str, said: dict[str, Any]) -> None:
        """Submit a task."""
        self._submit(type, said)

    @rule(type=KINDS, said=SAID, key=st.sampled_from("ab"))
    @when(lambda self: not self.model.ended)
    def submit_keyed(self, type: str, said: dict[str, Any], key: str) -> None:
        """Submit a task with a key that may be taken."""
        self._submit(type, {**said, "key": key})

    @rule(type=KINDS, said=SAID, delay=DELAYS, keyed=st.booleans())
    @when(lambda self: self.life > 0)
    def submit_delayed(self, type: str, said: dict[str, Any], delay: float, keyed: bool) -> None:
        """Submit a task that starts after a delay."""
        more = {"key": "a"} if keyed else {}
        self._submit(type, {**said, **more}, delay=delay + self._tick())

    @rule(type=KINDS, said=SAID, delay=DELAYS)
    @when(lambda self: self.life > 0)
    def submit_at(self, type: str, said: dict[str, Any], delay: float) -> None:
        """Submit a task that starts at a moment."""
        now = self.stage.clock.time()
        moment = (now + delay + self._tick()) // SECOND_OF_MOMENTS * SECOND_OF_MOMENTS
        taken = {job.due for job in self.model.scheduled}
        while moment - now + self.model.now in taken:
            moment += SECOND_OF_MOMENTS
        at = datetime.fromtimestamp(moment, UTC)
        self._submit(type, said, delay=moment - now, options={"at": at})

    @rule(
        type=KINDS.filter(lambda name: name != "bounded"),
        priority=st.integers(-1, 6),
        tries=TRIES,
        count=st.sampled_from([3, 2, 8]),
    )
    @when(lambda self: self.life > 0)
    def submit_batch(self, type: str, priority: int, tries: Tries, count: int) -> None:
        """Submit several tasks at once."""
        self._submit(type, {"priority": priority, "tries": tries}, count)

    # Bodies

    @rule(pick=PICK, word=st.sampled_from(["complete", "complete", "heed"]))
    @when(lambda self: self._held())
    def end_well(self, pick: int, word: str) -> None:
        """Let a body end."""
        self._end(pick, word)

    @rule(pick=PICK, word=st.sampled_from(["OSError", "OSError", "TryLater"]))
    @when(lambda self: self._held())
    def end_badly(self, pick: int, word: str) -> None:
        """Let a body fail, or ask to be tried later."""
        self._end(pick, word)

    @rule(pick=PICK, type=KINDS, past=st.sampled_from([0.25, 1.0, 1.0, 1.0]))
    @when(lambda self: self.life > 0 or self._limited())
    def overrun(self, pick: int, type: str, past: float) -> None:
        """Let a body run past its limit, and mostly so far that its worker is given up."""
        if not self._limited():
            self._submit(type, {"time_limit": 1.0, "priority": 9})
            self.stage.settle(self.model)
        if limited := self._limited():
            self._pass(limited[pick % len(limited)].deadline + past - self.model.now)

    @rule(pick=PICK, word=st.sampled_from(["late", "OSError", "heed"]))
    @when(lambda self: self.model.abandoned)
    def release_abandoned(self, pick: int, word: str) -> None:
        """Let a body end whose worker was given up."""
        job, attempt = self.model.abandoned[pick % len(self.model.abandoned)]
        self.stage.tell(job.number, attempt, word)
        self.model.come_back(job, attempt)
        self.stage.settle(self.model)
        assert self.stage.entries[job.number, attempt].heard, "it was not told that it should stop"

    @rule(pick=PICK, state=st.sampled_from(["queued", "scheduled", "running", "final"]))
    @when(lambda self: self.model.jobs and not self.model.ended)
    def cancel(self, pick: int, state: str) -> None:
        """Cancel a task that is in this state, or else any."""
        jobs = list(self.model.jobs.values())
        among = [job for job in jobs if job.state == state or (job.final and state == "final")]
        job = (among or jobs)[pick % len(among or jobs)]
        assert self.model.cancel(job) == self.stage.handles[job.number].cancel()

    # The engine

    @rule()
    @when(lambda self: self.life > 0 and not self.model.paused)
    def pause(self) -> None:
        """Pause."""
        self.stage.engine.pause()
        self.model.pause()

    @rule()
    @when(lambda self: self.model.paused)
    def resume(self) -> None:
        """Resume."""
        self.stage.engine.resume()
        self.model.resume()

    @rule(workers=st.integers(1, 5))
    @when(lambda self: self.life > 0)
    def resize(self, workers: int) -> None:
        """Change the number of workers."""
        self.stage.engine.resize(workers)
        self.model.resize(workers)

    @rule()
    @when(lambda self: self.life <= 0 and not self.model.stopping)
    def stop(self) -> None:
        """Begin to shut down."""
        shape = self.shapes[self.lives % len(self.shapes)]
        timeout = None if shape["timeout"] is None else shape["timeout"] + self._tick()
        if shape["shrink"]:
            self.stage.engine.resize(1)
            self.model.resize(1)
            self.stage.settle(self.model)
        self.stage.stop(shape["drain"], timeout)
        self.model.stop(shape["drain"], timeout)

    @rule()
    @when(lambda self: self.model.ended)
    def begin_again(self) -> None:
        """Clear the engine that has ended away, and make another."""
        self.teardown()
        self._begin()

    # Time

    @rule(seconds=st.sampled_from([0.25, 0.25, 1.0, 5.0]))
    @when(lambda self: not self.model.ended)
    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._pass(seconds)

    @rule(short=st.booleans())
    @when(lambda self: self.model.events())
    def advance_to_next(self, short: bool) -> None:
        """Let time pass to the next moment at which something happens, or just short of it."""
        self._pass(self.model.events()[0][0] - self.model.now - GRAIN * short)

    # How

    def _begin(self) -> None:
        self.lives += 1
        shape = self.shapes[self.lives % len(self.shapes)]
        size = (shape["workers"], shape["queue_size"], shape["max_abandoned"])
        self.stage = Stage(*size)
        self.model = Model(*size, self.stage.clock.monotonic())
        self.life = shape["life"]

    def _instead(self) -> None:
        """Do what leads on from where the engine is."""
        if self.model.ended:
            step = "begin_again"
        elif self.life <= 0 and not self.model.stopping:
            step = "stop"
        elif self.model.paused and self.ticks % 2:
            step = "resume"
        elif self.model.abandoned and self.ticks % 3 == 0:
            step = "release_abandoned"
        elif self.model.events():
            step = "advance_to_next"
        elif self._held():
            step = "end_badly" if self.ticks % 2 else "end_well"
        else:
            step = "submit"
        self.fired[step] += 1
        undecorated = getattr(type(self), step).__wrapped__
        undecorated(self, **MEANWHILE.get(step, {}))

    def _tick(self) -> float:
        """Return a few milliseconds, mostly others than before."""
        self.ticks += 1
        return (self.ticks * 2503 % 4093 + 1) * GRAIN

    def _pass(self, seconds: float) -> None:
        """Let time pass, from one event of the model to the next."""
        until = self.model.now + max(0.0, seconds)
        while not self.over and (events := self.model.events()) and events[0][0] <= until:
            # What comes due at the very moment at which a worker falls free may find it or not.
            self.over = len(events) > 1 and not {what for _, what, _ in events} <= {"look", "wake"}
            self._move(events[0][0])
            self.model.pass_to(events[0][0], events)
            if not self.over:
                self.stage.settle(self.model)
        self._move(until)
        self.model.now = until

    def _move(self, moment: float) -> None:
        if moment > self.model.now:
            self.stage.clock.advance(moment - self.model.now)

    def _submit(
        self,
        type: str,
        said: dict[str, Any],
        count: int = 1,
        *,
        delay: float | None = None,
        options: dict[str, Any] | None = None,
    ) -> None:
        exact = {
            name: said[name] + self._tick()
            for name in ("nap", "time_limit", "expires")
            if name in said
        }
        if "tries" in said:
            tries = said["tries"]
            exact["tries"] = Tries(tries.attempts, tries.base + self._tick(), tries.backoff)
        said = {**said, **exact}
        if options is None:
            options = {} if delay is None else {"delay": delay}
        tasks, error = self.stage.submit(type, said, count, **options)
        jobs, expected = self.model.submit(type, said, count, delay)
        assert ([job.number for job in jobs], expected) == ([one.number for one in tasks], error)

    def _end(self, pick: int, word: str) -> None:
        held = self._held()
        job, seconds = held[pick % len(held)], 1.0 + pick % 7 + self._tick()
        self.stage.tell(job.number, job.attempts, word, seconds)
        self.model.end(job, word, seconds)

    def _held(self) -> list[Job]:
        """Those whose body waits for a word."""
        held = [job for job in self.model.crew if job.nap is None]
        return sorted(held, key=lambda job: job.number)

    def _limited(self) -> list[Job]:
        return [job for job in self._held() if job.deadline < NEVER]


MEANWHILE: dict[str, dict[str, Any]] = {
    "advance_to_next": {"short": False},
    "release_abandoned": {"pick": 0, "word": "late"},
    "end_well": {"pick": 0, "word": "complete"},
    "end_badly": {"pick": 0, "word": "OSError"},
    "submit": {"type": "steady", "said": {}},
}
"""With what the steps are done that are done instead of others."""

RULES = sorted(made.function.__name__ for made in EngineMachine.setup_state().rules)
"""The names of everything that the machine may do."""
