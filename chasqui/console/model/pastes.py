"""Bracketed pastes in the terminal's input: what is between the two marks is text, never keys.

A paste may be huge, may hold escape sequences, and may lose its end mark. None of it is ever taken
for keys, and a paste without an end is over once the terminal has been silent for a while. The part
of a paste that is kept is bounded.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

BEGIN: Final = "\x1b[200~"
END: Final = "\x1b[201~"
MOST: Final = 1 << 20  # characters kept of a paste; no field takes as many, so it is refused
SILENT_SECONDS: Final = 2.0  # a slow line stalls for less than that within a paste
HOLD_SECONDS: Final = 0.1  # for the rest of a mark; as long as an Esc waits for its sequence


@dataclass(frozen=True, slots=True)
class Part:
    """A part of the terminal's input."""

    text: str
    is_paste: bool = False
    is_cut_off: bool = False
    """Nothing followed in time, so its sequence is complete."""


class Pastes:
    """Splits the terminal's input into keys and pastes."""

    def __init__(self) -> None:
        self._held = ""  # what may be the beginning of a mark
        self._pasted: list[str] | None = None  # None: outside of a paste
        self._size = 0
        self._last = 0.0

    @property
    def is_waiting(self) -> bool:
        """Whether input is held until it is known what it is."""
        return bool(self._held) or self._pasted is not None

    def feed(self, text: str, now: float) -> Iterator[Part]:
        """Take input, and return the parts that are known."""
        self._last = now
        text, self._held = self._held + text, ""
        while text:
            if self._pasted is None:
                keys, found, text = text.partition(BEGIN)
                if found:
                    self._pasted, self._size = [], 0
                else:
                    keys, self._held = _without_beginning_of(BEGIN, keys)
                if keys:
                    yield Part(keys)
            else:
                pasted, found, text = text.partition(END)
                if not found:
                    pasted, self._held = _without_beginning_of(END, pasted)
                self._keep(pasted)
                if found:
                    yield self._paste()

    def tick(self, now: float) -> Iterator[Part]:
        """Return what was held for too long."""
        silent = now - self._last
        if self._pasted is not None and silent >= SILENT_SECONDS:
            self._keep(self._held)
            self._held = ""
            yield self._paste()
        elif self._pasted is None and self._held and silent >= HOLD_SECONDS:
            held, self._held = self._held, ""
            yield Part(held, is_cut_off=True)

    def _keep(self, text: str) -> None:
        assert self._pasted is not None
        text = text[: MOST - self._size]
        if text:
            self._pasted.append(text)
            self._size += len(text)

    def _paste(self) -> Part:
        text, self._pasted = "".join(self._pasted or ()), None
        return Part(text, is_paste=True)


def _without_beginning_of(mark: str, text: str) -> tuple[str, str]:
    """Cut off the end of a text if it may be the beginning of a mark."""
    for size in range(min(len(mark) - 1, len(text)), 0, -1):
        if text.endswith(mark[:size]):
            return text[:-size], text[-size:]
    return text, ""
