"""What can be copied of a task: each part as a text, and the key that chooses it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final, NamedTuple

import msgspec

from chasqui.console.model.command_line import run_command
from chasqui.console.model.task_log import clock
from chasqui.control.port import TaskDetail
from chasqui.secret import MASK

CUT: Final = "…"
NOT_A_FACT: Final = ("log_cursor", "log_more", "traces")


class Copyable(NamedTuple):
    """A part of a task that can be copied."""

    key: str
    name: str
    text: str


def parts_of(detail: TaskDetail, types: Collection[str]) -> Iterator[Copyable]:
    """Yield what there is of a task; ``types`` are those that a command may name."""
    yield Copyable("n", "number", str(detail.number))
    if detail.params:
        lines = (f"{name}={value}" if name else value for name, value in detail.params)
        yield Copyable("p", "parameters", "\n".join(lines))
    if detail.error is not None:
        yield Copyable("e", "error", detail.error)
    if detail.traceback is not None:
        yield Copyable("t", "traceback", detail.traceback)
    if detail.result is not None:
        yield Copyable("r", "result", detail.result)
    if detail.log:
        yield Copyable("l", "log", "\n".join(_logged(detail)))
    if detail.type in types and _is_whole(detail):
        yield Copyable("c", "command", run_command(detail.type, dict(detail.params)))
    yield Copyable("j", "JSON", as_json(detail))


def as_json(detail: TaskDetail) -> str:
    """Return all that is known of a task as JSON."""
    kept = msgspec.to_builtins(detail)
    facts = {name: value for name, value in kept.items() if name not in NOT_A_FACT}
    return msgspec.json.format(msgspec.json.encode(facts)).decode()


def _logged(detail: TaskDetail) -> Iterator[str]:
    for line in detail.log:
        yield f"{clock(line.at)} {line.level} {line.text}"


def _is_whole(detail: TaskDetail) -> bool:
    """Tell whether a command can say every parameter: none is masked, cut or without a name."""
    return all(name and MASK not in value and CUT not in value for name, value in detail.params)
