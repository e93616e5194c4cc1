"""Text from strangers is harmless before anybody draws it."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chasqui.control.safe_text import safe_block, safe_line

HOSTILE = st.text(
    st.one_of(st.characters(), st.sampled_from("\x1b\x9b\u202e\u2066\u200b\ud800\udce9\n\t\r\0"))
)


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("plain [red]text[/]", "plain [red]text[/]"),
        ("\x1b[2J", "␛[2J"),
        ("\x9b31m", "\\x9b31m"),
        ("a\nb\tc", "a⏎b c"),
        ("\u202eevil", "⟨U+202E⟩evil"),
        ("caf\udce9", "caf\\xe9"),
        ("日本語 é", "日本語 é"),
    ],
)
def test_hidden_characters_are_made_visible_and_the_rest_is_kept(raw, shown):
    assert shown == safe_line(raw)


@given(HOSTILE)
def test_a_safe_line_holds_nothing_that_a_terminal_obeys(raw):
    shown = safe_line(raw, 50)

    assert len(shown) <= 50
    assert not {unicodedata.category(one) for one in shown} & {"Cc", "Cs", "Zl", "Zp"}
    assert not set(shown) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


@given(HOSTILE)
def test_a_safe_block_holds_at_most_its_lines_and_columns(raw):
    lines = safe_block(raw, lines=3, columns=10).split("\n")

    assert len(lines) <= 4
    assert all(len(line) <= 10 or line == "… (cut here)" for line in lines)


def test_a_pile_of_combining_marks_is_cut():
    assert "a" + "\u0301" * 4 == safe_line("a" + "\u0301" * 100)


def test_a_huge_text_costs_no_more_than_its_cap():
    assert 4096 == len(safe_line("x" * 50_000_000))
