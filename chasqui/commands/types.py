"""`chasqui-tui types`: what can be run, and with which parameters."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace

from chasqui.commands import exits
from chasqui.commands.session import open_session
from chasqui.commands.words import say, show
from chasqui.control.safe_text import safe_block, safe_line
from chasqui.engine.types.task_type import TaskType


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("type", nargs="?", metavar="TYPE", help="show this one")
    parser.add_argument("--json", action="store_true", help="as JSON, with a JSON Schema each")


def execute(args: Namespace) -> int:
    """List or show, and return the exit status."""
    session = open_session(args)
    session.plugins.load()
    engine = session.engine()
    chosen = list(engine.types.values()) if args.type is None else [engine.type(args.type)]
    if args.json:
        show(json.dumps([_described(one) for one in chosen], indent=2))
    elif args.type is not None:
        _show_one(chosen[0], str(engine.routes.policy_of(chosen[0])))
    else:
        _show_all(chosen)
    for problem in session.plugins.problems():
        say(problem)
    return exits.DONE


def _described(one: TaskType) -> dict[str, object]:
    return {"name": one.name, "help": one.help, "parameters": one.parameters.schema()}


def _show_all(types: list[TaskType]) -> None:
    width = max((len(one.name) for one in types), default=0)
    for one in types:
        signature = safe_line(one.parameters.signature())
        show(f"{one.name:<{width}}  {safe_line(one.help)}")
        if signature:
            show(f"{'':<{width}}    {signature}")


def _show_one(one: TaskType, policy: str) -> None:
    show(one.name)
    show(safe_block(one.doc))
    show("")
    for field in one.parameters.fields:
        needed = "required" if field.required else f"default {field.text_of(field.default)!r}"
        kind = f"one of {', '.join(field.choices)}" if field.kind == "choice" else field.expects
        text = f"  {field.name}  {kind or field.kind}; {needed}"
        show(safe_line(f"{text}  {field.help}".rstrip()))
    if policy:
        show("")
        show(safe_line(f"  {policy}"))
    words = " ".join(f"{field.name}=…" for field in one.parameters.fields if field.required)
    show("")
    show(f"  chasqui-tui run {one.name} {words}".rstrip())
