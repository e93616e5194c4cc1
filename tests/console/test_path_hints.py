"""Paths in a form: what a text can become is shown while it is typed, and Tab completes it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chasqui.console.model.form import begun_alike, candidates_words, completed
from chasqui.console.screens.field import FormField
from tests.console.forms import make_port, open_form, parameter, type_of

FORM = type_of(parameter("source", "path", True), parameter("more", "text", default="z"))


def texts(console):
    return [field.text for field in console.app.screen.query(FormField)][:2]


@pytest.mark.slow
def test_tab_completes_a_path_and_then_goes_to_the_next_field(drive):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.type("in/h")
        await console.until(lambda: "Tab completes: here one, here two" in console.text)
        await console.press("tab")
        assert ["in/here ", "z"] == texts(console)
        await console.until(lambda: "2 begin so: here one, here two" in console.text)
        await console.type("t")
        await console.until(lambda: "Tab completes: here two" in console.text)
        await console.press("tab", "tab")
        await console.type("y")
        assert ["in/here two", "y"] == texts(console)

    port = make_port(FORM)
    port.paths["source"] = ("in/here one", "in/here two", "out")
    drive(port, steps)


@pytest.mark.slow
def test_tab_goes_on_from_a_path_that_is_there_already(drive):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.type("here")
        await console.until(lambda: "a folder: / lists what is in it" in console.text)
        await console.press("tab")
        await console.type("y")
        assert ["here", "y"] == texts(console)

    port = make_port(FORM)
    port.paths["source"] = ("here/",)
    drive(port, steps)


@pytest.mark.slow
def test_a_tab_in_a_burst_goes_to_the_next_field_whatever_could_be_completed(drive):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.burst("h", "e", "tab", "y")
        assert ["he", "y"] == texts(console)

    port = make_port(FORM)
    port.paths["source"] = ("here",)
    drive(port, steps)


@pytest.mark.slow
def test_what_a_host_offers_is_taken_only_if_it_can_be_typed(drive):
    async def steps(console):
        await open_form(console, "demo.made")
        await console.type("h")
        await console.until(lambda: "Tab completes: h[red]e[/]" in console.text)
        await console.press("tab")
        assert "h[red]e[/]" == texts(console)[0]

    port = make_port(FORM)
    port.paths["source"] = ("h\x1b[2J", "h" * 5000, "h\u202ex", "h[red]e[/]")
    drive(port, steps)


@pytest.mark.parametrize(
    ("text", "paths", "said"),
    [
        ("a", [], ""),
        ("a", ["a"], ""),
        ("x/a", ["x/a", "x/ab/"], "2 begin so: a, ab/"),
        ("x/a", ["x/ab/", "x/abc"], "Tab completes: ab/, abc"),
        ("", [str(one) for one in range(9)], "9 begin so: 0, 1, 2, 3, 4, 5 and 3 more"),
    ],
)
def test_what_a_text_can_become_is_said_in_words(text, paths, said):
    assert said == candidates_words(text, paths)


@given(st.text("ab/", max_size=4), st.lists(st.text("ab/", max_size=6), min_size=1))
def test_what_paths_begin_with_is_what_all_begin_with_and_no_less(lead, ends):
    paths = [lead + end for end in ends]
    alike = begun_alike(paths)

    assert alike.startswith(lead)
    assert all(path.startswith(alike) for path in paths)
    assert alike in paths or 1 < len({path[: len(alike) + 1] for path in paths})


@pytest.mark.parametrize(
    ("text", "paths", "made"),
    [
        ("in/h", ("in/here one", "in/here two"), "in/here "),
        ("in/here ", ("in/here one", "in/here two"), None),
        ("tre", ("tree/",), "tree/"),
        ("tree", ("tree/",), None),
        ("a", ("a", "ab"), None),
        ("a", (), None),
    ],
)
def test_what_tab_makes_of_a_text(text, paths, made):
    assert made == completed(text, paths)
