"""Durability: which tasks an engine with a journal can keep, and what it says about the others.

A journal keeps the type and the parameters of a task. A bare work or a call of a plain function has
neither, so it has to be submitted with ``durable=False``. That is known before anything is
accepted.
"""

from __future__ import annotations

from collections.abc import Sequence

from chasqui import arguments
from chasqui.engine.types.task_type import is_typed
from chasqui.pool.work import Work, name_of, nothing_accepted


class Durability:
    """Decides which submissions are kept.

    Args:
        keeps: whether there is a journal. Without one ``durable`` has no effect.
    """

    __slots__ = ("keeps",)

    def __init__(self, *, keeps: bool) -> None:
        self.keeps = keeps

    def of(self, work: Work, durable: bool) -> bool:
        """Return False for a task that the journal is not to keep.

        Raises:
            TypeError: it cannot be kept, or ``durable`` is neither True nor False.
        """
        if durable is not True:
            durable = arguments.flag("durable", durable)
        if self.keeps and durable and not is_typed(work):
            raise TypeError(_why_not(work))
        return durable or not self.keeps

    def of_all(self, name: str, works: Sequence[Work], durable: bool) -> bool:
        """Return the same for many, which errors call ``name``; each that is wrong is named."""
        durable = arguments.flag("durable", durable)
        if not self.keeps:
            return True
        if durable:
            refused = [
                f"{name}[{index}]: {_why_not(work)}"
                for index, work in enumerate(works)
                if not is_typed(work)
            ]
            if refused:
                raise nothing_accepted(refused)
        return durable


def _why_not(work: Work) -> str:
    return (
        f"{name_of(work)} has no task type, so the journal cannot keep it: make it a @task, or "
        "submit it with durable=False"
    )
