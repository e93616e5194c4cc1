"""One big input in chunks of whole lines."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from chasqui.control.intake import blocks
from chasqui.control.intake.blocks import BlocksSource
from chasqui.control.intake.lines import Until


@pytest.fixture
def chunks(tmp_path):
    """Return the chunks of a content; each as text, or why it cannot become a task."""

    def chunks(content: bytes, size: int) -> list[str]:
        (tmp_path / "input").write_bytes(content)
        source = BlocksSource([str(tmp_path / "input")], size)
        found = [line for group in source.groups(Until()) for line in group]
        assert list(range(1, len(found) + 1)) == [line.number for line in found]
        return [line.why or line.text or "" for line in found]

    return chunks


@pytest.mark.parametrize(
    ("content", "size", "expected"),
    [
        (b"", 4, []),
        (b"a\nb\nc\n", 4, ["a\nb\n", "c\n"]),
        (b"a\nb\nc", 4, ["a\nb\n", "c"]),
        (b"a\nb\nc\n", 5, ["a\nb\n", "c\n"]),
        (b"a\nb\nc\n", 100, ["a\nb\nc\n"]),
        (b"a\nlonger\nb\n", 4, ["a\n", "longer\n", "b\n"]),
        (b"\n\n\n", 1, ["\n", "\n", "\n"]),
        (b"\xef\xbb\xbfa\r\n\xff\n", 2, ["\ufeffa\r\n", "\udcff\n"]),
    ],
)
def test_a_chunk_is_as_many_whole_lines_as_fit_and_nothing_is_dropped(
    chunks, content, size, expected
):
    assert expected == chunks(content, size)


@pytest.mark.parametrize("size", [1, 7, 100, 4096, 100_000])
def test_all_chunks_together_are_the_input(chunks, size):
    content = "".join(f"{number}\n" for number in range(5_000))

    found = chunks(content.encode(), size)

    assert content == "".join(found)
    assert all(len(one) <= max(size, 5) and one.endswith("\n") for one in found)


@pytest.mark.parametrize("end", ["\n", ""])
def test_a_line_for_which_no_chunk_has_room_is_refused_and_the_others_are_not(
    chunks, monkeypatch, end
):
    monkeypatch.setattr(blocks, "LARGEST", 100_000)
    long = "x" * 200_000 + end

    found = chunks(f"a\n{long}{'b' if end else ''}".encode(), 10)

    why = f"has a line of {len(long):,} bytes; a chunk may have 100,000"
    assert ["a\n", why, *(["b"] if end else [])] == found


def test_files_are_read_one_after_another_as_one(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name).write_bytes(b"first\nsec")
    before = set(Path("/dev/fd").iterdir())
    source = BlocksSource([str(tmp_path / "one"), str(tmp_path / "two")], 12)

    found = [line.text for group in source.groups(Until()) for line in group]

    assert ["first\n", "secfirst\n", "sec"] == found
    assert before == set(Path("/dev/fd").iterdir())


def test_a_chunk_is_given_out_before_the_next_is_there():
    reader, writer = os.pipe()
    os.write(writer, b"one\ntwo\nthr")
    source = BlocksSource([f"/dev/fd/{reader}"], 8)
    groups = source.groups(Until())

    assert "one\ntwo\n" == next(groups)[0].text

    os.write(writer, b"ee\n")
    os.close(writer)
    os.close(reader)
    assert ["three\n"] == [line.text for group in groups for line in group]
