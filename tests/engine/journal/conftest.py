"""Engines that begin again, and a journal on a disk that does what a test says."""

from __future__ import annotations

import pytest

from chasqui.testing import FakeClock
from tests.engine.journal.disk import Disk, Opened
from tests.engine.journal.lives import Lives


@pytest.fixture
def lives(tmp_path):
    """Return what makes engines with one journal, on a clock that stands."""
    lives = Lives(tmp_path / "jobs.db", FakeClock())
    yield lives
    lives.stop()


@pytest.fixture
def disk():
    return Disk()


@pytest.fixture
def opened(tmp_path, disk):
    opened = Opened(tmp_path / "jobs.db", disk)
    yield opened
    opened.committer.close()
    opened.store.close()
