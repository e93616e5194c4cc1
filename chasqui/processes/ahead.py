"""What a child is sent ahead: short tasks wait for their turn there, and not for a host to wake up.

Between two no-ops, host and child would each wait for the other to be woken, which takes several
times as long as the work. So while a type is short, its child has the next few of it. They go back
to the backlog as soon as the one before them takes long; see `chasqui.processes.page`.
"""

from __future__ import annotations

import threading
import time
from collections import deque
from contextlib import suppress
from typing import Final, NamedTuple

from chasqui.engine.types.task_type import TaskType, is_typed
from chasqui.pool.backend import Source, Worker
from chasqui.pool.task import Task
from chasqui.processes.child import Child
from chasqui.processes.messages import BodySkipped
from chasqui.processes.requests import Requests

DEPTH: Final = 16  # requests that are sent ahead at most,
LOW: Final = 6  # and those that are left when more are sent
BYTES: Final = 4096  # of them at most, so that sending them never waits for a child that answers
QUICK: Final = 8  # tasks of a type in a row that were short
PATIENCE: Final = 0.01  # seconds that they wait for one that takes longer than those


class SentTask(NamedTuple):
    """A task that was sent ahead."""

    number: int
    generation: int
    bytes: int


class Ahead:
    """What the child of one worker was sent ahead. All but `allow_kill` is for its own thread."""

    def __init__(self, source: Source, worker: Worker, requests: Requests) -> None:
        self.generation = 0
        """In which requests are sent now."""
        self._source = source
        self._worker = worker
        self._requests = requests
        self._child: Child | None = None
        self._sent: deque[SentTask] = deque()
        """Those that were sent, in the order of the worker's tasks ahead, of which it is a part."""
        self._quick: dict[TaskType, int] = {}
        self._waits_long = True
        self._lock = threading.Lock()

    def forget(self) -> None:
        """Begin anew: the child is gone, and what it had is sent to the next in its turn."""
        with self._lock:
            self._child, self.generation = None, 0
            self._sent.clear()
            self._waits_long = True

    def taken(self, task: Task) -> SentTask | None:
        """Take a task whose turn has come out of those that were sent."""
        with self._lock:
            if not self._sent or self._sent[0].number != task.number:
                return None
            return self._sent.popleft()

    def note(self, type_: TaskType, was_long: bool) -> None:
        """Note how a task has gone."""
        self._quick[type_] = 0 if was_long else self._quick.get(type_, 0) + 1

    def fill(self, child: Child, task: Task, most: int) -> None:
        """Send what comes after a task to its child, if that is worth it.

        Args:
            child: the one that has the task.
            task: the one whose turn it is.
            most: how many more the child may have at all.
        """
        worker = self._worker
        if task.time_limit is not None or not self._is_quick(task, child):
            return
        with self._lock:
            generation, count = self.generation, len(self._sent)
            size = sum([one.bytes for one in self._sent])
        # A task that could not be sent ahead is waited for, and not passed.
        if count > LOW or len(worker.ahead) > count:
            return
        messages, more = [], []

        def wanted(one: Task) -> bool:
            return one._more is None and self._is_quick(one, child)

        for one in self._source.take_ahead(worker, min(DEPTH, most) - count, wanted):
            try:
                message = self._requests.of(one, generation)
            except Exception:  # it is raised again in its turn, where it is the task's own
                break
            size += len(message)
            if size > BYTES:
                break
            messages.append(message)
            more.append(SentTask(one.number, generation, len(message)))
        with self._lock:
            self._child = child
            if self.generation == generation and not task.stop_asked:
                self._sent += more
            else:  # a kill may be on its way: they are sent in their turn
                messages.clear()
        if worker.ahead and self._waits_long:
            self._waits_long = False
            child.frames.wait_at_most(PATIENCE)
        with suppress(OSError):  # the child is gone, as the one that waits for its answer finds
            child.frames.send_all(messages)

    def wait(self) -> None:
        """Give back what is not begun: the task before takes long."""
        child = self._child
        if child is not None and not self._waits_long:
            self._waits_long = True
            child.frames.wait_at_most(0)
        self.give_back()

    def heard(self, began: float) -> None:
        """Give back what is not begun if the task before takes long, though it is never silent.

        Args:
            began: when its turn came, in `time.monotonic` seconds.
        """
        if time.monotonic() - began > PATIENCE:
            self.wait()

    def give_back(self) -> int:
        """Give back what is not begun; return how many are left."""
        begun = self.recall()
        if len(self._worker.ahead) > begun:
            self._source.give_back(self._worker, begun)
        return begun

    def recall(self) -> int:
        """Have none begun any more of those ahead; return how many were begun."""
        with self._lock:
            if self._sent and self._child is not None:
                self._locked_take_back(self._child)
            return len(self._sent)

    def allow_kill(self, number: int) -> bool:
        """Have nothing begun after a task; tell whether a kill can only meet that; any thread.

        It cannot if the child has not come to the task, or is past it.
        """
        with self._lock:
            child = self._child
            if not self._sent or child is None:
                return True
            return self._locked_take_back(child) == number

    def _locked_take_back(self, child: Child) -> int:
        """Keep of those sent only what is begun; return the number of the task begun last."""
        sent = self._sent
        # Those that an earlier call has left had been begun. What the child has passed over since
        # is none of them, and would hide it.
        begun = sum([one.generation < self.generation for one in sent])
        self.generation += 1
        last = child.page.take_back(self.generation)
        numbers = [one.number for one in sent]
        if last in numbers:
            begun = max(begun, numbers.index(last) + 1)
        while len(sent) > begun:
            sent.pop()
        return last

    def skipped(self, told: BodySkipped, task: Task, generation: int) -> bool:
        """Note what the child has not begun; tell whether a task has to be sent again.

        Args:
            told: what the child says.
            task: the one whose turn it is.
            generation: the one in which that was sent.
        """
        with self._lock:
            if (told.number, told.generation) == (task.number, generation):
                self._sent.clear()  # they come after it, and are not begun either
                return True
            while any(one[:2] == (told.number, told.generation) for one in self._sent):
                self._sent.pop()  # it, and what came after it: they are sent in their turn
            return False

    def _is_quick(self, task: Task, child: Child) -> bool:
        work = task.work
        if not is_typed(work):
            return False
        return self._quick.get(work.type, 0) >= QUICK and work.type in child.known
