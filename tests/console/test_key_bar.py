"""The key bar: each key stands out from what it does."""

from __future__ import annotations

import pytest

from chasqui.console.model.line import Span
from chasqui.control.fake import FakePort
from tests.console.rows import busy, failures, kind, waiting, workers


@pytest.mark.parametrize(
    ("span", "pieces"),
    [
        (Span("Esc Back", "key"), (("Esc", "key"), (" Back", "dim"))),
        (Span("[ ] Workers", "key", lead=3), (("[ ]", "key"), (" Workers", "dim"))),
        (Span("p", "key"), (("p", "key"), ("", "dim"))),
        (Span("6/8 busy", "warn"), (("6/8 busy", "warn"),)),
    ],
)
def test_a_key_and_what_it_does_are_two_pieces(span, pieces):
    assert pieces == span.pieces


@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
def test_a_key_is_bold_in_the_accent_and_its_label_dim(drive, size):
    async def steps(console):
        segments = list(console.app.screen._compositor.render_strips()[-1])
        keys = [one for one in segments if one.style.bold]
        labels = [one for one in segments if one.text.startswith(" ") and one.text.strip()]
        accent = console.app.theme_variables["accent"].lower()
        assert {accent} == {one.style.color.name for one in keys}
        assert ["s", "p"] == [one.text for one in keys][:2]
        assert [" Submit", " Pause"] == [one.text for one in labels][:2]
        assert 1 == len({one.style.color.name for one in labels})
        assert accent not in {one.style.color.name for one in labels}

    drive(FakePort(busy(), workers=workers(2)), steps, size)


@pytest.mark.parametrize(
    ("pane", "kept"),
    [
        ("1", ("x Cancel", "Esc Clear")),
        ("2", ("x Cancel", "X Cancel all", "Esc Clear")),
        ("4", ("r Retry", "R Retry all", "x Discard", "X all", "Esc Clear")),
    ],
)
def test_a_filtered_list_keeps_the_keys_that_act_on_what_was_found(drive, pane, kept):
    async def steps(console):
        await console.burst(pane, "/", *"type=demo", "enter")
        for words in (*kept, "Enter Open", "q Leave"):
            assert f" {words}" in console.lines[-1]

    rows = waiting(3, 4)
    port = FakePort(busy(), workers=workers(2), backlog=rows, failures=failures(1), groups=[kind()])
    drive(port, steps)


@pytest.mark.parametrize("pane", ["2", "3", "4", "5"])
def test_while_a_filter_is_typed_the_bar_has_the_keys_of_the_prompt_alone(drive, pane):
    async def steps(console):
        await console.press(pane)
        before = console.lines[-1]
        await console.press("/")
        assert " Enter Keep  Esc Drop  Tab Complete  ctrl+s Save" == console.lines[-1]
        await console.press("x")
        await console.tick()
        assert " Enter Keep  Esc Drop  Tab Complete  ctrl+s Save" == console.lines[-1]
        await console.press("escape")
        assert before == console.lines[-1]

    port = FakePort(busy(), workers=workers(2), backlog=waiting(1, 2), groups=[kind()])
    drive(port, steps)
