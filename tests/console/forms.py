"""Forms of made types, and how they are opened."""

from __future__ import annotations

from typing import Any

from chasqui.control.fake import FakePort
from chasqui.control.port import CommandOutcome, ParameterInfo, TaskTypeInfo
from chasqui.control.safe_text import SafeText
from tests.console.rows import busy


def parameter(name, kind, required=False, **more):
    texts: dict[str, Any] = {key: SafeText(more[key]) for key in ("help", "expects") if key in more}
    return ParameterInfo(name=name, kind=kind, required=required, **{**more, **texts})


def type_of(*parameters, name="demo.made"):
    return TaskTypeInfo(name=name, plugin="demo", help=SafeText("Made."), parameters=parameters)


COPY = TaskTypeInfo(
    name="files.copy",
    plugin="files",
    help=SafeText("Copy a file."),
    package=SafeText("chasqui-files 1.0"),
    parameters=(
        parameter("source", "path", True, help="what to copy", expects="a path"),
        parameter("times", "integer", default="3", expects="a whole number"),
        parameter("mode", "choice", default="fast", choices=("fast", "safe")),
        parameter("force", "boolean", default="no"),
    ),
)
PLAIN = TaskTypeInfo(name="demo.nothing", plugin="demo", help=SafeText("Do nothing."))


def make_port(*types):
    return FakePort(busy(), types=types or [PLAIN, COPY])


def wrong(**problems):
    named = tuple((name, SafeText(why)) for name, why in problems.items())
    return CommandOutcome(ok=False, reason=SafeText("wrong"), problems=named)


async def open_form(console, name):
    await console.press("s")
    assert "choose a task type" in console.text
    await console.type(name)
    await console.press("enter")
    assert f"Submit {name}" in console.text


def line_of(console, words):
    return next(at for at, line in enumerate(console.lines) if words in line)
