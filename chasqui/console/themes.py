"""The console's own themes, and the short list that the theme key cycles through.

Every theme gives the roles their colours; no state is shown by colour alone.
"""

from __future__ import annotations

from textual.theme import Theme

DEFAULT = "chasqui-dark"

DARK = Theme(
    name="chasqui-dark",
    primary="#7fb4ca",
    secondary="#8a9a7b",
    accent="#e6c384",
    warning="#e6c384",
    error="#ff6b6b",
    success="#8fc98f",
    foreground="#d8d8d8",
    # Nearly grey: terminals with 256 colours would turn a bluer tone into navy.
    background="#16181c",
    surface="#1d2025",
    panel="#2a2e35",
    dark=True,
)
LIGHT = Theme(
    name="chasqui-light",
    primary="#1f5f8b",
    secondary="#4b6043",
    accent="#7a4e00",
    warning="#7a4e00",
    error="#b00020",
    success="#1c6b2a",
    foreground="#1c1c1c",
    background="#f7f5f0",
    surface="#efece4",
    panel="#e2ddd0",
    dark=False,
)
CONTRAST = Theme(
    name="chasqui-contrast",
    primary="#00e5ff",
    secondary="#ffffff",
    accent="#ffff00",
    warning="#ffff00",
    error="#ff5c5c",
    success="#00ff66",
    foreground="#ffffff",
    background="#000000",
    surface="#000000",
    panel="#202020",
    dark=True,
    text_alpha=1.0,
)
DEUTAN = Theme(
    name="chasqui-deutan",
    # Blue, yellow and vermilion: pairs that stay apart for those who do not tell red from green.
    primary="#b8c4d0",
    secondary="#8a9aa8",
    accent="#f5e663",
    warning="#f5e663",
    error="#e8793a",
    success="#4a9df0",
    foreground="#d8d8d8",
    background="#16181c",
    surface="#1d2025",
    panel="#2a2e35",
    dark=True,
)
TRITAN = Theme(
    name="chasqui-tritan",
    # Teal, pink and red: pairs that stay apart for those who do not tell blue from green.
    primary="#9aa6b4",
    secondary="#8a9aa8",
    accent="#ff9ec8",
    warning="#ff9ec8",
    error="#ff5f57",
    success="#2cbfc7",
    foreground="#d8d8d8",
    background="#16181c",
    surface="#1d2025",
    panel="#2a2e35",
    dark=True,
)
OWN = (DARK, LIGHT, CONTRAST, DEUTAN, TRITAN)
CYCLE = (*(theme.name for theme in OWN), "ansi-dark", "ansi-light")


def after(theme: str) -> str:
    """Return the theme that comes next."""
    if theme not in CYCLE:
        return CYCLE[0]
    return CYCLE[(CYCLE.index(theme) + 1) % len(CYCLE)]
