"""Outcomes of a bounded size: what has many numbers names the first of them, and a token for all.

The token stands for the set as it was found, so that a later command acts on what was counted,
whatever else has failed meanwhile. It is random: a token of an engine that has ended must not name
a set of the engine that took its place.
"""

from __future__ import annotations

import secrets
import threading
from array import array
from collections import OrderedDict
from collections.abc import Sequence
from typing import Final

import msgspec

from chasqui.control.port import Chosen, CommandOutcome
from chasqui.control.reasons import alike
from chasqui.control.safe_text import SafeText
from chasqui.errors import ChasquiError

NAMED: Final = 200  # numbers, and skipped ones, that an outcome lists
REASONS: Final = 20  # that are counted each on its own
SETS: Final = 64  # that are held; the least recently used goes first
HELD: Final = 1_000_000  # numbers in all of them, of 8 bytes each; the newest set is always held

NO_REASON: Final = SafeText("")


class SetGone(ChasquiError):
    """A token names a set of numbers that is no longer held."""

    def __init__(self) -> None:
        super().__init__("what was counted is no longer held: count again")


class NumberSets:
    """The sets that tokens name. Any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()  # guards the two below
        self._sets: OrderedDict[str, array[int]] = OrderedDict()
        self._held = 0

    def outcome(
        self,
        numbers: Sequence[int],
        skipped: Sequence[tuple[int, SafeText]] = (),
        *,
        ok: bool,
        reason: SafeText = NO_REASON,
        notes: Sequence[tuple[str, SafeText]] = (),
        made: Sequence[int] = (),
    ) -> CommandOutcome:
        """Return an outcome that lists no more than `NAMED` of its numbers, nor of those skipped.

        Args:
            numbers: what it was done to, in order.
            skipped: what it was not done to, each with its reason.
            made: the new tasks, in the order of the numbers.
        """
        more, more_skipped = max(0, len(numbers) - NAMED), max(0, len(skipped) - NAMED)
        return CommandOutcome(
            ok=ok,
            reason=reason,
            numbers=tuple(numbers[:NAMED]),
            more=more,
            made=tuple(made[:NAMED]),
            token=self._hold(numbers) if more else "",
            skipped=tuple(skipped[:NAMED]),
            more_skipped=more_skipped,
            reasons=_reasons_of(skipped) if more_skipped else (),
            notes=tuple(notes),
        )

    def named(self, token: str) -> tuple[int, ...]:
        """Return the numbers that a token stands for; raises SetGone."""
        with self._lock:
            found = self._sets.get(token)
            if found is None:
                raise SetGone
            self._sets.move_to_end(token)
            return tuple(found)

    def resolved(self, chosen: Chosen) -> Chosen:
        """Return a choice that names by number what its token stands for; raises SetGone."""
        if chosen.token is None:
            return chosen
        numbers = self.named(chosen.token)
        if chosen.numbers is not None:
            wanted = set(chosen.numbers)
            numbers = tuple(number for number in numbers if number in wanted)
        return msgspec.structs.replace(chosen, numbers=numbers, token=None)

    def _hold(self, numbers: Sequence[int]) -> str:
        token = secrets.token_hex(8)
        kept = array("q", numbers)
        with self._lock:
            self._sets[token] = kept
            self._held += len(kept)
            while len(self._sets) > SETS or (self._held > HELD and len(self._sets) > 1):
                _, oldest = self._sets.popitem(last=False)
                self._held -= len(oldest)
        return token


def _reasons_of(skipped: Sequence[tuple[int, SafeText]]) -> tuple[tuple[SafeText, int], ...]:
    counted = alike([why for _, why in skipped])
    rest = sum(count for _, count in counted[REASONS:])
    counted = [*counted[:REASONS], *([("other reasons", rest)] if rest else [])]
    return tuple((SafeText(why), count) for why, count in counted)
