"""`chasqui-tui types`: what can be run, and with which parameters."""

from __future__ import annotations

import json
from argparse import ArgumentParser, Namespace
from collections.abc import Mapping

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
    chosen = engine.types if args.type is None else {args.type: engine.type(args.type)}
    if args.json:
        show(json.dumps([_described(name, one) for name, one in chosen.items()], indent=2))
    elif args.type is not None:
        one = chosen[args.type]
        _show_one(args.type, one, str(engine.routes.policy_of(one)))
    else:
        _show_all(chosen)
    for problem in session.plugins.problems():
        say(problem)
    return exits.DONE


def _described(name: str, one: TaskType) -> dict[str, object]:
    return {"name": name, "help": one.help, "parameters": one.parameters.schema()}


def _show_all(types: Mapping[str, TaskType]) -> None:
    width = max(map(len, types), default=0)
    for name, one in types.items():
        signature = safe_line(one.parameters.signature())
        show(f"{name:<{width}}  {safe_line(one.help)}")
        if signature:
            show(f"{'':<{width}}    {signature}")


def _show_one(name: str, one: TaskType, policy: str) -> None:
    show(name)
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
    show(f"  chasqui-tui run {name} {words}".rstrip())
