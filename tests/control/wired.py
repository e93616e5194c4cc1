"""A port at the other end of a wire: every question and every answer goes through JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TypeVar

import msgspec

from chasqui.control.port import (
    Capabilities,
    Command,
    CommandOutcome,
    Port,
    Snapshot,
    StackView,
    SubmitOptions,
    TaskDetail,
    TaskTypeInfo,
    ViewQuery,
)

T = TypeVar("T")


def sent(value: T) -> T:
    """Return a value as it arrives."""
    arrived: T = msgspec.json.decode(msgspec.json.encode(value), type=type(value))
    return arrived


class WiredPort:
    """Stands around a port as a client and its host will."""

    def __init__(self, port: Port) -> None:
        self._port = port

    @property
    def caps(self) -> Capabilities:
        return sent(self._port.caps)

    def snapshot(self, query: ViewQuery) -> Snapshot:
        return sent(self._port.snapshot(sent(query)))

    def detail(self, number: int, log_after: int = 0) -> TaskDetail | None:
        return sent(self._port.detail(sent(number), sent(log_after)))

    def stack(self, worker: str, pool: str = "") -> StackView | None:
        return sent(self._port.stack(sent(worker), sent(pool)))

    def types(self) -> Sequence[TaskTypeInfo]:
        return [sent(info) for info in self._port.types()]

    def check(self, type: str, params: Mapping[str, str]) -> CommandOutcome:
        return sent(self._port.check(sent(type), sent(dict(params))))

    def complete(self, type: str, name: str, text: str) -> Sequence[str]:
        return sent(tuple(self._port.complete(sent(type), sent(name), sent(text))))

    def submit(
        self, type: str, params: Mapping[str, str], options: SubmitOptions
    ) -> CommandOutcome:
        return sent(self._port.submit(sent(type), sent(dict(params)), sent(options)))

    def apply(self, command: Command) -> CommandOutcome:
        asked: Command = msgspec.json.decode(msgspec.json.encode(command), type=Command)
        return sent(self._port.apply(asked))
