"""The tour of the first keys: begun on a user's first console, and by its key at any time."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress

from chasqui.console.acting.acts import Act
from chasqui.console.model.tour import END, SKIP, TourStep, steps_with, tour_line
from chasqui.console.screens.commanding import CommandingScreen
from chasqui.console.widgets.one_line import OneLine


class Touring:
    """The tour; it takes a line of the screen, and no key.

    Args:
        line: where it is shown.
    """

    def __init__(self, screen: CommandingScreen, line: OneLine) -> None:
        self._screen = screen
        self._session = screen.session
        self._line = line
        self._left: tuple[TourStep, ...] = ()

    def acts(self) -> Mapping[str, Act]:
        """Return the code of each action."""
        return {END: self.begin_or_end, SKIP: self.skip}

    def begin_once(self) -> None:
        """Begin, unless this user has seen the tour, or could not end it for good."""
        session = self._session
        if session.has_tour and not session.caps.read_only and not session.remembered.has_seen_tour:
            self._go_on(steps_with(session.keys))

    def begin_or_end(self) -> None:
        """Begin the tour, or end it for good."""
        if self._left:
            self._end("the tour is over")
        else:
            self._go_on(steps_with(self._session.keys))

    def skip(self) -> None:
        """Go on to the next step."""
        if self._left:
            self._next(self._left[1:])
        else:
            begins = f"{self._session.keys.named(END)} begins it"
            self._screen.say(f"no tour is under way; {begins}", "warn")

    def note(self, action: str) -> None:
        """Take note of an action that was carried out."""
        left = tuple(step for step in self._left if action not in step.actions)
        if left != self._left:
            self._next(left)

    def _next(self, left: tuple[TourStep, ...]) -> None:
        if left:
            self._go_on(left)
        else:
            self._end("that was the tour")

    def _go_on(self, left: tuple[TourStep, ...]) -> None:
        self._left = left
        self._line.display = bool(left)
        if left:
            self._line.show(tour_line(left, self._session.keys))

    def _end(self, said: str) -> None:
        self._go_on(())
        begins = f"{self._session.keys.named(END)} begins it again"
        with suppress(OSError, ValueError):  # it is over for this console at least
            self._session.remembered.end_tour()
        self._screen.say(f"{said}; {begins}", "ok")
