"""What the output has of rows that a killed run had committed."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from chasqui.commands.run.journal import RowBatch
from chasqui.commands.run.printed import Remains, Written, WrittenFile, describe, find

ONE, TWO, THREE = (b'{"line":%d}\n' % number for number in (1, 2, 3))
ROWS = (ONE + TWO + THREE).decode()


@pytest.fixture
def output(tmp_path: Path) -> Path:
    path = tmp_path / "out.jsonl"
    path.touch()
    return path


def batch(output: Path | None, rows: str = ROWS, seq: int = 7, at: int = 0) -> RowBatch:
    if output is None:
        return RowBatch(seq, rows, {})
    descriptor = os.open(output, os.O_WRONLY)
    try:
        return RowBatch(seq, rows, describe(descriptor), at)
    finally:
        os.close(descriptor)


def test_rows_that_a_file_has_as_a_whole_are_printed(output):
    one = batch(output)
    output.write_bytes(ONE + TWO)

    assert [Remains([THREE], [])] == find([one], None)


def test_half_a_row_at_the_end_of_a_file_is_taken_away(output):
    one = batch(output)
    output.write_bytes(ONE + TWO[:5])

    assert [Remains([TWO, THREE], [])] == find([one], None)
    assert ONE == output.read_bytes()


def test_half_a_line_of_another_program_stays(output):
    one = batch(output)
    output.write_bytes(ONE + b"something")

    assert [Remains([TWO, THREE], [])] == find([one], None)
    assert ONE + b"something" == output.read_bytes()


def test_rows_are_found_among_the_lines_of_other_programs(output):
    one = batch(output)
    output.write_bytes(b"a\n" + ONE + b"b\n" + THREE)

    assert [Remains([TWO], [])] == find([one], None)


def test_nothing_before_the_position_is_looked_at(output):
    output.write_bytes(ONE)
    one = batch(output, at=len(ONE))

    assert [Remains([ONE, TWO, THREE], [])] == find([one], None)


def test_a_file_that_was_renamed_in_its_folder_is_found(output):
    one = batch(output)
    output.write_bytes(ONE)
    output.rename(output.with_name("kept.jsonl"))
    output.touch()

    assert [Remains([TWO, THREE], [])] == find([one], None)


def test_rows_for_a_file_that_is_gone_are_in_doubt(output):
    one = batch(output)
    output.unlink()

    assert [Remains([], [ONE, TWO, THREE])] == find([one], None)


def test_several_batches_of_one_file_are_each_looked_for(output):
    batches = [batch(output, ONE.decode(), 1), batch(output, (TWO + THREE).decode(), 2, len(ONE))]
    output.write_bytes(ONE + TWO)

    assert [Remains([], []), Remains([THREE], [])] == find(batches, None)


def test_rows_that_were_to_go_nowhere_are_not_printed():
    assert [Remains([ONE, TWO, THREE], [])] == find([RowBatch(7, ROWS)], Written(8, 0, 0))


@pytest.mark.parametrize(
    ("written", "found"),
    [
        (Written(6, 90, 90), Remains([ONE, TWO, THREE], [])),
        (Written(8, 0, 0), Remains([], [])),
        (Written(7, len(ONE), len(ONE)), Remains([TWO, THREE], [])),
        (Written(7, len(ONE) + 3, len(ONE) + 3), Remains([TWO, THREE], [])),
        (Written(7, len(ONE), len(ONE + TWO)), Remains([THREE], [TWO])),
        (Written(7, len(ONE), len(ONE) + 3), Remains([TWO, THREE], [])),
        (Written(7, len(ROWS), len(ROWS)), Remains([], [])),
        (None, Remains([], [ONE, TWO, THREE])),
    ],
)
def test_a_pipe_has_what_was_written_and_only_the_call_that_was_killed_is_in_doubt(written, found):
    assert [found] == find([batch(None)], written)


def test_how_far_a_pipe_was_written_is_read_again_and_removed_when_it_is_not_needed(tmp_path):
    path = tmp_path / "run.db"
    file = WrittenFile(path)
    assert file.read() is None

    file.write(3, 10, 20)
    file.close(is_needed=True)

    assert Written(3, 10, 20) == WrittenFile(path).read()
    WrittenFile(path).close(is_needed=False)
    assert [] == list(tmp_path.iterdir())
