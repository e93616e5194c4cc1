"""What an engine is known by: its name and the real path of its config file.

Files of an engine are named after both, so that two folders with the same sample config never share
any. An engine without a config file is the user's personal engine of that name.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import Final

NAME: Final = r"\A[A-Za-z0-9_-]{1,40}\Z"
"""What a config allows as the name of an engine or a pool."""
PERSONAL: Final = "e3b0c442"
"""The digest of no path at all."""
DIGITS: Final = len(PERSONAL)


def stem(name: str, config: Path | None) -> str:
    """Return how the names of this engine's files begin: ``default-e3b0c442``."""
    digest = PERSONAL
    if config is not None:
        import hashlib  # 3 ms

        digest = hashlib.sha256(os.fsencode(config.resolve())).hexdigest()[:DIGITS]
    return f"{name}-{digest}"
