"""The table of trees: how each is made and given, and what is to come of it.

Paths in a row are bytes, from the folder that the archive is unpacked in. What no row names must
come back from every reader as it was.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from trees import (
    dated,
    deep,
    empty,
    hard,
    inside,
    lengthy,
    linked,
    links,
    many,
    modes,
    named,
    owned,
    plain,
    sparse,
    special,
)

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


def both(*pairs: tuple[str | bytes, str]) -> dict[bytes, bytes]:
    """Return what `named` makes of names with their spellings in a zip."""
    return {
        b"%s/%s/%s" % (TREE, kind, os.fsencode(name)): b"%s/%s/%s" % (TREE, kind, spelled.encode())
        for name, spelled in pairs
        for kind in (b"files", b"folders")
    }


def inside_tree(names: bytes) -> list[bytes]:
    """Return paths in the tree."""
    return [TREE + b"/" + name for name in names.split()]


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
PLAIN = ["-rf", "~", "~user", "%41", "a%3Ab", "&", "'", "$HOME", "`id`", "!", "[a]", "{b}", "x;y"]
PLAIN += [".hidden", "COM", "nulls", "CON-", " lead"]
PLAIN += ["é", "e\u0301", "日本語", "😀", "\u202etxt", "\x85", "\u2028"]

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
        skipped=inside_tree(
            b"into-loop through-file absolute outside sub/deep-outside back too-long"
        ),
        renamed={TREE + b"/new\nline": TREE + b"/new%0Aline"},
    ),
    Row("hard links", hard),
    Row(
        "FIFO, socket, devices",
        special,
        skipped=inside_tree(b"fifo socket null disk"),
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
