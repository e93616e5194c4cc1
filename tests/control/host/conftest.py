"""A runtime folder for each test, short enough for the path of a socket."""

import tempfile
from collections.abc import Iterator

import pytest


@pytest.fixture(autouse=True)
def runtime(monkeypatch: pytest.MonkeyPatch) -> Iterator[str]:
    with tempfile.TemporaryDirectory(prefix="cq") as folder:
        monkeypatch.setenv("XDG_RUNTIME_DIR", folder)
        yield folder
