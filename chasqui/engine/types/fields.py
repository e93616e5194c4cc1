"""Field: a parameter of a task type, or a setting of a plugin, compiled."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import msgspec

from chasqui import foreign, outline
from chasqui.engine.types.copying import check_copy, fresh, may_change, may_share
from chasqui.engine.types.forms import formed, has_forms
from chasqui.engine.types.kinds import (
    NOUNS,
    Kind,
    Notes,
    bare,
    expects,
    kind_of,
    limits,
    members_of,
    takes_any_text,
)
from chasqui.engine.types.nested import Nested, compile_nested
from chasqui.engine.types.patterns import asked_for
from chasqui.engine.types.reasons import reason
from chasqui.engine.types.scalars import JSON_SCALARS, Scalar, scalar_of
from chasqui.engine.types.texts import read, read_json, read_list, shown, written
from chasqui.engine.types.wire import (
    from_wire,
    holds_anything,
    holds_secret,
    is_native,
    literal_values,
    shape_of,
    to_wire,
    wired,
    without_none,
)
from chasqui.engine.values.marks import plain, unmarked
from chasqui.engine.values.plain import is_plain
from chasqui.secret import MASK, Secret

SHOWN: Final = 4096  # characters of a value that is shown as an outline

_UNKNOWN: Final = "unknown field"  # of a Struct that forbids them itself: reported already

REQUIRED: Final = msgspec.UNSET
"""In place of the default of a field without one."""


@dataclass(frozen=True, slots=True)
class Field:
    """A named value to be given, and its conversion to an argument."""

    name: str
    wire: Any
    """The type that msgspec converts to."""
    kind: Kind
    """How people type it in."""
    default: Any = REQUIRED
    optional: bool = False
    """Whether None is allowed; an empty field of a form then means None."""
    help: str = ""
    expects: str = ""
    """What to type in, in a few words, with its bounds."""
    choices: tuple[str, ...] = ()
    """The texts of a choice, or of the items of a list of choices."""
    values: tuple[Any, ...] = ()
    """The values of the choices as JSON has them, in the same order."""
    item_kind: Kind = "text"
    """The kind of a list's items."""
    or_text: bool = False
    """Whether a text that is not JSON stands for itself."""
    native: bool = False
    """Whether msgspec converts it without help."""
    loose: bool = False
    """Whether it has a part that accepts every value, even a mark that was not decoded."""
    secret: bool = False
    """Whether it is a secret, or may contain one."""
    changes: bool = False
    """Whether a body can change its value or its default; then each attempt gets a copy."""
    shares: bool = False
    """Whether a submitted value is copied, since the submitter could still change it."""
    nested: Nested | None = None
    """Checks of nested objects, besides those of msgspec."""
    forms: Any = None
    """Its shape, if something in it has another form in msgspec; see `forms`."""
    scalar: Scalar | None = None
    """What fits as it is."""

    @property
    def required(self) -> bool:
        """Whether it has no default."""
        return self.default is REQUIRED

    def convert(self, value: Any) -> Any:
        """Return the argument for a value from JSON or from Python.

        Raises:
            ValueError: it does not fit; the text says why, and follows the field's name.
        """
        if self.scalar is not None and self.scalar.takes(value):
            return value
        try:
            if self.forms is not None:
                value = formed(self.forms, value)
            within = "" if self.nested is None else self.nested.problem(value)
            converted = msgspec.convert(value, self.wire, dec_hook=from_wire, str_keys=True)
        except msgspec.ValidationError as error:
            told = "" if within and _UNKNOWN in str(error) else self._reason(str(error), value)
            reasons = (within, told)
            raise ValueError("; ".join(filter(None, dict.fromkeys(reasons)))) from None
        except RecursionError:
            raise ValueError("is nested too deeply") from None
        except BaseException as broken:  # raised by the constructor of an annotated class
            foreign.let_through(broken)
            text = f"{foreign.kind_of(broken)}: {foreign.text_of(broken)}"
            raise ValueError(f"cannot be made of this: {text}") from None
        if within:
            raise ValueError(within)
        return converted

    def convert_marked(self, value: Any) -> Any:
        """Return the argument for a value from JSON that may hold the marks of `marks.plain`.

        What looks like a mark is decoded, as `as_json` has written it. If that does not fit, it is
        taken as it is: it may come from a user who does not know about marks.

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
            if self.loose:  # a part that accepts everything would accept the broken mark
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
            return self.convert(read_list(self.item_kind, text, self.values, hidden=self.secret))
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
        value = read_json(text, or_text=self.or_text, hidden=self.secret)
        try:
            return self.convert(value)
        except ValueError:
            if not self.or_text or (self.nested is not None and self.nested.problem(value)):
                raise
            return self.convert(text)  # JSON of another shape, such as the command `true`

    def text_of(self, value: Any) -> str:
        """Return the text that `convert_text` reads as this value."""
        if value is None and self.optional:
            return ""
        return written(self.kind, value)

    def shown(self, value: Any) -> str:
        """Return the text of a value for a person to read, its secrets masked.

        Screens ask for it, so no code of the value runs: objects that only their own code could
        turn into text are shown as an outline.
        """
        if is_plain(value):
            try:
                return written(self.kind, value, show=_show)
            except (TypeError, ValueError):  # an integer may have too many digits to be written
                pass
        return outline.text(value, SHOWN)

    def as_json(self, value: Any) -> Any:
        """Return an argument as JSON can hold it; `convert_marked` reads it back."""
        if type(value) in JSON_SCALARS:
            return plain(value)
        if is_plain(value):
            try:
                return plain(msgspec.to_builtins(value, enc_hook=to_wire, str_keys=True))
            except (TypeError, ValueError):  # a value of Any may be anything
                pass
        return plain(value)

    def _convert_unless(self, wrong: ValueError, value: Any) -> Any:
        """Convert a value as it is; if it does not fit either, raise the first error."""
        try:
            return self.convert(value)
        except ValueError:
            raise wrong from None

    def _reason(self, text: str, value: Any) -> str:
        """Turn msgspec's sentence into one that follows the field's name."""
        return reason(
            text,
            value,
            shape_of(self.wire),
            hidden=self.secret,
            choices=self.choices,
            help=self.help,
        )


def compile_field(name: str, hint: Any, *, default: Any = REQUIRED, help: str = "") -> Field:
    """Compile a name and its annotation.

    Raises:
        TypeError: the annotation cannot be a parameter.
        ValueError: the default does not fit it.
    """
    texts = (getattr(meta, "description", None) for meta in getattr(hint, "__metadata__", ()))
    help = help or next((str(text) for text in texts if text), "")
    wire, shape, nested = _shaped(hint)
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
        help=help,
        expects=_without_pattern(expects(shape, values, _notes(nested)), shape, help),
        choices=tuple(str(value) for value in values),
        values=values,
        item_kind=kind_of(chosen) if kind == "list" else "text",
        or_text=takes_any_text(shape),
        native=is_native(shape),
        loose=holds_anything(shape),
        secret=holds_secret(shape),
        changes=may_change(shape) or (default is not REQUIRED and fresh(default) is not default),
        shares=may_share(shape),
        nested=nested,
        forms=shape if has_forms(shape) else None,
        scalar=scalar_of(shape),
    )
    if default is not REQUIRED:
        field.convert(default)
        check_copy(default)
        if kind == "secret" and not isinstance(default, Secret | None):
            raise ValueError("must be made as Secret('env:NAME')")
    return field


def _shaped(hint: Any) -> tuple[Any, Any, Nested | None]:
    try:
        wire = wired(hint)
        shape = shape_of(wire)
        return wire, shape, compile_nested(shape)
    except TypeError:
        raise
    except Exception as error:  # from the annotation's own code, or an unknown name
        raise TypeError(f"{foreign.kind_of(error)}: {foreign.text_of(error)}") from error


def _without_pattern(expects: str, shape: Any, help: str) -> str:
    """Leave out the pattern that a text must match, if a help text describes it."""
    pattern = getattr(bare(shape), "pattern", None)
    if not help or pattern is None:
        return expects
    told = asked_for(pattern)
    return expects.replace(f", {told}", "").replace(told, "text")


def _notes(nested: Nested | None) -> Notes:
    """Return a function that describes a nested field in a few words."""

    def note(part: Any, name: str) -> str:
        inner = None if nested is None else nested.inner(part).get(name)
        return "" if inner is None else "; ".join(filter(None, (limits(inner.shape), inner.help)))

    return note


def _show(value: Any) -> Any:
    return MASK if isinstance(value, Secret) else to_wire(value)
