"""Trees that archives have trouble with: a function makes each, a row says what is to come of it.

Paths in a row are bytes, from the folder that the archive is unpacked in. What no row names must
come back from every reader as it was.
"""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

TREE = b"tree"


@dataclass(frozen=True)
class Row:
    """A tree, how it is given, and what an archive of it leaves out or spells otherwise."""

    name: str
    make: Callable[[], object]
    """Makes it in the current folder."""
    tree: str = "tree"
    """The parameter, from ``cwd`` on."""
    cwd: str = "."
    top: bytes = TREE
    """What the archive calls it."""
    real: str = ""
    """Where the tree is, if ``tree`` does not say it from here."""
    skipped: Iterable[bytes] = ()
    """What no archive has, with all below it."""
    renamed: Mapping[bytes, bytes] = field(default_factory=dict)
    """A zip's name of what is called otherwise in it, each from the tree on, with its new path."""
    long: bool = False
    """It takes more than a few seconds."""


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


def both(*pairs: tuple[str | bytes, str]) -> dict[bytes, bytes]:
    """Return what `named` makes of names with their spellings in a zip."""
    return {
        b"%s/%s/%s" % (TREE, kind, os.fsencode(name)): b"%s/%s/%s" % (TREE, kind, spelled.encode())
        for name, spelled in pairs
        for kind in (b"files", b"folders")
    }


def odd(name: str | bytes, spelled: str = "") -> Row:
    """Return a row of a tree with an odd name."""
    top = os.fsencode(name)
    return Row(
        f"called {os.fsencode(name)!r}"[:60],
        lambda: plain(top),
        tree="./" + os.fsdecode(top),
        real=os.fsdecode(top),
        top=top,
        renamed={top: spelled.encode()} if spelled else {},
    )


FORBIDDEN = [(f"a{c}b", f"a%{ord(c):02X}b") for c in '<>:"\\|?*\n\r\t\x01\x1b\x1f\x7f']
DEVICES = [
    ("CON", "CO%4E"),
    ("nul.txt", "nu%6C.txt"),
    ("Com1.tar.gz", "Com%31.tar.gz"),
    ("aux .x", "au%78 .x"),
    ("LPT¹", "LPT%C2%B9"),
]
ENDS = [("dot.", "dot%2E"), ("dots...", "dots..%2E"), ("space ", "space%20"), ("..\\x", "..%5Cx")]
CASES = [("ReadMe", "ReadM%65"), ("readme", "read%6D%65")]
BYTES = [(b"caf\xe9", "caf%E9"), (b"\xff", "%FF"), (b"ok\xc3\xa9\xc3", "ok\u00e9%C3")]
PLAIN = [
    "-rf", "~", "~user", "%41", "a%3Ab", "&", "'", "$HOME", "`id`", "!", "é", "e\u0301", "日本語",
    " lead", ".hidden", "COM", "nulls", "CON-", "\u202etxt", "\x85", "\u2028", "😀", "[a]", "{b}", "x;y",
]  # fmt: skip

SECONDS = (0, 1, 315532799, 315532801, 1e9 + 0.125, 2**31 - 1, 2**31 + 1, 4354819197)
FAR_SECONDS = (-1, -1.5, -(2**31), 4354819199, 7258118400, 15032385535)

ROWS: tuple[Row, ...] = (
    Row("plain", plain),
    Row("empty", empty),
    *(
        Row(f"given as {tree}", inside(via=via), tree=tree, cwd=cwd, top=top, real=real)
        for tree, cwd, top, real, via in [
            ("..", "real/tree/sub", b"tree", "real/tree", False),
            (".", "real/tree", b"tree", "real/tree", False),
            ("./", "real/tree", b"tree", "real/tree", False),
            ("../..", "real/tree/sub", b"real", "real", False),
            ("../beside/..", "real/tree", b"real", "real", False),
            ("beside/../tree", "real", b"tree", "real/tree", False),
            (".//tree//", "real", b"tree", "real/tree", False),
            ("tree/.", "real", b"tree", "real/tree", False),
            ("tree/sub/..", "real", b"tree", "real/tree", False),
            ("deeper/../../tree", "way", b"tree", "real/tree", True),
            ("way/../tree", ".", b"tree", "real/tree", True),
            ("way/..", ".", b"real", "real", True),
        ]
    ),
    Row("given by a link", linked, real="real"),
    Row("given by a link with a slash", linked, tree="tree/", real="real"),
    odd("-rf"),
    odd("new\nline", "new%0Aline"),
    odd("back\\slash", "back%5Cslash"),
    odd("..\\..\\up", "..%5C..%5Cup"),
    odd("C:", "C%3A"),
    odd("\x1b[31m", "%1B[31m"),
    odd("dot.", "dot%2E"),
    odd("...", "..%2E"),
    odd("space ", "space%20"),
    odd("CON", "CO%4E"),
    odd("nul.tar", "nu%6C.tar"),
    odd(b"caf\xe9", "caf%E9"),
    odd("n" * 255),
    Row(
        "links",
        links,
        skipped=[
            TREE + b"/" + name
            for name in (
                b"into-loop",
                b"through-file",
                b"absolute",
                b"outside",
                b"sub/deep-outside",
                b"back",
                b"too-long",
            )
        ],  # fmt: skip
        renamed={TREE + b"/new\nline": TREE + b"/new%0Aline"},
    ),
    Row("hard links", hard),
    Row(
        "FIFO, socket, devices",
        special,
        skipped=[TREE + b"/" + name for name in (b"fifo", b"socket", b"null", b"disk")],
    ),
    Row("modes", modes),
    Row("times", dated(*SECONDS)),
    Row("times before 1970 and after 2107", dated(*FAR_SECONDS)),
    Row("usual names", named(*PLAIN)),
    Row("names with what Windows forbids", named(*dict(FORBIDDEN)), renamed=both(*FORBIDDEN)),
    Row("names of devices", named(*dict(DEVICES)), renamed=both(*DEVICES)),
    Row("names with ends", named(*dict(ENDS)), renamed=both(*ENDS)),
    Row("names that differ by case", named("README", *dict(CASES)), renamed=both(*CASES)),
    Row("names that are not UTF-8", named(*dict(BYTES)), renamed=both(*BYTES)),
    Row("long names", lengthy),
    Row("200 levels", deep(200, "d")),
    Row("1,100 levels", deep(1100, "d"), long=True),
    Row(
        "paths over 4,095 bytes",
        deep(20, "d" * 250),
        skipped=[TREE + (b"/" + b"d" * 250) * 17],
    ),
    Row("a sparse file", sparse(20_000_000)),
    Row("owners", owned),
    Row("66,000 files", many(66_000), long=True),
    Row("over 8 GiB", sparse(8 * 2**30 + 5), long=True),
)
