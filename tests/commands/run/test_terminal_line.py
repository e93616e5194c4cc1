"""The line at the bottom of a terminal: drawn in one write, and away while others write."""

from __future__ import annotations

import io
import sys

import pytest

from chasqui.commands.run.terminal_line import StreamBesideLine, TerminalLine


class Stream(io.StringIO):
    """A terminal that remembers each write."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[str] = []

    def write(self, text: str) -> int:
        self.writes.append(text)
        return len(text)


@pytest.fixture
def stream():
    return Stream()


def test_it_is_drawn_in_one_write_and_a_column_shorter_than_the_terminal(stream):
    line = TerminalLine(lambda: 40, stream)
    line.draw(lambda width: "x" * width)

    assert ["\r" + "x" * 39 + "\x1b[K"] == stream.writes


def test_it_follows_the_width_of_the_terminal(stream):
    widths = iter([40, 20])
    line = TerminalLine(lambda: next(widths), stream)
    line.draw(lambda width: str(width))
    line.draw(lambda width: str(width))

    assert ["\r39\x1b[K", "\r19\x1b[K"] == stream.writes


def test_it_is_taken_away_once(stream):
    line = TerminalLine(lambda: 40, stream)
    line.clear()
    line.draw(lambda _: "x")
    line.clear()
    line.clear()

    assert ["\rx\x1b[K", "\r\x1b[K"] == stream.writes


def test_others_write_whole_lines_beside_it(stream):
    line = TerminalLine(lambda: 40, stream)
    line.draw(lambda _: "x")
    beside = StreamBesideLine(stream, line)
    for text in ("a", "b\nc", "d"):
        beside.write(text)
    beside.finish()

    assert ["\rx\x1b[K", "\r\x1b[K", "ab\n", "\rx\x1b[K", "cd"] == stream.writes


def test_it_is_back_once_others_have_written(stream):
    widths = iter([40, 20])
    line = TerminalLine(lambda: next(widths), stream)
    line.draw(lambda width: str(width))
    with line.beside():
        stream.write("row\n")

    assert ["\r39\x1b[K", "\r\x1b[K", "row\n", "\r19\x1b[K"] == stream.writes


def test_it_is_not_back_where_it_was_not_drawn_or_is_away_for_good(stream):
    line = TerminalLine(lambda: 40, stream)
    with line.beside():
        stream.write("a\n")
    line.draw(lambda _: "x")
    line.clear()
    with line.beside():
        stream.write("b\n")

    assert ["a\n", "\rx\x1b[K", "\r\x1b[K", "b\n"] == stream.writes


def test_it_is_never_drawn_over_a_line_without_its_end(stream):
    line = TerminalLine(lambda: 40, stream)
    line.draw(lambda _: "x")
    with line.beside(ends_line=False):
        stream.write("a")
    line.draw(lambda _: "y")
    with line.beside():
        stream.write("b\n")
    line.draw(lambda _: "z")

    assert ["\rx\x1b[K", "\r\x1b[K", "a", "b\n", "\rz\x1b[K"] == stream.writes


def test_it_is_for_terminals_only(monkeypatch, stream):
    monkeypatch.setattr(sys, "stderr", stream)

    assert not TerminalLine.is_possible()
