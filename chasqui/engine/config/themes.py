"""The names of the console's themes; how they look is known to the console only."""

from __future__ import annotations

from typing import Literal

Theme = Literal[
    # the console's own
    "chasqui-dark",
    "chasqui-light",
    "chasqui-contrast",
    "chasqui-deutan",  # for those who do not tell red from green
    "chasqui-tritan",  # for those who do not tell blue from green
    # and Textual's, which must not be imported here
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
