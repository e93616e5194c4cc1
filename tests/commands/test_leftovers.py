"""The files of what an engine left undone: a largest size, the newest ten, and the last line."""

from __future__ import annotations

import json
import os
import stat

import pytest

from chasqui.commands.leftovers import Leftover, keep_and_tell


def leftover(number: int) -> Leftover:
    """Return a task that was left waiting."""
    return Leftover(number, "demo.sleep", "seconds=1", "left", "", {"seconds": 1})


@pytest.fixture
def folder(tmp_path):
    """Return a state folder that does not exist yet."""
    return tmp_path / "state"


def files_in(folder):
    """List the files of unfinished work, by name."""
    return sorted(folder.glob("unfinished-*.jsonl"))


def test_the_last_line_names_the_file_and_the_command_that_runs_it_again(folder, capsys):
    lost = Leftover(9, "demo.sleep", "", "left", "", {"repr": "?"}, True)
    keep_and_tell([*(leftover(one) for one in range(1, 9)), lost], folder, "/etc/one.toml")

    (file,) = files_in(folder)
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.endswith(f"chasqui-tui --config /etc/one.toml run --jobs {file}")
    assert 0o600 == stat.S_IMODE(file.stat().st_mode)
    assert 9 == len(file.read_text().splitlines())


def test_a_file_stops_at_its_largest_size_and_the_rest_is_counted(folder, capsys):
    size = len(leftover(1).line)
    keep_and_tell([leftover(one) for one in range(1, 6)], folder, None, largest=2 * size + 1)

    (file,) = files_in(folder)
    assert [1, 2] == [json.loads(line)["number"] for line in file.read_text().splitlines()]
    said = capsys.readouterr().err
    assert f"3 of them did not fit into the file, which takes {2 * size + 1:,} bytes" in said
    assert "not completed: 5 tasks" in said.splitlines()[-1]


def test_the_newest_ten_files_are_kept_and_nothing_else_is_removed(folder):
    folder.mkdir(mode=0o700)
    for age in range(12):
        old = folder / f"unfinished-20200101-0000{age:02}-1.jsonl"
        old.write_text("{}\n")
        os.utime(old, (1000 - age, 1000 - age))
    (folder / "host.log").write_text("a log")
    aside = folder / "unfinished-20190101-000000-1.jsonl"
    aside.symlink_to(folder / "host.log")

    keep_and_tell([leftover(1)], folder, None)

    kept = [one.name for one in files_in(folder) if one != aside]
    assert [f"unfinished-20200101-0000{age:02}-1.jsonl" for age in range(9)] == kept[:9]
    assert 10 == len(kept)
    assert aside.is_symlink()
    assert "a log" == (folder / "host.log").read_text()


def test_an_end_that_leaves_nothing_removes_no_file(folder):
    folder.mkdir(mode=0o700)
    for second in range(12):
        (folder / f"unfinished-20200101-0000{second:02}-1.jsonl").write_text("{}\n")

    keep_and_tell([], folder, None)

    assert 12 == len(files_in(folder))
