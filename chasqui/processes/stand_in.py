"""Stand-ins for errors that cannot be built here as they were in their child.

A stand-in is of a class made from the error's own, so that ``except`` and a retry policy take it
for that. Its text is the one that was sent, whatever the class would make of what has come with it.
No code of the error's class runs when the stand-in and its class are made.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from chasqui import foreign
from chasqui.pickling import arguments, rebuild

KNOWN: Final = 1024  # classes that have one made from them
SAID: Final = "text of another process"  # no name of an attribute

_dict: Final = BaseException.__dict__["__dict__"].__get__
_of_class: Final = type.__dict__
_made: Final[dict[int, tuple[type, type[BaseException]]]] = {}
"""By identity: a metaclass may define how its classes hash."""


class _StandIn:
    """What comes before the error's own class."""

    __slots__ = ()

    def __init_subclass__(cls) -> None:
        """Do nothing: the error's class may count, or refuse, what is made from it."""

    def __str__(self) -> str:
        return str(_dict(self).get(SAID, ""))

    def __reduce__(self) -> Any:
        """Have it pickled, since its class cannot be found by its name."""
        error: Any = self
        kind, attributes = foreign.bases(type(self))[2], dict(_dict(error))
        text = attributes.pop(SAID, "")
        return stand_in, (kind, arguments(error), attributes, text)


def stand_in(
    kind: type[BaseException], args: tuple[Any, ...], attributes: Mapping[str, Any], text: str
) -> BaseException:
    """Make an error that says this text.

    Raises:
        Exception: no class can be made from its class, or its part written in C refuses these
            arguments.
    """
    error = rebuild(_class_from(kind), args, attributes, {}, None, False)
    _dict(error)[SAID] = text
    return error


def _class_from(kind: type[BaseException]) -> type[BaseException]:
    known = _made.get(id(kind))
    if known is None or known[0] is not kind:
        names = {name: _of_class[name].__get__(kind) for name in ("__module__", "__qualname__")}
        # By `type` itself: a metaclass might refuse, or do something else.
        made: Any = type.__new__(type(kind), foreign.name_of(kind), (_StandIn, kind), names)
        if len(_made) >= KNOWN:
            _made.clear()  # classes that are made anew each time must not pile up
        known = _made[id(kind)] = (kind, made)
    return known[1]
