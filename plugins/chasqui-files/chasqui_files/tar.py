"""Writing a tar: POSIX.1-2001 (pax), which holds any name, size and time exactly."""

from __future__ import annotations

import bz2
import grp
import gzip
import io
import lzma
import os
import pwd
import stat
import tarfile
from functools import cache
from typing import BinaryIO, Final, Literal, cast

from chasqui_files.content import Content
from chasqui_files.tally import Tally
from chasqui_files.walk import Member

SECOND: Final = 10**9  # nanoseconds


class TarWriter:
    """One tar being written, packed or not."""

    def __init__(self, output: BinaryIO, format: str, tally: Tally) -> None:
        self._stream = _packed(output, format)
        self._tar = tarfile.TarFile(
            fileobj=cast(BinaryIO, self._stream or output),
            mode="w",
            format=tarfile.PAX_FORMAT,
            encoding="utf-8",
            errors="surrogateescape",
        )
        self._tally = tally
        self._first: dict[tuple[int, int], tuple[str, int]] = {}

    def add_folder(self, member: Member) -> None:
        """Add a folder, without what is in it."""
        self._tar.addfile(_info(member, member.facts, tarfile.DIRTYPE))

    def add_link(self, member: Member, target: str) -> None:
        """Add a symbolic link."""
        info = _info(member, member.facts, tarfile.SYMTYPE)
        info.linkname = target
        self._tar.addfile(info)

    def add_file(self, member: Member) -> None:
        """Add a file; its second name is a hard link to the first.

        Raises:
            FileNotFoundError: it has vanished; the archive is as it was.
        """
        with member.open() as file:
            content = Content(member, file, self._tally)
            identity = content.facts.st_dev, content.facts.st_ino
            if first := self._first.get(identity):
                info = _info(member, content.facts, tarfile.LNKTYPE)
                info.linkname, size = first
                self._tar.addfile(info)
                self._tally.read(size)
                return
            info = _info(member, content.facts, tarfile.REGTYPE)
            info.size = content.facts.st_size
            self._tar.addfile(info, cast(BinaryIO, content))
            content.end()
            if content.facts.st_nlink > 1:
                self._first[identity] = member.name, info.size

    def close(self) -> None:
        """Write what a tar ends with; once."""
        self._tar.close()
        if self._stream is not None:
            self._stream.close()


def _packed(output: BinaryIO, format: str) -> io.BufferedIOBase | None:
    if format == "tar.gz":
        return gzip.GzipFile("", "wb", fileobj=output)  # with a name it would be the part's
    if format == "tar.bz2":
        return bz2.BZ2File(output, "wb")
    if format == "tar.xz":
        return lzma.LZMAFile(output, "wb")
    return None


def _info(member: Member, facts: os.stat_result, kind: bytes) -> tarfile.TarInfo:
    info = tarfile.TarInfo(member.name)
    info.type = kind
    info.mode = stat.S_IMODE(facts.st_mode)
    info.uid, info.gid = facts.st_uid, facts.st_gid
    info.uname, info.gname = _owner("user", info.uid), _owner("group", info.gid)
    info.mtime, part = divmod(facts.st_mtime_ns, SECOND)
    if part:
        info.pax_headers = {"mtime": _exactly(facts.st_mtime_ns)}
    return info


def _exactly(nanoseconds: int) -> str:
    whole, part = divmod(abs(nanoseconds), SECOND)
    return f"{'-' * (nanoseconds < 0)}{whole}.{part:09}"


@cache
def _owner(kind: Literal["user", "group"], number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name if kind == "user" else grp.getgrgid(number).gr_name
    except KeyError:
        return ""
