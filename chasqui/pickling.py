"""Pickling errors: how an error reaches another process, and how it is copied, whatever its class.

An error is built anew from its class, its ``args`` and its attributes, without a call of its
``__init__``. So every class of errors can travel, whatever its ``__init__`` takes, and so can the
classes that users derive.

To another process go the text, the attributes, the notes and the cause. What cannot be pickled is
replaced: an error by an `ErrorSummary`, anything else by its text; in a list, tuple, set or dict,
each entry on its own. Frames and the ``__context__`` stay here, as with every error of Python. A
copy stays in the process and keeps everything; what a deep copy cannot copy, such as the handle of
a task, it shares with the original.
"""

from __future__ import annotations

import contextlib
import copy
import pickle
from collections.abc import Mapping
from contextvars import ContextVar
from types import MemberDescriptorType
from typing import Any, Final, TypeVar

from chasqui.foreign import kind_of, let_through, repr_of, text_of

DEPTH: Final = 16  # of errors within errors, and of containers, that are sent as they are
TEXT: Final = 1000  # characters of what is sent as its text
PLAIN: Final = (type(None), bool, int, float, str, bytes)

_HEAP_TYPE: Final = 1 << 9  # the flag of classes that were not written in C
_CHAIN: Final = ("__cause__", "__context__", "__suppress_context__", "__traceback__")

E = TypeVar("E", bound=BaseException)


class ErrorSummary(Exception):
    """Stands for an error that cannot be pickled; the text has its class and its own text.

    Example: `chasqui-tui help errors`.
    """


def parts(error: BaseException, attributes: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return what `rebuild` makes the same error of in another process.

    Raises:
        PicklingError: the error is one of its own causes, or too deep among them.
    """
    above = _sending.get()
    if id(error) in above or len(above) >= DEPTH:
        raise pickle.PicklingError(f"{type(error).__name__} is part of itself, or too deep")
    token = _sending.set((*above, id(error)))
    try:
        return (
            type(error),
            tuple(_sendable(one) for one in arguments(error)),
            _sendable(dict(attributes)),
            _sendable(_members(error)),
            _sendable(error.__cause__),
            error.__suppress_context__,
        )
    finally:
        _sending.reset(token)


def rebuild(
    kind: type[E],
    args: tuple[Any, ...],
    attributes: Mapping[str, Any],
    members: Mapping[str, Any],
    cause: BaseException | None,
    suppressed: bool,
) -> E:
    """Make an error of its `parts`."""
    error = _bare(kind, args)
    vars(error).update(attributes)
    _set(error, {**members, "__cause__": cause, "__suppress_context__": suppressed})
    return error


def copied(error: E) -> E:
    """Return a copy that shares everything but its notes with the original."""
    twin = _bare(type(error), arguments(error))
    vars(twin).update(vars(error))
    if isinstance(notes := vars(error).get("__notes__"), list):
        vars(twin)["__notes__"] = notes.copy()
    _set(twin, {**_members(error), **_chain(error)})
    return twin


def deeply_copied(error: E, memo: dict[int, Any]) -> E:
    """Return a copy that shares only what cannot be copied with the original."""
    twin = _bare(type(error), tuple(_deep(one, memo) for one in arguments(error)))
    memo[id(error)] = twin
    vars(twin).update({name: _deep(one, memo) for name, one in vars(error).items()})
    members = {**_members(error), **_chain(error)}
    _set(twin, {name: _deep(one, memo) for name, one in members.items()})
    return twin


_sending: Final[ContextVar[tuple[int, ...]]] = ContextVar("sending", default=())
"""The ids of the errors that are being taken apart, the innermost last."""


class _Pickled:
    """A value that is pickled already, and comes out as itself."""

    __slots__ = ("_data",)

    def __init__(self, data: bytes) -> None:
        self._data = data

    def __reduce__(self) -> tuple[Any, ...]:
        return pickle.loads, (self._data,)


def _sendable(value: Any, depth: int = 0) -> Any:
    """Return a value, or what is sent in its place.

    It is pickled here and goes as bytes: were it pickled again with the error, each error within an
    error would double the work.
    """
    if type(value) in PLAIN:
        return value
    kind = type(value)
    if kind in (list, tuple, set, frozenset) and depth < DEPTH:
        return kind(_sendable(one, depth + 1) for one in value)
    if kind is dict and depth < DEPTH:
        return {_sendable(key, depth + 1): _sendable(one, depth + 1) for key, one in value.items()}
    try:
        data = pickle.dumps(value)
        pickle.loads(data)  # some can be written and not read, as other people's errors
    except BaseException as broken:  # by that object's own code: the error must get there
        let_through(broken)
        return _instead(value)
    return _Pickled(data)


def _instead(value: Any) -> Any:
    """Return what is sent for a value that cannot be pickled."""
    if isinstance(value, BaseException):
        return _Pickled(pickle.dumps(ErrorSummary(f"{kind_of(value)}: {text_of(value, TEXT)}")))
    return repr_of(value, TEXT)


def _bare(kind: type[E], args: tuple[Any, ...]) -> E:
    """Make an error without a call of what Python code defines for making it."""
    written_in_c: Any = next(base for base in kind.__mro__ if not base.__flags__ & _HEAP_TYPE)
    error: E = written_in_c.__new__(kind, *args)
    written_in_c.__init__(error, *args)
    return error


def _reduced(error: BaseException) -> Any:
    kind: Any = next(base for base in type(error).__mro__ if not base.__flags__ & _HEAP_TYPE)
    return kind.__reduce__(error)


def arguments(error: BaseException) -> tuple[Any, ...]:
    """Return what the class written in C takes, with the file names of an OSError."""
    args: tuple[Any, ...] = _reduced(error)[1]
    return args


def _members(error: BaseException) -> dict[str, Any]:
    """Return the values of an error that are not in its ``__dict__``: slots, and those of C."""
    reduced = _reduced(error)
    state: Mapping[str, Any] = reduced[2] if len(reduced) > 2 and reduced[2] else {}
    found = {name: one for name, one in state.items() if name not in vars(error)}
    for base in type(error).__mro__:
        if base.__flags__ & _HEAP_TYPE:
            for name, member in vars(base).items():
                if isinstance(member, MemberDescriptorType):
                    with contextlib.suppress(AttributeError):  # an empty slot
                        found[name] = member.__get__(error)
    return found


def _chain(error: BaseException) -> dict[str, Any]:
    return {name: getattr(error, name) for name in _CHAIN}


def _set(error: BaseException, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        object.__setattr__(error, name, value)  # a class may refuse all that is set


def _deep(value: Any, memo: dict[int, Any]) -> Any:
    try:
        return copy.deepcopy(value, memo)
    except BaseException as broken:  # as above
        let_through(broken)
        return value
