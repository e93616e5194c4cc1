"""The machine: everything that may be done to an engine, done to the engine and to its model."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import rule

from tests.stateful.agreement import same
from tests.stateful.draws import DELAYS, HELD_FOR, KINDS, PICK, SAID, TRIES
from tests.stateful.job import BREAKABLE, GRAIN, Job, Tries
from tests.stateful.steering import Steering
from tests.stateful.steps import when
from tests.stateful.stillness import settle

SECOND_OF_MOMENTS = 2.0**-6  # what `at=` is a multiple of: whole microseconds


class EngineMachine(Steering):
    """The rules for one task, and for time."""

    # Submitting

    @rule(type=KINDS, said=SAID)
    @when(lambda self: True)
    def submit(self, type: str, said: dict[str, Any]) -> None:
        """Submit a task."""
        self._submit(type, _fitting(type, said))

    @rule(type=KINDS, said=SAID, key=st.sampled_from("ab"))
    @when(lambda self: not self.model.finished)
    def submit_keyed(self, type: str, said: dict[str, Any], key: str) -> None:
        """Submit a task with a key that may be taken."""
        self._submit(type, {**_fitting(type, said), "key": key})

    @rule(type=KINDS, said=SAID, pick=PICK, seconds=HELD_FOR)
    @when(lambda self: self.life > 0)
    def submit_debounced(self, type: str, said: dict[str, Any], pick: int, seconds: float) -> None:
        """Submit a task that waits for the last submission of its key; mostly for one that waits
        so, if any does."""
        key = "ab"[pick % 2]
        waiting = [one for one in self.model.holders.values() if one.state == "scheduled"]
        if waiting and pick % 4:
            one = waiting[pick % len(waiting)]
            type, key, said = one.type, one.key or key, {**said, "pool": one.pool.name}
        self._submit(type, {**_fitting(type, said), "key": key, "debounce": seconds})

    @rule(type=KINDS, said=SAID, key=st.sampled_from("ab"), seconds=HELD_FOR)
    @when(lambda self: not self.model.finished)
    def submit_cooling(self, type: str, said: dict[str, Any], key: str, seconds: float) -> None:
        """Submit a task that keeps its key for a while after it has completed."""
        self._submit(type, {**_fitting(type, said), "key": key, "cooldown": seconds})

    @rule(type=KINDS, said=SAID, delay=DELAYS, keyed=st.booleans())
    @when(lambda self: self.life > 0)
    def submit_delayed(self, type: str, said: dict[str, Any], delay: float, keyed: bool) -> None:
        """Submit a task that starts after a delay."""
        more = {"key": "a"} if keyed else {}
        self._submit(type, {**_fitting(type, said), **more}, delay=delay + self._tick())

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
        self._submit(type, _fitting(type, said), delay=moment - now, options={"at": at})

    @rule(
        type=KINDS.filter(lambda name: name != "bounded"),
        priority=st.integers(-1, 6),
        tries=TRIES,
        count=st.sampled_from([3, 2, 8]),
    )
    @when(lambda self: self.life > 0)
    def submit_many(self, type: str, priority: int, tries: Tries, count: int) -> None:
        """Submit several tasks at once."""
        self._submit(type, {"priority": priority, "tries": tries}, count)

    # Bodies

    @rule(pick=PICK, word=st.sampled_from(["complete", "complete", "heed"]))
    @when(lambda self: self._held())
    def end_well(self, pick: int, word: str) -> None:
        """Let a body end; mostly one by which a breaker may close, if any runs."""
        probing = self._probing()
        self._end_one(pick, word, lambda job: job in probing and pick % 4)

    @rule(pick=PICK, word=st.sampled_from(["OSError", "OSError", "TryLater"]))
    @when(lambda self: self._held())
    def end_badly(self, pick: int, word: str) -> None:
        """Let a body fail, or ask to be tried later; mostly one that has a breaker, if any, and
        then one from before that opened."""
        strangers = self._strangers()
        self._end_one(pick, word, lambda job: job in strangers and pick % 4)

    @rule(pick=PICK, type=KINDS, past=st.sampled_from([0.25, 1.0, 1.0, 1.0]))
    @when(lambda self: self.life > 0 or self._limited())
    def overrun(self, pick: int, type: str, past: float) -> None:
        """Let a body run past its limit, and mostly so far that its worker is given up."""
        if not self._limited():
            self._submit(type, {"time_limit": 1.0, "priority": 9})
            settle(self.stage, self.model)
        if limited := self._limited():
            self._pass(limited[pick % len(limited)].deadline + past - self.model.now)

    @rule(pick=PICK, word=st.sampled_from(["late", "OSError", "heed"]))
    @when(lambda self: self.model.abandoned)
    def release_abandoned(self, pick: int, word: str) -> None:
        """Let a body end whose worker was given up."""
        abandoned = self.model.abandoned
        job, attempt = abandoned[pick % len(abandoned)]
        self.stage.tell(job.number, attempt, word)
        job.pool.come_back(job, attempt)
        settle(self.stage, self.model)
        assert self.stage.entries[job.number, attempt].heard, "it was not told that it should stop"

    @rule(
        pick=PICK,
        state=st.sampled_from(["queued", "scheduled", "running", "final", "probing"]),
    )
    @when(lambda self: self.model.jobs and not self.model.finished)
    def cancel(self, pick: int, state: str) -> None:
        """Cancel a task that is in this state, or else any."""
        jobs = list(self.model.jobs.values())
        among = [job for job in jobs if job.state == state or (job.final and state == "final")]
        if state == "probing":
            among = sorted(self._probing(), key=lambda job: job.number)
        job = (among or jobs)[pick % len(among or jobs)]
        same(self.model.cancel(job), self.stage.handles[job.number].cancel(), "was cancelled")

    # Order

    @rule(pick=PICK, priority=st.integers(-2, 7))
    @when(lambda self: self.model.jobs and not self.model.finished)
    def reprioritize(self, pick: int, priority: int) -> None:
        """Give a task another priority, mostly one that waits."""
        job = self._mostly_waiting(pick)
        given = self.stage.engine.reprioritize(job.number, priority)
        same(job.pool.reprioritize(job, priority), given, "was given")

    @rule(pick=PICK)
    @when(lambda self: self.model.jobs and not self.model.finished)
    def run_next(self, pick: int) -> None:
        """Have a task run next, mostly one that waits."""
        job = self._mostly_waiting(pick)
        raised = self.stage.engine.run_next(job.number)
        same((job.number,) * job.pool.run_next(job), raised, "was raised")

    # Time

    @rule(seconds=st.sampled_from([0.25, 0.25, 1.0, 5.0]))
    @when(lambda self: not self.model.finished)
    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._pass(seconds)

    @rule(short=st.booleans())
    @when(lambda self: self.model.events())
    def advance_to_next(self, short: bool) -> None:
        """Let time pass to the next moment at which something happens, or just short of it."""
        self._pass(self.model.events()[0][0] - self.model.now - GRAIN * short)

    # How

    def _mostly_waiting(self, pick: int) -> Job:
        jobs = list(self.model.jobs.values())
        waiting = [job for job in jobs if job.state in ("queued", "scheduled")]
        among = waiting if waiting and pick % 8 else jobs
        return among[pick % len(among)]

    def _probing(self) -> set[Job]:
        return {job for one in self.model.circuits.values() for job in one.probing}

    def _strangers(self) -> list[Job]:
        """Those that run since before their breaker was half open; else all that have a breaker."""
        running = [job for job in self._held() if job.type in BREAKABLE]
        probing = self._probing()
        circuits = self.model.circuits
        half = [job for job in running if circuits[job.type].state == "half open"]
        return [job for job in half if job not in probing] or running

    def _end_one(self, pick: int, word: str, prefers: Callable[[Job], object]) -> None:
        held = self._held()
        held = [job for job in held if prefers(job)] or held
        self._end(held[pick % len(held)], word, 1.0 + pick % 7 + self._tick())

    def _instead(self) -> None:
        step, arguments = self._leading_on()
        self.fired[step] += 1
        undecorated = getattr(type(self), step).__wrapped__
        undecorated(self, **{**MEANWHILE.get(step, {}), **arguments})

    def _leading_on(self) -> tuple[str, dict[str, Any]]:
        """Choose what leads on from where the engine is, and to where few others do."""
        if self.model.finished:
            return "begin_again", {}
        if self.life <= 0 and not self.model.shut:
            return "stop", {}
        if (step := self._about_breakers()) is not None:
            return step
        if self.ticks % 5 == 0 and self._may_drain():
            return "drain", {}
        if self.ticks % 9 == 2 and self.life > 0:
            return "batch", {}
        if self.ticks % 11 == 1 and any(not one.done for one in self.model.groups):
            return "cancel_batch", {}
        if any(one.paused for one in self._going()) and self.ticks % 2:
            return "resume", {}
        if self._holding() and self.ticks % 3 == 0:
            return "let_go", {}
        if self._struck() and self.ticks % 3 == 1:
            return "lift", {}
        if self.model.abandoned and self.ticks % 3 == 0:
            return "release_abandoned", {}
        if self.model.events():
            return "advance_to_next", {}
        if self._held():
            return "end_badly" if self.ticks % 3 == 0 else "end_well", {}
        return "submit", {}

    def _about_breakers(self) -> tuple[str, dict[str, Any]] | None:
        half = [name for name, one in self.model.circuits.items() if one.state == "half open"]
        match self.ticks % 6:
            case 0 if any(job.type in half for job in self._strangers()):
                return "end_badly", {}
            case 1 if self._probing():
                return "cancel", {}
            case 2 | 3 if not self._probing().isdisjoint(self._held()):
                return "end_well", {}
            case 4 | 5 if half and self.life > 0:
                return "submit", {"type": half[0]}
        return None


def _fitting(type: str, said: dict[str, Any]) -> dict[str, Any]:
    """Leave out what would leave open which task of a type opens its breaker."""
    return {name: said[name] for name in said if name != "expires" or type not in BREAKABLE}


MEANWHILE: dict[str, dict[str, Any]] = {
    "advance_to_next": {"short": False},
    "release_abandoned": {"pick": 0, "word": "late"},
    "let_go": {"pick": 0},
    "lift": {"pick": 0},
    "drain": {"timeout": 10.0},
    "batch": {"types": ["plain", "plain", "frail"], "said": {}, "follows": "narrow"},
    "cancel_batch": {"pick": 0},
    "cancel": {"pick": 1, "state": "probing"},
    "end_well": {"pick": 1, "word": "complete"},
    "end_badly": {"pick": 1, "word": "OSError"},
    "submit": {"type": "steady", "said": {}},
}
"""With what the steps are done that are done instead of others."""

RULES = sorted(made.function.__name__ for made in EngineMachine.setup_state().rules)
"""The names of everything that the machine may do."""
