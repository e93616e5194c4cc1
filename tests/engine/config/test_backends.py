"""The setting ``backend`` of a pool is checked against the backends that exist."""

from __future__ import annotations

import pytest

from chasqui import ConfigError
from chasqui.engine.config.loading import load
from chasqui.pool.backends import BACKENDS


def test_a_backend_may_be_any_that_exists_when_the_file_is_read(tmp_path, monkeypatch):
    file = tmp_path / "config.toml"
    file.write_text("[pools.cpu]\nbackend = 'own'\n")
    monkeypatch.setitem(BACKENDS, "own", BACKENDS["threads"])

    assert "own" == load(file).pools["cpu"].backend

    monkeypatch.delitem(BACKENDS, "own")
    with pytest.raises(ConfigError) as refused:
        load(file)
    assert (f"{file}: pools.cpu.backend: must be one of threads, processes, got 'own'",) == (
        refused.value.problems
    )
