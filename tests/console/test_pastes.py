"""What is pasted is text, whatever it holds and however it arrives; the rest is keys."""

from __future__ import annotations

import pytest

from chasqui.console.model.pastes import BEGIN, END, HOLD_SECONDS, MOST, SILENT_SECONDS, Pastes


def split(*sent: str, until: float = 0.0) -> tuple[str, list[str]]:
    """Return the keys and the pastes in what is sent at once, and known at a later time."""
    pastes = Pastes()
    parts = [part for text in sent for part in pastes.feed(text, 0.0)]
    parts += pastes.tick(until)
    keys = "".join(part.text for part in parts if not part.is_paste)
    return keys, [part.text for part in parts if part.is_paste]


def test_what_stands_between_the_marks_is_a_paste_and_the_rest_is_keys():
    assert ("abcd", ["p\x1b[31mQ"]) == split(f"ab{BEGIN}p\x1b[31mQ{END}cd")


@pytest.mark.parametrize("at", range(1, len(BEGIN) + len(END) + 3))
def test_marks_are_found_wherever_a_read_cuts_them(at):
    text = f"{BEGIN}pQ{END}x"
    assert ("x", ["pQ"]) == split(text[:at], text[at:])


def test_marks_are_found_one_character_at_a_time():
    assert ("ab", ["p", "q"]) == split(*f"a{BEGIN}p{END}{BEGIN}q{END}b")


def test_an_escape_on_its_own_is_a_key_after_a_moment():
    assert ("", []) == split("\x1b")
    assert ("\x1b", []) == split("\x1b", until=HOLD_SECONDS)


def test_a_paste_without_an_end_is_a_paste_after_a_silence():
    assert ("", []) == split(f"{BEGIN}pQ\x1b", until=SILENT_SECONDS - 0.1)
    assert ("", ["pQ\x1b"]) == split(f"{BEGIN}pQ\x1b", until=SILENT_SECONDS)


def test_of_a_huge_paste_a_part_is_kept_and_none_of_it_is_keys():
    keys, (pasted,) = split(BEGIN, *["p" * 100_000] * 20, END)
    assert ("", MOST) == (keys, len(pasted))


def test_an_end_without_a_beginning_is_left_to_the_parser():
    assert (f"a{END}b", []) == split(f"a{END}b")
