"""Carrying out commands on an engine: a refusal raises, what is skipped is in the outcome."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import msgspec

from chasqui.control import failure_views, views
from chasqui.control.counting import Counting
from chasqui.control.failure_lines import lines_of
from chasqui.control.number_sets import NumberSets
from chasqui.control.overrides import Overrides
from chasqui.control.pages import Pages
from chasqui.control.port import (
    Cancel,
    CheckTasks,
    Chosen,
    Command,
    CommandOutcome,
    CountFailures,
    CountWaiting,
    DiscardFailures,
    FillForm,
    LiftStrike,
    Limit,
    Pause,
    PauseType,
    ReadFailures,
    Reprioritize,
    ResetBreaker,
    Resize,
    Resume,
    ResumeType,
    RetryEdited,
    RetryFailures,
    RunNext,
    SeeFailures,
    SetLogLevel,
    SetShutdownTimeout,
    SetTheme,
    Shutdown,
    StrikeValue,
    SubmitTasks,
    Undo,
)
from chasqui.control.refilling import edit_of, filled
from chasqui.control.reordering import NO_TASK, Reordering
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.control.settings_views import SettingsViews
from chasqui.control.stopping import Stopping
from chasqui.control.taking import check_tasks, submit_tasks
from chasqui.engine.engine import BaseEngine
from chasqui.engine.failures.failure import NOT_KEPT
from chasqui.engine.failures.outcome import Outcome
from chasqui.engine.failures.selection import FailureSelection
from chasqui.engine.journal.served import parked_of
from chasqui.engine.logs.levels import keep_from
from chasqui.engine.waiting import withdrawals
from chasqui.engine.waiting.served import withdrawals_of
from chasqui.errors import InvalidParameters
from chasqui.numbers import duration

ENDED: Final = SafeText("has ended already")
STARTED: Final = SafeText(withdrawals.STARTED)
SAMPLES = 3  # of the chosen failures, shown before anything is done to them


class Orders:
    """Carries out the commands of a port on its engine.

    Args:
        engine: the engine.
        pages: chooses failures.
        sets: names and finds sets of many numbers.
        stopping: takes shutdowns.
        overrides: the file that keeps changes of settings; None: they are not kept.
        settings: those of the config.
    """

    def __init__(
        self,
        engine: BaseEngine,
        pages: Pages,
        sets: NumberSets,
        stopping: Stopping,
        overrides: Path | None,
        settings: SettingsViews,
    ) -> None:
        self._engine = engine
        self._pages = pages
        self._stopping = stopping
        self._sets = sets
        self._counting = Counting(pages, sets)
        self._reordering = Reordering(engine, pages.backlog, sets, self._why_not)
        self._overrides = Overrides(overrides) if overrides is not None else None
        self._settings = settings

    def carry_out(self, command: Command) -> CommandOutcome:
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
            case StrikeValue(type=name, parameter=parameter, value=value):
                engine.strike(name, **self._typed(name, parameter, value))
            case LiftStrike(type=name, parameter=parameter, value=value):
                engine.unstrike(name, **self._typed(name, parameter, value))
            case Limit(type=name, concurrency=many, rate=often, by=by, breaker=rule):
                limits: dict[str, Any] = {"concurrency": many, "rate": often, "by": by}
                limits["breaker"] = rule
                said = {of: to for of, to in limits.items() if to is not msgspec.UNSET}
                engine.limit(name, **said)
            case Resize():
                return self._resize(command)
            case SetShutdownTimeout(timeout=timeout):
                engine.shutdown_timeout = duration("shutdown_timeout", timeout)
                kept = None if timeout == self._settings.shutdown_timeout else timeout
                return self._remember("engine", "shutdown_timeout", value=kept)
            case SetLogLevel(level=level):
                keep_from(engine, level)
            case SetTheme(theme=theme):
                return self._remember("console", "theme", value=theme)
            case Cancel(numbers=numbers, token=token, waiting_only=waiting_only):
                more = () if token is None else self._sets.named(token)
                return self._cancel((*numbers, *more), waiting_only=waiting_only)
            case RunNext() | Reprioritize():
                return self._reordering.carry_out(command)
            case CountWaiting() | CountFailures():
                return self._counting.count(command)
            case RetryFailures(chosen=chosen):
                return self._told(engine.retry(self._what(chosen)))
            case FillForm(number=number):
                return CommandOutcome(ok=True, form=filled(engine, number))
            case ReadFailures():
                return self._read_failures(command)
            case RetryEdited():
                return self._retry_edited(command)
            case DiscardFailures(chosen=chosen):
                return self._told(engine.discard(self._what(chosen)))
            case SeeFailures(numbers=numbers):
                engine.failures.see(numbers)
            case CheckTasks(tasks=tasks):
                return check_tasks(engine, tasks)
            case SubmitTasks(tasks=tasks):
                return submit_tasks(engine, tasks)
            case Undo():
                return self._told(engine.undo())
            case Shutdown():
                return self._stopping.begin(command)
        return CommandOutcome(ok=True)

    def _resize(self, command: Resize) -> CommandOutcome:
        pool, workers, queue_size = command.pool, command.workers, command.queue_size
        if workers is None and queue_size is None:
            raise ValueError("a pool is resized to a number of workers, a queue_size or both")
        self._engine.resize(workers, pool, queue_size=queue_size)
        outcome, settings = CommandOutcome(ok=True), self._settings
        if workers is not None:
            kept = None if workers == settings.workers.get(pool) else workers
            outcome = self._remember("pools", pool, "workers", value=kept)
        if queue_size is not None and not outcome.reason:
            kept = None if queue_size == settings.queue_sizes.get(pool) else queue_size
            outcome = self._remember("pools", pool, "queue_size", value=kept)
        return outcome

    def _typed(self, type: str, parameter: str, text: str) -> dict[str, Any]:
        """Return a value of a parameter that was typed in; the engine refuses a secret."""
        field = self._engine.type(type).parameters.field(parameter)
        if field is None or field.secret:
            return {parameter: None}
        try:
            return {parameter: field.convert_text(text)}
        except ValueError as error:
            raise InvalidParameters(type, {parameter: str(error)}) from None

    def _cancel(self, numbers: Sequence[int], *, waiting_only: bool) -> CommandOutcome:
        found = withdrawals_of(self._engine).cancel(numbers, waiting_only=waiting_only)
        done, others = found.done, found.others
        parked = parked_of(self._engine)
        if parked is not None and others:
            kept = set(parked.cancel(others))
            done += [number for number in others if number in kept]
            others = [number for number in others if number not in kept]
        skipped = [(number, self._why_not(number)) for number in others]
        skipped += [(number, STARTED) for number in found.started]
        outcome = self._sets.outcome(done, skipped, ok=not skipped)
        if skipped and not done and all(why is NO_TASK for _, why in skipped):
            return msgspec.structs.replace(outcome, kind="unknown")
        return outcome

    def _why_not(self, number: int) -> SafeText:
        """Say why nothing is done to a task that neither waits nor runs."""
        return ENDED if self._was_task(number) else NO_TASK

    def _was_task(self, number: int) -> bool:
        # Numbers are given out in order, so a higher one has never been a task of this engine.
        # Tasks of earlier ones are in the journal.
        accepted = self._engine.metrics().accepted
        return 0 < number <= accepted or self._engine.find(number) is not None

    def _told(self, done: Outcome) -> CommandOutcome:
        """Tell what was done to failures; what has no number is the reason of the whole."""
        skipped, told = failure_views.skipped(done)
        outcome = self._sets.outcome(
            done.numbers, skipped, ok=done.ok, reason=told, made=done.tasks
        )
        if skipped and not done.numbers and all(why == NOT_KEPT for _, why in done.skipped):
            return msgspec.structs.replace(outcome, kind="unknown")
        return outcome

    def _read_failures(self, command: ReadFailures) -> CommandOutcome:
        selection = self._pages.select(command.chosen)
        if selection.notes:
            said = safe_line("; ".join(selection.notes), views.CELL)
            return CommandOutcome(ok=False, reason=said)
        found = {one.number: one for one in selection.failures if one.number > command.after}
        numbers = sorted(found)
        lines = lines_of(found[number] for number in numbers)
        return CommandOutcome(
            ok=True,
            numbers=tuple(numbers[: len(lines)]),
            more=len(numbers) - len(lines),
            lines=tuple(lines),
        )

    def _retry_edited(self, command: RetryEdited) -> CommandOutcome:
        done = self._engine.retry(command.number, edit=edit_of(self._engine, command))
        skipped, _ = failure_views.skipped(done)
        return CommandOutcome(ok=done.ok, numbers=done.tasks, skipped=tuple(skipped))

    def _what(self, chosen: Chosen) -> Sequence[int] | FailureSelection:
        """Return the choice for a remedy: numbers as they are, so that each has its own reason."""
        chosen = self._sets.resolved(chosen)
        if chosen.numbers is not None and chosen == Chosen(numbers=chosen.numbers):
            return chosen.numbers
        return self._pages.select(chosen)

    def _remember(self, *keys: str, value: object) -> CommandOutcome:
        """Keep a value in the overrides file; None: the config's own holds again."""
        if self._overrides is None:
            return CommandOutcome(ok=True)
        try:
            if value is None:
                self._overrides.drop(*keys)
            else:
                self._overrides.set(*keys, value=value)
        except OSError as error:
            return CommandOutcome(ok=True, reason=safe_line(f"done, but not kept: {error}"))
        return CommandOutcome(ok=True)
