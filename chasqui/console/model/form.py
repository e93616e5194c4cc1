"""What the fields of a form stand for: the text each begins with, and the value that is sent.

What you see is what is sent. A field that shows its default is left out, so that the default
applies exactly as its author wrote it; the same holds for a default that cannot be shown as it is.
An emptied field is the empty text or list where its parameter can be that, None where it may be
None, and the default otherwise; its placeholder says which. The text of a secret leaves its field
only if it is a reference; anything else is replaced by a mask, which the engine refuses.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from chasqui.console.model.format import Glyphs, plain
from chasqui.control.port import ControlKind, ParameterInfo
from chasqui.control.safe_text import safe_line
from chasqui.secret import MASK, is_reference

BOOLEANS: Final = ("yes", "no")
EMPTY_TEXTS: Final[Mapping[ControlKind, str]] = {"text": "an empty text", "list": "an empty list"}
SEVERAL_LINES: Final = ("list", "json")
"""The kinds that can be edited in several lines."""


def choices_of(info: ParameterInfo) -> tuple[str, ...]:
    """Return the texts to choose from; none for a field that is typed into."""
    return BOOLEANS if info.kind == "boolean" else info.choices if info.kind == "choice" else ()


def first_text(info: ParameterInfo) -> str | None:
    """Return the text that a field begins with; None: nothing is chosen."""
    default = info.default
    if choices_of(info):
        return default if default in choices_of(info) else None
    is_whole = default is not None and info.is_exact and is_shown_whole(default)
    return default if is_whole else ""


def is_shown_whole(text: str) -> bool:
    """Tell whether a text is shown as it is."""
    return safe_line(text, len(text) + 1) == text


def placeholder(info: ParameterInfo) -> str:
    """Say what an empty field means."""
    if info.required:
        meaning = "needed"
    elif info.default and first_text(info) == "":
        meaning = f"the default: {plain(info.default)}"
    elif info.optional:
        meaning = "none"
    else:
        meaning = EMPTY_TEXTS.get(info.kind) or f"the default: {plain(info.default or '')}"
    return f"({meaning})"  # so that it does not look like a value, even without colours


def sent(info: ParameterInfo, text: str | None) -> str | None:
    """Return what to send for the text of a field; None: the parameter is left out."""
    if text == first_text(info) and not info.required:
        return None
    if text is None or (text == "" and not choices_of(info)):
        means_empty = info.optional or (info.kind in EMPTY_TEXTS and not info.required)
        return "" if means_empty else None
    if info.kind == "secret" and not is_reference(text):
        return MASK
    return text


def kept(info: ParameterInfo, text: str | None) -> bool:
    """Tell whether the text of a field may be remembered."""
    return info.kind != "secret" and text != first_text(info)


def still_needed(infos: Iterable[ParameterInfo], given: Mapping[str, str]) -> list[str]:
    """Return the names of required parameters that are missing."""
    return [info.name for info in infos if info.required and info.name not in given]


def problems_line(problems: Mapping[str, str]) -> str:
    """Count the problems and name them; if there are several, the reasons are beside the fields."""
    if len(problems) == 1:
        return "1 problem: " + "".join(f"{name} {why}" for name, why in problems.items())
    return f"{len(problems):,} problems: " + ", ".join(problems)


OFFERED: Final = 6  # paths that are named


def candidates_words(text: str, paths: Sequence[str]) -> str:
    """Say which paths a text can become, and whether Tab adds to it."""
    if not paths or [*paths] == [text]:
        return ""
    if [*paths] == [f"{text}/"]:
        return "a folder: / lists what is in it"
    names = [plain(path[text.rfind("/") + 1 :], cap=30) for path in paths[:OFFERED]]
    more = f" and {len(paths) - OFFERED} more" if len(paths) > OFFERED else ""
    lead = f"{len(paths)} begin so: " if completed(text, paths) is None else "Tab completes: "
    return f"{lead}{', '.join(names)}{more}"


def completed(text: str, paths: Sequence[str]) -> str | None:
    """Return what Tab makes of a text; None if it goes on to the next field.

    It goes on where there is nothing to add, and from a text that names a file or folder already.
    """
    common = begun_alike(paths)
    is_one = text in paths or f"{text}/" in paths
    return None if is_one or len(common) <= len(text) else common


def begun_alike(paths: Sequence[str]) -> str:
    """Return what all of some paths begin with."""
    first, last = min(paths, default=""), max(paths, default="")
    same = (at for at, (one, other) in enumerate(zip(first, last, strict=False)) if one != other)
    return first[: next(same, min(len(first), len(last)))]


NAMED: Final = 3  # problems that are named where their line also says what to do
ASKED: Final = 29  # characters about them there, so that the line fits into 80 columns


def asks_again(problems: Mapping[str, str], key: str) -> str:
    """Say that a form is wrong, in so few words that the key that submits it is seen as well."""
    if len(problems) == 1:
        why = "".join(f"{plain(name, cap=12)} {why}" for name, why in problems.items())
        said = f"1 problem: {plain(why, cap=ASKED)}"
    else:
        names = ", ".join(plain(name, cap=12) for name in [*problems][:NAMED])
        more = ", …" if len(problems) > NAMED else ""
        said = f"{len(problems):,} problems: {plain(names + more, cap=ASKED)}"
    return f"{said}; {key} again tries it anyway"


def label_notes(info: ParameterInfo, glyphs: Glyphs, *, says_empty: bool = False) -> str:
    """Return what follows the name of a field.

    Args:
        says_empty: whether the field itself says what it means while it is empty.
    """
    may_be = "may be empty" if info.optional and not says_empty else ""
    notes = [info.help, info.expects, may_be]
    return ", ".join(plain(note, glyphs) for note in notes if note)
