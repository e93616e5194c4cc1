"""What a list says of its filter, and the saved filters: ``@name`` stands for one.

It does so at the beginning of a filter, and what follows it narrows the list further.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any, Final

from chasqui.console.model.format import Glyphs, plain
from chasqui.console.model.keymap import Keymap
from chasqui.console.model.line import Span
from chasqui.control.completing import Completion
from chasqui.control.port import Page

SHOWN: Final = 60  # characters of a filter in its line; the prompt shows all of it


def filter_line(text: str, page: Page[Any] | None, glyphs: Glyphs, keys: Keymap) -> list[Span]:
    """Say what a filter selects, and what was not understood of it or is not looked through.

    Args:
        page: the rows that it selects; None: they are being looked for.
    """
    if not text:
        return [Span(plain(page.note, glyphs), "warn")] if page is not None and page.note else []
    spans = [Span(f"filter: {plain(text, glyphs, cap=SHOWN)}", "title", priority=1)]
    if page is None or page.is_partial:
        spans.append(Span("looking", "dim"))
    elif page.more:
        spans.append(Span(f"the newest {page.total:,} of {page.total + page.more:,} that match"))
    else:
        spans.append(Span(f"{page.total:,} match{'es' * (page.total == 1)}"))
    if page is not None and page.note:
        spans.append(Span(plain(page.note, glyphs), "warn"))
    return [*spans, Span(f"{keys.named('list.clear')} clears", "dim", priority=5)]


def expanded(typed: str, saved: Mapping[str, str]) -> str:
    """Return a filter with the text of the saved one that it begins with, if it does."""
    head, blank, rest = typed.partition(" ")
    text = saved.get(head[1:]) if head.startswith("@") else None
    return typed if text is None else f"{text}{blank}{rest}".strip()


def is_half_named(typed: str, saved: Collection[str]) -> bool:
    """Tell whether a text is the beginning of the name of a saved filter."""
    return typed.startswith("@") and bool(_names(typed, saved)) and typed[1:] not in saved


def with_saved(offer: Completion, before: str, saved: Collection[str]) -> Completion:
    """Add the names of saved filters to what completes a text, where one can stand.

    Args:
        before: the text before the cursor.
    """
    names = _names(before, saved)
    if not before.strip():
        return Completion(offer.start, offer.end, (*names, *offer.options))
    return Completion(0, len(before), names) if names and before.startswith("@") else offer


def _names(typed: str, saved: Collection[str]) -> tuple[str, ...]:
    return tuple(f"@{name}" for name in saved if f"@{name}".startswith(typed.strip()))
