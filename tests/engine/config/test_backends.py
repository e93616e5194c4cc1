"""The setting ``backend`` of a pool is checked against the backends that exist."""

from __future__ import annotations

from typing import ClassVar

import pytest

from chasqui import ConfigError, Engine
from chasqui.engine.config.loading import load
from chasqui.pool.backends import BACKENDS
from chasqui.pool.threads import ThreadBackend


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


@pytest.mark.parametrize(
    ("settings", "problem"),
    [
        (
            'memory = "5 MiBi"',
            "memory must be a number of bytes, such as 4096, 100k or 1M, got '5 MiBi'",
        ),
        ("memry = 1", "unknown setting memry; did you mean memory?"),
        ("kill_after = -1", "kill_after must be 0 seconds or more, got -1"),
        ('spawn = "yes"', "spawn must be true or false, got 'yes'"),
    ],
)
def test_a_mistake_in_what_a_backend_takes_names_its_pool(tmp_path, settings, problem):
    file = tmp_path / "config.toml"
    file.write_text(f"[pools.cpu]\nbackend = 'processes'\n[pools.cpu.settings]\n{settings}\n")

    with pytest.raises(ConfigError) as refused:
        load(file)
    assert (f"{file}: pools.cpu.settings: {problem}",) == refused.value.problems


def test_threads_take_no_settings(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text("[pools.default.settings]\nmemory = 1\n")

    with pytest.raises(ConfigError, match=r"threads take no settings, got \{'memory': 1\}"):
        load(file)


class Greedy(ThreadBackend):
    """Threads that take any settings, and keep them."""

    given: ClassVar[list[dict[str, object]]] = []

    def __init__(self, setup):
        self.given.append({"pool": setup.pool, **setup.settings})
        super().__init__(type(setup)(setup.pool, setup.start_thread))

    @staticmethod
    def check_settings(settings):
        pass


@pytest.mark.parametrize("name", ["default", "cpu"])
def test_a_pool_gives_its_backend_what_its_table_of_settings_says(tmp_path, monkeypatch, name):
    file = tmp_path / "config.toml"
    file.write_text(f"[pools.{name}]\nbackend = 'greedy'\n[pools.{name}.settings]\ndepth = 3\n")
    monkeypatch.setitem(BACKENDS, "greedy", Greedy)
    monkeypatch.setattr(Greedy, "given", [])

    Engine.from_config(file)

    assert [{"pool": name, "depth": 3}] == Greedy.given


def test_what_a_program_says_of_the_default_pool_counts_also_beside_settings(tmp_path, monkeypatch):
    file = tmp_path / "config.toml"
    file.write_text("[pools.default]\nworkers = 2\nqueue_size = 5\nbackend = 'greedy'\n")
    with file.open("a") as more:
        more.write("[pools.default.settings]\ndepth = 3\n")
    monkeypatch.setitem(BACKENDS, "greedy", Greedy)

    pool = Engine.from_config(file, workers=7).pool
    other = Engine.from_config(file, backend="threads").pool

    assert ("greedy", 7, 5) == (pool.backend, pool.workers_wanted, pool.queue_size)
    assert ("threads", 2, 5) == (other.backend, other.workers_wanted, other.queue_size)
