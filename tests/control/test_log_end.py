"""The end of a log: bounded, whole lines, harmless to show."""

from __future__ import annotations

import os

import pytest

from chasqui.control.log_end import BYTES, log_end


def test_the_last_lines_are_returned_made_safe(tmp_path):
    log = tmp_path / "host.log"
    log.write_bytes(b"one\ntwo \x1b[2J\nthree \xff\nunfinished")

    first, second, third = log_end(log, 3)
    assert "\x1b" not in first
    assert "two " == first[:4]
    assert ("three \ufffd", "unfinished") == (second, third)


def test_of_a_long_log_a_bounded_part_is_read_without_the_line_that_is_cut(tmp_path):
    log = tmp_path / "host.log"
    log.write_text("".join(f"line {number:07}\n" for number in range(100_000)))

    found = log_end(log, 10**6)
    assert BYTES // 13 - 1 <= len(found) <= BYTES // 13
    assert {len("line 0000000")} == {len(line) for line in found}
    assert "line 0099999" == found[-1]


def test_an_empty_log_has_no_lines(tmp_path):
    log = tmp_path / "host.log"
    log.touch()
    assert () == log_end(log)


def test_what_is_no_regular_file_is_refused_without_waiting(tmp_path):
    fifo = tmp_path / "fifo"
    os.mkfifo(fifo)
    with pytest.raises(OSError, match="no regular file"):
        log_end(fifo)
