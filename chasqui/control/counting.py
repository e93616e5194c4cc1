"""Counting what an action would be about, before it is carried out.

The outcome names what was counted, so that the action is about that and nothing else, whatever has
been submitted or has failed meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import msgspec

from chasqui.control import views
from chasqui.control.number_sets import NumberSets
from chasqui.control.pages import Pages
from chasqui.control.parked_views import parked_row
from chasqui.control.port import Chosen, CommandOutcome, CountFailures, CountWaiting, Marked
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.engine.failures.failure import Failure, params_text
from chasqui.pool.task import Task

SAMPLES: Final = 3  # of what was counted, shown before anything is done to it


class Counting:
    """Counts waiting tasks and failures. Any thread.

    Args:
        pages: chooses them.
        sets: names many of them.
    """

    def __init__(self, pages: Pages, sets: NumberSets) -> None:
        self._pages = pages
        self._sets = sets

    def count(self, command: CountWaiting | CountFailures) -> CommandOutcome:
        """Count what a command names; raises SetGone."""
        match command:
            case CountWaiting(filter=filter, marked=None):
                note = self._pages.backlog.note(filter)
                if note:  # the user is about to act on all counted tasks
                    return CommandOutcome(ok=False, reason=note)
                return self._waiting(self._pages.backlog.choose(filter, "number").tasks)
            case CountWaiting(marked=marked):
                return self._marked_waiting(marked or Marked())
            case CountFailures(chosen=chosen, marked=None):
                selection = self._pages.select(chosen)
                if selection.notes:  # the user is about to act on all counted failures
                    said = safe_line("; ".join(selection.notes), views.CELL)
                    return CommandOutcome(ok=False, reason=said)
                return self._failures(selection.failures)
            case CountFailures(chosen=chosen, marked=marked):
                return self._failures(self._marked_failures(chosen, marked or Marked()))

    def _waiting(self, found: list[Task]) -> CommandOutcome:
        numbers = [task.number for task in found]
        return self._sets.outcome(numbers, ok=True, notes=[*map(_sample, found[:SAMPLES])])

    def _marked_waiting(self, marked: Marked) -> CommandOutcome:
        """Count what still waits; what is in the journal only was marked by hand."""
        backlog, by_hand = self._pages.backlog, set(marked.numbers)
        numbers, samples, in_file = [], list[tuple[str, SafeText]](), 0
        for number in self._pages.marks.numbers(marked):
            task = backlog.find(number)
            parked = backlog.parked(number) if task is None and number in by_hand else None
            if task is None and parked is None:
                continue
            numbers.append(number)
            in_file += parked is not None
            if len(samples) < SAMPLES and task is not None:
                samples.append(_sample(task))
            elif len(samples) < SAMPLES and parked is not None:
                row = parked_row(parked)
                samples.append((str(number), safe_line(f"{row.type} {row.params}", views.CELL)))
        outcome = self._sets.outcome(numbers, ok=True, notes=samples)
        return msgspec.structs.replace(outcome, parked=in_file)

    def _marked_failures(self, chosen: Chosen, marked: Marked) -> Iterable[Failure]:
        """Choose among what is marked, as the rest of the choice says."""
        parts = [msgspec.structs.replace(chosen, group=group) for group in marked.groups]
        if marked.numbers or marked.token is not None:
            numbers = tuple(self._pages.marks.numbers(marked))
            parts.append(msgspec.structs.replace(chosen, numbers=numbers))
        found = {one.number: one for part in parts for one in self._pages.select(part).failures}
        return found.values()

    def _failures(self, found: Iterable[Failure]) -> CommandOutcome:
        failures = [*found]
        samples = [
            (str(failure.number), safe_line(failure.params, views.CELL))
            for failure in failures[:SAMPLES]
        ]
        return self._sets.outcome([one.number for one in failures], ok=True, notes=samples)


def _sample(task: Task) -> tuple[str, SafeText]:
    return str(task.number), safe_line(f"{task.name} {params_text(task)}", views.CELL)
