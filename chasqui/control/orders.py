"""Carrying out commands on an engine: a refusal raises, what is skipped is in the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from chasqui.control import failure_views, views
from chasqui.control.number_sets import NumberSets
from chasqui.control.overrides import Overrides
from chasqui.control.pages import Pages
from chasqui.control.port import (
    Cancel,
    Chosen,
    Command,
    CountFailures,
    DiscardFailures,
    Limit,
    Outcome,
    Pause,
    PauseType,
    ResetBreaker,
    Resize,
    Resume,
    ResumeType,
    RetryFailures,
    SeeFailures,
    SetTheme,
    Shutdown,
    Undo,
)
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.control.stopping import Stopping
from chasqui.engine.engine import BaseEngine
from chasqui.engine.failures.failure import NOT_KEPT
from chasqui.engine.failures.outcome import RemedyOutcome
from chasqui.engine.failures.selection import FailureSelection

ENDED: Final = SafeText("has ended already")
NO_TASK: Final = SafeText("no task has this number")
SAMPLES = 3  # of the chosen failures, shown before anything is done to them


class Orders:
    """Carries out the commands of a port on its engine.

    Args:
        engine: the engine.
        pages: chooses failures.
        sets: names and finds sets of many numbers.
        stopping: takes shutdowns.
        overrides: the file that keeps changes of size and theme; None: they are not kept.
    """

    def __init__(
        self,
        engine: BaseEngine,
        pages: Pages,
        sets: NumberSets,
        stopping: Stopping,
        overrides: Path | None,
    ) -> None:
        self._engine = engine
        self._pages = pages
        self._stopping = stopping
        self._sets = sets
        self._overrides = Overrides(overrides) if overrides is not None else None

    def carry_out(self, command: Command) -> Outcome:
        """Carry out a command."""
        engine = self._engine
        match command:
            case Pause():
                engine.pause()
            case Resume():
                engine.resume()
            case PauseType(type=name):
                engine.pause(name)
            case ResumeType(type=name):
                engine.resume(name)
            case ResetBreaker(type=name):
                engine.reset(name)
            case Limit(type=name, concurrency=many, rate=often):
                limits: dict[str, Any] = {"concurrency": many, "rate": often}
                said = {of: to for of, to in limits.items() if to is not msgspec.UNSET}
                engine.limit(name, **said)
            case Resize(workers=workers, pool=pool):
                engine.resize(workers, pool)
                return self._remember("pools", pool, "workers", value=workers)
            case SetTheme(theme=theme):
                return self._remember("console", "theme", value=theme)
            case Cancel(numbers=numbers, token=token):
                more = () if token is None else self._sets.named(token)
                return self._cancel((*numbers, *more))
            case CountFailures(chosen=chosen):
                return self._count(chosen)
            case RetryFailures(chosen=chosen):
                return self._told(engine.retry(self._what(chosen)))
            case DiscardFailures(chosen=chosen):
                return self._told(engine.discard(self._what(chosen)))
            case SeeFailures(numbers=numbers):
                engine.failures.see(numbers)
            case Undo():
                return self._told(engine.undo())
            case Shutdown():
                return self._stopping.begin(command)
        return Outcome(ok=True)

    def _cancel(self, numbers: Sequence[int]) -> Outcome:
        done: list[int] = []
        skipped: list[tuple[int, SafeText]] = []
        for number in numbers:
            task = self._engine.find(number)
            if task is not None and task.cancel():
                done.append(number)
            else:
                # Numbers are given out in order, so a higher one has never been a task.
                is_one = task is not None or 0 < number <= self._engine.metrics().accepted
                skipped.append((number, ENDED if is_one else NO_TASK))
        outcome = self._sets.outcome(done, skipped, ok=not skipped)
        if skipped and not done and all(why is NO_TASK for _, why in skipped):
            return msgspec.structs.replace(outcome, kind="unknown")
        return outcome

    def _count(self, chosen: Chosen) -> Outcome:
        selection = self._pages.select(chosen)
        if selection.notes:  # the user is about to act on all counted failures
            return Outcome(ok=False, reason=safe_line("; ".join(selection.notes), views.CELL))
        found = selection.failures
        samples = [
            (str(failure.number), safe_line(failure.params, views.CELL))
            for failure in found[:SAMPLES]
        ]
        return self._sets.outcome([one.number for one in found], ok=True, notes=samples)

    def _told(self, done: RemedyOutcome) -> Outcome:
        """Tell what was done to failures; what has no number is the reason of the whole."""
        skipped, told = failure_views.skipped(done)
        outcome = self._sets.outcome(done.numbers, skipped, ok=done.ok, reason=told)
        if skipped and not done.numbers and all(why == NOT_KEPT for _, why in done.skipped):
            return msgspec.structs.replace(outcome, kind="unknown")
        return outcome

    def _what(self, chosen: Chosen) -> Sequence[int] | FailureSelection:
        """Return the choice for a remedy: numbers as they are, so that each has its own reason."""
        chosen = self._sets.resolved(chosen)
        if chosen.numbers is not None and chosen == Chosen(numbers=chosen.numbers):
            return chosen.numbers
        return self._pages.select(chosen)

    def _remember(self, *keys: str, value: object) -> Outcome:
        if self._overrides is None:
            return Outcome(ok=True)
        try:
            self._overrides.set(*keys, value=value)
        except OSError as error:
            return Outcome(ok=True, reason=safe_line(f"done, but not kept: {error}"))
        return Outcome(ok=True)
