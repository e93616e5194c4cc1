"""Beginning a life on a disk that has no place for it."""

from __future__ import annotations

import resource

import pytest

from chasqui import Engine, task
from chasqui.engine.journal.slab import CARRIED_AT
from chasqui.errors import JournalUnsafe


@task
def short() -> None:
    return None


@pytest.fixture
def _small_files():
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (CARRIED_AT - 1, hard))
    yield
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def engine_of(path):
    engine = Engine(1, journal=path, journal_mode="process")
    engine.register(short)
    return engine


@pytest.mark.usefixtures("_small_files")
def test_the_file_is_named_and_left_to_the_next(tmp_path):
    path = tmp_path / "jobs.db"
    engine = engine_of(path)
    with pytest.raises(JournalUnsafe, match=f"{path} cannot be opened: File too large"):
        engine.start()
    assert "closed" == engine.journal.state
    assert not list(tmp_path.glob("*.new"))

    hard = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (hard, hard))
    with engine_of(path) as other:
        assert other.submit("app.short").wait(10)
