"""Archiving a tree.

The archive grows under a temporary name in the target's own folder and gets its name in one step
when it is whole, so whoever sees the target sees all of it. Whatever else happens, a cancel
included, the temporary file is removed.
"""

from __future__ import annotations

import os
import secrets
import stat
import tarfile
import time
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Literal, Protocol

from chasqui import Context, Help, task
from chasqui_files.reading import open_regular

ZIP_EPOCH = time.struct_time((1980, 1, 1, 0, 0, 0, 0, 1, 0))  # a zip knows no earlier date
COPY = 256 * 1024  # bytes between two looks for a cancel: compressing is slower than reading


class Writer(Protocol):
    """One archive being written."""

    def add(self, path: Path, name: str, facts: os.stat_result) -> None:
        """Add a folder, a link or a file under a name."""
        ...

    def close(self) -> None:
        """Write what an archive ends with."""
        ...


@task
def archive(
    ctx: Context,
    tree: Annotated[Path, Help("a folder")],
    target: Annotated[Path, Help("the archive to make")],
    format: Literal["tar.gz", "zip"] = "tar.gz",
    overwrite: Annotated[bool, Help("replace an existing target")] = False,
) -> dict[str, Any]:
    """Pack a folder into a tar.gz or a zip."""
    if not tree.is_dir():
        raise NotADirectoryError(f"{tree} is not a folder")
    if target.exists() and not overwrite:
        raise FileExistsError(f"{target} exists; say overwrite=yes to replace it")
    part = target.with_name(f".{target.name}.part-{secrets.token_hex(4)}")
    with part.open("xb") as file:
        try:
            report = _fill(ctx, tree, file, format, leave_out={part, target})
            file.flush()
            os.fsync(file.fileno())
            ctx.raise_if_cancelled()
            _publish(part, target, overwrite)
        finally:
            part.unlink(missing_ok=True)
    return {"path": str(target), **report}


def _fill(
    ctx: Context, tree: Path, file: BinaryIO, format: str, leave_out: set[Path]
) -> dict[str, int]:
    outside = {path.absolute() for path in leave_out}
    total = sum(facts.st_size for path, facts in _walk(tree, outside) if _is_file(facts))
    counted = _Counted(ctx, total)
    writer: Writer = _Tar(file, counted) if format == "tar.gz" else _Zip(file, counted)
    files = skipped = 0
    counted.tell()
    try:
        for path, facts in _walk(tree, outside):
            ctx.raise_if_cancelled()
            if stat.S_IFMT(facts.st_mode) not in (stat.S_IFREG, stat.S_IFDIR, stat.S_IFLNK):
                skipped += 1
                continue
            writer.add(path, os.path.relpath(path, tree.parent), facts)
            files += _is_file(facts)
    finally:
        writer.close()  # also when it is in vain: a zip left open writes later, to a closed file
    return {"files": files, "bytes": counted.done, "skipped": skipped}


def _walk(tree: Path, outside: set[Path]) -> Iterator[tuple[Path, os.stat_result]]:
    """Yield a folder and all below it, in order of name; links are not followed."""
    yield tree, tree.stat()
    for folder, names, files in os.walk(tree):
        names.sort()
        for name in sorted([*names, *files]):
            path = Path(folder, name)
            if path.absolute() not in outside:
                yield path, path.lstat()


def _publish(part: Path, target: Path, overwrite: bool) -> None:
    if overwrite:
        part.replace(target)
    else:
        os.link(part, target)  # fails if somebody made it meanwhile, where a rename would not


class _Counted:
    """Progress in bytes of the files' own contents."""

    def __init__(self, ctx: Context, total: int) -> None:
        self._ctx = ctx
        self._total = total
        self.done = 0

    def tell(self) -> None:
        self._ctx.progress(self.done, max(self._total, self.done), "bytes")

    def add(self, size: int) -> None:
        self.done += size
        self.tell()

    def look(self) -> None:
        self._ctx.raise_if_cancelled()


class _Reader:
    """A file's first ``size`` bytes, counted; it must have as many, and more are not read."""

    def __init__(self, file: BinaryIO, size: int, counted: _Counted) -> None:
        self._file = file
        self._left = size
        self._counted = counted

    def read(self, size: int = COPY, /) -> bytes:
        self._counted.look()
        data = self._file.read(min(size, self._left))
        if self._left and not data:
            raise OSError(f"a file became {self._left} bytes shorter while it was read")
        self._left -= len(data)
        self._counted.add(len(data))
        return data


class _Tar:
    def __init__(self, file: BinaryIO, counted: _Counted) -> None:
        self._tar = tarfile.open(  # noqa: SIM115 - closed by close
            fileobj=file,
            mode="w:gz",
            format=tarfile.PAX_FORMAT,
            encoding="utf-8",
            errors="surrogateescape",
        )
        self._counted = counted

    def add(self, path: Path, name: str, facts: os.stat_result) -> None:
        info = self._tar.gettarinfo(path, name)
        if not _is_file(facts):
            self._tar.addfile(info)
            return
        # Two names of one file are two files here: who unpacks one alone wants it whole.
        info.type, info.linkname = tarfile.REGTYPE, ""
        with open_regular(path) as file:
            info.size = os.fstat(file.fileno()).st_size
            self._tar.addfile(info, _Reader(file, info.size, self._counted))

    def close(self) -> None:
        self._tar.close()


class _Zip:
    def __init__(self, file: BinaryIO, counted: _Counted) -> None:
        self._zip = zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self._counted = counted

    def add(self, path: Path, name: str, facts: os.stat_result) -> None:
        when = max(time.localtime(facts.st_mtime), ZIP_EPOCH)
        folder = stat.S_ISDIR(facts.st_mode)
        info = zipfile.ZipInfo(_spelled(name) + "/" * folder, when[:6])
        info.external_attr = (facts.st_mode & 0xFFFF) << 16 | (0x10 if folder else 0)
        info.create_system = 3  # Unix, so that the mode above is heeded
        if _is_file(facts):
            info.compress_type = zipfile.ZIP_DEFLATED
            with open_regular(path) as file:
                size = os.fstat(file.fileno()).st_size
                info.file_size = size
                with self._zip.open(info, "w", force_zip64=size >= 2**31) as entry:
                    reader = _Reader(file, size, self._counted)
                    while chunk := reader.read(COPY):
                        entry.write(chunk)
        else:
            self._zip.writestr(info, b"" if folder else os.fsencode(path.readlink()))

    def close(self) -> None:
        self._zip.close()


def _spelled(name: str) -> str:
    """Return a name as a zip can hold it: bytes that are not UTF-8 become ``%XX``."""
    return "".join(
        f"%{ord(one) - 0xDC00:02X}" if 0xDC80 <= ord(one) <= 0xDCFF else one for one in name
    )


def _is_file(facts: os.stat_result) -> bool:
    return stat.S_ISREG(facts.st_mode)
