"""Numbers and states as an operator reads them; durations are those of `chasqui.durations`.

A state always has a glyph and its word. Where the terminal cannot show Unicode, the ASCII glyphs
are drawn, and every other character outside ASCII becomes a question mark.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, NamedTuple

from chasqui.control.port import ProgressView
from chasqui.control.safe_text import safe_line

CELL_CAP = 500  # characters of one cell; wider than any screen, and cheap to measure
LARGEST: Final = 1e15  # from here on a number is shown by its first digits
MOST_PERCENT: Final = 9_999  # more than that is progress towards a wrong total


@dataclass(frozen=True, slots=True)
class Glyphs:
    """The characters that a terminal can show."""

    states: Mapping[str, str]
    check: str
    cross: str
    warning: str
    alert: str
    """Something that was asked for and does not happen; a warning that somebody acted on."""
    differs: str
    bar: str
    marked: str
    rising: str
    falling: str
    """At the title of a sorted column: the smallest first, or the largest."""
    thumb: str
    track: str
    full: str
    hollow: str
    """A cell of a bar that is filled, and one that is not."""
    blocks: str
    """From the lowest to the full block of a chart; the first is a space."""
    braille: bool
    """Whether charts can be drawn in Braille dots, which show twice as many values."""
    limit: str
    """A cell of the line that a chart draws where a capacity is."""
    dot: str
    ellipsis: str
    dash: str
    is_ascii: bool


class _Look(NamedTuple):
    """How a state is drawn; the role decides the colour."""

    glyph: str
    in_ascii: str
    role: str = ""


# The glyph and the word say the same without colour.
_LOOKS: Final[Mapping[str, _Look]] = {
    # of tasks; `running` also of workers, pools and the engine
    "queued": _Look("◷", "-"),
    "scheduled": _Look("◴", "~", "warn"),
    "running": _Look("▶", ">", "active"),
    "completed": _Look("✓", "+", "ok"),
    "failed": _Look("✗", "x", "error"),
    "cancelled": _Look("⊘", "/", "dim"),
    # of workers
    "starting": _Look("○", "o"),
    "idle": _Look("·", ".", "dim"),
    "stuck": _Look("▲", "!", "error"),
    "abandoned": _Look("✗", "x", "error"),
    "lost": _Look("✗", "x", "error"),
    # of pools and the engine; `stopping` also of workers
    "new": _Look("○", "o"),
    "paused": _Look("‖", "=", "warn"),
    "stopping": _Look("◼", "#", "warn"),
    "stopped": _Look("■", "#", "dim"),
    "degraded": _Look("▲", "!", "error"),
    # of types, as `model.types` calls them
    "ready": _Look("·", "."),
    "full": _Look("▶", ">", "active"),
    "limited": _Look("◷", "-", "active"),
    "breaker open": _Look("▲", "!", "alarm"),
    "half open": _Look("◴", "~", "warn"),
}
ROLES: Final[Mapping[str, str]] = {state: look.role for state, look in _LOOKS.items()}

UNICODE = Glyphs(
    states={state: look.glyph for state, look in _LOOKS.items()},
    check="✓",
    cross="✗",
    warning="▲",
    alert="‼",
    differs="≠",
    bar="▌",
    marked="●",
    rising="↑",
    falling="↓",
    thumb="┃",
    track="│",
    full="▰",
    hollow="▱",
    blocks=" ▁▂▃▄▅▆▇█",
    braille=True,
    limit="┄",
    dot="·",
    ellipsis="…",
    dash="–",
    is_ascii=False,
)
ASCII = Glyphs(
    states={state: look.in_ascii for state, look in _LOOKS.items()},
    check="ok",
    cross="X",
    warning="!",
    alert="!",
    differs="!=",
    bar=">",
    marked="*",
    rising="^",
    falling="v",
    thumb="#",
    track="|",
    full="#",
    hollow=".",
    blocks=" ..::||##",
    braille=False,
    limit="-",
    dot="-",
    ellipsis="~",
    dash="-",
    is_ascii=True,
)


BLOCKS = replace(UNICODE, braille=False)
"""For terminals whose font has no Braille, such as the Linux console."""


def glyphs_for(encoding: str | None, environ: Mapping[str, str], charts: str = "braille") -> Glyphs:
    """Return the characters for a terminal of this encoding and environment."""
    if wants_ascii(encoding, environ):
        return ASCII
    return BLOCKS if charts != "braille" or environ.get("TERM") == "linux" else UNICODE


def glyphs_of(app: object) -> Glyphs:
    """Return the characters that the terminal of an app can show."""
    glyphs = getattr(app, "glyphs", UNICODE)
    return glyphs if isinstance(glyphs, Glyphs) else UNICODE


def wants_ascii(encoding: str | None, environ: Mapping[str, str]) -> bool:
    """Tell whether the terminal was set up without UTF-8."""
    if environ.get("LC_ALL") in ("C", "POSIX"):
        return True
    return (encoding or "ascii").lower().replace("-", "").replace("_", "") != "utf8"


# The characters beyond ASCII that Chasqui itself writes; any other becomes a question mark.
IN_ASCII: Final = str.maketrans("…·–µ•▒⏎", "~--u*# ")


def plain(text: str, glyphs: Glyphs = UNICODE, *, cap: int = CELL_CAP) -> str:
    """Return a single line that is harmless to draw, whatever its source."""
    shown: str = text if text.isascii() and text.isprintable() else safe_line(text, cap)
    if len(shown) > cap:
        shown = shown[: cap - 1] + "…"
    if glyphs.is_ascii and not shown.isascii():
        shown = shown.translate(IN_ASCII).encode("ascii", "replace").decode()
    return shown


def state_text(state: str, glyphs: Glyphs) -> str:
    """Return the glyph and the word of a state."""
    return f"{glyphs.states.get(state, '?')} {state}"


def integer(value: float) -> str:
    """Return a whole number with thousands separators."""
    return f"{int(value):,}"


def number(value: float) -> str:
    """Return a number with thousands separators, and with decimals only where they matter."""
    if abs(value) >= LARGEST:
        return f"{value:.4g}"
    if value == int(value):
        return f"{int(value):,}"
    return f"{value:,.1f}" if abs(value) >= 10 else f"{value:,.2f}"


def short(count: float) -> str:
    """Return a number in thousands, millions or billions, rounded down, for narrow columns."""
    for unit, name in ((1_000_000_000, "G"), (1_000_000, "M"), (1000, "k")):
        if count >= unit:
            tenths = int(10 * count / unit)
            return f"{tenths // 10}{name}" if tenths >= 100 else f"{tenths / 10:g}{name}"
    return f"{count:.0f}"


def rate(per_second: float) -> str:
    """Return a rate."""
    if 0 < per_second < 0.05:  # a small rate is never shown as zero
        per_minute = 60 * per_second
        return f"{per_minute:.1f}/m" if per_minute >= 0.05 else f"{max(0.1, 60 * per_minute):.1f}/h"
    return f"{per_second:,.1f}/s" if 0 < per_second < 10 else f"{per_second:,.0f}/s"


def progress_text(progress: ProgressView | None) -> str:
    """Return a task's own progress: the share, the exact numbers, and the message.

    The message may be the unit of the numbers.
    """
    if progress is None:
        return ""
    parts = []
    if progress.total:
        parts.append(f"{percent(progress.done, progress.total)}%")
        parts.append(f"{number(progress.done)}/{number(progress.total)}")
    elif progress.done or not progress.message:
        parts.append(number(progress.done))
    if progress.message:
        parts.append(progress.message)
    return " ".join(parts)


def percent(done: float, total: float) -> int:
    """Return a share in percent, rounded down, so that 100 % means all of it."""
    return int(max(0, min(100 * (done / total), MOST_PERCENT)))
