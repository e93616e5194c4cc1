"""Hostile texts: what a task, a plugin or a host may say to take over a terminal or its layout."""

from __future__ import annotations

import random
from collections.abc import Iterator
from typing import Final

PARTS: Final = (
    "[/foo]",
    "[@click=app.quit]q[/]",
    "[link=http://x]here[/link]",
    "list['a'] [/]",
    "[red]",
    "[b + x [red]y[/red]",
    "$text [$error]",
    "[",
    "\\",
    "\\[",
    "\x1b[2J",
    "\x1b[31mred",
    "\x1b]0;title\x07",
    "\x1b]52;c;ZWNobyBoaQ==\x07",
    "\x1bP+q\x1b\\",
    "\x9b31m",
    "\x9d52;c;eA==\x9c",
    "\x00\x07\x08\x0b\x0c\x7f",
    "\r\n",
    "a\rb",
    "line\nline\nline",
    "tab\ttab",
    "\u202egnp.exe",
    "\u2066\u2067\u2068\u2069",
    "\u200b\u200d\u2060\ufeff\u00ad",
    "\u2028\u2029\x85",
    "z" + "\u0301\u0338\u20dd" * 40,
    "\u0301\u0301",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467\ufe0f\U0001f3fd",
    "\U0001f1eb\U0001f1ee\U0001f1eb",
    "漢字" * 40,
    "ᄀ" + "ᅡ" * 30 + "ᆨ" * 30,
    "\u3164\u115f\uffa0",
    "\ud800",
    "\udcff\udc1b",
    "\ue000\U000f0000\ufdd0\U0010ffff",
    "﷽" * 30,
    "x" * 4000,
    "word " * 800,
    "%s {0} %(a)s {x!r}",
    "' OR 1=1 --",
    '"quoted" `ticks`',
    "../../etc/passwd",
    "-1",
    "",
    " ",
    "    ",
    "…" * 200,
    "type=x err~",
    "account=\x1b[8mhidden\x1b[0m",
)
HUGE: Final = 1_000_000
"""Characters of a text without a line break."""
RAW: Final = frozenset(
    [chr(code) for code in (*range(0x20), *range(0x7F, 0xA0))]
    + [chr(code) for code in range(0xD800, 0xE000)]
    + list("\u200b\u200d\u200e\u200f\u2028\u2029\u202a\u202b\u202c\u202d\u202e\u2060\ufeff")
    + list("\u2066\u2067\u2068\u2069\u061c")
)
"""What no terminal may be sent as text."""


def hostile_texts(seed: int) -> Iterator[str]:
    """Give hostile texts without an end: each part alone, a huge one, and then mixtures."""
    yield from PARTS
    yield "\x1b[31m[/foo]" * (HUGE // 11)
    chance = random.Random(seed)
    while True:
        yield "".join(chance.choices(PARTS, k=chance.randint(2, 5)))
