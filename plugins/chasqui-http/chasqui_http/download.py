"""Downloading a file so that an interruption costs no more than what had not come yet.

What comes is written to a part beside the target (see `chasqui_http.part`). The target gets its
name in one step when the part is whole, within its limit and has the wanted checksum; until then,
whatever happens, nothing there is touched. A part is resumed by Range and If-Range, so that a
server whose file has changed sends all of the new one instead of the rest of another.
"""

from __future__ import annotations

import hashlib
import re
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

from chasqui import Between, Context, Help, TaskType, task
from chasqui_http.errors import ChecksumMismatch, DownloadFailed, HttpFailed, failing_as
from chasqui_http.parameters import Token, Url
from chasqui_http.part import BLOCK, Part
from chasqui_http.sessions import Sessions

GIB: Final = 1024**3
LENGTHS: Final = {
    "sha256": 64,
    "sha512": 128,
    "sha384": 96,
    "sha224": 56,
    "sha1": 40,
    "md5": 32,
    "blake2b": 128,
}
KINDS: Final = {
    stat.S_IFIFO: "a FIFO",
    stat.S_IFSOCK: "a socket",
    stat.S_IFCHR: "a character device",
    stat.S_IFBLK: "a block device",
}


@dataclass(frozen=True, slots=True)
class Downloaded:
    """A file that is whole and in its place."""

    path: str
    final_url: str
    """Where the redirects led; empty if nothing was asked for."""
    bytes: int
    fetched: int
    """How many of them this task fetched; the others were there from an earlier one."""
    checksum: str
    """``algorithm:digest`` of the whole file."""


def make_download(sessions: Sessions) -> TaskType:
    """Make the task type over a plugin's sessions."""

    @task
    def download(
        ctx: Context,
        url: Url,
        to: Annotated[Path, Help("the file to make")],
        checksum: Annotated[
            str | None, Help("what it must have: sha256:HEX, sha512:HEX, ...; HEX alone is sha256")
        ] = None,
        max_bytes: Annotated[int, Between(0, 2**53), Help("refuse a larger file")] = 10 * GIB,
        resume: Annotated[bool, Help("go on from a part that is there")] = True,
        overwrite: Annotated[bool, Help("replace an existing file")] = False,
        timeout: Annotated[
            float, Between(0.01, 3600), Help("seconds that the server may say nothing")
        ] = 30.0,
        token: Token = None,
    ) -> Downloaded:
        """Download a file, going on from where an earlier attempt ended."""
        with failing_as(DownloadFailed):
            from chasqui_http.attempt import Attempt
            from chasqui_http.urls import checked_url, shown

            checked_url(url)
            algorithm, wanted = _checksum(checksum)
            if wanted and to.is_file() and _digest(ctx, algorithm, _blocks(to)) == wanted:
                return Downloaded(str(to), "", to.stat().st_size, 0, f"{algorithm}:{wanted}")
            _refuse_existing(to, overwrite)
            with Part(to) as part:
                _refuse_existing(to, overwrite)  # made by the download that held the part before
                if not resume:
                    part.cut(0)
                attempt = Attempt(ctx, sessions.here(), part, url, token, timeout, max_bytes)
                attempt.fetch()
                digest = _digest(ctx, algorithm, part.blocks())
                if wanted not in (None, digest):
                    part.discard()
                    raise ChecksumMismatch(
                        "checksum",
                        f"{shown(url)} has {algorithm} {digest}, not {wanted}; "
                        "nothing of it was kept",
                    )
                _refuse_existing(to, overwrite)
                size = part.size
                ctx.raise_if_cancelled()
                part.publish()
            return Downloaded(
                str(to), attempt.final_url, size, attempt.fetched, f"{algorithm}:{digest}"
            )

    return download


def _refuse_existing(to: Path, overwrite: bool) -> None:
    try:
        mode = to.stat().st_mode
    except OSError as error:
        if not to.is_symlink():  # one that leads nowhere is as good as a file
            if isinstance(error, FileNotFoundError):
                return
            raise
    else:
        if stat.S_ISDIR(mode):
            raise IsADirectoryError(f"{to} is a folder; name the file to make")
        if not stat.S_ISREG(mode):
            kind = KINDS.get(stat.S_IFMT(mode), "no file")
            raise FileExistsError(f"{to} is {kind}; name the file to make")
    if not overwrite:
        raise FileExistsError(f"{to} exists; say overwrite=yes to replace it")


def _checksum(text: str | None) -> tuple[str, str | None]:
    """Return an algorithm, and the digest wanted if one is."""
    if text is None:
        return "sha256", None
    algorithm, _, digest = text.strip().lower().rpartition(":")
    algorithm = algorithm or "sha256"
    if algorithm not in LENGTHS:
        raise HttpFailed(
            "checksum", f"no checksum is called {algorithm!r}; there are {', '.join(LENGTHS)}"
        )
    if not re.fullmatch(f"[0-9a-f]{{{LENGTHS[algorithm]}}}", digest):
        raise HttpFailed(
            "checksum", f"a {algorithm} has {LENGTHS[algorithm]} hex digits, which {text!r} has not"
        )
    return algorithm, digest


def _digest(ctx: Context, algorithm: str, blocks: Iterable[bytes]) -> str:
    """Return the digest of what is on the disk, which may be more than this task has fetched."""
    state = hashlib.new(algorithm, usedforsecurity=False)
    for block in blocks:
        ctx.raise_if_cancelled()
        state.update(block)
    return state.hexdigest()


def _blocks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while block := file.read(BLOCK):
            yield block
