"""Parameters: a function's signature as a contract.

msgspec validates and converts, field by field, so that every wrong parameter is reported at once.
The same fields draw the submit form and document the type as JSON Schema. What cannot be a
parameter is refused when the type is declared, naming the function and the parameter; so is a
default that breaks its own bounds.
"""

from __future__ import annotations

import inspect
import json
import types
import typing
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Literal

import msgspec

from chasqui.errors import InvalidParameters, InvalidTaskType
from chasqui.pool.context import Context

Kind = Literal["text", "path", "integer", "number", "boolean", "choice", "list"]

_SIMPLE: Final[dict[Any, Kind]] = {
    str: "text",
    Path: "path",
    int: "integer",
    float: "number",
    bool: "boolean",
}
_CONSTRAINTS = ("ge", "gt", "le", "lt", "multiple_of", "min_length", "max_length", "pattern")
_YES = frozenset({"yes", "true", "on", "1", "y"})
_NO = frozenset({"no", "false", "off", "0", "n"})
_MISSING: Final = inspect.Parameter.empty


@dataclass(frozen=True, slots=True)
class Parameter:
    """One parameter of a task type."""

    name: str
    kind: Kind
    required: bool
    default: Any = None
    optional: bool = False
    """Whether None is allowed; an empty field of a form then means None."""
    help: str = ""
    choices: tuple[str, ...] = ()
    """The values of a choice, as text."""
    values: tuple[Any, ...] = ()
    """The values of a choice, in the same order."""
    wire: Any = None
    """The type that msgspec converts to."""
    item_kind: Kind = "text"
    """The kind of a list's items."""

    @property
    def has_paths(self) -> bool:
        """Whether its value is a path or holds some."""
        return self.kind == "path" or (self.kind == "list" and self.item_kind == "path")

    def convert(self, value: Any) -> Any:
        """Return the argument for a value as it comes from JSON or from Python.

        Raises:
            ValueError: it does not fit; the text says why, to go behind the parameter's name.
        """
        if isinstance(value, Path):
            value = str(value)
        elif isinstance(value, list | tuple):
            value = [str(one) if isinstance(one, Path) else one for one in value]
        try:
            converted = msgspec.convert(value, self.wire)
        except msgspec.ValidationError as error:
            raise ValueError(_reason(self, str(error))) from None
        return self._typed(converted)

    def convert_text(self, text: str) -> Any:
        """Return the argument for a text as typed into a form or a command line."""
        return self.convert(self._from_text(text))

    def text_of(self, value: Any) -> str:
        """Return the text that `convert_text` reads as this value."""
        if value is None:
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, list | tuple):
            return json.dumps([str(one) if isinstance(one, Path) else one for one in value])
        return str(value)

    def _from_text(self, text: str) -> Any:
        if self.optional and text == "":
            return None
        if self.kind == "choice":
            if text not in self.choices:
                raise ValueError(f"must be one of {_listed(self.choices)}, got {text!r}")
            return self.values[self.choices.index(text)]
        if self.kind == "list":
            return self._list_from_text(text)
        return _scalar_from_text(self.kind, text)

    def _list_from_text(self, text: str) -> list[Any]:
        if text.lstrip().startswith("["):
            try:
                return list(json.loads(text))
            except ValueError as error:
                raise ValueError(f"is not a JSON list: {error}") from None
        parts = [part.strip() for part in text.split(",")] if text.strip() else []
        return [_scalar_from_text(self.item_kind, part) for part in parts]

    def _typed(self, value: Any) -> Any:
        if value is None:
            return None
        if self.kind == "path":
            return Path(value)
        if self.kind == "list" and self.item_kind == "path":
            return [Path(one) for one in value]
        return value


class Parameters:
    """The parameters of one task type, in the order of its signature."""

    def __init__(self, fields: tuple[Parameter, ...], *, takes_context: str | None) -> None:
        self.fields = fields
        self.takes_context = takes_context
        """The name of the parameter that takes the `Context`, if there is one."""
        self._by_name = {field.name: field for field in fields}
        self._record = msgspec.defstruct(
            "Record",
            [
                (field.name, field.wire)
                if field.required
                else (field.name, field.wire | msgspec.UnsetType, msgspec.UNSET)
                for field in fields
            ],
            kw_only=True,
            forbid_unknown_fields=True,
        )
        self._plain = tuple(field.name for field in fields if not field.has_paths)
        self._paths = tuple(field for field in fields if field.has_paths)

    def parse(self, given: Mapping[str, Any], type_name: str = "task") -> dict[str, Any]:
        """Return the arguments for values from JSON or Python.

        Raises:
            InvalidParameters: with every parameter that is wrong, missing or unknown.
        """
        try:
            record = msgspec.convert(given, self._record)
        except msgspec.ValidationError:
            # It stops at the first mistake, and takes no Path; field by field is slower and does.
            return self._parse(given, type_name, Parameter.convert)
        arguments = {
            name: value
            for name in self._plain
            if (value := getattr(record, name)) is not msgspec.UNSET
        }
        for field in self._paths:
            if (value := getattr(record, field.name)) is not msgspec.UNSET:
                arguments[field.name] = field._typed(value)
        return arguments

    def parse_text(self, given: Mapping[str, str], type_name: str = "task") -> dict[str, Any]:
        """Return the arguments for texts from a form or a command line; raises as `parse`."""
        return self._parse(given, type_name, Parameter.convert_text)

    def schema(self) -> dict[str, Any]:
        """Return the JSON Schema of the parameters."""
        properties: dict[str, Any] = {}
        for field in self.fields:
            schema = msgspec.json.schema(field.wire)
            if field.help:
                schema["description"] = field.help
            if not field.required:
                schema["default"] = msgspec.to_builtins(field.default, enc_hook=str)
            properties[field.name] = schema
        return {
            "type": "object",
            "properties": properties,
            "required": [field.name for field in self.fields if field.required],
            "additionalProperties": False,
        }

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
        convert: Callable[[Parameter, Any], Any],
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
                problems[str(name)] = "is not a parameter of this task type"
        if problems:
            raise InvalidParameters(type_name, problems)
        return arguments


def read_signature(function: Callable[..., Any]) -> Parameters:
    """Compile a function's signature.

    Raises:
        InvalidTaskType: a parameter has no annotation, or one that cannot be a parameter, or a
            default that breaks its own bounds.
    """
    name = getattr(function, "__qualname__", repr(function))
    try:
        hints = typing.get_type_hints(function, include_extras=True)
    except NameError as error:
        raise InvalidTaskType(
            f"{name}: the annotation {error.name!r} cannot be resolved; "
            "import it at run time, not under TYPE_CHECKING"
        ) from error
    fields: list[Parameter] = []
    takes_context: str | None = None
    for parameter in inspect.signature(function).parameters.values():
        where = f"{name}: parameter {parameter.name!r}"
        if parameter.kind not in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY):
            raise InvalidTaskType(f"{where} must be an ordinary parameter, not {parameter}")
        if parameter.name not in hints:
            raise InvalidTaskType(f"{where} needs an annotation, such as str or Path")
        if hints[parameter.name] is Context:
            takes_context = parameter.name
            continue
        fields.append(_compile(where, parameter, hints[parameter.name]))
    return Parameters(tuple(fields), takes_context=takes_context)


def _compile(where: str, parameter: inspect.Parameter, hint: Any) -> Parameter:
    metadata: tuple[Any, ...] = ()
    if typing.get_origin(hint) is typing.Annotated:
        hint, *rest = typing.get_args(hint)
        metadata = tuple(rest)
    bare, optional = _without_none(hint)
    try:
        kind, wire, extra = _classify(bare)
        wire = _constrained(wire, metadata)
        if optional:
            wire = wire | None
        field = Parameter(
            parameter.name,
            kind,
            required=parameter.default is _MISSING,
            default=None if parameter.default is _MISSING else parameter.default,
            optional=optional,
            help=next((str(m.description) for m in metadata if _has(m, "description")), ""),
            wire=wire,
            **extra,
        )
        if not field.required:
            field.convert(field.default)
    except (ValueError, TypeError) as error:
        at_fault = "its default " if parameter.default is not _MISSING else ""
        text = str(error)
        if text.startswith("cannot be"):
            at_fault = ""
        raise InvalidTaskType(f"{where}: {at_fault}{text}") from None
    return field


def _classify(hint: Any) -> tuple[Kind, Any, dict[str, Any]]:
    """Return the kind of an annotation, what msgspec converts to, and what else is known."""
    if hint in _SIMPLE:
        return _SIMPLE[hint], str if hint is Path else hint, {}
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        texts = tuple(str(value) for value in arguments)
        return "choice", hint, {"choices": texts, "values": arguments}
    if origin is list and arguments[0] in _SIMPLE:
        item = arguments[0]
        wire = list[str] if item is Path else list[item]  # type: ignore[valid-type]
        return "list", wire, {"item_kind": _SIMPLE[item]}
    raise TypeError(
        f"cannot be a parameter of type {inspect.formatannotation(hint)}; "
        "use str, int, float, bool, Path, Literal or a list of these"
    )


def _without_none(hint: Any) -> tuple[Any, bool]:
    if typing.get_origin(hint) in (typing.Union, types.UnionType):
        rest = [one for one in typing.get_args(hint) if one is not types.NoneType]
        if len(rest) == 1:
            return rest[0], True
    return hint, False


def _constrained(wire: Any, metadata: tuple[Any, ...]) -> Any:
    found = {
        name: getattr(meta, name)
        for meta in metadata
        for name in _CONSTRAINTS
        if getattr(meta, name, None) is not None
    }
    return typing.Annotated[wire, msgspec.Meta(**found)] if found else wire


def _has(meta: Any, attribute: str) -> bool:
    return getattr(meta, attribute, None) is not None


def _scalar_from_text(kind: Kind, text: str) -> Any:
    try:
        if kind == "integer":
            return int(text)
        if kind == "number":
            return float(text)
    except ValueError:
        raise ValueError(f"must be {_NOUNS[kind]}, got {text!r}") from None
    if kind == "boolean":
        if text.lower() not in _YES | _NO:
            raise ValueError(f"must be yes or no, got {text!r}")
        return text.lower() in _YES
    return text


_NOUNS = {"integer": "a whole number", "number": "a number", "boolean": "yes or no"}


def _reason(field: Parameter, text: str) -> str:
    """Turn msgspec's sentence into one that goes behind the parameter's name."""
    if field.choices:
        return f"must be one of {_listed(field.choices)}"
    text = text.replace(" - at `$`", "").replace("`", "").replace(" - at $", " at ")
    return text[:1].lower() + text[1:]


def _listed(choices: tuple[str, ...]) -> str:
    return ", ".join(choices)
