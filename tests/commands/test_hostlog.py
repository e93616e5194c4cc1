"""The log of a host beside a console."""

from __future__ import annotations

import os

from chasqui.commands import hostlog


def test_a_log_that_is_too_long_is_begun_anew_and_the_output_goes_on_in_it(tmp_path):
    log = hostlog.log_of(tmp_path)
    output = hostlog.opened(log)
    os.write(output, b"x" * hostlog.LONGEST)
    assert not hostlog.rotate(log, output)
    os.write(output, b"more\n")

    assert hostlog.rotate(log, output)
    os.write(output, b"new\n")
    os.close(output)
    assert "new\n" == log.read_text()
    assert hostlog.LONGEST + 5 == (tmp_path / "host.log.1").stat().st_size
    assert 0o600 == log.stat().st_mode & 0o777


def test_a_log_that_is_gone_is_begun_anew_so_that_the_output_stays_bounded(tmp_path):
    log = hostlog.log_of(tmp_path)
    output = hostlog.opened(log)
    log.rename(tmp_path / "host.log.1")

    assert hostlog.rotate(log, output)
    os.write(output, b"new\n")
    os.close(output)
    assert "new\n" == log.read_text()


def test_the_last_lines_are_those_with_words(tmp_path):
    log = tmp_path / "host.log"
    assert [] == hostlog.last_lines(log, 2)
    log.write_bytes(b"one\ntwo\n\nthree \xff\n\n")

    assert ["two", "three �"] == hostlog.last_lines(log, 2)
