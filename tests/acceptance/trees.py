"""Makers of trees that archives have trouble with, each in the current folder."""

# Names that are not UTF-8 are bytes here, which pathlib does not take.
# ruff: noqa: PTH101, PTH102, PTH103, PTH120, PTH123, PTH211

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable


def write(path: str | bytes, data: bytes = b"some content\n") -> None:
    """Make a file with its folders."""
    if folder := os.path.dirname(path):
        os.makedirs(folder, exist_ok=True)
    with open(path, "wb") as file:
        file.write(data)


def plain(top: str | bytes = "tree") -> None:
    top = os.fsencode(top)
    write(top + b"/file")
    write(top + b"/sub/other", os.urandom(300_000))
    write(top + b"/sub/empty file", b"")
    os.mkdir(top + b"/sub/empty folder")
    os.symlink("../file", top + b"/sub/link")


def empty() -> None:
    os.mkdir("tree")


def named(*names: str | bytes) -> Callable[[], None]:
    def make() -> None:
        for number, name in enumerate(names):
            write(b"tree/files/" + os.fsencode(name), b"%d\n" % number)
            write(b"tree/folders/" + os.fsencode(name) + b"/inside", b"%d\n" % number)

    return make


def linked() -> None:
    plain("real")
    os.symlink("real", "link")
    os.symlink("link", "tree")


def inside(*, via: bool) -> Callable[[], None]:
    def make() -> None:
        plain("real/tree")
        os.makedirs("real/beside/deeper")
        if via:
            os.symlink("real/beside", "way")

    return make


def links() -> None:
    plain()
    for name, target in {
        "to-file": "file",
        "to-folder": "sub",
        "to-folder-slash": "sub/",
        "dotted": "./sub/../file",
        "up": "..",
        "self": ".",
        "gone": "not/there",
        "beside": "../beside",
        "long": "x/" * 1500 + "x",
        "new\nline": "new\nline\\ target",
        "loop": "loop",
        "loop-a": "loop-b",
        "loop-b": "loop-a",
        "into-loop": "loop-a",
        "through-file": "file/x",
        "absolute": "/etc/passwd",
        "outside": "../../x",
        "sub/deep-outside": "../../../x",
        "back": "to-folder/../file",
        "too-long": "n" * 300,
    }.items():
        os.symlink(target, f"tree/{name}")
    os.symlink(b"\xff\xfe", b"tree/bytes")


def hard() -> None:
    write("tree/a/first", os.urandom(100_000))
    os.makedirs("tree/b")
    os.link("tree/a/first", "tree/b/second")
    os.link("tree/a/first", "tree/" + "long" * 40)
    os.symlink("first", "tree/a/link")
    os.link("tree/a/link", "tree/b/same-link", follow_symlinks=False)


def special() -> None:
    plain()
    os.mkfifo("tree/fifo")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind("tree/socket")
    if os.geteuid() == 0:
        os.mknod("tree/null", stat.S_IFCHR | 0o666, os.makedev(1, 3))
        os.mknod("tree/disk", stat.S_IFBLK | 0o600, os.makedev(7, 200))


def modes() -> None:
    for mode in (0o000, 0o200, 0o400, 0o644, 0o755, 0o777, 0o4755, 0o2755, 0o1644, 0o7777):
        write(f"tree/file-{mode:o}", b"%o" % mode)
        os.chmod(f"tree/file-{mode:o}", mode)
    for mode in (0o500, 0o700, 0o755, 0o1777, 0o2775, 0o000):
        write(f"tree/folder-{mode:o}/inside", b"%o" % mode)
        os.chmod(f"tree/folder-{mode:o}", mode)


def dated(*seconds: float) -> Callable[[], None]:
    def make() -> None:
        for second in seconds:
            for path in (f"tree/file {second}", f"tree/folder {second}/x"):
                write(path)
                os.utime(path, ns=(0, int(second * 8) * 125_000_000))
            os.utime(f"tree/folder {second}", ns=(0, int(second * 8) * 125_000_000))
            os.symlink("x", f"tree/link {second}")
            at = int(second * 8) * 125_000_000
            os.utime(f"tree/link {second}", ns=(0, at), follow_symlinks=False)

    return make


def lengthy() -> None:
    for length in (99, 100, 101, 155, 156, 255):
        write("tree/" + "f" * length)
        write("tree/" + "d" * length + "/" + "f" * length)
    write("tree/" + "é" * 127)
    os.symlink("t" * 255, "tree/link")


def deep(levels: int, name: str) -> Callable[[], None]:
    def make() -> None:
        os.mkdir("tree")
        at = os.open("tree", os.O_RDONLY)
        for _ in range(levels):
            os.mkdir(name, dir_fd=at)
            below = os.open(name, os.O_RDONLY, dir_fd=at)
            os.close(at)
            at = below
        os.close(os.open("leaf", os.O_WRONLY | os.O_CREAT, dir_fd=at))
        os.close(at)

    return make


def sparse(size: int) -> Callable[[], None]:
    def make() -> None:
        write("tree/file", b"begins")
        with open("tree/file", "r+b") as file:
            file.seek(size - 4)
            file.write(b"ends")

    return make


def many(count: int) -> Callable[[], None]:
    def make() -> None:
        for number in range(count):
            if number % 1000 == 0:
                os.makedirs(f"tree/{number // 1000}")
            os.close(os.open(f"tree/{number // 1000}/{number}", os.O_CREAT | os.O_WRONLY))

    return make


def owned() -> None:
    plain()
    if os.geteuid() == 0:
        os.chown("tree/file", 12345, 54321)
        os.chown("tree/sub", 3_000_000_000, 4_000_000_000)
