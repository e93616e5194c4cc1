"""How many workers a host has whose config does not say."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from chasqui.commands import processors
from chasqui.commands.processors import usable, with_workers, workers
from chasqui.engine.config.loading import load

PROCESSORS = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def write(folder: Path, **files: str) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (folder / name.replace("__", ".")).write_text(text)


def groups(tmp_path: Path, own: str) -> tuple[Path, Path]:
    (tmp_path / "own").write_text(own)
    return tmp_path / "cgroup", tmp_path / "own"


@pytest.mark.parametrize(
    ("quota", "processors"),
    [("50000 100000", 0.5), ("max 100000", PROCESSORS), ("900000000 100000", PROCESSORS)],
)
def test_the_quota_of_a_group_bounds_the_processors(tmp_path, quota, processors):
    write(tmp_path / "cgroup" / "a" / "b", cpu__max=quota)

    assert processors == usable(*groups(tmp_path, "0::/a/b\n"))


def test_the_smallest_quota_of_a_group_and_those_above_counts(tmp_path):
    write(tmp_path / "cgroup" / "a" / "b", cpu__max="90000 100000")
    write(tmp_path / "cgroup" / "a", cpu__max="30000 100000")
    write(tmp_path / "cgroup", cpu__max="max 100000")

    assert 0.3 == usable(*groups(tmp_path, "0::/a/b\n"))


def test_the_root_counts_in_a_container_whose_path_is_only_known_outside(tmp_path):
    write(tmp_path / "cgroup", cpu__max="25000 100000")

    assert 0.25 == usable(*groups(tmp_path, "0::/docker/0123\n"))


@pytest.mark.parametrize(("quota", "processors"), [("40000", 0.4), ("-1", PROCESSORS)])
def test_a_quota_of_the_first_version_of_control_groups_counts(tmp_path, quota, processors):
    folder = tmp_path / "cgroup" / "cpu,cpuacct" / "a"
    write(folder, cpu__cfs_quota_us=quota, cpu__cfs_period_us="100000")

    assert processors == usable(*groups(tmp_path, "4:cpu,cpuacct:/a\n1:name=systemd:/a\n"))


def test_without_control_groups_the_affinity_counts(tmp_path):
    assert PROCESSORS == usable(tmp_path, tmp_path / "none")


@pytest.mark.parametrize(("count", "expected"), [(0.5, 5), (2, 6), (2.5, 7), (64, 32)])
def test_there_are_a_few_more_workers_than_processors(monkeypatch, count, expected):
    monkeypatch.setattr(processors, "usable", lambda: count)

    assert expected == workers()


def test_a_pool_that_says_its_number_of_workers_keeps_it(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text("[pools.default]\nqueue_size = 5\n[pools.slow]\nworkers = 3\n")
    pools = with_workers(load(file), 17).pools

    assert {"default": 17, "slow": 3} == {name: pool.workers for name, pool in pools.items()}
