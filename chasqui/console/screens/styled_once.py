"""Screens whose widgets are styled once: as they are mounted, and not again for the first picture.

Textual styles every widget of a screen a second time when the screen comes into use. Styles follow
every change of a class, the focus and the theme by themselves, on all screens of the stack, so that
finds nothing, and it takes a fifth of the time to the first picture.
"""

from __future__ import annotations

from textual import events


class StyledOnce:
    """What such a screen has before `Screen` among its bases."""

    def on_screen_resume(self, event: events.ScreenResume) -> None:
        """Keep the styles; Textual does the rest after this."""
        event.refresh_styles = False
