"""The names that a console's theme may have; what they look like is the console's to know."""

from __future__ import annotations

from typing import Literal

Theme = Literal[
    # the console's own
    "chasqui-dark",
    "chasqui-light",
    "chasqui-contrast",
    # and those that come with Textual, which nothing may import here
    "ansi-dark",
    "ansi-light",
    "atom-one-dark",
    "atom-one-light",
    "catppuccin-frappe",
    "catppuccin-latte",
    "catppuccin-macchiato",
    "catppuccin-mocha",
    "dracula",
    "flexoki",
    "gruvbox",
    "monokai",
    "nord",
    "rose-pine",
    "rose-pine-dawn",
    "rose-pine-moon",
    "solarized-dark",
    "solarized-light",
    "textual-dark",
    "textual-light",
    "tokyo-night",
]
