"""Writing: parameters and results as a row has them, cut at a bound.

The size of a value is estimated before it is written, in a bounded time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial
from typing import Any, Final

import msgspec

from chasqui import outline, slots
from chasqui.engine.failures.failure import PARAMS_TEXT
from chasqui.engine.history.entry import PARAMS_BYTES, RESULT_BYTES
from chasqui.engine.types.task_type import is_typed
from chasqui.engine.values.jsonable import names_of
from chasqui.engine.values.marks import plain, printable
from chasqui.pool.task import Task

CUT_PARAM: Final = 200  # characters of one of the parameters that are too large
CUT_TEXT: Final = 4096  # characters of a larger result that are kept
PART: Final = 8  # bytes of a value without its text, about
EMPTY: Final = msgspec.Raw(msgspec.msgpack.encode({}))


def params_of(task: Task) -> tuple[msgspec.Raw, str]:
    """Return a task's parameters as a row has them, and why if they are cut."""
    work = task.work
    if not is_typed(work):
        return EMPTY, ""
    if is_within(work.params, PARAMS_BYTES):
        packed = msgspec.msgpack.encode(work.params_as_json())
        if len(packed) <= PARAMS_BYTES:
            return msgspec.Raw(packed), ""
    words = [f"{name}={outline.text(value, CUT_PARAM)}" for name, value in work.params.items()]
    cut = {"repr": printable(" ".join(words))[:PARAMS_TEXT]}
    note = f"its parameters take more than {PARAMS_BYTES:,} bytes, so they are cut"
    return msgspec.Raw(msgspec.msgpack.encode(cut)), note


def result_of(value: Any) -> tuple[msgspec.Raw, str]:
    """Return a result as a row has it, and why if it is cut."""
    if is_within(value, RESULT_BYTES):
        packed = msgspec.msgpack.encode(plain(value))
        if len(packed) <= RESULT_BYTES:
            return msgspec.Raw(packed), ""
    cut = {"repr": printable(outline.text(value, CUT_TEXT))}
    note = f"its result takes more than {RESULT_BYTES:,} bytes, so it is cut"
    return msgspec.Raw(msgspec.msgpack.encode(cut)), note


def is_within(value: Any, room: int) -> bool:
    """Tell whether a value takes no more than so many bytes, about; no code of it runs.

    It looks at no more of a large value than it must: that takes a millisecond at most.
    """
    waiting = [value]
    while waiting:
        size, inside = _outside(waiting.pop())
        room -= size
        if room < 0:
            return False
        if inside is not None:
            waiting += inside()
    return True


_TEXTS: Final[tuple[Any, ...]] = (str, bytes, bytearray)
_LISTS: Final[tuple[Any, ...]] = (list, tuple, set, frozenset)


def _outside(value: Any) -> tuple[int, Callable[[], Iterable[Any]] | None]:
    """Return the bytes of a value without what is inside of it, and how to list that."""
    for text in _TEXTS:
        if slots.is_a(value, text):
            return PART + text.__len__(value), None
    for kind in _LISTS:
        if slots.is_a(value, kind):
            return PART + PART * kind.__len__(value), partial(slots.elements, value)
    if slots.is_a(value, dict):
        return PART + PART * dict.__len__(value), lambda: [*dict.keys(value), *dict.values(value)]
    names = None if slots.is_a(value, int, float) else names_of(type(value))
    if names is None:
        return PART, None
    return PART + PART * len(names), lambda: [slots.stored(value, name) for name in names]
