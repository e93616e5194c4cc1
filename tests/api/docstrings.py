"""Docstrings as Markdown, and the examples in them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from chasqui.help import topics

SECTION = re.compile(r"^(Args|Raises|Returns|Yields):$", re.MULTILINE)
NAMED = {"Args": "Arguments", "Raises": "Raises", "Returns": "Returns", "Yields": "Yields"}
ITEM = re.compile(r"^    (?P<name>\*{0,2}\w[\w., *]*): (?P<text>.*)$")
POINTER = re.compile(r"Examples?: `chasqui-tui help ([\w-]+)`((?:(?:,| and) `[\w-]+`)*)")


def markdown(doc: str) -> str:
    """Return a docstring as Markdown, with its examples as code and its sections as lists."""
    return "\n\n".join(_parts(doc))


def example(doc: str) -> str:
    """Return the code that a docstring holds, both sessions and plain blocks."""
    return "\n".join(block for block, is_code in _blocks(doc) if is_code)


def pages_of(doc: str) -> list[str]:
    """Return the topics of the manual that a docstring points to for examples."""
    found = POINTER.search(" ".join(doc.split()))
    return [found[1], *re.findall(r"`([\w-]+)`", found[2])] if found else []


def _parts(doc: str) -> Iterator[str]:
    for text, is_code in _blocks(doc):
        if is_code:
            yield f"```pycon\n{text}\n```" if text.startswith(">>>") else f"```\n{text}\n```"
        elif found := SECTION.match(text):
            yield f"{NAMED[found[1]]}:"
            yield "\n".join(_items(text.splitlines()[1:]))
        else:
            yield _plain(POINTER.sub(_linked, text))


def _blocks(doc: str) -> Iterator[tuple[str, bool]]:
    """Yield the paragraphs of a docstring, and whether each is code."""
    code: list[str] = []
    for block in re.split(r"\n\s*\n", doc.strip("\n")):
        if not block:
            continue
        if block.startswith(("    ", ">>>")):
            code.append(block)
            continue
        if code:
            yield _dedented("\n\n".join(code)), True
            code = []
        yield block, False
    if code:
        yield _dedented("\n\n".join(code)), True


def _dedented(text: str) -> str:
    if text.startswith(">>>"):
        return text
    return re.sub(r"^    ", "", text, flags=re.MULTILINE)


def _items(lines: list[str]) -> Iterator[str]:
    for line in lines:
        if found := ITEM.match(line):
            names = ", ".join(f"`{name.strip()}`" for name in found["name"].split(","))
            yield f"- {names}: {_plain(found['text'])}"
        else:
            yield f"  {_plain(line.strip())}"


def _plain(text: str) -> str:
    return text.replace("``", "`")


def _linked(found: re.Match[str]) -> str:
    named = [found[1], *re.findall(r"`([\w-]+)`", found[2])]
    known = [topic for topic in named if topic in topics()]  # a test names the others
    return f"Example{'s' * (len(named) > 1)}: " + ", ".join(f"[{one}]({one}.md)" for one in known)
