"""Templates: what is a field, what fills it, and what is left alone."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chasqui.control.intake.lines import InputLine
from chasqui.control.intake.templates import (
    JsonTemplate,
    Template,
    UnknownField,
    asks_for_input,
)


def line(*values, number=7):
    return InputLine(number, values[0], 1, values if len(values) > 1 else ())


@pytest.mark.parametrize(
    ("text", "value", "expected"),
    [
        ("{}", "a b", "a b"),
        ("x{}y{}", "a", "xaya"),
        ("{.}.png", "img/a.tar.gz", "img/a.tar.png"),
        ("{.}", "sub.dir/bar", "sub.dir/bar"),
        ("{.}", "x/.bashrc", "x/.bashrc"),
        ("{/}", "img/a.gif", "a.gif"),
        ("{/}", "img/sub/", "sub"),
        ("{//}", "img/a.gif", "img"),
        ("{//}", "a.gif", "."),
        ("{//}", "/a.gif", "/"),
        ("{/.}", "img/a.gif", "a"),
        ("{#}", "a", "7"),
        ("{1} {1.}", "a.b", "a.b a"),
        ("caf\udce9 {}", "\udcff", "caf\udce9 \udcff"),
    ],
)
def test_a_field_is_filled_by_the_line(text, value, expected):
    assert expected == Template(text, ("",)).fill(line(value))


def test_columns_are_fields_by_name_and_by_number():
    template = Template("{url}-{2.}-{first name}-{a.b}", ("url", "", "first name", "a.b"))

    assert "u-f-n-d" == template.fill(line("u", "f.c", "n", "d"))


def test_all_columns_have_spaces_between_them_and_are_words_by_themselves():
    record = line("a b", "c")

    assert "x a b c" == Template("x {}", ("", "")).fill(record)
    assert ["a b", "c"] == Template("{}", ("", "")).words(record)
    assert ("x a b c",) == Template("x {}", ("", "")).words(record)


@pytest.mark.parametrize(
    "text", ["{print $1}", "{a,b}", '{"a": 1}', "{ }", "}{", "{", "{{.Name}}", "{2,3}", "${x:-y}"]
)
def test_other_braces_are_left_alone(text):
    assert text == Template(text, ("",)).fill(line("v"))


@pytest.mark.parametrize(
    ("text", "expected"),
    [("{{}}", "{}"), ("{{print}}", "{print}"), ("{{{}}}", "{{}}"), ("{{#}} {#}", "{#} 7")],
)
def test_a_field_in_double_braces_stands_for_itself(text, expected):
    assert expected == Template(text, ("",)).fill(line("v"))


def test_an_unknown_field_names_those_there_are():
    with pytest.raises(UnknownField) as caught:
        Template("{ur}", ("url", "size"))

    assert (
        "{ur} is no field of the input; there are {}, {.}, {/}, {//}, {/.}, {#}, {url}, {size}, "
        "{1} to {2}; {{ur}} stands for that text itself"
    ) == str(caught.value)


@pytest.mark.parametrize("text", ["{0}", "{3}", "{99999999999999999999}"])
def test_a_column_that_is_not_there_is_unknown(text):
    with pytest.raises(UnknownField):
        Template(text, ("", ""))


@given(st.text(st.characters(codec="utf-8")))
def test_what_is_put_into_json_never_breaks_its_form(value):
    text = JsonTemplate({"A": "<{}>", "n": [1, "{#}"]}, ("",)).fill(line(value))

    assert {"A": f"<{value}>", "n": [1, "7"]} == json.loads(text)


@given(st.text(st.sampled_from("{}./#a1 ")), st.text(max_size=5))
def test_any_text_is_a_template_or_refused_and_fills_without_an_error(text, value):
    try:
        template = Template(text, ("", "a"))
    except UnknownField:
        return
    filled = template.fill(line(value, "b"))

    assert template.has_fields or set(filled) <= set(text)


@pytest.mark.parametrize(("text", "asks"), [("{}", True), ("{#}", True), ("{.}", True)])
def test_a_field_that_every_input_has_asks_for_input(text, asks):
    assert asks == asks_for_input(f"x{text}")
    assert not asks_for_input(f"{{{text}}}")


def test_a_name_in_braces_alone_asks_for_no_input():
    assert not asks_for_input("{name} {1}")
