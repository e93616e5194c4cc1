"""Entries: what may be submitted to an engine; all mistakes are reported at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Any, Final

from chasqui import foreign, numbers
from chasqui.engine.policy.rules import Policy
from chasqui.engine.types.registry import Registry
from chasqui.engine.types.task_type import TaskType, TypedWork
from chasqui.errors import InvalidParameters
from chasqui.nearest import nearest
from chasqui.pool.work import Work, check_work, iterable, nothing_accepted

OF_TYPES: Final = frozenset({"concurrency", "rate", "breaker"})
SAYABLE: Final = tuple(one.name for one in fields(Policy) if one.name not in OF_TYPES)
OF_SUBMIT: Final = ("timeout", "delay", "at", "key")

Entry = str | TaskType | Work | tuple[str | TaskType, Mapping[str, Any]]
"""A type and its parameters, a type that needs none, or a work."""


def check_words(policy: Mapping[str, Any], also: Iterable[str] = ("timeout",)) -> None:
    """Refuse keywords that a submission does not have, before its parameters are checked."""
    words = (*also, *SAYABLE)
    for name in policy:
        if name in OF_TYPES:
            raise TypeError(f"{name} can only be set for a type, in @task or the config")
        if name not in SAYABLE:
            near = nearest(name, words)
            hint = f"did you mean {near}=? " if near else ""
            raise TypeError(
                f"a submission has no {name}=; {hint}it takes {', '.join(words)}, and a task's "
                f"parameters go into the mapping: {{{name!r}: …}}"
            )


def work_of(
    registry: Registry, type: str | TaskType | Work, params: Mapping[str, Any] | None
) -> Work:
    """Return the work of an entry.

    Raises:
        UnknownType, InvalidParameters: as `Engine.submit`.
        TypeError: it is no entry; the message says what it is and what to do.
    """
    if isinstance(type, str):
        return registry.get(type).work_from({} if params is None else mapping_of(params))
    if isinstance(type, TaskType):
        return registry.resolve(type).work_from({} if params is None else mapping_of(params))
    if not isinstance(type, TypedWork):
        _check_untyped(type)
    if params is not None:
        raise TypeError(
            f"params go with a task type or its name; {numbers.shown(type)} has its own"
        )
    if isinstance(type, TypedWork) and "." not in type.type.name:
        return TypedWork(registry.resolve(type.type), type.params, type.id)
    return type


def entry_of(registry: Registry, entry: Entry) -> Work:
    """Return the work of an entry of a batch; raises as `work_of`."""
    if not isinstance(entry, tuple):
        return work_of(registry, entry, None)
    if len(entry) != 2:
        raise TypeError(f"an entry is a work, a type or (type, params), got {numbers.shown(entry)}")
    return work_of(registry, *entry)


def works_of(name: str, many: Iterable[Any], make: Callable[[Any], Work]) -> list[Work]:
    """Return the work of each entry, if all entries are valid.

    Raises:
        TypeError: some are not entries; each is named by its index.
        InvalidParameters: the parameters of some are wrong, each named by its index.
        UnknownType: no type has such a name.
    """
    works: list[Work] = []
    refused: list[str] = []
    wrong: dict[str, str] = {}
    type_name = ""
    for index, entry in enumerate(iterable(name, many)):
        try:
            works.append(make(entry))
        except TypeError as error:
            refused.append(f"{name}[{index}]: {error}")
        except InvalidParameters as error:
            type_name = type_name or error.type_name
            other = "" if error.type_name == type_name else f"{error.type_name}: "
            wrong |= {
                f"{other}{name}[{index}]: {parameter}": why
                for parameter, why in error.problems.items()
            }
    if refused:
        raise nothing_accepted(refused)
    if wrong:
        raise InvalidParameters(type_name, wrong)
    return works


def mapping_of(params: Mapping[str, Any], name: str = "params") -> Mapping[str, Any]:
    """Return parameters; TypeError unless they are a mapping."""
    if type(params) is not dict and not foreign.is_mapping(params):
        raise TypeError(f"{name} must be a mapping of names, got {numbers.shown(params)}")
    return params


def _check_untyped(work: object) -> None:
    if foreign.is_a(work, type) or callable(foreign.attribute(work, "execute")):
        check_work(work)
    elif callable(work):
        raise TypeError(
            f"a task type, its name or a work is needed, got the function {numbers.shown(work)}; "
            "decorate it with @task"
        )
    else:
        raise TypeError(f"a task type, its name or a work is needed, got {numbers.shown(work)}")
