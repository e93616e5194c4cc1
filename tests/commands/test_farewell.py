"""What a host says at its end, for the console that waits."""

from __future__ import annotations

import os
import sys

from chasqui.commands import farewell


def test_what_a_host_said_at_its_end_is_found_by_its_process(tmp_path):
    farewell.leave(tmp_path / "state", 143, "one\ntwo\n")

    assert farewell.Farewell(143, ("one", "two")) == farewell.found(tmp_path / "state", os.getpid())
    assert None is farewell.found(tmp_path / "state", os.getpid() + 1)
    assert 0o600 == farewell.file_of(tmp_path / "state").stat().st_mode & 0o777


def test_a_host_that_said_nothing_and_a_damaged_file_have_no_farewell(tmp_path):
    assert None is farewell.found(tmp_path, 1)
    farewell.file_of(tmp_path).write_text("no number")
    assert None is farewell.found(tmp_path, 1)


def test_what_is_recorded_is_said_as_well(capsys):
    with farewell.recorded() as text:
        print("the ledger", file=sys.stderr)

    assert "the ledger\n" == text.getvalue() == capsys.readouterr().err
