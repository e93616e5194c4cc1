"""Walking a tree through open folders, so that nothing can lead out of it.

Everything is opened from the folder that it is in, by its own name and without following links. So
replacing a folder by a link in the middle of a walk changes nothing, and neither depth nor the
length of a path matters. There is no recursion, and only a few folders are open at a time.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Generator, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final

from chasqui_files.names import shown
from chasqui_files.reading import open_regular
from chasqui_files.tally import ArchiveFailed, Tally

OPEN_AT_MOST: Final = 32  # folders; a process has often no more than 1,024 descriptors in all
LONGEST_NAME: Final = 255  # bytes; what Linux takes as one name, and Windows in characters
LONGEST_PATH: Final = 4095  # bytes; GNU tar and unzip cannot unpack a longer one
_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC | os.O_NONBLOCK

Spell = Callable[[Iterable[str]], dict[str, str]]
"""From the names in a folder to their spellings in the archive."""


def changed(path: str, how: str) -> ArchiveFailed:
    """Return the error of a tree that does not hold still."""
    return ArchiveFailed(
        f"{shown(path)} {how} while the tree was read; try again when nothing changes it"
    )


@dataclass(frozen=True, slots=True)
class Member:
    """Something in a tree; to be used before the walk goes on, while its folder is open."""

    path: str
    """Where it is, from the tree's own name on."""
    name: str
    """The same, as the archive spells it."""
    base: str
    """Its name in its folder."""
    folder: int
    """The descriptor of its folder."""
    facts: os.stat_result

    def open(self) -> BinaryIO:
        """Open a file that is still one."""
        return open_regular(self.base, self.folder, follow=False)

    def target(self) -> str:
        """Return where a link points."""
        return os.readlink(self.base, dir_fd=self.folder)


@dataclass(slots=True)
class _Level:
    """A folder on the way down. Its descriptor is None while others need the place."""

    descriptor: int | None
    identity: tuple[int, int]
    path: str
    name: str
    left: Iterator[tuple[str, str]]
    """The names in it that are still to come, with their spellings."""


class Walk:
    """A tree: each folder, then what is in it, in order of names. May be iterated again.

    Args:
        tree: the folder; here a link is followed.
        name: what the tree is called.
        spell: how the archive spells names.
        claims: returns why a name in a folder is left out, as `Part.claims` does.
    """

    def __init__(
        self,
        tree: Path,
        name: str,
        spell: Spell,
        claims: Callable[[tuple[int, int], str], str | None],
    ) -> None:
        self._tree = tree
        self._name = name
        self._spell = spell
        self._claims = claims

    def members(self, tally: Tally) -> Generator[Member, None, None]:
        """Yield all that is there; what is not, or cannot be, is skipped in the tally.

        It is to be closed: folders are open until its end.

        Raises:
            ArchiveFailed: something cannot be read, or was replaced by something else.
        """
        levels: list[_Level] = []
        try:
            with _reading(self._name):
                level = self._level(os.open(self._tree, _FOLDER), self._name, self._top_name())
            levels.append(level)
            yield self._folder(level, self._name)
            while levels:
                tally.look()
                level = levels[-1]
                base, spelling = next(level.left, ("", ""))
                if not base:
                    self._leave(levels)
                elif member := self._member(level, base, spelling, tally):
                    if not stat.S_ISDIR(member.facts.st_mode):
                        yield member
                    elif below := self._enter(member, tally):
                        levels.append(below)
                        self._close_the_farthest(levels)
                        yield self._folder(below, base)
        finally:
            for level in levels:
                _close(level)

    def _top_name(self) -> str:
        return self._spell([self._name])[self._name]

    def _member(self, level: _Level, base: str, spelling: str, tally: Tally) -> Member | None:
        path, name = f"{level.path}/{base}", f"{level.name}/{spelling}"
        if (why := self._claims(level.identity, base)) is not None:
            if why:
                tally.skip(path, why)
            return None
        assert level.descriptor is not None
        try:
            with _reading(path):
                facts = os.stat(base, dir_fd=level.descriptor, follow_symlinks=False)
        except FileNotFoundError:
            tally.skip(path, "it vanished before it was read")
            return None
        if _size(spelling) > LONGEST_NAME or _size(name) > LONGEST_PATH:
            below = ", and so is all below it" if stat.S_ISDIR(facts.st_mode) else ""
            tally.skip(path, f"its name is too long to be unpacked{below}")
            return None
        return Member(path, name, base, level.descriptor, facts)

    def _enter(self, member: Member, tally: Tally) -> _Level | None:
        try:
            with _reading(member.path):
                descriptor = os.open(member.base, _FOLDER | os.O_NOFOLLOW, dir_fd=member.folder)
                return self._level(descriptor, member.path, member.name)
        except FileNotFoundError:
            tally.skip(member.path, "it vanished before it was read")
            return None

    def _level(self, descriptor: int, path: str, name: str) -> _Level:
        try:
            facts = os.fstat(descriptor)
            names = sorted(os.listdir(descriptor))
            spellings = self._spell(names)
            left = ((name, spellings[name]) for name in names)
            return _Level(descriptor, _identity(facts), path, name, left)
        except BaseException:
            os.close(descriptor)
            raise

    def _folder(self, level: _Level, base: str) -> Member:
        assert level.descriptor is not None
        return Member(level.path, level.name, base, level.descriptor, os.fstat(level.descriptor))

    def _close_the_farthest(self, levels: list[_Level]) -> None:
        if len(levels) > OPEN_AT_MOST:
            _close(levels[-OPEN_AT_MOST - 1])

    def _leave(self, levels: list[_Level]) -> None:
        """Go up; a folder above that was closed is opened again, if it is still the same."""
        below = levels.pop()
        try:
            if levels and levels[-1].descriptor is None:
                above = levels[-1]
                try:
                    with _reading(above.path):
                        above.descriptor = os.open("..", _FOLDER, dir_fd=below.descriptor)
                    moved = above.identity != _identity(os.fstat(above.descriptor))
                except FileNotFoundError:  # a removed folder has no folder above
                    moved = True
                if moved:
                    raise changed(below.path, "was moved")
        finally:
            _close(below)


class _reading:  # noqa: N801 - reads as what is being done
    """Turn an error of the system into one that names the path; what vanished is the caller's."""

    def __init__(self, path: str) -> None:
        self._path = path

    def __enter__(self) -> None: ...

    def __exit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        if isinstance(error, FileNotFoundError):
            return
        if isinstance(error, NotADirectoryError):
            raise changed(self._path, "was replaced by something else") from error
        if isinstance(error, OSError):
            raise ArchiveFailed(
                f"{shown(self._path)} cannot be read: {error.strerror or error}"
            ) from error


def _close(level: _Level) -> None:
    if level.descriptor is not None:
        os.close(level.descriptor)
        level.descriptor = None


def _identity(facts: os.stat_result) -> tuple[int, int]:
    return facts.st_dev, facts.st_ino


def _size(name: str) -> int:
    return len(os.fsencode(name))
