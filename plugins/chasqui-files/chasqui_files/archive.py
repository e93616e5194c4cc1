"""Archiving a tree: what is in it, into a tar or a zip, with a tally of what became of it."""

from __future__ import annotations

import errno
import stat
from contextlib import closing
from pathlib import Path
from typing import Annotated, Any, BinaryIO, Final, Protocol, cast

from chasqui import Context, Help, TimeLimit, task
from chasqui_files import links
from chasqui_files.names import as_they_are, for_windows, shown, top_name
from chasqui_files.reading import NotARegularFile, kind_of
from chasqui_files.tally import ArchiveFailed, Tally
from chasqui_files.tar import TarWriter
from chasqui_files.target import Format, Part, check, format_of
from chasqui_files.walk import Member, Walk, changed
from chasqui_files.zip import ZipWriter

REPLACED: Final = (errno.ELOOP, errno.EINVAL)  # a link where a file was, and no link where one was


class Writer(Protocol):
    """One archive being written."""

    def add_folder(self, member: Member) -> None: ...
    def add_link(self, member: Member, target: str) -> None: ...
    def add_file(self, member: Member) -> None: ...
    def close(self) -> None: ...


@task
def archive(
    ctx: Context,
    tree: Annotated[Path, Help("a folder, or a link to one")],
    target: Annotated[Path, Help("the archive to make")],
    format: Annotated[Format | None, Help("empty: by the target's ending")] = None,
    overwrite: Annotated[bool, Help("replace an existing target")] = False,
) -> dict[str, Any]:
    """Pack a folder into a tar or a zip."""
    if not tree.is_dir():
        raise NotADirectoryError(f"{shown(tree)} is not a folder")
    check(target, overwrite)
    format = format or format_of(target)
    with Part(target) as part:
        spell = for_windows if format == "zip" else as_they_are
        walk = Walk(tree, top_name(tree), spell, part.claims)
        tally = Tally(ctx, _size_of(ctx, walk))
        output = cast(BinaryIO, part)
        writer: Writer = (
            ZipWriter(output, tally) if format == "zip" else TarWriter(output, format, tally)
        )
        try:
            # An error's traceback would keep the walk, and its folders open.
            with closing(walk.members(tally)) as members:
                for member in members:
                    _add(member, writer, tally)
            writer.close()
        except BaseException:
            part.abandon()
            writer.close()  # a zip left open would write its ending later, to a closed file
            raise
        ctx.raise_if_cancelled()
        part.publish(overwrite)
    return {"path": str(target), "format": format, **tally.result()}


def _size_of(ctx: Context, walk: Walk) -> int:
    """Return how many bytes the files of a tree have; an unreadable folder fails here, early."""
    return sum(
        member.facts.st_size
        for member in walk.members(Tally(ctx, 0))
        if stat.S_ISREG(member.facts.st_mode)
    )


def _add(member: Member, writer: Writer, tally: Tally) -> None:
    tally.look()
    kind = stat.S_IFMT(member.facts.st_mode)
    try:
        if kind == stat.S_IFDIR:
            writer.add_folder(member)
            tally.folders += 1
        elif kind == stat.S_IFLNK:
            _add_link(member, writer, tally)
        elif kind == stat.S_IFREG:
            writer.add_file(member)
            tally.files += 1
        else:
            tally.skip(member.path, f"it is {kind_of(kind)}")
    except TimeLimit:  # an OSError too, and none of the file's
        raise
    except FileNotFoundError:
        tally.skip(member.path, "it vanished before it was read")
    except OSError as error:
        if isinstance(error, NotARegularFile) or error.errno in REPLACED:
            raise changed(member.path, "was replaced by something else") from error
        raise ArchiveFailed(
            f"{shown(member.path)} cannot be read: {error.strerror or error}"
        ) from error


def _add_link(member: Member, writer: Writer, tally: Tally) -> None:
    target = member.target()
    if why := links.refusal(member, target):
        tally.skip(member.path, shown(why))
    else:
        writer.add_link(member, target)
        tally.links += 1
