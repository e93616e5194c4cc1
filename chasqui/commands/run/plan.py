"""What the arguments of `chasqui-tui run` ask for: one task, or one for each record of input."""

from __future__ import annotations

import math
import re
from argparse import Namespace
from collections.abc import Collection, Sequence
from typing import NamedTuple

from chasqui import numbers
from chasqui.commands.given import Usage
from chasqui.commands.records import planning
from chasqui.commands.run.jobs import Make, from_each, from_filling, from_json
from chasqui.commands.words import say
from chasqui.control.intake.lines import Until
from chasqui.control.intake.sources import RecordSource
from chasqui.engine.types.task_type import TypedWork
from chasqui.errors import InvalidParameters
from chasqui.plugins.engine import Engine


def workers(text: str) -> int:
    """Return the number of workers that ``--workers`` says; raises Usage.

    ``50%`` is a share of the processors, one worker at least, and ``+2`` so many more than those.
    """
    if found := re.fullmatch(r"([0-9]{1,9})%|\+([0-9]{1,9})", text):
        return _workers(_by_processors(text, *found.groups()))
    try:
        given: object = int(text)
    except ValueError:
        given = text
    return _workers(given)


def _workers(given: object) -> int:
    try:
        return numbers.workers("--workers", given)
    except ValueError as error:
        raise Usage(str(error)) from None


def _by_processors(text: str, percent: str | None, more: str | None) -> int:
    from chasqui.commands.processors import usable

    if percent is None:
        return math.ceil(usable()) + int(more or 0)
    if not int(percent):
        raise Usage(f"--workers must be more than 0%, got {text!r}")
    return max(1, math.floor(usable() * int(percent) / 100))


class RunPlan(NamedTuple):
    """What a run runs."""

    work: TypedWork | None
    """The one work; None: there is one for each record."""
    make: Make
    source: RecordSource | None = None
    takes: Collection[str] | None = None
    """The parameters that take the input; None: a line may have any."""
    files: Sequence[str] = ()
    """The files that are read."""


def plan(args: Namespace, engine: Engine) -> RunPlan:
    """Return the one work to run, or how to make work of each record and where they come from.

    Of the plugins only that of the type is imported, or all if lines may name any type. Those that
    failed are named.
    """
    if args.jobs is not None:
        engine.plugins.load()
    try:
        planned = _plan(args, engine)
    finally:
        for problem in engine.plugins.problems():
            say(problem)
    types = engine.types if args.type is None else {args.type: engine.type(args.type)}
    for wrong in engine.routes.wrong_policies(types):
        raise wrong
    return planned


def _plan(args: Namespace, engine: Engine) -> RunPlan:
    if args.jobs is not None:
        source = planning.jobs(args)
        return RunPlan(None, from_json(engine.type), source, None, source.files)
    if args.type is None:
        raise Usage("run needs a task type, or --jobs FILE; `chasqui-tui types` lists them")
    task_type = engine.type(args.type)
    kinds = {field.name: field.kind for field in task_type.parameters.fields}
    planned = planning.planned(args, kinds, Until())
    plain = planned.filling.plain
    if planned.source is None:
        return RunPlan(task_type.work_from_text(plain, args.type), from_json(engine.type), None, ())
    names = ", ".join(kinds)
    problems = {
        name: f"is not a parameter of this task type; it has {names}"
        for name in planned.takes
        if name not in kinds
    }
    try:
        task_type.parameters.parse_text(plain, args.type)
    except InvalidParameters as error:
        problems |= {
            name: why
            for name, why in error.problems.items()
            if not (name in planned.takes and why == "is required")
        }
    if problems:
        raise InvalidParameters(args.type, problems)
    if planned.each is not None:
        make = from_each(args.type, task_type, planned.each, plain)
    else:
        make = from_filling(args.type, task_type, planned.filling)
    return RunPlan(None, make, planned.source, planned.takes, planned.files)
