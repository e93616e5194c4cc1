"""Entries: what may be submitted to an engine; all mistakes are reported at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any, Final, cast

from chasqui import arguments, foreign, numbers
from chasqui.engine.policy.rules import Policy
from chasqui.engine.types.registry import Registry
from chasqui.engine.types.task_type import TaskType, TypedWork
from chasqui.errors import InvalidParameters
from chasqui.nearest import nearest
from chasqui.pool.refusals import why_no_entry
from chasqui.pool.work import Executes, Work, check_work, iterable, nothing_accepted

OF_TYPES: Final = frozenset({"concurrency", "rate", "by", "breaker", "keep", "on_interrupt", "ack"})
SAYABLE: Final = tuple(one.name for one in fields(Policy) if one.name not in OF_TYPES)
RARE: Final = ("debounce", "cooldown", "durable")  # which are named last
OF_SUBMIT: Final = ("timeout", "delay", "at", "key", "debounce", "cooldown", "durable")

Entry = str | TaskType | Work | tuple[str | TaskType, Mapping[str, Any]]
"""A type and its parameters, a type that needs none, or a work."""


def check_words(
    policy: Mapping[str, Any], also: Iterable[str] = ("timeout", "durable"), what: object = ""
) -> None:
    """Refuse keywords that a submission does not have, before its parameters are checked."""
    words = sorted((*also, *SAYABLE), key=RARE.__contains__)
    for name, value in policy.items():
        if name in OF_TYPES:
            raise TypeError(f"{name} can only be set for a type, in @task or the config")
        if name not in SAYABLE:
            near = nearest(name, words)
            hint = f"did you mean {near}=? " if near else ""
            told = f"a submission has no {name}=; {hint}it takes {', '.join(words)}"
            if foreign.is_a(what, str, TaskType):  # a work has its parameters already
                given = f"{{{name!r}: {numbers.shown(value)}}}"
                told += f", and a task's parameters go into the mapping: {given}"
            raise TypeError(told)


def checked(
    policy: Mapping[str, Any], timeout: float | None, key: str | None, what: object
) -> tuple[float | None, str | None]:
    """Refuse options of a submission that make no sense, before its parameters are looked at."""
    if policy:
        check_words(policy, OF_SUBMIT, what)
    if timeout is not None:
        timeout = numbers.wait("timeout", timeout)
    return timeout, None if key is None else arguments.text("key", key)


def work_of(
    registry: Registry, what: str | TaskType | Executes[Any], params: Mapping[str, Any] | None
) -> Work:
    """Return the work of an entry.

    Raises:
        UnknownType, InvalidParameters: as `Engine.submit`.
        TypeError: it is no entry; the message says what it is and what to do.
    """
    if isinstance(what, str):
        found = registry.get(what)
        name = what if type(what) is str else foreign.exact(what)
        if type(params) is not dict:  # asked here too, since most are, and a call takes 40 ns
            params = {} if params is None else mapping_of(params)
        return found.work_from(params, name)
    if isinstance(what, TaskType):
        name = registry.name_of(what)
        if params is not None and not foreign.is_mapping(params):
            raise TypeError(f"{_no_mapping(params)}; call({what.name}, ...) takes arguments")
        return what.work_from({} if params is None else params, name)
    if not isinstance(what, TypedWork):
        _check_untyped(what)
    if params is not None:
        raise TypeError(
            f"params go with a task type or its name; {numbers.shown(what)} has its own"
        )
    return registry.named(what) if isinstance(what, TypedWork) else cast(Work, what)


def call_of(
    registry: Registry, type: Any, args: Sequence[Any], kwargs: dict[str, Any]
) -> TypedWork:
    """Return the work of a call of a type.

    Raises:
        InvalidParameters: as `Engine.call`.
        TypeError: it is not a task type; the message says what to do.
    """
    check_type(type)
    name, parameters = registry.name_of(type), type.parameters
    return TypedWork(type, parameters.parse(parameters.bind(args, kwargs, name), name), name)


def check_type(type: Any) -> None:
    """Refuse anything but a task type."""
    if not isinstance(type, TaskType):
        raise TypeError(f"type must be a task type, got {_instead(type)}")


def _instead(type: Any) -> str:
    shown = numbers.shown(type)
    if foreign.is_a(type, str):
        return f"the name {shown}; submit({shown}, {{...}}) takes names"
    if foreign.is_a(type, TypedWork):
        return f"the work {shown}; submit() takes works"
    if callable(type):
        return f"{shown}; decorate it with @task, or use pool.call()"
    return shown


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
        raise TypeError(_no_mapping(params, name))
    return params


def _no_mapping(params: object, name: str = "params") -> str:
    return f"{name} must be a mapping of names, got {numbers.shown(params)}"


def _check_untyped(work: object) -> None:
    if foreign.is_a(work, type) or not callable(foreign.attribute(work, "execute")):
        raise TypeError(why_no_entry(work))
    check_work(work)
