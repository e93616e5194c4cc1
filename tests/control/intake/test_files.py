"""Files of rows: what is refused as a whole, and what is read in chunks."""

from __future__ import annotations

import os
import tracemalloc

import pytest

from chasqui.control.intake import files
from chasqui.control.intake.files import RowFile
from chasqui.control.intake.lines import Unreadable
from chasqui.control.intake.shapes import Shape
from tests.control.intake.test_shapes import MAIL
from tests.present import present

LIST = Shape("list", "to")


@pytest.fixture
def rows(tmp_path):
    """Return a function that reads a file with some bytes to its end: the rows of each chunk."""
    path = tmp_path / "rows"

    def read(data, shape=LIST):
        path.write_bytes(data)
        file = RowFile(str(path), MAIL)
        try:
            file.begin(shape)
            return [chunk.rows for chunk in iter(file.chunk, None)]
        finally:
            file.close()

    return read


def said(path):
    with pytest.raises(Unreadable) as raised:
        RowFile(str(path), MAIL).close()
    return str(raised.value).removeprefix(str(path))


def test_what_is_no_file_of_text_is_one_plain_sentence(tmp_path):
    for name, data in (("binary", b"\x7fELF\0\1"), ("utf16", "a\n".encode("utf-16"))):
        (tmp_path / name).write_bytes(data)
    (tmp_path / "empty").touch()
    (tmp_path / "blank").write_text(" \n\n")
    os.mkfifo(tmp_path / "pipe")
    assert " is binary, not text with a row a line" == said(tmp_path / "binary")
    assert " is text in UTF-16; save it as UTF-8" == said(tmp_path / "utf16")
    assert " is empty" == said(tmp_path / "empty") == said(tmp_path / "blank")
    assert " is a folder; name a file in it" == said(tmp_path)
    assert " is no plain file; save what it gives to one first" == said(tmp_path / "pipe")
    assert ": cannot be read: No such file or directory" == said(tmp_path / "nowhere")
    assert ": cannot be read: Not a directory" == said(tmp_path / "empty" / "a")
    assert "cannot be read" in said("a\0b")
    assert "cannot be read" in said("~nobody-of-this-name/a")
    assert "no file is named" == said("")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_file_that_may_not_be_read_is_said(tmp_path):
    (tmp_path / "locked").write_text("a")
    (tmp_path / "locked").chmod(0)
    assert ": cannot be read: Permission denied" == said(tmp_path / "locked")


def test_the_home_folder_can_be_named(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    (tmp_path / "rows.csv").write_text("to\na\n")
    file = RowFile("~/rows.csv", MAIL)
    assert Shape("csv", ",") == file.guess
    file.close()


def test_a_mark_of_byte_order_and_carriage_returns_are_no_part_of_a_row(rows):
    (chunk,) = rows(b"\xef\xbb\xbfto,subject\r\na,b\r\n", Shape("csv", ","))
    assert [{"to": "a", "subject": "b"}] == [row.task.texts for row in chunk]


def test_rows_come_in_chunks_of_bounded_count_and_size(rows, monkeypatch):
    assert [1000, 1000, 1] == [len(chunk) for chunk in rows(b"x\n" * 2001)]
    monkeypatch.setattr(files, "CHUNK_BYTES", 400)
    chunks = rows(b"x" * 150 + b"\n" + b"y" * 150 + b"\n" + b"z" * 900 + b"\n")
    assert [1, 1, 1] == [len(chunk) for chunk in chunks]
    assert "x" * 150 == chunks[0][0].task.texts["to"]


def test_a_row_too_long_for_a_request_is_a_bad_row(rows):
    (chunk,) = rows(b"x" * (1 << 20) + b"\nok\n")
    assert chunk[0].why.startswith("is a task of 1,048,")
    assert "ok" == chunk[1].task.texts["to"]


def test_a_file_is_read_again_from_its_start(tmp_path):
    path = tmp_path / "rows"
    path.write_text("a\nb\n")
    file = RowFile(str(path), MAIL)
    for _ in range(2):
        file.begin(LIST)
        assert [2] == [len(chunk.rows) for chunk in iter(file.chunk, None)]
    file.close()


def test_a_file_that_was_changed_is_read_no_further(tmp_path):
    path = tmp_path / "rows"
    path.write_text("a\n" * 1500)
    file = RowFile(str(path), MAIL)
    file.begin(LIST)
    assert 1000 == len(present(file.chunk()).rows)
    with path.open("a") as more:
        more.write("b\n")
    for read in (file.chunk, lambda: file.begin(LIST)):
        with pytest.raises(Unreadable, match="was changed meanwhile; read it again"):
            read()
    file.close()


def test_a_file_with_another_one_in_its_place_is_read_on(tmp_path):
    path, other = tmp_path / "rows", tmp_path / "other"
    path.write_text("a\n")
    file = RowFile(str(path), MAIL)
    other.write_text("b\n")
    other.replace(path)
    file.begin(LIST)
    assert "a" == present(present(file.chunk()).rows[0].task).texts["to"]
    file.close()


def test_a_stopped_file_gives_no_more(tmp_path):
    path = tmp_path / "rows"
    path.write_text("a\n")
    file = RowFile(str(path), MAIL)
    file.begin(LIST)
    file.stop()
    assert file.chunk() is None
    file.close()


@pytest.mark.slow
def test_memory_does_not_grow_with_the_file(tmp_path):
    def peak(count):
        path = tmp_path / "rows"
        path.write_bytes(b"some words of a row\n" * count)
        file = RowFile(str(path), MAIL)
        file.begin(LIST)
        tracemalloc.start()
        assert count == sum(len(chunk.rows) for chunk in iter(file.chunk, None))
        _, most = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        file.close()
        return most

    assert peak(9_000) < 2 * peak(3_000)
