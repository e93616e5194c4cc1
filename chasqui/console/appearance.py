"""How a console looks and which keys it has: what a config and its user have said."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from chasqui.console.model.keymap import SaidKeys


class Appearance(NamedTuple):
    """Theme, rate and keys of a console."""

    theme: str = "chasqui-dark"
    refresh: float = 4.0
    """Readings per second."""
    charts: str = "braille"
    """What charts are drawn in; anything else than that means blocks."""
    keys: tuple[SaidKeys, ...] = ()
    """Each overrides those before it."""
    folder: Path | None = None
    """Where the engine's files lie."""
    remembered: Path | None = None
    """Where the user's consoles remember filters and the tour; None: nowhere."""
    has_tour: bool = False
    """Whether the first console that this user opens begins with the tour."""
    config_theme: str = ""
    """The theme without what consoles have changed; empty: as ``theme``."""
