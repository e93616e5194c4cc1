"""Field: one parameter of a task type, or one setting of a plugin, compiled."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Final

import msgspec

from chasqui import foreign
from chasqui.engine.kinds import NOUNS, Kind, bare, expects, kind_of, members_of, takes_any_text
from chasqui.engine.marks import plain, unmarked
from chasqui.engine.texts import listed, plainly, read, read_json, read_list, shown, written
from chasqui.engine.wire import (
    from_wire,
    holds_anything,
    holds_secret,
    is_native,
    literal_values,
    schema_of,
    shape_of,
    to_wire,
    wired,
    without_none,
)
from chasqui.secret import MASK, Secret

REQUIRED: Final = msgspec.UNSET
"""Stands for the default of a field that has none."""


@dataclass(frozen=True, slots=True)
class Field:
    """What may be given under one name, and how it becomes an argument."""

    name: str
    wire: Any
    """The type that msgspec converts to."""
    kind: Kind
    """How a person types it in."""
    default: Any = REQUIRED
    optional: bool = False
    """Whether None is allowed; an empty field of a form then means None."""
    help: str = ""
    expects: str = ""
    """What is to be typed in, in a few words, with its bounds."""
    choices: tuple[str, ...] = ()
    """The texts of a choice, or of the items of a list of choices."""
    values: tuple[Any, ...] = ()
    """The values of the choices as JSON has them, in the same order."""
    item_kind: Kind = "text"
    """The kind of a list's items."""
    or_text: bool = False
    """Whether what is no JSON stands for itself."""
    native: bool = False
    """Whether msgspec converts it without help."""
    loose: bool = False
    """Whether every value fits somewhere in it, a mark as well as what it stands for."""
    secret: bool = False
    """Whether it is a secret, or may have one in it."""

    @property
    def required(self) -> bool:
        """Whether it has no default."""
        return self.default is REQUIRED

    def convert(self, value: Any) -> Any:
        """Return the argument for a value from JSON or from Python.

        Raises:
            ValueError: it does not fit; the text says why, to go behind the field's name.
        """
        try:
            return msgspec.convert(value, self.wire, dec_hook=from_wire, str_keys=True)
        except msgspec.ValidationError as error:
            raise ValueError(self._reason(str(error))) from None
        except RecursionError:
            raise ValueError("is nested too deeply") from None

    def convert_marked(self, value: Any) -> Any:
        """Return the argument for a value from JSON that may hold the marks of `marks.plain`.

        What looks like a mark is read as one, as `as_json` has written it. If that does not fit,
        it may be what somebody wrote who knows of no marks.

        Raises:
            ValueError: as `convert`.
        """
        if not isinstance(value, dict | list):
            return self.convert(value)
        try:
            read = unmarked(value)
        except RecursionError:
            raise ValueError("is nested too deeply") from None
        except ValueError as error:
            unreadable = ValueError(f"has a mark that cannot be read: {error}")
            if self.loose:  # where everything fits, so would what is left of the mark
                raise unreadable from None
            return self._convert_unless(unreadable, value)
        try:
            return self.convert(read)
        except ValueError as wrong:
            return self._convert_unless(wrong, value)

    def convert_text(self, text: str) -> Any:
        """Return the argument for a text as typed into a form or a command line."""
        if self.optional and text == "":
            return None
        if self.kind == "list":
            return self.convert(read_list(self.item_kind, text, self.values))
        if self.kind == "json":
            return self._convert_json(text)
        value = read(self.kind, text, self.values)
        try:
            return self.convert(value)
        except ValueError:
            if self.kind in ("date", "time", "duration"):
                raise ValueError(f"must be {NOUNS[self.kind]}, got {shown(text)}") from None
            raise

    def _convert_json(self, text: str) -> Any:
        value = read_json(text, or_text=self.or_text)
        try:
            return self.convert(value)
        except ValueError:
            if not self.or_text:
                raise
            return self.convert(text)  # JSON of another shape, as the command `true` is

    def text_of(self, value: Any) -> str:
        """Return the text that `convert_text` reads as this value."""
        if value is None and self.optional:
            return ""
        return written(self.kind, value)

    def shown(self, value: Any) -> str:
        """Return the text of a value for a person to read, its secrets masked."""
        try:
            return written(self.kind, value, show=_show)
        except (TypeError, ValueError):  # a value of Any may be anything
            return str(value)

    def as_json(self, value: Any) -> Any:
        """Return what JSON can hold of an argument; `convert_marked` reads it back."""
        try:
            return plain(msgspec.to_builtins(value, enc_hook=to_wire, str_keys=True))
        except (TypeError, ValueError):  # a value of Any may be anything
            return plain(value)

    def _convert_unless(self, wrong: ValueError, value: Any) -> Any:
        """Convert a value as it stands; if it does not fit either, raise what was wrong before."""
        try:
            return self.convert(value)
        except ValueError:
            raise wrong from None

    def _reason(self, text: str) -> str:
        """Turn msgspec's sentence into one that goes behind the field's name."""
        if self.kind == "choice":
            return f"must be one of {listed(self.choices)}"
        text = re.sub(r" - at `\$(.*)`$", lambda at: f" at {at[1]}" if at[1] else "", text)
        text = plainly(text).replace("`", "")
        return text[:1].lower() + text[1:]


def compile_field(name: str, hint: Any, *, default: Any = REQUIRED, help: str = "") -> Field:
    """Compile a name and its annotation.

    Raises:
        TypeError: the annotation cannot be a parameter.
        ValueError: the default does not fit it.
    """
    described = getattr(hint, "__metadata__", ())
    texts = (getattr(meta, "description", None) for meta in described)
    wire, shape = _shaped(hint)
    _, optional = without_none(wire)
    kind = kind_of(shape)
    chosen = bare(shape)
    if kind == "list":
        chosen = bare(chosen.item_type)  # type: ignore[attr-defined]
    is_choice = "choice" in (kind, kind_of(chosen) if kind == "list" else "")
    values = (members_of(chosen) or literal_values(wire)) if is_choice else ()
    field = Field(
        name,
        wire,
        kind,
        default=default,
        optional=optional,
        help=help or next((str(text) for text in texts if text), ""),
        expects=expects(shape, values),
        choices=tuple(str(value) for value in values),
        values=values,
        item_kind=kind_of(chosen) if kind == "list" else "text",
        or_text=takes_any_text(shape),
        native=is_native(shape),
        loose=holds_anything(shape),
        secret=holds_secret(shape),
    )
    if default is not REQUIRED:
        field.convert(default)
        if kind == "secret" and not isinstance(default, Secret | None):
            raise ValueError("must be made as Secret('env:NAME')")
    return field


def _shaped(hint: Any) -> tuple[Any, Any]:
    try:
        wire = wired(hint)
        return wire, shape_of(wire)
    except TypeError:
        raise
    except Exception as error:  # of the annotation's own code, or a name that it does not find
        raise TypeError(f"{foreign.kind_of(error)}: {foreign.text_of(error)}") from error


def _show(value: Any) -> Any:
    return MASK if isinstance(value, Secret) else to_wire(value)


def schemas(fields: tuple[Field, ...]) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return the JSON Schema of each field by name, and the definitions that they refer to."""
    shapes, definitions = msgspec.json.schema_components(
        [field.wire for field in fields],
        schema_hook=schema_of,
        ref_template="#/$defs/{name}",
    )
    properties: dict[str, Any] = {}
    for field, schema in zip(fields, shapes, strict=True):
        properties[field.name] = schema
        if field.help:
            schema["description"] = field.help
        if not field.required:
            schema["default"] = field.as_json(field.default)
    return properties, definitions
