"""What a list says of its filter."""

from __future__ import annotations

from typing import Any, Final

from chasqui.console.model.format import Glyphs, plain
from chasqui.console.model.keymap import Keymap
from chasqui.console.model.line import Span
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
