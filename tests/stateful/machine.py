"""The machine: everything that may be done to an engine, done to the engine and to its model.

A run may have several engines, one after the other. Every moment of the fake time is a multiple of
`GRAIN`, which floats hold exactly, and almost no two are the same: so in which order two things
happen is never left to the threads.
"""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime
from typing import Any, ClassVar

from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.stateful.model import NEVER, TYPES, Job, Model, Tries
from tests.stateful.stage import Stage

GRAIN = 2.0**-16  # seconds
SECOND_OF_MOMENTS = 2.0**-6  # what `at=` is a multiple of: whole microseconds

KINDS = st.sampled_from(sorted(TYPES))
PICK = st.integers(0, 999)
TRIES = st.builds(
    Tries, st.integers(1, 3), st.sampled_from([0.5, 2.0, 8.0]), st.sampled_from([1.0, 2.0])
)
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


class EngineMachine(RuleBasedStateMachine):
    """An engine and its model."""

    fired: ClassVar[Counter[str]] = Counter()
    reached: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.stage: Stage | None = None
        self.model: Model
        self.ticks = 0
        self.life = 0

    @initialize(
        workers=st.integers(1, 4),
        queue_size=st.sampled_from([2, 6, 20]),
        max_abandoned=st.sampled_from([1, 0, 2, 4]),
        life=st.integers(3, 25),
    )
    def begin(self, workers: int, queue_size: int, max_abandoned: int, life: int) -> None:
        """Make an engine, and a model of it."""
        self.stage = Stage(workers, queue_size, max_abandoned)
        self.model = Model(workers, queue_size, max_abandoned, self.stage.clock.monotonic())
        self.life = life

    def teardown(self) -> None:
        """End the engine, and add up what this run has seen."""
        if self.stage is not None:
            self.stage.clear()
            self.reached.update(self.model.reached)
            self.reached["tasks"] += len(self.model.jobs)

    # Submitting

    @rule(type=KINDS, said=SAID)
    def submit(self, type: str, said: dict[str, Any]) -> None:
        """Submit a task."""
        self._submit("submit", type, said)

    @precondition(lambda self: not self.model.ended)
    @rule(type=KINDS, said=SAID, key=st.sampled_from("ab"))
    def submit_keyed(self, type: str, said: dict[str, Any], key: str) -> None:
        """Submit a task with a key that may be taken."""
        self._submit("submit_keyed", type, {**said, "key": key})

    @precondition(lambda self: self.life > 0)
    @rule(type=KINDS, said=SAID, delay=DELAYS, keyed=st.booleans())
    def submit_delayed(self, type: str, said: dict[str, Any], delay: float, keyed: bool) -> None:
        """Submit a task that starts after a delay."""
        more = {"key": "a"} if keyed else {}
        self._submit("submit_delayed", type, {**said, **more}, delay=delay + self._tick())

    @precondition(lambda self: self.life > 0)
    @rule(type=KINDS, said=SAID, delay=DELAYS)
    def submit_at(self, type: str, said: dict[str, Any], delay: float) -> None:
        """Submit a task that starts at a moment."""
        self._step("submit_at")
        assert self.stage is not None
        now = self.stage.clock.time()
        moment = (now + delay + self._tick()) // SECOND_OF_MOMENTS * SECOND_OF_MOMENTS
        taken = {job.due for job in self.model.scheduled}
        while moment - now + self.model.now in taken:
            moment += SECOND_OF_MOMENTS
        self._submit_now(
            type, said, delay=moment - now, when={"at": datetime.fromtimestamp(moment, UTC)}
        )

    @precondition(lambda self: self.life > 0)
    @rule(
        type=KINDS.filter(lambda name: name != "bounded"),
        priority=st.integers(-1, 6),
        tries=TRIES,
        count=st.integers(2, 5),
    )
    def submit_batch(self, type: str, priority: int, tries: Tries, count: int) -> None:
        """Submit several tasks at once."""
        self._submit("submit_batch", type, {"priority": priority, "tries": tries}, count)

    # Bodies

    @precondition(lambda self: self._held())
    @rule(pick=PICK, word=st.sampled_from(["complete", "complete", "heed"]))
    def end_well(self, pick: int, word: str) -> None:
        """Let a body end."""
        self._end("end_well", pick, word)

    @precondition(lambda self: self._held())
    @rule(pick=PICK, word=st.sampled_from(["OSError", "OSError", "TryLater"]))
    def end_badly(self, pick: int, word: str) -> None:
        """Let a body fail, or ask to be tried later."""
        self._end("end_badly", pick, word)

    @precondition(lambda self: self.life > 0 or self._limited())
    @rule(pick=PICK, type=KINDS, past=st.sampled_from([0.25, 1.0, 1.0, 1.0]))
    def overrun(self, pick: int, type: str, past: float) -> None:
        """Let a body run past its limit, and mostly so far that its worker is given up."""
        self._step("overrun")
        if not self._limited() and not self.model.stopping:
            self._submit_now(type, {"time_limit": 1.0, "priority": 9})
            self._settle()
        if limited := self._limited():
            self._pass(limited[pick % len(limited)].deadline + past - self.model.now)

    @precondition(lambda self: self.model.abandoned)
    @rule(pick=PICK, word=st.sampled_from(["late", "OSError", "heed"]))
    def release_abandoned(self, pick: int, word: str) -> None:
        """Let a body end whose worker was given up."""
        self._step("release_abandoned")
        assert self.stage is not None
        if not self.model.abandoned:
            return
        job, attempt = self.model.abandoned[pick % len(self.model.abandoned)]
        self.stage.tell(job.number, attempt, word)
        self.model.come_back(job, attempt)
        self.stage.settle(self.model)
        assert self.stage.entries[job.number, attempt].heard, "it was not told that it should stop"

    @precondition(lambda self: self.model.jobs and not self.model.ended)
    @rule(pick=PICK, state=st.sampled_from(["queued", "scheduled", "running", "final"]))
    def cancel(self, pick: int, state: str) -> None:
        """Cancel a task that is in this state, or else any."""
        self._step("cancel")
        assert self.stage is not None
        jobs = list(self.model.jobs.values())
        among = [job for job in jobs if job.state == state or (job.final and state == "final")]
        job = (among or jobs)[pick % len(among or jobs)]
        assert self.model.cancel(job) == self.stage.handles[job.number].cancel()

    # The engine

    @precondition(lambda self: self.life > 0 and not self.model.paused)
    @rule()
    def pause(self) -> None:
        """Pause."""
        self._step("pause")
        assert self.stage is not None
        self.stage.engine.pause()
        self.model.pause()

    @precondition(lambda self: self.model.paused)
    @rule()
    def resume(self) -> None:
        """Resume."""
        self._step("resume")
        assert self.stage is not None
        self.stage.engine.resume()
        self.model.resume()

    @precondition(lambda self: self.life > 0)
    @rule(workers=st.integers(1, 5))
    def resize(self, workers: int) -> None:
        """Change the number of workers."""
        self._step("resize")
        assert self.stage is not None
        self.stage.engine.resize(workers)
        self.model.resize(workers)

    @precondition(lambda self: self.life <= 0 and not self.model.stopping)
    @rule(drain=st.booleans(), timeout=st.sampled_from([None, 2.0, 10.0, 60.0]))
    def stop(self, drain: bool, timeout: float | None) -> None:
        """Begin to shut down."""
        self._step("stop")
        assert self.stage is not None
        timeout = None if timeout is None else timeout + self._tick()
        self.stage.stop(drain, timeout)
        self.model.stop(drain, timeout)

    @precondition(lambda self: self.model.ended)
    @rule(
        workers=st.integers(1, 4),
        queue_size=st.sampled_from([2, 6, 20]),
        max_abandoned=st.sampled_from([1, 0, 2, 4]),
        life=st.integers(3, 25),
    )
    def begin_again(self, workers: int, queue_size: int, max_abandoned: int, life: int) -> None:
        """Clear the engine that has ended away, and make another."""
        self.fired["begin_again"] += 1
        self.teardown()
        self.begin(workers, queue_size, max_abandoned, life)

    # Time

    @precondition(lambda self: not self.model.ended)
    @rule(seconds=st.sampled_from([0.25, 0.25, 1.0, 5.0]))
    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._step("advance")
        self._pass(seconds)

    @precondition(lambda self: self.model.events())
    @rule(short=st.booleans())
    def advance_to_next(self, short: bool) -> None:
        """Let time pass to the next moment at which something happens, or just short of it."""
        self._step("advance_to_next")
        for moment, _, _ in self.model.events()[:1]:
            self._pass(moment - self.model.now - GRAIN * short)

    @invariant()
    def agree(self) -> None:
        """See that engine and model agree."""
        if self.stage is not None:
            self.stage.settle(self.model)
            self.stage.check(self.model)

    # How

    def _step(self, name: str) -> None:
        """Note a step, and let a moment pass before it, so that no two share theirs."""
        self.fired[name] += 1
        self.life -= 1
        self._pass(self._tick())

    def _tick(self) -> float:
        """Return a few milliseconds, mostly others than before."""
        self.ticks += 1
        return (self.ticks * 2503 % 4093 + 1) * GRAIN

    def _pass(self, seconds: float) -> None:
        """Let time pass, from one event of the model to the next."""
        assert self.stage is not None
        until = self.model.now + max(0.0, seconds)
        while (events := self.model.events()) and events[0][0] <= until:
            # What comes due at the very moment at which a worker falls free may find it or not.
            kinds = {what for _, what, _ in events}
            assume(len(events) == 1 or kinds <= {"look", "wake"})
            self._move(events[0][0])
            self.model.pass_to(events[0][0], events)
            self._settle()
        self._move(until)
        self.model.now = until

    def _settle(self) -> None:
        assert self.stage is not None
        self.stage.settle(self.model)

    def _move(self, moment: float) -> None:
        assert self.stage is not None
        if moment > self.model.now:
            self.stage.clock.advance(moment - self.model.now)

    def _submit(
        self, rule: str, type: str, said: dict[str, Any], count: int = 1, **when: Any
    ) -> None:
        self._step(rule)
        self._submit_now(type, said, count, **when)

    def _submit_now(
        self,
        type: str,
        said: dict[str, Any],
        count: int = 1,
        *,
        delay: float | None = None,
        when: dict[str, Any] | None = None,
    ) -> None:
        assert self.stage is not None
        exact = {
            name: said[name] + self._tick()
            for name in ("nap", "time_limit", "expires")
            if name in said
        }
        if "tries" in said:
            tries = said["tries"]
            exact["tries"] = Tries(tries.attempts, tries.base + self._tick(), tries.backoff)
        said = {**said, **exact}
        options = when or ({} if delay is None else {"delay": delay})
        tasks, error = self.stage.submit(type, said, count, **options)
        jobs, expected = self.model.submit(type, said, count, delay)
        assert ([job.number for job in jobs], expected) == ([one.number for one in tasks], error)

    def _end(self, rule: str, pick: int, word: str) -> None:
        self._step(rule)
        assert self.stage is not None
        if not (held := self._held()):
            return  # the last one was given up a moment ago
        job, seconds = held[pick % len(held)], 1.0 + pick % 7 + self._tick()
        self.stage.tell(job.number, job.attempts, word, seconds)
        self.model.end(job, word, seconds)

    def _held(self) -> list[Job]:
        return sorted(
            (job for job in self.model.crew if job.nap is None), key=lambda job: job.number
        )

    def _limited(self) -> list[Job]:
        return [job for job in self._held() if job.deadline < NEVER]


RULES = sorted(made.function.__name__ for made in EngineMachine.setup_state().rules)
"""The names of everything that the machine may do."""
