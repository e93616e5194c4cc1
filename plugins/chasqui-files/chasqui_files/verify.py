"""Verifying files against a checksum list.

Lists are read as the coreutils write them: ``DIGEST  NAME`` or ``DIGEST *NAME``, with a leading
backslash when the name has escaped newlines, carriage returns or backslashes, or in the BSD style,
``SHA256 (NAME) = DIGEST``.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, NamedTuple

from chasqui import ChasquiError, Context, Help, task
from chasqui_files.hash import Algorithm, digest
from chasqui_files.reading import open_regular

NAMED_AT_MOST = 20  # of the files that differ, as many are named in the error

_GNU = re.compile(r"(\\?)([0-9a-fA-F]{32,128}) [ *](.+)", re.DOTALL)
_BSD = re.compile(r"(\\?)([A-Za-z0-9-]+) \((.+)\) = ([0-9a-fA-F]{32,128})", re.DOTALL)
_BY_LENGTH = {32: "md5", 40: "sha1", 56: "sha224", 64: "sha256", 96: "sha384", 128: "sha512"}
_ESCAPES = {r"\n": "\n", r"\r": "\r", r"\\": "\\"}


class ChecksumMismatch(ChasquiError):
    """Files are missing or differ from their checksum list, or lines of it cannot be read."""


class Entry(NamedTuple):
    """One line of a list."""

    name: str
    algorithm: str
    digest: str


@task
def verify(
    ctx: Context,
    checksums: Annotated[Path, Help("a list as sha256sum and its kin write it")],
    algorithm: Annotated[Algorithm | None, Help("empty: by the length of each digest")] = None,
) -> dict[str, int]:
    """Check files against a checksum list."""
    entries, problems = read_list(checksums, algorithm)
    folder = checksums.parent
    sizes = {entry.name: _size(folder / entry.name) for entry in entries}
    total = sum(sizes.values())
    done = 0
    for entry in entries:
        before = done
        try:
            with open_regular(folder / entry.name) as file:
                found = digest(
                    ctx,
                    file,
                    hashlib.new(entry.algorithm, usedforsecurity=False),
                    lambda read, before=before: ctx.progress(before + read, total, "bytes"),  # type: ignore[misc]
                )
            if found != entry.digest.lower():
                problems.append(f"{entry.name} differs")
        except OSError as error:
            problems.append(f"{entry.name} cannot be read: {error.strerror or error}")
        done += sizes[entry.name]
    if problems:
        named = "; ".join(problems[:NAMED_AT_MOST])
        more = f"; and {len(problems) - NAMED_AT_MOST} more" * (len(problems) > NAMED_AT_MOST)
        raise ChecksumMismatch(f"{len(problems)} of {checksums} do not hold: {named}{more}")
    return {"files": len(entries), "bytes": done}


def read_list(checksums: Path, algorithm: str | None) -> tuple[list[Entry], list[str]]:
    """Return the entries of a list, and a problem for each line that is none."""
    entries: list[Entry] = []
    problems: list[str] = []
    for number, line in _lines(checksums):
        entry = _entry(line, algorithm)
        if entry is None:
            problems.append(f"line {number} is not a checksum line")
        else:
            entries.append(entry)
    if not entries and not problems:
        problems.append("it has no checksum line")
    return entries, problems


def _lines(checksums: Path) -> Iterator[tuple[int, str]]:
    with open_regular(checksums) as file:
        text = file.read().decode("utf-8", "surrogateescape")
    for number, line in enumerate(text.split("\n"), start=1):
        stripped = line.removesuffix("\r")
        if stripped and not stripped.startswith("#"):
            yield number, stripped


def _entry(line: str, algorithm: str | None) -> Entry | None:
    if match := _GNU.fullmatch(line):
        escaped, found, name = match.groups()
        by_name = None
    elif match := _BSD.fullmatch(line):
        escaped, by_name, name, found = match.groups()
    else:
        return None
    kind = algorithm or (by_name or _BY_LENGTH.get(len(found), "")).lower().replace("-", "")
    if kind not in ("blake2b", *_BY_LENGTH.values()):
        return None
    if escaped:
        name = re.sub(r"\\[nr\\]", lambda escape: _ESCAPES[escape[0]], name)
    return Entry(name, kind, found)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0
