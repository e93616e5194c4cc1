"""A part belongs to one download at a time, and what it became is never taken for one."""

from __future__ import annotations

import fcntl
import os

import pytest

from chasqui_http.errors import DownloadFailed
from chasqui_http.part import Part


@pytest.fixture
def target(tmp_path):
    return tmp_path / "file"


def whole(target, content=b"whole"):
    part = Part(target)
    part.begin("http://x/", "http://x/", '"one"', len(content))
    part.append(content)
    return part


def test_a_part_that_became_its_target_before_it_was_locked_is_left_alone(target, monkeypatch):
    lock = fcntl.flock
    first = whole(target)

    def finish_first(descriptor, operation):
        # 1. we opened the part; 2. its download ends and gives it the target's name; 3. we lock it
        if not target.exists():
            with first:
                first.publish()
        lock(descriptor, operation)

    monkeypatch.setattr(fcntl, "flock", finish_first)

    with Part(target) as second:
        assert 0 == second.size
        second.begin("http://x/", "http://x/", '"two"', None)
        second.append(b"another")

        assert b"whole" == target.read_bytes()
        assert b"another" == second.path.read_bytes()


def test_a_part_is_gone_on_with_after_it_was_let_go_and_not_before(target):
    with whole(target), pytest.raises(DownloadFailed, match="is under way"):
        Part(target)

    with Part(target) as again:
        assert (5, "http://x/", '"one"', 5) == (
            again.size,
            again.record.url,
            again.record.validator,
            again.record.total,
        )


def test_an_empty_part_leaves_nothing_behind(target):
    with Part(target):
        assert ["file.part"] == [path.name for path in target.parent.iterdir()]

    assert [] == list(target.parent.iterdir())


def test_a_part_whose_record_cannot_be_read_is_let_go(target):
    whole(target).__exit__(None, None, None)
    record = target.with_name("file.part.json")
    record.unlink()
    record.mkdir()

    for _ in range(2):
        with pytest.raises(IsADirectoryError):
            Part(target)


def test_a_fifo_in_place_of_the_record_is_refused_at_once(target):
    whole(target).__exit__(None, None, None)
    record = target.with_name("file.part.json")
    record.unlink()
    os.mkfifo(record)

    with pytest.raises(FileExistsError, match="not a regular file"):
        Part(target)
