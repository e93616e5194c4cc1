"""What the arguments of `chasqui-tui run` ask for: one task, or one for each line of a file."""

from __future__ import annotations

import math
import re
from argparse import Namespace

from chasqui import numbers
from chasqui.commands.given import Usage, names_and_files, without_value
from chasqui.commands.run.jobs import Make, from_each, from_json
from chasqui.commands.words import say
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


def plan(args: Namespace, engine: Engine) -> tuple[TypedWork | None, Make, str]:
    """Return the one work to run, or how to make work of each line and where lines come from.

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


def _plan(args: Namespace, engine: Engine) -> tuple[TypedWork | None, Make, str]:
    fixed, files = names_and_files(args.words)
    if args.jobs is not None:
        if args.type or args.each or args.words:
            raise Usage("--jobs takes types and parameters from its lines; give nothing else")
        return None, from_json(engine.type), args.jobs
    if args.type is None:
        raise Usage("run needs a task type, or --jobs FILE; `chasqui-tui types` lists them")
    task_type = engine.type(args.type)
    if args.each is None:
        if files:
            word = without_value(files[0])
            raise Usage(f"{word!r} is not name=value; to read lines from a file, use --each")
        return task_type.work_from_text(fixed, args.type), from_json(engine.type), ""
    names = [field.name for field in task_type.parameters.fields]
    if args.each in fixed:
        raise Usage(f"{args.each} is given twice, by --each and by {args.each}=…")
    if len(files) > 1:
        words = ", ".join(map(without_value, files))
        raise Usage(f"one input file at most, got {words}")
    problems = {}
    if args.each not in names:
        problems[args.each] = f"is not a parameter of this task type; it has {', '.join(names)}"
    try:
        task_type.parameters.parse_text(fixed, args.type)
    except InvalidParameters as error:
        problems.update(error.problems)
        if problems.get(args.each) == "is required":
            del problems[args.each]
    if problems:
        raise InvalidParameters(args.type, problems)
    return None, from_each(args.type, task_type, args.each, fixed), files[0] if files else "-"
