"""Patterns in words: a regular expression, described to a person who types a value.

Most patterns are a few runs of letters, digits and other characters: these are described in words.
Any other pattern is shown as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

PARTS: Final = 4  # more of them are harder to read than the pattern
_PART: Final = re.compile(
    r"(?P<set>\[(?!\^)(?:\\.|[^\]\\])+\]|\\[dw])"
    r"(?P<times>\{\d+(?:,\d*)?\}|[+*?])?"
    r"|(?P<text>(?:\\[^A-Za-z0-9]|[^\\^$.|?*+()\[\]{}])+)(?![?*+{])"
)
_ANCHORED: Final = re.compile(r"(\^|\\A)?(.*?)((?<!\\)\$|\\Z)?", re.DOTALL)
_RANGES: Final = {
    "a-z": "lower-case letters",
    "A-Z": "capital letters",
    "0-9": "digits",
    r"\d": "digits",
}
_RUNS: Final = ("letters", *_RANGES.values())
_MEMBER: Final = re.compile(r"\\?.-\\?[^\]]|\\.|.", re.DOTALL)


IN_WORDS: Final = "a text of a form of its own"
_AS_IT_IS: Final = "a text that matches the pattern "


def without_pattern(text: str) -> str:
    """Return what is asked for without a pattern that words do not describe.

    It is for people who fill in a form; `chasqui-tui types NAME` shows the pattern.
    """
    before, shown, _ = text.partition(_AS_IT_IS)
    return f"{before}{IN_WORDS}" if shown else text


def asked_for(pattern: str) -> str:
    """Say what a text must be to match a pattern, after "must be"."""
    begins, inside, ends = _ANCHORED.fullmatch(pattern).groups()  # type: ignore[union-attr]
    parts = list(_parts(inside))
    if not parts or len(parts) > PARTS or not all(parts):
        return f"{_AS_IT_IS}{pattern}"
    form = ", then ".join(parts)
    if begins and ends:
        return form
    if begins:
        return f"a text that begins with {form}"
    return f"a text that ends with {form}" if ends else f"a text with {form} in it"


def _parts(pattern: str) -> Iterator[str]:
    at = 0
    while at < len(pattern):
        found = _PART.match(pattern, at)
        if found is None:
            yield ""
            return
        at = found.end()
        if found["text"] is not None:
            yield repr(re.sub(r"\\(.)", r"\1", found["text"]))
        else:
            what = _members(found["set"])
            yield _times(found["times"], what) if what else ""


def _times(times: str | None, what: str) -> str:
    if times is None or times == "{1}":
        return f"a {what[:-1]}" if what in _RUNS else f"one of {what}"
    if times in "+*?":
        often = {"+": "one or more", "*": "any number of", "?": "at most one of"}[times]
    else:
        least, comma, most = times[1:-1].partition(",")
        often = (f"{least} to {most}" if most else f"at least {least}") if comma else least
    return f"{often} {what}"


def _members(text: str) -> str:
    """Describe a set of characters; empty if it is not just ranges and single characters."""
    if text == r"\w":
        return "letters, digits or _"
    words, single = [], []
    for one in [text] if text == r"\d" else _MEMBER.findall(text[1:-1]):
        if one in _RANGES:
            words.append(_RANGES[one])
        elif one == r"\w":
            words += ["letters", "digits", "_"]
        elif re.fullmatch(r"[A-Za-z0-9]-[A-Za-z0-9]", one):
            words.append(f"{one[0]} to {one[2]}")
        elif one[0] == "\\" and one[1:].isalnum():
            return ""
        else:
            single.append("a space" if one == " " else one[-1])
    if {"lower-case letters", "capital letters"} <= set(words):
        words = ["letters", *(word for word in words if not word.endswith(" letters"))]
    words = list(dict.fromkeys([*words, *single]))
    return f"{', '.join(words[:-1])} or {words[-1]}" if len(words) > 1 else words[0]
