"""What the idempotency keys of a pool's tasks begin with.

Numbers begin anew with each process, so a number alone says nothing outside it. An engine with a
journal sets the journal's own instead, which lasts as long as the numbers do.
"""

from __future__ import annotations

from collections.abc import Callable


def fresh_prefix() -> Callable[[], str]:
    """Return what returns a random text, made when it is first called and the same from then on."""
    made: dict[str, str] = {}

    def prefix() -> str:
        if "text" not in made:
            from uuid import uuid4  # slow to import, and few bodies ask

            made.setdefault("text", str(uuid4()))
        return made["text"]

    return prefix
