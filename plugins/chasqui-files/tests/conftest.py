"""What the tests of this plugin share: an engine with it, and a tree of everyday trouble."""

from __future__ import annotations

import os

import pytest

import chasqui_files
from chasqui import Cancelled, ChasquiError
from chasqui.testing import Harness

NAMES = ["plain", "with space", "new\nline", 'quote"', "tab\t", "日本語", os.fsdecode(b"caf\xe9")]


@pytest.fixture
def names():
    return NAMES


@pytest.fixture
def chasqui():
    with Harness(chasqui_files) as chasqui:
        yield chasqui


@pytest.fixture
def tree(tmp_path):
    tree = tmp_path / "tree"
    (tree / "sub" / "empty").mkdir(parents=True)
    for number, name in enumerate(NAMES):
        (tree / name).write_bytes(os.urandom(1000 * number))
    (tree / "sub" / "big").write_bytes(os.urandom(3_000_000))
    (tree / "sub" / "link").symlink_to("big")
    os.link(tree / "sub" / "big", tree / "sub" / "same")
    os.utime(tree / "plain", (0, 0))
    (tree / "plain").chmod(0o750)
    os.mkfifo(tree / "fifo")
    return tree


class Stop:
    """A context that asks to stop at its n-th look."""

    def __init__(self, after: int, error: ChasquiError | None = None) -> None:
        self.left = after
        self.error = error or Cancelled("asked to stop")

    def raise_if_cancelled(self) -> None:
        self.left -= 1
        if self.left < 0:
            raise self.error

    def progress(self, *said: object) -> None: ...


@pytest.fixture
def stop():
    return Stop


class Acts:
    """A context that does something once, when the first byte of content has been read."""

    def __init__(self, act) -> None:
        self._act = act

    def raise_if_cancelled(self) -> None: ...

    def progress(self, done: int, *said: object) -> None:
        if done and self._act:
            act, self._act = self._act, None
            act()


@pytest.fixture
def acts():
    return Acts
