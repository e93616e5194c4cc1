"""The base of all errors, and that of refused submissions; `chasqui.errors` has the others."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Self


class ChasquiError(Exception):
    """Something that Chasqui refuses or reports; the base of all its errors.

    It can be pickled and copied, as can every class derived from it; see `chasqui.pickling`.
    ``details`` are what a program may want of it beside its text, such as a dataclass or a mapping;
    a row of `run` has them with its error.

    Example: `chasqui-tui help errors`.
    """

    details: Any = None

    def __init_subclass__(cls, **more: Any) -> None:
        """Keep the text as it was written: a KeyError would show it in quotes."""
        super().__init_subclass__(**more)
        if cls.__str__ is KeyError.__str__:
            cls.__str__ = Exception.__str__  # type: ignore[method-assign]

    def __reduce__(self) -> tuple[Any, ...]:
        from chasqui import pickling  # it is slow to import, and most errors stay where they are

        return pickling.rebuild, pickling.parts(self, self._sent())

    def __copy__(self) -> Self:
        from chasqui import pickling

        return pickling.copied(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Self:
        from chasqui import pickling

        return pickling.deeply_copied(self, memo)

    def _sent(self) -> dict[str, Any]:
        """Return the attributes that go to another process."""
        return vars(self)


class Refused(ChasquiError):
    """A submission was refused, or one of many stopped early.

    ``accepted`` holds the tasks that had already got in before a submission of many stopped, and
    ``batch`` their `Batch`, if it was one. Another process gets their numbers. ``pool`` is the name
    of the pool that refused, empty if no pool did.
    """

    accepted: tuple[Any, ...] = ()
    batch: Any = None
    pool: str = ""

    def __init__(
        self, message: str, accepted: Sequence[Any] = (), batch: Any = None, *, pool: str = ""
    ) -> None:
        super().__init__(message)
        self.accepted = tuple(accepted)
        self.batch = batch
        self.pool = pool

    def _sent(self) -> dict[str, Any]:
        numbers = tuple(getattr(task, "number", task) for task in self.accepted)
        batch = getattr(self.batch, "number", self.batch)
        return {**super()._sent(), "accepted": numbers, "batch": batch}
