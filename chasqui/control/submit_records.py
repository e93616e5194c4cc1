"""A task to submit: its type, its parameters, and how."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import msgspec

from chasqui.control.record import Record

TASKS: Final = 1000
"""How many tasks may be submitted at once."""


class SubmitOptions(
    Record, frozen=True, kw_only=True, forbid_unknown_fields=True, omit_defaults=True
):
    """How to submit, besides the parameters; None: as the type and the config say.

    What is not said is not sent: a host that does not know an option refuses only what needs it.
    """

    priority: int | None = None
    time_limit: float | None = None  # seconds that the body may run
    delay: float | None = None  # seconds before it may start
    expires: float | None = None  # seconds within which it must start
    key: str | None = None  # while a task with it waits or runs, that task is the answer
    pool: str | None = None  # the name of the pool that runs it

    def said(self) -> dict[str, Any]:
        """Return those that are said, as keywords of a submission."""
        given = ((name, getattr(self, name)) for name in self.__struct_fields__)
        return {name: value for name, value in given if value is not None}


class SubmitTask(Record, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A task to submit: its parameters as values, or as texts that were typed, or both."""

    type: str
    params: dict[str, Any] = msgspec.field(default_factory=dict)
    texts: dict[str, str] = msgspec.field(default_factory=dict)
    options: SubmitOptions = SubmitOptions()


def bounded(tasks: Sequence[SubmitTask]) -> None:
    """Raise ValueError if there are more tasks than may be submitted at once."""
    if len(tasks) > TASKS:
        raise ValueError(f"at most {TASKS:,} tasks go together, got {len(tasks):,}")
