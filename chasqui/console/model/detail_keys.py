"""The keys of the page of a task, as the line below it names them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chasqui.console.model.keymap import Keymap
from chasqui.console.model.line import KEEP, Span
from chasqui.control.port import FINAL, TaskDetail


@dataclass(frozen=True, slots=True)
class PageState:
    """How the page stands."""

    is_log: bool = False
    at_end: bool = True
    found: int = 0
    at_found: int = -1
    words: str = ""
    """What is searched for; empty: nothing."""
    has_folds: bool = False
    is_unfolded: bool = False
    may_act: bool = True
    has_list: bool = False
    """Whether it was opened from a list, which can be gone through."""


def page_keys(known: TaskDetail | None, page: PageState, keys: Keymap) -> Iterator[Span]:
    """Yield the keys that do something now."""
    yield from filter(None, _keys(known, page, keys))


def _keys(known: TaskDetail | None, page: PageState, keys: Keymap) -> Iterator[Span | None]:
    def span(id: str, does: str, priority: int = KEEP) -> Span | None:
        key = keys.key(f"detail.{id}")
        return _span(key, does, f"detail_{id}", priority) if key else None

    def both(does: str, priority: int = KEEP) -> Span | None:
        key = " ".join(filter(None, (keys.key("detail.next"), keys.key("detail.previous"))))
        return _span(key, does, "detail_next", priority) if key else None

    yield Span("Esc Clears" if page.words else "Esc Back", "key", "close")
    if page.words:
        place = f"{page.at_found + 1:,} of {page.found:,}" if page.found else "not found"
        yield both(f"Next: {place}")
    count = len(known.log) + known.log_dropped if known else 0
    if page.is_log:
        yield span("log", "Task")
        behind = "" if page.at_end else "the newest lines are below: G goes there"
        yield Span(behind or "follows the newest line", "dim", priority=1)
    else:
        yield span("log", f"Log, {count:,} line{'s' * (count != 1)}")
        if page.has_folds:
            yield span("frames", "Fold" if page.is_unfolded else "All frames", 2)
    if known is not None and page.may_act:
        if known.state == "failed" and known.retried_as is None:
            yield span("retry", "Retry", 1)
        if known.state in FINAL:
            yield span("edit", "Edit, retry" if known.state == "failed" else "Again", 2)
        else:
            yield span("cancel", "Cancel", 1)
        if known.state in ("queued", "scheduled"):
            yield span("run_next", "Run next", 2)
            yield span("priority", "Priority", 4)
    yield span("copy", "Copy", 2)
    yield span("search", "Find", 3)
    if page.has_list and not page.words:
        yield both("Next", 4)


def _span(key: str, does: str, action: str, priority: int) -> Span:
    return Span(f"{key} {does}", "key", action, priority, lead=len(key))
