"""Fuzzy matching: which names a few typed letters may mean, the best match first.

Each typed word must match: its letters appear in this order in the name, or the whole word in the
text beside it. `match` returns where, so that the letters can be highlighted, and how well.
"""

from __future__ import annotations

from dataclasses import dataclass

SEPARATORS = "._-/ "
# From best to worst: the beginning of the name, the beginning of a part, inside a part, letters
# with gaps, only the text beside it.
START, PART, INSIDE, LETTERS, BESIDE = range(5)


@dataclass(frozen=True, slots=True)
class Match:
    """How well a name matches what was typed; a smaller ``rank`` is better."""

    rank: tuple[int, ...]
    at: tuple[int, ...]
    """Where in the name the typed letters are."""


def match(typed: str, name: str, beside: str = "") -> Match | None:
    """Return how a name matches what was typed; None when it does not."""
    ranks: list[tuple[int, int]] = []
    places: set[int] = set()
    for word in typed.lower().split():
        found = _match_word(word, name.lower(), beside.lower())
        if found is None:
            return None
        ranks.append(found[0])
        places.update(found[1])
    worst = max((kind for kind, _ in ranks), default=START)
    return Match((worst, sum(cost for _, cost in ranks), len(name)), tuple(sorted(places)))


def _match_word(
    word: str, name: str, beside: str
) -> tuple[tuple[int, int], range | list[int]] | None:
    if (at := _best_place(word, name)) is not None:
        kind = START if at == 0 else PART if name[at - 1] in SEPARATORS else INSIDE
        return (kind, at), range(at, at + len(word))
    if letters := _letters(word, name):
        return (LETTERS, letters[-1] - letters[0]), letters
    if word in beside:
        return (BESIDE, beside.index(word)), []
    return None


def _best_place(word: str, name: str) -> int | None:
    """Return where a word is in a name, preferably at the beginning of a part."""
    places = [at for at in range(len(name) - len(word) + 1) if name.startswith(word, at)]
    parts = [at for at in places if at == 0 or name[at - 1] in SEPARATORS]
    return next(iter(parts or places), None)


def _letters(word: str, name: str) -> list[int]:
    """Return the closest positions of the letters of a word, in order; none if one is missing.

    For each position of the first letter, each further letter is taken as early as possible.
    """
    best: list[int] = []
    for start in (at for at, letter in enumerate(name) if letter == word[0]):
        places = [start]
        for letter in word[1:]:
            at = name.find(letter, places[-1] + 1)
            if at < 0:
                return best
            places.append(at)
        if not best or places[-1] - places[0] < best[-1] - best[0]:
            best = places
    return best
