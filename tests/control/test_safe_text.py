"""Text from strangers is harmless before anybody draws it."""

from __future__ import annotations

import sys
import unicodedata

import pytest
import wcwidth
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from chasqui.control.safe_text import MAX_MARKS, safe_block, safe_line

WIDTHLESS = (  # a character of each kind that has no width of its own, and of the blank letters
    *"\u0301\u0489\u20dd\u034f\u0e31\u0903\u0940\u1ab0\ufe00\ufe0e\ufe0f\u180b\U000e0100",
    *"\u00ad\u061c\u200b\u200c\u200d\u200e\u202e\u2060\u2066\ufeff\U000e0001\U000e0041",
    *"\u1160\u1161\u11a8\ud7b0\u17b4\u3164\uffa0",
)
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
        ("ad\u200dmin", "ad⟨U+200D⟩min"),
        ("a\u2028b\u00adc", "a⟨U+2028⟩b⟨U+00AD⟩c"),
        ("\ue0b0 \ufdd0 \U000e0041", "⟨U+E0B0⟩ ⟨U+FDD0⟩ ⟨U+E0041⟩"),
        ("\u115f\u3164\uffa0", "⟨U+115F⟩⟨U+3164⟩⟨U+FFA0⟩"),
        ("\u06a9\u200c\u0647", "\u06a9\u200c\u0647"),
    ],
)
def test_hidden_characters_are_made_visible_and_the_rest_is_kept(raw, shown):
    assert shown == safe_line(raw)


@given(HOSTILE)
def test_a_safe_line_holds_nothing_that_a_terminal_obeys(raw):
    shown = safe_line(raw, 50)

    assert len(shown) <= 50
    kinds = {unicodedata.category(one) for one in shown if one != "\u200c"}
    assert not kinds & {"Cc", "Cf", "Cn", "Co", "Cs", "Zl", "Zp"}
    assert not set(shown) & set("\u202a\u202b\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f")


@given(HOSTILE)
def test_a_safe_block_holds_at_most_its_lines_and_columns(raw):
    lines = safe_block(raw, lines=3, columns=10).split("\n")

    assert len(lines) <= 4
    assert all(len(line) <= 10 or line == "… (cut here)" for line in lines)


@pytest.mark.parametrize("mark", WIDTHLESS, ids=lambda mark: f"U+{ord(mark):04X}")
@pytest.mark.parametrize("base", ["a", "日", "\u06a9"], ids=["ascii", "wide", "arabic"])
def test_a_character_has_at_most_four_marks_whatever_they_are(base, mark):
    shown = safe_line(base + mark * 4000)
    written_out = f"⟨U+{ord(mark):04X}⟩"

    assert shown.startswith(base)
    assert shown.removeprefix(base) in (mark * MAX_MARKS, written_out * MAX_MARKS, "")


@given(st.text(st.sampled_from([*WIDTHLESS, "a", "日", " ", "👩", "\u06a9"])))
def test_marks_of_several_kinds_are_counted_together(raw):
    widthless = "".join("m" if cell_len(one) == 0 else " " for one in safe_line(raw))

    assert "m" * (MAX_MARKS + 1) not in widthless


def test_a_mark_at_the_beginning_does_not_change_what_stands_before_the_text():
    assert "◌\u0301x" == safe_line("\u0301x")
    assert "◌\u0301" == safe_line("\u0301")


@pytest.mark.parametrize(
    ("raw", "shown"),
    [
        ("👩\u200d👩\u200d👧", "👩👩👧"),
        ("❤\ufe0f", "❤"),
        ("👍🏽", "👍"),
        ("🏽", "⟨U+1F3FD⟩"),
        ("🇩🇪", "DE"),
        ("1\ufe0f\u20e3", "1\u20e3"),
    ],
)
def test_what_terminals_draw_in_different_widths_is_taken_apart(raw, shown):
    assert shown == safe_line(raw)


@pytest.mark.slow
def test_console_and_terminals_agree_on_the_width_of_every_character_that_is_left():
    printable = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isprintable()]
    for first in range(0, len(printable), 100):
        some = printable[first : first + 100]
        shown = safe_line("日" + "日".join(some))

        assert cell_len(shown) == sum(map(wcwidth.wcwidth, shown)), some


def test_a_huge_text_costs_no_more_than_its_cap():
    assert 4096 == len(safe_line("x" * 50_000_000))
