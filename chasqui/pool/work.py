"""Work: what a pool can be asked to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from chasqui.pool.context import Context


class Work(Protocol):
    """Anything with an ``id``, a ``name`` and ``execute(ctx)``.

    ``id`` is the submitter's own and may be any text; the pool numbers tasks itself.
    What `execute` returns is the task's result, what it raises is the task's failure.
    """

    @property
    def id(self) -> str:
        """Say which piece of work this is."""
        ...

    @property
    def name(self) -> str:
        """Say what kind of work this is."""
        ...

    def execute(self, ctx: Context, /) -> Any:
        """Do the work."""
        ...
