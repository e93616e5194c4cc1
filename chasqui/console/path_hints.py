"""Completing paths in a form: what the text in use can become, asked for after a pause in typing.

Tab completes only a text whose paths are known by then. So a Tab in a burst of keys goes to the
next field, as it would anywhere else, and what is typed after it lands where it was meant.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Final, NamedTuple

from textual.screen import Screen
from textual.widget import Widget

from chasqui.console.checker import Checker
from chasqui.console.model.form import candidates_words, completed, is_shown_whole
from chasqui.console.screens.field import FormField
from chasqui.console.session import Session

LONGEST: Final = 4096  # characters of a path that is taken


class _Found(NamedTuple):
    """The paths that the text of a field can become."""

    field: FormField
    text: str
    paths: Sequence[str]


class PathHints:
    """The completion of the paths of one form.

    Args:
        screen: the form.
        type: of which it has the parameters.
        show: called with the name of a parameter and what is said of it.
    """

    def __init__(
        self, screen: Screen[None], session: Session, type: str, show: Callable[[str, str], None]
    ) -> None:
        self._session = session
        self._type = type
        self._show = show
        self._asked: FormField | None = None
        self._found: _Found | None = None
        self._checker: Checker[_Found | None] = Checker(screen, self._ask, self._take)

    def changed(self, field: FormField | None) -> None:
        """Ask anew, if a path is being typed."""
        if self._found is not None:
            self._show(self._found.field.info.name, "")
        self._found = None
        is_typed = field is not None and field.info.kind == "path" and bool(field.text)
        self._asked = field if is_typed and field is not None and field.has_focus_within else None
        if self._asked is not None:
            self._checker.changed()

    def completion(self, focused: Widget | None) -> str | None:
        """Return what Tab makes of the text in focus; None if it goes on to the next field."""
        found = self._found
        if found is None or found.field.control is not focused or found.field.text != found.text:
            return None
        return completed(found.text, found.paths)

    async def _ask(self) -> _Found | None:
        field = self._asked
        if field is None or not (text := field.text):
            return None
        paths = await self._session.complete(self._type, field.info.name, text)
        return _Found(field, text, [path for path in paths if _fits(path, text)])

    def _take(self, found: _Found | None) -> None:
        self._found = found
        if found is not None:
            self._show(found.field.info.name, candidates_words(found.text, found.paths))


def _fits(path: str, text: str) -> bool:
    """Tell whether a path may be typed in: a host may send anything."""
    return path.startswith(text) and len(path) <= LONGEST and is_shown_whole(path)
