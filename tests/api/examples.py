"""Where the public names are shown at work: in their docstrings, and in pages that are run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from chasqui.help import page as page_of
from chasqui.help import topics
from tests.api.docstrings import example, pages_of
from tests.api.source import Member

SNIPPET = re.compile(r"```python\n(.*?)```", re.DOTALL)


def lacking(groups: dict[str, dict[str, Member]]) -> Iterator[str]:
    """Yield what has no example and points to none, and what points to a page without one.

    A class, a function and a method have an example, or they name a page of the manual with one. A
    method may leave that to its class, and a class to the class that it derives from.
    """
    known = {name: member for members in groups.values() for name, member in members.items()}
    for name, member in known.items():
        if member.kind == "field" and not member.doc:
            yield f"{name} has no docstring"
            continue
        bases = [known[base] for base in member.bases if base in known]
        family = [member, *bases]
        if not any(_shows(one) for one in family):
            yield f"{name} has no example and points to no page"
        yield from (f"{name} points to {topic!r}" for topic in _unknown(member))
        inherited = {one.name for base in bases for one in base.members}
        for one in member.members:
            if one.kind == "method" and one.name not in inherited:
                yield from _lacking(name, one, family)


def _lacking(owner: str, method: Member, family: list[Member]) -> Iterator[str]:
    yield from (f"{owner}.{method.name} points to {topic!r}" for topic in _unknown(method))
    if example(method.doc):
        return
    for one in [method, *family]:
        if _uses(_code(one), method.name):
            return
    yield f"{owner}.{method.name}() is shown nowhere"


def _shows(member: Member) -> bool:
    return bool(example(member.doc)) or bool(pages_of(member.doc))


def _unknown(member: Member) -> list[str]:
    return [topic for topic in pages_of(member.doc) if topic not in topics()]


def _uses(code: str, method: str) -> bool:
    special = {
        "__await__": r"\bawait ",
        "__iter__": r"\bfor .* in |\blist\(",
        "__len__": r"\blen\(",
    }
    return re.search(special.get(method, rf"(\.|def ){method}\("), code) is not None


def _code(member: Member) -> str:
    return "\n".join([example(member.doc), *(_snippets(topic) for topic in pages_of(member.doc))])


@cache
def _snippets(topic: str) -> str:
    return "\n".join(SNIPPET.findall(page_of(topic))) if topic in topics() else ""
