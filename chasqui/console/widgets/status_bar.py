"""The status line: always visible, and honest about its age."""

from __future__ import annotations

from chasqui.console.model.format import Glyphs
from chasqui.console.model.keymap import keys_of
from chasqui.console.model.line import Span, fit
from chasqui.console.model.summary import gone_spans, slowed_spans, stale_spans, status_spans
from chasqui.console.poller import Poller
from chasqui.console.widgets.one_line import MARGIN, OneLine
from chasqui.control.port import Snapshot

WHOLE = 80  # columns; from here on, parts that must be seen are shortened rather than dropped


class StatusBar(OneLine):
    """The present state of the engine, or the age of what is on screen."""

    _read: Snapshot | None = None
    _known: tuple[Span, ...] = ()
    """What the reading says, worked out once: between readings only its age changes."""

    def fitted(self) -> tuple[Span, ...]:
        """Return the spans that fit the present width."""
        room = self.size.width - 2 * len(MARGIN)
        return fit(self.spans, room, len(self.GAP), drop_first=self.size.width < WHOLE)

    def show_reading(self, poller: Poller, log: str, slowed: float | None = None) -> None:
        """Show the last reading of a port.

        Args:
            poller: what has read it.
            log: the file of its host's log.
            slowed: the readings a second while they are fewer than wanted; None: they are not.
        """
        if poller.snapshot is not self._read:
            self._read = poller.snapshot
            self._known = status_spans(poller.snapshot, self.glyphs) if poller.snapshot else ()
        if poller.error is None:
            self.show((*self._known, *slowed_spans(slowed)))
            return
        old = old_spans(poller, self.glyphs, log, keys_of(self.app).key("host.log"))
        self.show((*old, *(span._replace(role="dim") for span in self._known)))


def old_spans(poller: Poller, glyphs: Glyphs, log: str = "", key: str = "") -> tuple[Span, ...]:
    """Say how old the last reading is, and why; empty while the port answers.

    Args:
        poller: what has read it.
        glyphs: the characters that the terminal can show.
        log: the file of the host's log.
        key: what shows that log.
    """
    if poller.error is None:
        return ()
    if poller.gone_seconds is not None:
        return gone_spans(poller.gone_seconds, log, glyphs, key)
    return stale_spans(poller.stale_seconds, poller.error, glyphs)
