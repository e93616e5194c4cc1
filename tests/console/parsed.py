"""Style sheets that the consoles of one process of tests share, as they are parsed.

Rules follow from a sheet's text and the colours of the theme alone, and nothing changes them.
Textual keeps them for one console; parsing is a third of what a start takes otherwise.
"""

from __future__ import annotations

import pytest
from textual.css.model import RuleSet
from textual.css.stylesheet import Stylesheet
from textual.css.types import CSSLocation


def share_parsed_styles(patch: pytest.MonkeyPatch) -> None:
    """Parse each style sheet once for all consoles with the same colours."""
    parsed: dict[tuple[object, ...], list[RuleSet]] = {}
    parse = Stylesheet._parse_rules

    def parse_once(
        self: Stylesheet,
        css: str,
        read_from: CSSLocation,
        is_default_rules: bool = False,
        tie_breaker: int = 0,
        scope: str = "",
    ) -> list[RuleSet]:
        said = (css, read_from, is_default_rules, tie_breaker, scope)
        key = (*said, *self._variables.items())
        if key not in parsed:
            parsed[key] = parse(self, *said)
        return parsed[key]

    patch.setattr(Stylesheet, "_parse_rules", parse_once)
