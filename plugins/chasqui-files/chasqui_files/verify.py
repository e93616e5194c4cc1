"""Verifying files against a checksum list."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

from chasqui import Context, Help, TimeLimit, task
from chasqui_files.checksums import ChecksumMismatch, Entry, Problems, read_list
from chasqui_files.hash import Algorithm, digest
from chasqui_files.names import shown
from chasqui_files.reading import open_regular

__all__ = ["ChecksumMismatch", "verify"]


@task
def verify(
    ctx: Context,
    checksums: Annotated[Path, Help("a list as sha256sum and its kin write it")],
    algorithm: Annotated[Algorithm | None, Help("empty: by tag or length of each digest")] = None,
) -> dict[str, int]:
    """Check files against a checksum list."""
    problems = Problems()
    entries = read_list(checksums, algorithm, problems)
    folder = checksums.parent
    sizes = [_size(folder / entry.name) for entry in entries]
    done, total = 0, sum(sizes)
    for entry, size in zip(entries, sizes, strict=True):
        if problem := _problem(ctx, folder, entry, done, total):
            problems.add(f"{shown(entry.name)} {problem}")
        done += size
    if problems.count:
        raise ChecksumMismatch(f"{problems.count} of {shown(checksums)} do not hold: {problems}")
    return {"files": len(entries), "bytes": done}


def _problem(ctx: Context, folder: Path, entry: Entry, before: int, total: int) -> str:
    """Return what is wrong with a file, or "" if it is as the list says."""

    def tell(read: int) -> None:
        ctx.progress(before + read, max(total, before + read), "bytes")

    try:
        with open_regular(folder / entry.name) as file:
            found = digest(ctx, file, entry.state(), tell)
    except TimeLimit:  # an OSError too, and none of the file's
        raise
    except OSError as error:
        return f"cannot be read: {error.strerror or error}"
    return "" if found == entry.digest else "differs"


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
