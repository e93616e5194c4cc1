"""The keys of the page of a task, as the line below it names them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from chasqui.console.model.line import Span
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


def page_keys(known: TaskDetail | None, page: PageState) -> Iterator[Span]:
    """Yield the keys that do something now."""
    yield Span("Esc Clears" if page.words else "Esc Back", "key", "close")
    if page.words:
        place = f"{page.at_found + 1:,} of {page.found:,}" if page.found else "not found"
        yield Span(f"n N Next: {place}", "key", "detail_next")
    count = len(known.log) + known.log_dropped if known else 0
    if page.is_log:
        yield Span("l Task", "key", "switch")
        behind = "" if page.at_end else "the newest lines are below: G goes there"
        yield Span(behind or "follows the newest line", "dim", priority=1)
    else:
        yield Span(f"l Log, {count:,} line{'s' * (count != 1)}", "key", "switch")
        if page.has_folds:
            said = "f Fold" if page.is_unfolded else "f All frames"
            yield Span(said, "key", "detail_frames", priority=2)
    if known is not None and page.may_act:
        if known.state == "failed" and known.retried_as is None:
            yield Span("r Retry", "key", "detail_retry", priority=1)
        if known.state in FINAL:
            said = "e Edit, retry" if known.state == "failed" else "e Again"
            yield Span(said, "key", "detail_edit", priority=2)
        else:
            yield Span("x Cancel", "key", "detail_cancel", priority=1)
    yield Span("y Copy", "key", "detail_copy", priority=2)
    yield Span("/ Find", "key", "detail_search", priority=3)
    if page.has_list and not page.words:
        yield Span("n N Next", "key", "detail_next", priority=4)
