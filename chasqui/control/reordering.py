"""Reordering what waits: tasks that run next, and other priorities, with what holds them still."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final

import msgspec

from chasqui.control.backlog_pages import BacklogPages
from chasqui.control.number_sets import NumberSets
from chasqui.control.port import CommandOutcome, Reprioritize, RunNext
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.engine.engine import BaseEngine
from chasqui.engine.journal.served import parked_of
from chasqui.engine.waiting.withdrawals import STARTED
from chasqui.errors import JournalUnavailable

NO_TASK: Final = SafeText("no task has this number")
NAMED: Final = 20  # tasks that are held still, each with its reason


class Reordering:
    """Changes the order in which the tasks of an engine start.

    Args:
        why_not: says why nothing is done to a task that neither waits nor runs.
    """

    def __init__(
        self,
        engine: BaseEngine,
        backlog: BacklogPages,
        sets: NumberSets,
        why_not: Callable[[int], SafeText],
    ) -> None:
        self._engine = engine
        self._backlog = backlog
        self._sets = sets
        self._why_not = why_not

    def carry_out(self, command: RunNext | Reprioritize) -> CommandOutcome:
        """Carry out a command, and say what of it had started or has ended, and what is held.

        Raises:
            ValueError: they are too many, or the priority makes no sense.
            SetGone: what was counted is no longer held.
        """
        more = () if command.token is None else self._sets.named(command.token)
        numbers = tuple(dict.fromkeys((*command.numbers, *more)))
        if isinstance(command, RunNext):
            done = self._engine.run_next(*numbers)
        else:
            give, priority = self._engine.reprioritize, command.priority
            done = tuple([number for number in numbers if give(number, priority)])
        changed = set(done)
        others = [number for number in numbers if number not in changed]
        skipped = [(number, self._skipped(number)) for number in others]
        outcome = self._sets.outcome(done, skipped, ok=not skipped, notes=self._held(done))
        unknown = skipped and not done and all(why == NO_TASK for _, why in skipped)
        return msgspec.structs.replace(outcome, kind="unknown") if unknown else outcome

    def _held(self, numbers: Sequence[int]) -> list[tuple[str, SafeText]]:
        """Return why those among the first of these wait that something holds."""
        pools = self._engine.pools
        tasks = [task for number in numbers[:NAMED] if (task := pools.find(number)) is not None]
        why_held = self._backlog.reasons(self._engine.metrics())
        found = [(str(task.number), why_held(task, pools[task._pool.name])) for task in tasks]
        return [(number, why) for number, why in found if why]

    def _skipped(self, number: int) -> SafeText:
        if self._engine.pools.find(number) is not None:
            return SafeText(STARTED)
        parked = parked_of(self._engine)
        try:
            in_file = None if parked is None else parked.find(number)
        except JournalUnavailable:
            in_file = None
        return self._why_not(number) if in_file is None else safe_line(in_file.reason)
