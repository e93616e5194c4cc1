"""Writing a zip: names that Windows can make, and times to the second for those who read them.

A zip has the local time in steps of two seconds, from 1980 to 2107; an earlier or later time is
stored as the first or last of these, and counted as altered. The exact second is stored as well,
from 1970 to 2106, where its 32 bits end; unzip, bsdtar and 7-Zip use it. A link is an
entry of that type whose content is the target: unzip makes a link of it, Windows a small text file.
"""

from __future__ import annotations

import os
import struct
import time
import zipfile
from typing import BinaryIO, Final

from chasqui_files.content import COPY, Content
from chasqui_files.links import leads_somewhere
from chasqui_files.names import for_windows
from chasqui_files.tally import Tally
from chasqui_files.walk import Member

EARLIEST: Final = (1980, 1, 1, 0, 0, 0)
LATEST: Final = (2107, 12, 31, 23, 59, 58)
SECOND: Final = 10**9  # nanoseconds
UNIX: Final = 3  # the system that the modes are of
FOLDER: Final = 0x10  # what Windows calls a folder
LARGE: Final = 2**31  # bytes, from which a size gets 64 bits
EXACT_TIME: Final = 0x5455  # the extra field "UT"


class ZipWriter:
    """One zip being written."""

    def __init__(self, output: BinaryIO, tally: Tally) -> None:
        self._zip = zipfile.ZipFile(output, "w", zipfile.ZIP_DEFLATED, allowZip64=True)
        self._tally = tally

    def add_folder(self, member: Member) -> None:
        """Add a folder, without what is in it."""
        info = self._info(member, member.facts, member.name + "/")
        info.external_attr |= FOLDER
        self._zip.writestr(info, b"", zipfile.ZIP_STORED)
        self._tell(member, member.facts)

    def add_link(self, member: Member, target: str) -> None:
        """Add a symbolic link; to something whose name is spelled otherwise, it is, too."""
        parts = target.split("/")
        spelled = "/".join(part if part in ("", ".", "..") else _spelled(part) for part in parts)
        if spelled != target and leads_somewhere(member):
            self._tally.alter(member.path, f"is stored as a link to {spelled}")
            target = spelled
        info = self._info(member, member.facts, member.name)
        self._zip.writestr(info, os.fsencode(target), zipfile.ZIP_STORED)
        self._tell(member, member.facts)

    def add_file(self, member: Member) -> None:
        """Add a file, in full under each of its names: a zip has no hard links.

        Raises:
            FileNotFoundError: it has vanished; the archive is as it was.
        """
        with member.open() as file:
            content = Content(member, file, self._tally)
            info = self._info(member, content.facts, member.name)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.file_size = content.facts.st_size
            large = info.file_size >= LARGE
            with self._zip.open(info, "w", force_zip64=large) as entry:
                while data := content.read(COPY):
                    entry.write(data)
            content.end()
            self._tell(member, content.facts)

    def close(self) -> None:
        """Write what a zip ends with; once."""
        self._zip.close()

    def _info(self, member: Member, facts: os.stat_result, name: str) -> zipfile.ZipInfo:
        seconds = facts.st_mtime_ns // SECOND
        info = zipfile.ZipInfo(name, min(max(_local(seconds), EARLIEST), LATEST))
        info.create_system = UNIX
        info.external_attr = (facts.st_mode & 0xFFFF) << 16
        if 0 <= seconds < 2**32:  # readers disagree on the sign
            # 5 bytes: that it is the time of the last change, and the time.
            info.extra = struct.pack("<HHBL", EXACT_TIME, 5, 1, seconds)
        return info

    def _tell(self, member: Member, facts: os.stat_result) -> None:
        if member.name.rpartition("/")[2] != member.path.rpartition("/")[2]:
            self._tally.alter(member.path, f"is stored as {member.name}")
        when = _local(facts.st_mtime_ns // SECOND)
        if not EARLIEST <= when <= LATEST:
            year = EARLIEST[0] if when < EARLIEST else LATEST[0]
            self._tally.alter(member.path, f"has a date in {when[0]}, stored as {year}")


def _local(seconds: int) -> tuple[int, int, int, int, int, int]:
    try:
        return time.localtime(seconds)[:6]
    except (OverflowError, OSError):  # a year that the system's calendar does not reach
        return (-1 if seconds < 0 else 10**6, 1, 1, 0, 0, 0)


def _spelled(name: str) -> str:
    return for_windows([name])[name]
