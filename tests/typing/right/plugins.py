"""A plugin: what it offers and the settings it takes, and a program that tests a body alone."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Mapping
from typing import Annotated, Any

from chasqui import Between, Context, Help, Parameter, Secret, TaskType, hookimpl, task
from chasqui.testing import Harness


@task(time_limit=60)
def resize(
    ctx: Context,
    path: str,
    width: Annotated[int, Between(16, 4096), Help("pixels")] = 256,
    token: Secret[str] | None = None,
) -> str:
    """Resize a picture."""
    ctx.progress(1, 1)
    return f"{path} at {width}"


@hookimpl
def chasqui_tasks(settings: Mapping[str, Any]) -> Iterable[TaskType]:
    yield resize


@hookimpl
def chasqui_settings() -> Iterable[Parameter]:
    yield Parameter("server", str, default="localhost", help="where pictures are")
    yield Parameter("token", Secret[str] | None, default=None, help="env:NAME or file:PATH")


def main() -> None:
    assert list(chasqui_tasks({})) == [resize]
    assert [one.name for one in chasqui_settings()] == ["server", "token"]
    with Harness(images=sys.modules[__name__]) as harness:
        assert harness.run("images.resize", path="a.png", width=64).result() == "a.png at 64"
    assert resize.help == "Resize a picture."


if __name__ == "__main__":
    main()
