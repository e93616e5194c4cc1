"""Encoding: what a task was given, and what came of it, as JSON texts and back.

Most parameters are numbers and texts, which are written as they are, in a microsecond. Others are
written with marks (see `chasqui.engine.values.marks`) and read back by their type's schema. What
would not come back is refused before the task is accepted. Never pickle: a file must not decide
what code runs.

A parameter of ``Any`` comes back as JSON has it: a tuple as a list, a path as a text.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, NamedTuple

import msgspec
from msgspec import inspect as shapes

from chasqui import foreign, numbers
from chasqui.engine.types.task_type import TaskType, TypedWork
from chasqui.engine.types.wire import has_odd_keys, parts_of, shape_of, to_wire
from chasqui.engine.values.marks import MARKS, is_lost, plain, printable
from chasqui.errors import InvalidParameters

PARAMS_BYTES: Final = 256 * 1024  # of all parameters of a task
RESULT_BYTES: Final = 64 * 1024
ERROR_CHARACTERS: Final = 16 * 1024  # of four bytes each at most
NESTED: Final = (
    shapes.AnyType,
    shapes.DataclassType,
    shapes.NamedTupleType,
    shapes.StructType,
    shapes.TypedDictType,
)
"""The shapes of what may be anything, or has code of its own, and is written with care."""
REPR: Final = b'"repr":'
ESCAPED: Final = b"\\\\ud"
"""Where a key is written that is not UTF-8; such texts in values are marked."""

_encode: Final = msgspec.json.Encoder(enc_hook=to_wire).encode
_decode: Final = msgspec.json.decode
_MARKED: Final = tuple(f'"{name}":' for name in MARKS)
MARK_BYTES: Final = tuple(mark.encode() for mark in _MARKED)


KEPT: Final = (
    "cannot be kept in the journal, since JSON has no form for it: give it in another form, or "
    "submit with durable=False"
)


class Encoding:
    """Writes the parameters of typed works; any thread.

    Args:
        refusal: what is said of a parameter that would not come back as it was given.
    """

    def __init__(self, refusal: str = KEPT) -> None:
        self._known: dict[Any, Known] = {}  # by type
        self._refusal = refusal

    def params(self, work: TypedWork) -> str:
        """Return the parameters of a work as JSON.

        Raises:
            ValueError: they are larger than a journal keeps.
            InvalidParameters: some would not come back as they were given.
        """
        text = self.text(work)
        if len(text) > PARAMS_BYTES:
            raise ValueError(
                f"the parameters of {work.name} take {numbers.shown(len(text))} bytes as JSON, and "
                f"a journal keeps {PARAMS_BYTES} of a task at most: pass a path or a key to what "
                "is large, or submit it with durable=False"
            )
        return text.decode()

    def text(self, work: TypedWork) -> bytes:
        """Return the parameters of a work of any size as JSON; raises InvalidParameters."""
        known = self._known.get(work.type)
        if known is None:
            known = self._known[work.type] = _known(work.type)
        text = _written(work.params, known) if known.quick else None
        if text is None:
            text = _written_with_marks(work, known, self._refusal)
        return text


def work_from(type: TaskType, name: str, params: str) -> TypedWork:
    """Return the work of a type, with parameters as `Encoding.params` wrote them.

    Raises:
        InvalidParameters: they do not fit the type, which may have changed since.
    """
    given = _decode(params)
    parameters = type.parameters
    marked = any(mark in params for mark in _MARKED)
    read: Callable[..., dict[str, Any]] = parameters.parse_marked if marked else parameters.parse
    return TypedWork(type, read(given, name), name)


def decoded(params: str) -> Mapping[str, Any]:
    """Return parameters as JSON, with their marks."""
    found: Mapping[str, Any] = _decode(params)
    return found


def result_text(value: Any) -> str:
    """Return the result of a task as JSON with marks, cut to what a journal keeps."""
    text = _encode(plain(value))
    if len(text) > RESULT_BYTES:
        shown = text[: RESULT_BYTES // 4].decode(errors="ignore")
        text = _encode({"repr": f"{shown}… ({len(text)} bytes as JSON, cut)"})
    return text.decode()


def error_text(error: BaseException) -> str:
    """Return the class and the text of an error, cut to what a journal keeps."""
    text = printable(foreign.text_of(error, ERROR_CHARACTERS))
    kind = printable(foreign.kind_of(error))
    return f"{kind}: {text}" if text else kind


class Known(NamedTuple):
    """What is known of the parameters of a type."""

    quick: bool
    """Whether nearly all of their values can be written as they are."""
    floats: bool
    odd: frozenset[str]
    """The names of those with tables whose keys are neither texts nor whole numbers."""


def _known(type: TaskType) -> Known:
    of_all = {field.name: shape_of(field.wire) for field in type.parameters.fields}
    parts = [part for shape in of_all.values() for part in parts_of(shape)]
    odd = frozenset(name for name, shape in of_all.items() if has_odd_keys(shape))
    nested = any(isinstance(part, NESTED) for part in parts)
    return Known(
        not odd and not nested, any(isinstance(part, shapes.FloatType) for part in parts), odd
    )


def _written(params: dict[str, Any], known: Known) -> bytes | None:
    """Return parameters as they are; None for those that need marks."""
    try:
        text = _encode(params)
    except (UnicodeEncodeError, OverflowError, TypeError, ValueError):
        return None
    # A number that is not finite has become null; so may None have, which costs the care.
    if known.floats and b"null" in text:
        return None
    # A table that looks like a mark needs one itself.
    is_table = text.find(b'{"', 1) > 0
    return None if is_table and any(mark in text for mark in MARK_BYTES) else text


def _written_with_marks(work: TypedWork, known: Known, refusal: str) -> bytes:
    """Return parameters with marks, if they can be read back."""
    given = work.params_as_json()
    text = _encode(given)
    lost = {name for name, value in given.items() if is_lost(value)} if REPR in text else set()
    if not lost and (known.odd or ESCAPED in text):
        lost = _changed(work, text, known.odd)
    if lost:
        raise InvalidParameters(work.name, dict.fromkeys(sorted(lost), refusal))
    return text


def _changed(work: TypedWork, text: bytes, odd: frozenset[str]) -> set[str]:
    """Return the names of the parameters that would come back as something else."""
    try:
        back = work_from(work.type, work.name, text.decode()).params
    except InvalidParameters as error:
        return set(error.problems)
    return {
        name
        for name, value in work.params.items()
        if value != back[name]
        and (shown := repr(value)) != repr(back[name])  # NaN does not equal itself
        and (name in odd or "\\ud" in shown)
    }
