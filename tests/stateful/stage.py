"""Stage: a real engine on a fake clock, whose bodies do what they are told.

Each body waits at a gate of its own for the word by which it ends, or sleeps on the fake clock. So
between two steps nothing moves, and what the engine has come to can be compared with the model.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from functools import partial
from pathlib import Path
from queue import SimpleQueue
from typing import Any

from chasqui import Breaker, Context, Engine, Rate, Retry, task
from chasqui.engine.batches.batch import Batch
from chasqui.engine.config.pools import PoolConfig
from chasqui.engine.events.records import TaskEvent, TaskFailed, TaskRetried
from chasqui.engine.policy.rules import Policy
from chasqui.pool.ledger import Ledger
from chasqui.pool.task import Task
from tests.stateful.clocks import Clock
from tests.stateful.job import CONFIG, TYPES, Tries
from tests.stateful.turns import Pace

WAIT = 10.0  # real seconds for the engine to come to what the model says


class Entry:
    """One attempt's body that has begun."""

    def __init__(self) -> None:
        self.thread = threading.get_ident()
        self.gate: SimpleQueue[tuple[str, float]] = SimpleQueue()
        self.heard: bool | None = None
        """Whether it was told at its end that it should stop."""


class Closing:
    """A shutdown on a thread of its own."""

    def __init__(self, close: Any) -> None:
        self.ledger: Ledger | None = None
        self._close = close
        self.thread = threading.Thread(target=self._run, name="closer", daemon=True)
        self.thread.start()

    def _run(self) -> None:
        self.ledger = self._close()


class Stage:
    """An engine, the bodies in it, and all that was heard of them."""

    def __init__(
        self,
        shapes: Mapping[str, tuple[int, int]],
        max_abandoned: int,
        clock: Clock | None = None,
        journal: Path | None = None,
    ) -> None:
        self.clock = clock or Clock()
        self.handles: dict[int, Task] = {}
        self.batches: list[Batch] = []
        self.entries: dict[tuple[int, int], Entry] = {}
        self.ends: list[tuple[int, str]] = []
        self.wrong: list[str] = []
        self.events: list[TaskEvent] = []
        self.closings: list[Closing] = []
        self.shut: Closing | None = None
        """The end of the engine."""
        self._open = False
        said = {f"app.{name}": Policy(**policy(rules)) for name, rules in CONFIG.items()}
        workers, queue_size = shapes["default"]
        self.engine = Engine(
            workers,
            queue_size,
            grace=1,
            max_abandoned=max_abandoned,
            policies=said,
            clock=self.clock,
            journal=journal,
            journal_mode="process",
            pools={
                name: PoolConfig(workers=many, queue_size=size)
                for name, (many, size) in shapes.items()
                if name != "default"
            },
        )
        for name, rules in TYPES.items():
            self.engine.register(task(name=name, **policy(rules))(self._make_body()))
        self.engine.bus.subscribe(self._heard)
        self._begin()

    def _begin(self) -> None:
        self.engine.start()

    # What is done to it

    def submit(
        self, type: str, said: dict[str, Any], count: int = 1, **when: Any
    ) -> tuple[list[Task], str]:
        """Submit as the model does; return the handles, and the name of the error if any."""
        options, params = self._parts(said)
        name, error, tasks = f"app.{type}", "", []
        try:
            if count == 1:
                tasks = [self.engine.try_submit(name, params, **options, **when)]
            else:
                tasks = self.engine.submit_batch(name, [params] * count, timeout=0.0, **options)
        except Exception as refused:
            error, tasks = refused.__class__.__name__, list(getattr(refused, "accepted", ()))
        for one in tasks:
            self.adopt(one)
        return tasks, error

    def batch(
        self, types: Sequence[str], said: dict[str, Any], follows: str | None
    ) -> tuple[Batch, str]:
        """Submit a batch as the model does; return its handle, and the name of the error if any."""
        options, params = self._parts(said)
        entries = [(f"app.{type}", params) for type in types]
        then, error = None if follows is None else f"app.{follows}", ""
        try:
            batch = self.engine.batch(entries, then=then, timeout=0.0, **options)
        except Exception as refused:
            error, begun = refused.__class__.__name__, getattr(refused, "batch", None)
            if begun is None:
                raise
            batch = begun
        self.batches.append(batch)
        for one in batch.tasks:
            self.adopt(one)
        return batch, error

    def _parts(self, said: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Tell options from parameters."""
        params = {"nap": said.get("nap"), "customer": said.get("customer", "x")}
        return policy({name: said[name] for name in said if name not in params}), params

    def adopt(self, handle: Task) -> None:
        """Know a task by its number from now on, and hear of its end."""
        if self.handles.setdefault(handle.number, handle) is not handle:
            self.wrong.append(f"two tasks have the number {handle.number}")
        elif handle.submissions == 1:
            handle.add_done_callback(lambda task: self.ends.append((task.number, task.state)))

    def limit(self, type: str, limits: Mapping[str, Any]) -> None:
        """Set the limits of a type."""
        self.engine.limit(f"app.{type}", **policy(limits))

    def tell(self, number: int, attempt: int, word: str, seconds: float = 0.0) -> None:
        """Give the body of an attempt the word by which it ends."""
        self.entries[number, attempt].gate.put((word, seconds))

    def stop(self, drain: bool, timeout: float | None) -> None:
        """Shut the engine down, on a thread of its own."""
        self.shut = Closing(partial(self.engine.shutdown, timeout, drain=drain))
        self.closings.append(self.shut)

    def drain(self, pool: str, timeout: float | None) -> None:
        """Bring one pool to its end, on a thread of its own."""
        self.closings.append(Closing(partial(self.engine.drain, pool, timeout)))

    def clear(self) -> None:
        """End everything, whatever state it is in, and leave no thread behind."""
        self._open = True
        for entry in list(self.entries.values()):
            entry.gate.put(("complete", 0.0))
        # An engine that is wrong may not end.
        self.closings.append(Closing(partial(self.engine.shutdown, 0.0, drain=False)))
        until = time.monotonic() + WAIT
        for closing in self.closings:
            while closing.thread.is_alive() and time.monotonic() < until:
                self.clock.advance(0.25)
                closing.thread.join(0.001)
        self.engine.bus.close(WAIT)

    # Bodies

    def _make_body(self) -> Any:
        def body(ctx: Context, nap: float | None = None, customer: str = "x") -> str:
            number, attempt = ctx.task.number, ctx.task.attempts
            entry = Entry()
            if self.entries.setdefault((number, attempt), entry) is not entry:
                self.wrong.append(f"attempt {attempt} of task {number} began twice")
            if nap is not None and not self._open:
                ctx.sleep(nap)
                ctx.raise_if_cancelled()
            elif not self._open:
                self._obey(ctx, entry)
            return f"{number}:{attempt}"

        return body

    def _obey(self, ctx: Context, entry: Entry) -> None:
        word, seconds = entry.gate.get()
        entry.heard = ctx.cancelled
        if word == "OSError":
            raise OSError(word)
        if word == "TryLater":
            raise Retry.later(seconds)
        if word == "heed":
            ctx.raise_if_cancelled()
        if word == "late":
            ctx.progress(1, 2, "late")

    def _heard(self, event: Any) -> None:
        if isinstance(event, TaskRetried | TaskFailed):  # the rest is not of the model
            self.events.append(event)


def policy(rules: Any) -> dict[str, Any]:
    """Say in Chasqui's words what is said in the model's."""
    said = dict(rules)
    if (tries := said.pop("tries", None)) is not None:
        assert isinstance(tries, Tries)
        said["retry"] = Retry(tries.attempts, tries.backoff, tries.base, jitter=0.0)
    if "pace" in said:
        pace = said.pop("pace")
        said["rate"] = None if pace is None else rate(pace)
    if (trips := said.pop("trips", None)) is not None:
        said["breaker"] = Breaker(trips.failures, trips.seconds, trips.cooldown, trips.probes)
    return said


def rate(pace: Pace) -> Rate:
    """Say a pace in Chasqui's words."""
    return Rate(1, pace.interval, pace.burst)
