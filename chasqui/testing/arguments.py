"""Valid arguments of a task type, made by Hypothesis from the type's own parameters.

A strategy is built from what msgspec says a parameter accepts, bounds included, and everything that
it makes passes through the parameter's own conversion before the caller sees it. So what is drawn
is what a body gets, and nothing that submitting would refuse is ever drawn.
"""

from __future__ import annotations

import datetime as dt
import math
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

from msgspec import inspect as shapes

from chasqui.engine.types.fields import Field
from chasqui.engine.types.task_type import TaskType
from chasqui.engine.types.wire import shape_of
from chasqui.secret import Secret

try:
    from hypothesis import strategies as st
except ImportError as error:
    raise ImportError("arguments_for needs Hypothesis: pip install hypothesis") from error

Strategy = st.SearchStrategy[Any]

NAME_LENGTH: Final = 20  # characters of a path's name; file systems take at least 60 of any kind
_CHARACTERS: Final = st.characters(codec="utf-8")
_TEXT: Final = st.text(_CHARACTERS)
_ZONES: Final = st.sampled_from([dt.UTC, dt.timezone(dt.timedelta(hours=5, minutes=30))])
_ANYTHING: Final = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | _TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_TEXT, inner, max_size=3),
    max_leaves=5,
)


def arguments_for(
    type: TaskType,
    *,
    folder: Path | None = None,
    given: Mapping[str, Strategy] | None = None,
) -> st.SearchStrategy[dict[str, Any]]:
    """Return a strategy for arguments that a task type accepts, those with a default now and then.

        @hypothesis.given(arguments_for(chasqui_images.resize, folder=SCRATCH))
        def test_any_box_is_filled(arguments): ...

    Paths are names in ``folder``, of what is there now and of what is not; so a type that takes
    one needs it, and a body that is handed what it drew touches nothing elsewhere. ``given`` has
    strategies for parameters that are narrower than their annotation says, such as a text that
    must be a URL, and for secrets, which cannot be guessed.

    Raises:
        ValueError: a parameter is or holds a path and there is no folder, or a secret that is not
            given; or something is given that is no parameter.
    """
    narrower = dict(given or {})
    required: dict[str, Strategy] = {}
    optional: dict[str, Strategy] = {}
    for field in type.parameters.fields:
        strategy = narrower.pop(field.name, None)
        if strategy is None:
            if field.secret and not field.required:
                continue  # its default is as good as any
            strategy = _Maker(f"{type.name}: {field.name}", folder).make(shape_of(field.wire))
        (required if field.required else optional)[field.name] = _fitting(field, strategy)
    if narrower:
        raise ValueError(f"{type.name} has no parameter {' or '.join(map(repr, narrower))}")
    return st.fixed_dictionaries(required, optional=optional)


def _fitting(field: Field, strategy: Strategy) -> Strategy:
    def fits(value: Any) -> bool:
        try:
            field.convert(value)
        except ValueError:
            return False
        return True

    return strategy.filter(fits).map(field.convert)


class _Maker:
    """Makes strategies for values as JSON has them; conversion does the rest."""

    def __init__(self, where: str, folder: Path | None) -> None:
        self._where = where
        self._folder = folder
        self._made: dict[int, Strategy] = {}  # of classes, which may hold themselves

    def make(self, shape: Any) -> Strategy:
        match shape:
            case shapes.Metadata():
                return self.make(shape.type)
            case shapes.UnionType():
                return self._union(shape.types)
            case shapes.CustomType():
                return self._custom(shape.cls)
            case (
                shapes.ListType()
                | shapes.SetType()
                | shapes.FrozenSetType()
                | shapes.VarTupleType()
            ):
                distinct = isinstance(shape, shapes.SetType | shapes.FrozenSetType)
                return st.lists(
                    self.make(shape.item_type),
                    unique_by=repr if distinct else None,
                    **_sizes(shape),
                )
            case shapes.TupleType():
                return st.tuples(*map(self.make, shape.item_types))
            case _ if hasattr(shape, "key_type"):  # a dict, and a frozen one where there is such
                return st.dictionaries(
                    self.make(shape.key_type), self.make(shape.value_type), **_sizes(shape)
                )
            case (
                shapes.StructType()
                | shapes.DataclassType()
                | shapes.TypedDictType()
                | shapes.NamedTupleType()
            ):
                return self._structure(shape)
            case _:
                return _SCALARS[type(shape)](shape)

    def _union(self, members: Iterable[Any]) -> Strategy:
        possible = [one for one in members if not _is_secret(one)]
        # A secret that may be left out, is.
        return st.one_of(*map(self.make, possible or members))

    def _custom(self, kind: Any) -> Strategy:
        if kind is Secret:
            raise ValueError(
                f"{self._where} is a secret, which cannot be guessed; say where it is: "
                'given={"NAME": st.just("env:VARIABLE")}'
            )
        if self._folder is None:
            raise ValueError(
                f"{self._where} is a path; say arguments_for(..., folder=tmp_path), "
                "so that what is drawn lies in there"
            )
        return _paths(self._folder)

    def _structure(self, shape: Any) -> Strategy:
        if id(shape) not in self._made:
            fields: Strategy = st.nothing()
            self._made[id(shape)] = st.deferred(lambda: fields)
            fields = self._fields(shape)
        return self._made[id(shape)]

    def _fields(self, shape: Any) -> Strategy:
        if isinstance(shape, shapes.NamedTupleType) or getattr(shape, "array_like", False):
            tag = [] if getattr(shape, "tag", None) is None else [st.just(shape.tag)]
            return st.tuples(*tag, *(self.make(field.type) for field in shape.fields))
        tagged = (
            {} if getattr(shape, "tag", None) is None else {shape.tag_field: st.just(shape.tag)}
        )
        needed = {f.encode_name: self.make(f.type) for f in shape.fields if f.required}
        others = {f.encode_name: self.make(f.type) for f in shape.fields if not f.required}
        return st.fixed_dictionaries({**tagged, **needed}, optional=others)


def _is_secret(shape: Any) -> bool:
    return isinstance(shape, shapes.CustomType) and shape.cls is Secret


def _paths(folder: Path) -> Strategy:
    here = sorted(folder.rglob("*"))
    # Neither the folder itself nor anything above it.
    part = st.text(
        st.characters(codec="utf-8", exclude_characters="/\0"), min_size=1, max_size=NAME_LENGTH
    ).filter(lambda name: name not in (os.curdir, os.pardir))
    new = st.lists(part, min_size=1, max_size=2).map(lambda parts: folder.joinpath(*parts))
    return st.sampled_from(here) | new if here else new


def _sizes(shape: Any) -> dict[str, Any]:
    return {"min_size": shape.min_length or 0, "max_size": shape.max_length}


def _integers(shape: Any) -> Strategy:
    least = [] if shape.ge is None else [math.ceil(shape.ge)]
    least += [] if shape.gt is None else [math.floor(shape.gt) + 1]
    most = [] if shape.le is None else [math.floor(shape.le)]
    most += [] if shape.lt is None else [math.ceil(shape.lt) - 1]
    step = int(shape.multiple_of or 1)
    return st.integers(
        -(-max(least) // step) if least else None, min(most) // step if most else None
    ).map(lambda count: count * step)


def _floats(shape: Any) -> Strategy:
    low = shape.gt if shape.ge is None else shape.ge
    high = shape.lt if shape.le is None else shape.le
    if step := shape.multiple_of:
        return st.integers(
            None if low is None else math.ceil(low / step),
            None if high is None else math.floor(high / step),
        ).map(lambda count: float(count * step))
    return st.floats(
        low,
        high,
        exclude_min=low is not None and shape.ge is None,
        exclude_max=high is not None and shape.le is None,
        allow_nan=False,
        allow_infinity=False,
    )


def _texts(shape: Any) -> Strategy:
    if shape.pattern is None:
        return st.text(_CHARACTERS, **_sizes(shape))
    return st.from_regex(shape.pattern, alphabet=_CHARACTERS)


def _datetimes(shape: Any) -> Strategy:
    return st.datetimes(timezones=_zones(shape))


def _zones(shape: Any) -> Strategy:
    return {True: _ZONES, False: st.none()}.get(shape.tz, st.none() | _ZONES)


_SCALARS: Final[dict[type, Callable[[Any], Strategy]]] = {
    shapes.AnyType: lambda _: _ANYTHING,
    shapes.NoneType: lambda _: st.none(),
    shapes.BoolType: lambda _: st.booleans(),
    shapes.IntType: _integers,
    shapes.FloatType: _floats,
    shapes.StrType: _texts,
    shapes.BytesType: lambda shape: st.binary(**_sizes(shape)),
    shapes.ByteArrayType: lambda shape: st.binary(**_sizes(shape)),
    shapes.MemoryViewType: lambda shape: st.binary(**_sizes(shape)),
    shapes.DateTimeType: _datetimes,
    shapes.DateType: lambda _: st.dates(),
    shapes.TimeType: lambda shape: st.times(timezones=_zones(shape)),
    shapes.TimeDeltaType: lambda _: st.timedeltas(),
    shapes.UUIDType: lambda _: st.uuids(),
    shapes.DecimalType: lambda _: st.decimals(allow_nan=False, allow_infinity=False),
    shapes.EnumType: lambda shape: st.sampled_from([one.value for one in shape.cls]),
    shapes.LiteralType: lambda shape: st.sampled_from(shape.values),
}
