"""The file of an export: private, new, and there only once it is whole."""

from __future__ import annotations

import os
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import BinaryIO, Final, Self

from chasqui.control.kept import make_private

NAMES: Final = 100  # that are tried for one second


class ExportFile:
    """Collects lines in a file beside the one that is made in the end.

    Args:
        what: what is exported; the file's name begins with it.
        engine: the name of the engine.
        at: the time that the name has, in seconds since the epoch.
    """

    def __init__(
        self, what: str, engine: str, at: float, environ: Mapping[str, str] = os.environ
    ) -> None:
        import platformdirs  # when it is needed: the console starts sooner

        of = "".join(sign if sign.isalnum() or sign in "-_" else "-" for sign in engine)[:40]
        self._home = environ.get("HOME", "")
        self._folder = Path(platformdirs.user_state_dir("chasqui")) / "exported"
        self._stem = f"{what}-{of}-{time.strftime('%Y%m%d-%H%M%S', time.localtime(at))}"
        self._part = self._folder / f"{self._stem}-{os.getpid()}.part"
        self._out: BinaryIO | None = None

    def __enter__(self) -> Self:
        """Begin the file.

        Raises:
            OSError: it cannot be written.
        """
        make_private(self._folder)
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC
        self._out = os.fdopen(os.open(self._part, flags, 0o600), "wb")
        return self

    def __exit__(self, *_: object) -> None:
        """Remove what was not finished."""
        if self._out is not None:
            self._out.close()
            self._part.unlink(missing_ok=True)

    def write(self, lines: Sequence[str]) -> None:
        """Add lines; raises OSError."""
        if self._out is not None:
            self._out.writelines(f"{line}\n".encode() for line in lines)

    def finish(self) -> str:
        """Give the file its name, and return its path for people; raises OSError."""
        if self._out is not None:
            self._out.close()
        for number in range(1, NAMES + 1):
            file = self._folder / f"{self._stem}{f'-{number}' if number > 1 else ''}.jsonl"
            try:
                file.touch(mode=0o600, exist_ok=False)
            except FileExistsError:
                continue
            self._part.replace(file)
            home = self._home
            inside = home and file.is_relative_to(home)
            return f"~/{file.relative_to(home)}" if inside else str(file)
        raise FileExistsError(f"{self._stem}.jsonl and {NAMES - 1} more names are taken")
