"""Screens as pictures."""

from __future__ import annotations

import xml.etree.ElementTree as ElementTree

import pyte
import pytest

from tests.acceptance.picture import HEIGHT, WIDTH, to_svg


@pytest.fixture
def drawn():
    """Draw what a terminal shows of some output; returns the elements after the background."""

    def drawn(output: str) -> list[ElementTree.Element]:
        screen = pyte.Screen(20, 2)
        pyte.Stream(screen).feed(output)
        return list(ElementTree.fromstring(to_svg(screen)))[1:]

    return drawn


def test_cells_of_one_style_are_drawn_together_where_they_stand(drawn):
    plain, red = drawn("\x1b[2;3Hone two \x1b[31mred")

    assert ("one two", "red") == (plain.text, red.text)
    assert f"{2 * WIDTH:.2f}" == plain.get("x")
    assert f"{7 * WIDTH:.2f}" == plain.get("textLength")
    assert HEIGHT + 15 == int(plain.get("y"))
    assert plain.get("fill") != red.get("fill")


def test_a_sign_that_may_be_wide_is_drawn_alone(drawn):
    assert ["a", "▶", "b"] == [one.text for one in drawn("a▶b")]


def test_reversed_cells_have_a_ground_in_the_colour_of_the_text(drawn):
    ground, text = drawn("\x1b[32;7m<ok>")

    assert "<ok>" == text.text
    assert "#0dbc79" == ground.get("fill") != text.get("fill")
