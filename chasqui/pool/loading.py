"""Loading: a child process loads the program's script again, to find what it defines.

The program must not run a second time there: what starts a pool ends the loading.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

_is_on = False


class Over(BaseException):
    """The script has come to where its program begins to run; it has no other way out."""


@contextlib.contextmanager
def of_script() -> Iterator[None]:
    """Have what starts a pool end the loading of a script."""
    global _is_on
    _is_on = True
    try:
        yield
    finally:
        _is_on = False


def check() -> None:
    """Leave the script here if it is being loaded."""
    if _is_on:
        raise Over
