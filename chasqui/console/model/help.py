"""The help by topic: the keys of each place, and what an operator should know."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from chasqui.console.actions.action import PANES, Action, Place
from chasqui.console.model.line import Span
from chasqui.console.model.types import EXPLAINED
from chasqui.console.refusing import READ_ONLY, refusal_of
from chasqui.control.port import ENDED, OPEN, Capabilities

KEYS_WIDTH = 16
NAMES = {
    "enter": "Enter",
    "space": "Space",
    "pageup": "PgUp",
    "pagedown": "PgDn",
    "tab": "Tab",
    "shift+tab": "shift+Tab",
    "home": "Home",
    "end": "End",
    "escape": "Esc",
    **{f"f{number}": f"F{number}" for number in range(1, 13)},
}
STATES = f"task states: {' '.join((*OPEN, *ENDED))}"
CHECK = (
    "  The number at the right of the status line is the count of accepted tasks. It turns red "
    "with both sums when the engine's counters do not add up."
)
OTHER_KEYS = (
    '  The table [console.keys] of a config gives actions other keys, such as "engine.pause" = '
    '"ctrl+t P"; `chasqui-tui help keys` lists the ids. Two actions of one place cannot have the '
    "same key."
)
OF_THE_USER = (
    "Filters that ctrl+s has saved, and that the tour was seen, in console.toml in your state "
    "folder of chasqui: all your consoles have them."
)
ALL = "a"


class Topic(NamedTuple):
    """A part of the help."""

    key: str
    """What is pressed for it."""
    title: str
    places: tuple[Place, ...] = ()
    """Whose keys it lists."""


TOPICS = (
    *(Topic(str(at), pane.capitalize(), (pane,)) for at, pane in enumerate(PANES, 1)),
    Topic("e", "Everywhere", ("main",)),
    Topic("l", "Lists", ("list",)),
    Topic("d", "Details", ("detail",)),
    Topic("s", "Form", ("form", "batch")),
    Topic("c", "Columns"),
    Topic("r", "Remembered"),
    Topic(ALL, "All"),
)


def topic_lines(
    topic: Topic, problems: Sequence[str], caps: Capabilities, actions: Sequence[Action]
) -> Iterator[Span]:
    """Return a topic; actions that this console refuses are dim, and what is wrong is first.

    The keys of a pane are followed by those of every pane, since all of them work there.
    """
    if problems:
        yield Span("to report", "header")
        yield from (Span(f"  {problem}", "warn", hang=2) for problem in problems)
        yield Span("")
    shown = [one for one in TOPICS if one.key != ALL] if topic.key == ALL else [topic]
    if set(topic.places) & set(PANES):
        shown.append(next(one for one in TOPICS if "main" in one.places))
    for one in shown:
        yield from _keys(one, caps, actions) if one.places else _facts(one, caps)


def _keys(topic: Topic, caps: Capabilities, actions: Iterable[Action]) -> Iterator[Span]:
    yield Span(f"keys: {topic.title}", "header")
    for action in actions:
        if set(action.where) & set(topic.places):
            refused = refusal_of(action, caps)
            keys = " ".join(NAMES.get(key, key) for key in action.keys) or "(no key)"
            why = READ_ONLY if caps.read_only else "the host has another version"
            note = f" (refused: {why})" if refused else ""
            yield _entry(keys, f"{action.help}{note}", "dim" if refused else "")
    yield Span("")


def _facts(topic: Topic, caps: Capabilities) -> Iterator[Span]:
    if topic.title == "Columns":
        yield Span("columns of Metrics", "header")
        yield from (_entry(title, meaning) for title, meaning in EXPLAINED.items())
        yield Span("")
        yield Span("the check", "header")
        yield Span(CHECK, hang=2)
        yield Span("")
        yield Span(STATES, "dim", hang=2)
    else:
        yield Span("what is remembered", "header")
        yield Span(f"  {_remembered(caps)}", hang=2)
        yield Span(f"  {OF_THE_USER}", hang=2)
        yield Span("")
        yield Span("other keys", "header")
        yield Span(OTHER_KEYS, hang=2)
    yield Span("")


def _remembered(caps: Capabilities) -> str:
    if caps.remembered_in:
        return (
            f"The number of workers and the theme, in {caps.remembered_in}. It overrides the "
            "config, for `chasqui-tui run` as well; remove the file to go back."
        )
    return str(caps.forgets) or (
        "Nothing: the number of workers holds until the engine stops, the theme until this console "
        "ends."
    )


def _entry(name: str, meaning: str, role: str = "") -> Span:
    return Span(f"  {name:{KEYS_WIDTH}}{meaning}", role, hang=2 + KEYS_WIDTH)
