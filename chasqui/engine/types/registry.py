"""The registry: the task types of an engine, and why a type is not known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol, TypeVar

from chasqui import arguments, numbers
from chasqui.engine.types.task_type import TaskType, TypedWork
from chasqui.errors import InvalidTaskType, UnknownType

Kind = TypeVar("Kind", bound=TaskType)

APPLICATION = "app"  # the prefix of what an application registers itself


def owner_of(name: str) -> str:
    """Return the prefix of a full name: a plugin, or `APPLICATION`."""
    return name.rpartition(".")[0]


class TypeSource(Protocol):
    """Something outside the engine that offers task types, such as the plugins."""

    def type(self, name: str) -> TaskType | None:
        """Return the type of this full name, if possible without loading others."""
        ...

    def types(self) -> Mapping[str, TaskType]:
        """Return the types on offer by full name."""
        ...

    def types_loaded(self) -> Mapping[str, TaskType]:
        """Return the types that are loaded already, without loading more."""
        ...

    def explain(self, name: str) -> str | None:
        """Say why a name is not on offer, if this source knows it."""
        ...


class Registry:
    """Task types by full name. A source is asked when a name is not registered here."""

    def __init__(self, source: TypeSource | None = None) -> None:
        self._own: dict[str, TaskType] = {}
        self._names: dict[TaskType, str] = {}  # of each type that was registered or asked for
        self._source = source
        self.on_registered: Callable[[str], object] | None = None
        """Called with the full name of a type that has been registered."""

    def register(self, type: Kind) -> Kind:
        """Add an application's own type as ``app.NAME``, and return it.

        Raises:
            TypeError: it is not a task type.
            InvalidTaskType: another type has this name.
        """
        if not isinstance(type, TaskType):
            hint = "; decorate it with @task" if callable(type) else ""
            raise TypeError(f"a task type is registered, got {numbers.shown(type)}{hint}")
        full = f"{APPLICATION}.{type.name}"
        known = self._own.get(full)
        if known is not None and known.function is not type.function:
            raise InvalidTaskType(f"{full} is registered already, by {known.function.__module__}")
        if known is not None:  # else types that are made again and again would pile up
            self._names.pop(known, None)
        self._own[full] = type
        self._names[type] = full
        if self.on_registered is not None:
            self.on_registered(full)
        return type

    def loaded(self) -> Mapping[str, TaskType]:
        """Return the types that are loaded already, without asking the source to load more."""
        return {**(self._source.types_loaded() if self._source else {}), **self._own}

    def all(self) -> dict[str, TaskType]:
        """Return every type by name, sorted."""
        offered = self._source.types() if self._source else {}
        return dict(sorted({**offered, **self._own}.items()))

    def get(self, name: str) -> TaskType:
        """Return the type of this name.

        Raises:
            UnknownType: no type has this name; the error has the nearest names, or the reason.
        """
        # A plain text of a known type, as in most submissions, needs no other look.
        own = self._own.get(name) if type(name) is str else None
        if own is not None:
            return own
        name = arguments.text("type", name, "a task type or its name")
        if (own := self._own.get(name)) is not None:
            return own
        offered = self._source.type(name) if self._source else None
        if offered is not None:
            return offered
        known = self.all()
        reason = self._source.explain(name) if self._source else None
        raise UnknownType(name, known, reason=reason)

    def name_of(self, type: TaskType) -> str:
        """Return the full name of a type here; register it if it has none.

        A type that a plugin offers has the plugin's name, if the plugin is loaded by now.
        """
        full = self._names.get(type)
        if full is None:
            offered = self._source.types_loaded() if self._source else {}
            full = next((name for name, other in offered.items() if other is type), "")
            if not full:
                self.register(type)
                return self._names[type]
            self._names[type] = full
        return full

    def named(self, work: TypedWork) -> TypedWork:
        """Return a work under the full name of its type here."""
        if "." in work.name:
            return work
        return TypedWork(work.type, work.params, self.name_of(work.type), work.id)
