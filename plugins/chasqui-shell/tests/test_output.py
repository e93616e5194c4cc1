"""What is kept of an output, and which of its lines are logged."""

from __future__ import annotations

import tracemalloc

import pytest

from chasqui.testing import FakeClock
from chasqui_shell.output import LINE_BYTES, LINES_A_SECOND, Kept, LineLog


def kept(keep: int, *blocks: bytes) -> Kept:
    made = Kept(keep)
    for block in blocks:
        made.add(block)
    return made


@pytest.mark.parametrize("cut", range(9))
def test_an_output_that_fits_is_kept_whole(cut):
    data = b"0123456789abcdef"

    assert ("0123456789abcdef", 0) == kept(8, data[:cut], data[cut:]).text()


def test_a_longer_output_keeps_both_ends_and_says_what_is_left_out():
    output = kept(4, b"abcdef", b"ghi", b"", b"jklmnop")

    assert 16 == output.total
    assert ("abcd\n[8 bytes left out]\nmnop", 8) == output.text()


def test_nothing_need_be_kept():
    assert ("\n[5 bytes left out]\n", 5) == kept(0, b"abc", b"de").text()
    assert ("", 0) == kept(0).text()


def test_bytes_that_are_not_utf8_survive():
    data = bytes(range(256))

    text, left_out = kept(1000, data).text()

    assert (data, 0) == (text.encode("utf-8", "surrogateescape"), left_out)


@pytest.mark.parametrize("keep", range(1, 13))
@pytest.mark.parametrize("letter", ["é", "日", "🜁"])
def test_a_cut_is_never_inside_a_character(keep, letter):
    size = len(letter.encode())
    whole = keep // size

    text, left_out = kept(keep, (letter * 50).encode()).text()

    assert (50 - 2 * whole) * size == left_out
    assert f"{letter * whole}\n[{left_out} bytes left out]\n{letter * whole}" == text


def test_a_cut_takes_no_more_than_the_half_character():
    assert ("a\udcff\n[2 bytes left out]\n\udcffb", 2) == kept(2, b"a\xffXX\xffb").text()


def test_memory_is_bounded_whatever_the_output():
    output, lines = Kept(64 * 1024), LineLog(lambda line: None)
    block = (b"x" * 99 + b"\n") * 655

    tracemalloc.start()
    for _ in range(1000):
        output.add(block)
        lines.add(b"y" * 65536)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert 65_500_000 == output.total
    assert peak < 2_000_000


@pytest.fixture
def clock():
    return FakeClock()


def lines_of(clock, *blocks: bytes, seconds: float = 0.0) -> list[str]:
    said: list[str] = []
    log = LineLog(said.append, clock=clock.monotonic)
    for block in blocks:
        log.add(block)
        clock.advance(seconds)
    log.close()
    return said


def test_lines_are_logged_whole_however_they_come(clock):
    assert ["one", "two", "", "three"] == lines_of(clock, b"on", b"e\ntwo\n\nthr", b"ee")
    assert ["one", "two"] == lines_of(clock, b"one\r\n", b"two\n")
    assert [] == lines_of(clock)


def test_what_is_not_utf8_is_escaped_in_a_logged_line(clock):
    assert ["caf\\xe9"] == lines_of(clock, b"caf\xe9\n")


def test_a_long_line_is_cut_and_says_by_how_much(clock):
    said = lines_of(clock, b"x" * LINE_BYTES, b"yy", b"y\nnext\n")

    assert ["x" * LINE_BYTES + " [3 more bytes]", "next"] == said


def test_a_flood_is_counted_and_not_logged(clock):
    flood = b"".join(b"%d\n" % number for number in range(1000))

    said = lines_of(clock, flood[:2000], flood[2000:], b"1000\nlast")

    logged = [str(number) for number in range(LINES_A_SECOND)]
    assert [*logged, f"[{1002 - LINES_A_SECOND} lines not logged]"] == said


def test_after_a_flood_lines_are_logged_again(clock):
    flood = b"x\n" * (LINES_A_SECOND + 5) + b"half"

    said = lines_of(clock, flood, b" and whole\nmore\n", seconds=1.0)

    assert ["x"] * LINES_A_SECOND + ["[5 lines not logged]", "half and whole", "more"] == said


def test_a_steady_output_is_logged_whole(clock):
    block = b"x\n" * LINES_A_SECOND

    assert ["x"] * LINES_A_SECOND * 20 == lines_of(clock, *[block] * 20, seconds=1.0)
