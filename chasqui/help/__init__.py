"""The manual: one Markdown file for each topic, which `chasqui-tui help TOPIC` shows.

A page is a file `TOPIC.md` in this folder. Its first line is its title, which the list of topics
shows. A new file is a new topic: nothing else names them.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from chasqui.errors import ChasquiError
from chasqui.nearest import nearest

FOLDER: Final = Path(__file__).parent

SYNONYMS: Final[Mapping[str, tuple[str, ...]]] = {
    "plugin": ("authors", "config"),
    "setting": ("authors", "config"),
    "secret": ("parameters", "authors"),
    "parallel": ("xargs",),
    "pipe": ("xargs", "run"),
    **dict.fromkeys((":::", "::::", "joblog", "resume", "progress", "summary"), ("run",)),
    **dict.fromkeys(("halt", "template", "csv", "tag", "stdin"), ("run",)),
}
"""Pages about what has no page of its own name."""


class UnknownTopic(ChasquiError):
    """The manual has no page of this name."""

    def __init__(self, topic: str, known: Mapping[str, str]) -> None:
        self.topic = topic
        word = topic.lower()
        if pages := SYNONYMS.get(word, SYNONYMS.get(word.removesuffix("s"))):
            hint = f"see {' or '.join(pages)}"
        elif near := nearest(word, known):
            hint = f"did you mean {near}?"
        else:
            hint = f"the topics are {', '.join(known)}"
        super().__init__(f"no help on {topic!r}; {hint}")


def topics() -> dict[str, str]:
    """Return every topic with its title, in the order of their names."""
    titles = {}
    for file in sorted(FOLDER.glob("*.md")):
        with file.open(encoding="utf-8") as lines:
            titles[file.stem] = lines.readline().removeprefix("#").strip()
    return titles


def page(topic: str) -> str:
    """Return a page as it is written, in Markdown; raises UnknownTopic with the nearest name."""
    known = topics()
    if topic not in known:
        raise UnknownTopic(topic, known)
    return (FOLDER / f"{topic}.md").read_text(encoding="utf-8")
