"""Taking many tasks at once: which are wrong, and those for which there is room now."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from chasqui.control.commands import CommandOutcome, SubmitOptions, SubmitTask
from chasqui.control.safe_text import SafeText, safe_line
from chasqui.control.wire.frames import check_value
from chasqui.engine.engine import BaseEngine
from chasqui.engine.types.task_type import TaskType, TypedWork
from chasqui.engine.values.marks import unmarked
from chasqui.errors import BacklogFull, ChasquiError, InvalidParameters, JournalUnavailable
from chasqui.pool.task import Task

SINGLE: Final = ("delay", "key")
"""Options with which tasks go in one at a time: each waits for a moment or a key of its own."""
WHY: Final = 200
"""Characters of the reason why a task is wrong: a thousand of them go into an answer."""

Works = Sequence[tuple[TypedWork, SubmitOptions]]
Wrong = list[tuple[int, SafeText]]


def check_tasks(engine: BaseEngine, tasks: Sequence[SubmitTask]) -> CommandOutcome:
    """Return which of some tasks are wrong, by their place."""
    _, wrong = _works(engine, tasks)
    return CommandOutcome(ok=True, skipped=tuple(wrong))


def submit_tasks(engine: BaseEngine, tasks: Sequence[SubmitTask]) -> CommandOutcome:
    """Submit the right ones among some tasks, the first of them, without waiting for room.

    A journal that cannot be written now counts as no room: it may be mended.
    """
    works, wrong = _works(engine, tasks)
    numbers: list[int] = []
    why, ok = "", True
    while len(numbers) < len(works) and not why:
        left = works[len(numbers) :]
        run, options = first_run(left), left[0][1]
        taken: Sequence[Task] = ()
        try:
            check_journal(engine)
            pool = engine.backlog_of(run[0], **policy_of(options))
            taken = offered(engine, run, options)
            if len(taken) < len(run):
                why = f"the backlog of pool {pool.name} is full"
        except JournalUnavailable as error:
            taken, why = error.accepted, str(error)
        except (ChasquiError, ValueError) as error:
            why, ok = str(error), False
        numbers += [task.number for task in taken]
    return CommandOutcome(
        ok=ok, reason=safe_line(why, WHY), numbers=tuple(numbers), skipped=tuple(wrong)
    )


class TypesByName(dict[str, TaskType]):
    """The types of an engine that were asked for, so that each is looked for once."""

    def __init__(self, engine: BaseEngine) -> None:
        super().__init__()
        self._engine = engine

    def __missing__(self, name: str) -> TaskType:
        return self.setdefault(name, self._engine.type(name))


def work_of(types: TypesByName, task: SubmitTask) -> TypedWork:
    """Make the work of a task; raises ChasquiError or ValueError.

    Beside texts, params are texts too: those that JSON cannot hold, as marks.
    """
    task_type = types[task.type]
    if not task.params:
        return task_type.work_from_text(task.texts, task.type)
    check_value(task.params)
    if not task.texts:
        return task_type.work_from_marked(task.params, task.type)
    texts = {name: unmarked(value) for name, value in task.params.items()}
    for name, text in texts.items():
        if not isinstance(text, str) or name in task.texts:
            raise ValueError(f"{name} is not a text beside the texts of a task")
    return task_type.work_from_text({**task.texts, **texts}, task.type)


def _works(engine: BaseEngine, tasks: Sequence[SubmitTask]) -> tuple[Works, Wrong]:
    works: list[tuple[TypedWork, SubmitOptions]] = []
    wrong: Wrong = []
    types = TypesByName(engine)
    for at, task in enumerate(tasks):
        try:
            works.append((work_of(types, task), task.options))
        except (ChasquiError, ValueError) as error:
            wrong.append((at, safe_line(_why(error), WHY)))
    return works, wrong


def _why(error: Exception) -> str:
    """Say what is wrong with a task, without its type, which is that of all others as well."""
    if isinstance(error, InvalidParameters):
        return "; ".join(f"{name} {why}" for name, why in error.problems.items())
    return str(error)


def first_run(works: Works) -> list[TypedWork]:
    """Return the first works that may go in together: of one type, with the same options."""
    first, options = works[0]
    run = []
    for work, own in works[:1] if _is_single(options) else works:
        if work.type is not first.type or own != options:
            break
        run.append(work)
    return run


def offered(engine: BaseEngine, run: Sequence[TypedWork], options: SubmitOptions) -> list[Task]:
    """Submit the first of some works that go together, as far as there is room."""
    if not _is_single(options):
        return engine.offer(run, **policy_of(options))
    try:
        return [engine.try_submit(run[0], **options.said())]
    except BacklogFull:
        return []


def policy_of(options: SubmitOptions) -> dict[str, Any]:
    """Return those options that say which pool a task goes to, and how."""
    return {name: value for name, value in options.said().items() if name not in SINGLE}


def check_journal(engine: BaseEngine) -> None:
    """Raise JournalUnavailable if it is known that the journal cannot be written.

    A client tries again and again; what is not offered to the engine is not counted there as
    rejected each time.
    """
    journal = engine.journal
    if journal.state == "degraded":
        raise JournalUnavailable(f"the journal {journal.path} cannot be written: {journal.reason}")


def _is_single(options: SubmitOptions) -> bool:
    return any(getattr(options, name) is not None for name in SINGLE)
