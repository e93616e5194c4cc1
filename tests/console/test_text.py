"""How text to read is laid out: wrapped between words, under its own beginning."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from chasqui.console.model import line
from chasqui.console.model.line import Span, broken
from chasqui.console.model.text import Pair, Styled, hung, laid_out, said

WORDS = st.text(alphabet="ab. 日é", max_size=120)


def shown(text, width):
    return ["".join(part.text for part in drawn) for drawn in laid_out(text, width)]


@given(WORDS, st.integers(2, 60), st.integers(0, 20))
def test_wrapped_text_loses_nothing_but_blanks_and_no_line_is_too_long(text, width, hang):
    lines = [text[start:end] for start, end in hung(text, width, hang)]
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert all(cell_len(line) <= width for line in shown(Styled((Span(text),), hang), width))


@given(st.lists(st.text(alphabet="abc", min_size=1, max_size=10), min_size=1), st.integers(12, 60))
def test_no_word_is_broken_that_fits_a_line(words, width):
    text = " ".join(words)
    lines = [text[start:end] for start, end in hung(text, width, 2)]
    assert [word for line in lines for word in line.split()] == words


def test_a_long_line_goes_on_under_its_own_text_and_keeps_its_roles():
    line = Styled((Span("23:01 ", "dim"), Span("the quick brown fox", "error")), 6)
    drawn = [*laid_out(line, 16)]
    assert [(Span("23:01 ", "dim"), Span("the quick", "error"))] == drawn[:1]
    assert [(Span(" " * 6), Span("brown fox", "error"))] == drawn[1:]


def test_a_word_longer_than_a_line_is_broken():
    assert ["see /a/ver", "y/long/pat", "h"] == shown(Span("see /a/very/long/path", hang=0), 10)


def test_two_facts_share_a_line_where_both_have_room():
    pair = Pair(
        Styled((Span("pool  "), Span("default")), 6), Styled((Span("worker  "), Span("w1")), 8)
    )
    assert ["pool  default       worker  w1"] == shown(pair, 40)
    assert ["pool  default", "worker  w1"] == shown(pair, 24)
    assert "pool  default  worker  w1" == said(pair)


def test_parts_that_belong_together_stay_on_a_line():
    parts = (Span("times  "), Span("waited 1 s "), Span("- ran 2 s "), Span("- failed 23:01:23 "))
    line = Styled(parts, 7, is_whole=True)
    assert ["times  waited 1 s - ran 2 s ", "       - failed 23:01:23 "] == shown(line, 36)


@pytest.mark.parametrize("lay_out", [broken, lambda text, width: hung(text, width, 0)])
def test_to_lay_out_a_long_text_takes_as_long_as_its_length_and_not_its_square(
    lay_out, monkeypatch
):
    text = "漢字" * 5_000
    measured = 0

    def measure(part):
        nonlocal measured
        measured += len(part)
        return cell_len(part)

    monkeypatch.setattr(line, "cell_len", measure)

    assert len(text) // 40 == len(lay_out(text, 80))
    assert measured < 20 * len(text)
