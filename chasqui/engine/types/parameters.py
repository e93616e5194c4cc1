"""Parameters: the fields of a task type or of a plugin's settings, checked together.

msgspec validates and converts all of them at once; if that fails, field by field, so that every
wrong parameter is reported with its reason. The same fields make the submit form, document the type
as JSON Schema and write its parameters as JSON.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import msgspec
from msgspec.structs import asdict

from chasqui import arguments, foreign, numbers, outline
from chasqui.engine.types.copying import fresh
from chasqui.engine.types.fields import REQUIRED, SHOWN, Field, compile_field
from chasqui.engine.types.wire import from_wire
from chasqui.engine.values.marks import plain
from chasqui.errors import InvalidParameters, InvalidTaskType
from chasqui.keywords import hinting
from chasqui.nearest import nearest


@hinting
@dataclass(frozen=True, slots=True)
class Parameter:
    """Declare a setting of a plugin, as `chasqui_settings` returns them.

    Example: `chasqui-tui help authors`.
    """

    name: str
    type: Any
    """An annotation, as for a parameter of a task type; `Annotated` works too."""
    default: Any = REQUIRED
    help: str = ""

    def __post_init__(self) -> None:
        for name in ("name", "help"):
            object.__setattr__(self, name, arguments.text(name, getattr(self, name)))


class Parameters:
    """Fields by name, in order."""

    def __init__(
        self,
        fields: tuple[Field, ...],
        *,
        takes_context: str | None = None,
        positional: tuple[str, ...] = (),
    ) -> None:
        self.fields = fields
        self.positional = positional
        """The names of those that may be given by position, in order."""
        self.takes_context = takes_context
        """The name of the parameter that takes the `Context`, if there is one."""
        self._by_name = {field.name: field for field in fields}
        self._names = tuple(self._by_name)
        self._changing = [field for field in fields if field.changes]
        self._shared = [field.name for field in fields if field.shares]
        self._nested = [field for field in fields if field.nested is not None]
        self._native = all(field.native for field in fields)
        self._record = msgspec.defstruct(
            "Record",
            [(f.name, f.wire) if f.required else (f.name, f.wire, msgspec.UNSET) for f in fields],
            kw_only=True,
            forbid_unknown_fields=True,
        )

    @property
    def has_secrets(self) -> bool:
        """Whether any of their values may be a secret."""
        return any(field.secret for field in self.fields)

    def field(self, name: str) -> Field | None:
        """Return the field of this name."""
        return self._by_name.get(name)

    def bind(
        self, args: Sequence[Any], kwargs: dict[str, Any], type_name: str
    ) -> Mapping[str, Any]:
        """Return what the arguments of a call give, by name: ``kwargs``, which is added to.

        What is missing or unknown is found by `parse`. `inspect.Signature.bind` takes 2 to 3 us,
        this takes 0.3.

        Raises:
            InvalidParameters: there are too many by position, or one is given twice.
        """
        names = self.positional
        if len(args) > len(names):
            problem = f"is too many: at most {len(names)} can be given by position, got {len(args)}"
            raise InvalidParameters(type_name, {f"argument {len(names) + 1}": problem})
        for name, value in zip(names, args, strict=False):
            if name in kwargs:
                raise InvalidParameters(type_name, {name: "is given by position and by name"})
            kwargs[name] = value
        return kwargs

    def parse(self, given: Mapping[str, Any], type_name: str = "task") -> dict[str, Any]:
        """Return the arguments for values from JSON or from Python.

        Raises:
            InvalidParameters: with every parameter that is wrong, missing or unknown.
        """
        try:
            # The hook and the keys cost 0.4 us, even if they have nothing to do.
            if self._native:
                record = msgspec.convert(given, self._record)
            else:
                record = msgspec.convert(given, self._record, dec_hook=from_wire, str_keys=True)
        except BaseException as wrong:  # also from the constructor of an annotated class
            foreign.let_through(wrong)
            # msgspec stops at the first mistake; field by field is slower and finds all.
            return self._parse(given, type_name, Field.convert)
        for field in self._nested:
            if field.name in given and field.nested.problem(given[field.name]):  # type: ignore[union-attr]
                return self._parse(given, type_name, Field.convert)
        if type(given) is dict and len(given) == len(self._names):
            # All are there, since no others may be. This takes a quarter of the time.
            arguments = asdict(record)
        else:
            arguments = {
                name: value
                for name in self._names
                if (value := getattr(record, name)) is not msgspec.UNSET
            }
        return self._owned(arguments) if self._shared else arguments

    def parse_marked(self, given: Mapping[str, Any], type_name: str = "task") -> dict[str, Any]:
        """Return the arguments for values from JSON with marks in them; raises as `parse`."""
        return self._parse(given, type_name, Field.convert_marked)

    def parse_edited(
        self, given: Mapping[str, Any], edit: Mapping[str, Any], type_name: str = "task"
    ) -> dict[str, Any]:
        """Return the arguments for JSON with marks, some of them replaced; raises as `parse`.

        What the type has no longer is left out, and what is replaced needs not fit any more: they
        may be of an older version of the type.
        """

        def convert(field: Field, value: Any) -> Any:
            return (field.convert if field.name in edit else field.convert_marked)(value)

        kept = {name: value for name, value in given.items() if name in self._by_name}
        return self._parse({**kept, **edit}, type_name, convert)

    def parse_text(self, given: Mapping[str, str], type_name: str = "task") -> dict[str, Any]:
        """Return the arguments for texts from a form or a command line; raises as `parse`."""
        return self._parse(given, type_name, Field.convert_text)

    def filled(self, given: Mapping[str, Any], owner: str) -> dict[str, Any]:
        """Return the values, with defaults for missing ones; raises as `parse`."""
        values = self.parse(given, owner)
        return {f.name: values.get(f.name, fresh(f.default)) for f in self.fields}

    def for_attempt(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return the arguments of one attempt, which its body may change; see `fresh`."""
        if not self._changing:
            return arguments
        passed = dict(arguments)
        for field in self._changing:
            if field.name in arguments:
                passed[field.name] = fresh(arguments[field.name])
            elif not field.required:
                passed[field.name] = fresh(field.default)
        return passed

    def as_json(self, arguments: Mapping[str, Any]) -> dict[str, Any]:
        """Return arguments as JSON can hold them; `parse_marked` reads them back."""
        return {
            name: self._by_name[name].as_json(value) if name in self._by_name else plain(value)
            for name, value in arguments.items()
        }

    def shown(self, arguments: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
        """Yield each argument's name and its text for people, with secrets masked."""
        for name, value in arguments.items():
            field = self._by_name.get(name)
            yield name, outline.text(value, SHOWN) if field is None else field.shown(value)

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the parameters."""
        from chasqui.engine.types.json_schema import schemas

        properties, definitions = schemas(self.fields)
        schema: dict[str, Any] = {
            "type": "object",
            "properties": properties,
            "required": [field.name for field in self.fields if field.required],
            "additionalProperties": False,
        }
        return {**schema, "$defs": definitions} if definitions else schema

    def signature(self) -> str:
        """Return the parameters as a line of help: ``path [algorithm=sha256]``."""
        return " ".join(
            field.name if field.required else f"[{field.name}={field.text_of(field.default)}]"
            for field in self.fields
        )

    def _parse(
        self,
        given: Mapping[str, Any],
        type_name: str,
        convert: Callable[[Field, Any], Any],
    ) -> dict[str, Any]:
        arguments: dict[str, Any] = {}
        problems: dict[str, str] = {}
        for field in self.fields:
            if field.name not in given:
                if field.required:
                    problems[field.name] = "is required"
                continue
            try:
                arguments[field.name] = convert(field, given[field.name])
            except ValueError as error:
                problems[field.name] = str(error)
        for name in given:
            if name not in self._by_name:
                problems[str(name)] = self._unknown(str(name))
        if problems:
            raise InvalidParameters(type_name, problems)
        return self._owned(arguments)

    def _owned(self, arguments: dict[str, Any]) -> dict[str, Any]:
        """Return arguments that share nothing with the submitter."""
        for name in self._shared:
            if name in arguments:
                arguments[name] = fresh(arguments[name])
        return arguments

    def _unknown(self, name: str) -> str:
        near = nearest(name, self._names)
        hint = f"; did you mean {near}?" if near else ""
        return f"is not a parameter of this task type{hint}"


def declared(owner: str, parameters: Iterable[Any]) -> Parameters:
    """Compile declared settings.

    Raises:
        InvalidTaskType: with each that is no setting, is there twice, or has an invalid default.
    """
    fields: dict[str, Field] = {}
    problems: list[str] = []
    for parameter in parameters:
        if not isinstance(parameter, Parameter):
            problems.append(f"{owner} gave {numbers.shown(parameter)}, which is not a Parameter")
        elif problem := _declare(parameter, fields):
            problems.append(f"{owner}: setting {parameter.name!r}{problem}")
    if problems:
        raise InvalidTaskType("; ".join(problems))
    return Parameters(tuple(fields.values()))


def _declare(one: Parameter, fields: dict[str, Field]) -> str:
    """Add the field of a setting, or say why not."""
    if not (isinstance(one.name, str) and one.name.isidentifier()):
        return " must be named by letters, digits and _"
    if one.name in fields:
        return " is there twice"
    try:
        fields[one.name] = compile_field(one.name, one.type, default=one.default, help=one.help)
    except TypeError as error:
        return f" {error}"
    except ValueError as error:
        return f": its default {error}"
    return ""
