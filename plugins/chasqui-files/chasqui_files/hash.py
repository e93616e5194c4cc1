"""Hashing files."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated, BinaryIO, Literal, Protocol

from chasqui import Context, Help, task
from chasqui_files.reading import blocks, open_regular

Algorithm = Literal["sha256", "sha512", "sha384", "sha224", "sha1", "md5", "blake2b"]


class State(Protocol):
    """A digest that is being made."""

    def update(self, data: memoryview, /) -> None: ...
    def hexdigest(self) -> str: ...


@task
def hash(
    ctx: Context,
    path: Annotated[Path, Help("a regular file")],
    algorithm: Algorithm = "sha256",
) -> str:
    """Hash a file."""
    with open_regular(path) as file:
        size = os.fstat(file.fileno()).st_size
        return digest(
            ctx,
            file,
            hashlib.new(algorithm, usedforsecurity=False),
            lambda done: ctx.progress(done, max(size, done), "bytes"),
        )


def digest(ctx: Context, file: BinaryIO, state: State, tell: Callable[[int], None]) -> str:
    """Return the hex digest of an open file; ``tell`` hears how many bytes have been read."""
    done = 0
    tell(done)
    for block in blocks(file):
        ctx.raise_if_cancelled()
        state.update(block)
        done += len(block)
        tell(done)
    return state.hexdigest()
