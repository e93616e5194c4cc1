"""Pages as plain text: wrapped, and without the marks of Markdown."""

from __future__ import annotations

import re

import pytest

from chasqui.help import page, topics
from chasqui.help.plain import plain


def test_a_paragraph_is_wrapped_and_loses_its_marks():
    text = plain("See **this**, `a code`\nand [a page](page.md) of it.", 20)

    assert "See this, a code and\na page of it." == text


def test_a_short_piece_of_code_is_never_split():
    assert "Now\nrun it" == plain("Now `run it`", 9)


def test_headings_are_underlined():
    assert "Keys\n====\n\nIn a list\n---------" == plain("# Keys\n## In a list", 40)


def test_the_items_of_a_list_are_wrapped_under_their_text():
    text = plain("Two:\n\n- the first\n  of them\n- more\n\n1. counted", 11)

    assert "Two:\n\n- the first\n  of them\n- more\n\n1. counted" == text


def test_code_keeps_its_lines_and_its_marks():
    text = plain("```python\nlong = '# no heading'  # and **no** mark\n\n- no item\n```", 20)

    assert "    long = '# no heading'  # and **no** mark\n\n    - no item" == text


def test_what_a_program_prints_is_set_apart_from_its_code():
    text = plain("```python\nprint(1)\n```\n\n```text\n1\n```\n", 20)

    assert "    print(1)\n\nprints:\n\n    1" == text


def test_other_text_after_a_paragraph_is_shown_as_it_is():
    assert "Rows:\n\n    1" == plain("Rows:\n\n```text\n1\n```", 20)


def test_a_table_has_aligned_columns_and_wraps_the_last():
    text = plain("| key | is |\n|---|---|\n| `a\\|b` | long words that go on or off |\n", 30)

    assert (
        "key  is\n---  -------------------------\na|b  long words that go on or\n     off"
    ) == text


def test_a_table_that_is_too_wide_becomes_a_list():
    text = plain("| k | is |\n|---|---|\n| a-key-of-some-length | this and that |", 30)

    assert "a-key-of-some-length\n    this and that" == text


def test_comments_for_the_tests_are_not_shown():
    assert "a\n\nb" == plain("a\n\n<!-- test: send SIGTERM -->\nb", 20)


@pytest.mark.parametrize("width", [40, 80, 100])
@pytest.mark.parametrize("topic", topics())
def test_every_page_fits_and_shows_no_marks(topic, width):
    for line in plain(page(topic), width).splitlines():
        if line.startswith("    "):
            continue  # code, or a cell of a table
        assert len(line) <= width or " " not in line.strip()
        assert not re.search(r"`|\]\(|<!--|\*\*\w.*\w\*\*", line)
