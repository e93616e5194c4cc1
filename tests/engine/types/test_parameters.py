"""Parameters: what fits, what does not, and what is refused at once."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Annotated, Literal

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chasqui import Between, Context, Help, InvalidParameters, Secret, task
from chasqui.errors import InvalidTaskType


@dataclasses.dataclass
class Box:
    side: Annotated[int, Between(1, 5)] = 1


@task
def shrink(
    ctx: Context,
    source: Annotated[Path, Help("picture to read")],
    width: Annotated[int, Between(1, 10_000)] = 640,
    quality: float = 0.9,
    mode: Literal["fit", "fill"] = "fit",
    keep: bool = False,
    tags: list[str] = [],  # noqa: B006 - a default is read, never changed
    note: str | None = None,
) -> str:
    """Shrink a picture to fit a box.

    More of it.
    """
    return f"{source} {width}"


def test_a_type_takes_its_help_from_the_first_line_of_its_docstring():
    assert "Shrink a picture to fit a box." == shrink.help


def test_a_type_is_still_the_plain_function():
    assert "a.png 3" == shrink(None, Path("a.png"), 3)  # type: ignore[arg-type]


def test_the_context_is_known_by_its_type_and_is_no_parameter():
    names = [field.name for field in shrink.parameters.fields]

    assert ["source", "width", "quality", "mode", "keep", "tags", "note"] == names


def test_every_wrong_parameter_is_reported_at_once_with_its_reason():
    given = {"width": 20_000, "quality": "high", "mode": "zoom", "keep": 3, "extra": 1}

    with pytest.raises(InvalidParameters) as refused:
        shrink.work(**given)  # type: ignore[arg-type]

    assert {
        "source": "is required",
        "width": "must be between 1 and 10000, got 20000",
        "quality": "must be a number, got 'high'",
        "mode": "must be one of fit, fill, got 'zoom'",
        "keep": "must be yes or no, got 3",
        "extra": "is not a parameter of this task type",
    } == refused.value.problems


def test_texts_of_a_form_become_arguments():
    texts = {
        "source": "a b.png",
        "width": "12",
        "quality": "0.5",
        "mode": "fill",
        "keep": "yes",
        "tags": "x, y",
        "note": "",
    }

    assert {
        "source": Path("a b.png"),
        "width": 12,
        "quality": 0.5,
        "mode": "fill",
        "keep": True,
        "tags": ["x", "y"],
        "note": None,
    } == shrink.parameters.parse_text(texts)


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("width", "wide", "must be a whole number, got 'wide'"),
        ("width", "0", "must be between 1 and 10000, got 0"),
        ("quality", "", "must be a number, got ''"),
        ("keep", "perhaps", "must be yes or no, got 'perhaps'"),
        ("mode", "zoom", "must be one of fit, fill, got 'zoom'"),
        (
            "tags",
            "[1, 2",
            "is not a JSON list, got '[1, 2': Expecting ',' delimiter: line 1 column 6 (char 5)",
        ),
        ("tags", "[1]", "must be a text, got 1 at [0]"),
    ],
)
def test_a_text_that_does_not_fit_says_why(name, text, reason):
    with pytest.raises(InvalidParameters) as refused:
        shrink.parameters.parse_text({"source": "a", name: text})

    assert {name: reason} == refused.value.problems


@given(
    st.text(st.characters(exclude_categories=["Cs"])), st.integers(1, 10_000), st.floats(-1e9, 1e9)
)
def test_what_a_form_shows_of_a_value_is_read_back_as_that_value(note, width, quality):
    fields = {field.name: field for field in shrink.parameters.fields}
    for name, value in (("width", width), ("quality", quality), ("keep", width % 2 == 0)):
        assert value == fields[name].convert_text(fields[name].text_of(value))
    assert [note] == fields["tags"].convert_text(fields["tags"].text_of([note]))


def test_a_path_that_is_not_utf8_goes_through_unharmed():
    raw = b"caf\xe9".decode("utf-8", "surrogateescape")

    assert Path(raw) == shrink.parameters.parse_text({"source": raw})["source"]


def test_the_schema_documents_every_parameter():
    schema = shrink.parameters.schema()

    assert ["source"] == schema["required"]
    assert {
        "type": "string",
        "format": "path",
        "description": "picture to read",
    } == schema["properties"]["source"]
    assert {
        "type": "integer",
        "minimum": 1,
        "maximum": 10_000,
        "default": 640,
    } == schema["properties"]["width"]


def _untyped(x) -> None: ...
def _unknown(x: complex) -> None: ...
def _inside(x: dict[str, list[complex]]) -> None: ...
def _stream(x: Iterable[int]) -> None: ...
def _raw(x: msgspec.Raw) -> None: ...
def _two(x: Path | int) -> None: ...
def _number_secret(x: Secret[int]) -> None: ...
def _password(password: str = "") -> None: ...
def _given_away(x: Secret[str] = "hunter2") -> None: ...  # type: ignore[assignment]
def _contexts(x: Context, y: Context) -> None: ...
def _late_context(x: int, ctx: Context) -> None: ...
def _named_context(*, ctx: Context) -> None: ...
def _starred_context(*ctx: Context) -> None: ...
def _maybe_context(ctx: Context | None = None) -> None: ...
def _meaningless(x: Annotated[bool, Between(1, 2)]) -> None: ...
def _starred(*x: int) -> None: ...
def _bad_default(x: Annotated[int, Between(1, 5)] = 9) -> None: ...


@pytest.mark.parametrize(
    ("function", "message"),
    [
        (_untyped, "_untyped: parameter 'x' needs an annotation"),
        (_unknown, "_unknown: parameter 'x': complex cannot be a parameter: complex has no JSON"),
        (_inside, "parameter 'x': dict[str, list[complex]] cannot be a parameter: complex has no"),
        (_stream, "Iterable has no JSON form"),
        (_raw, "undecoded JSON cannot be checked"),
        (_two, "type unions containing a custom type may not contain any additional types"),
        (_number_secret, "a secret is a text; use Secret[str]"),
        (_password, "parameter 'password' looks like a secret; annotate it Secret[str]"),
        (_given_away, "its default must be a reference to a secret, env:NAME or file:PATH"),
        (_contexts, "parameter 'y' takes the context, as 'x' does"),
        (_late_context, "parameter 'ctx' takes the context and is not the first; put it first"),
        (_named_context, "parameter 'ctx' takes the context and is not the first; put it first"),
        (_starred_context, "parameter 'ctx' must be an ordinary parameter, not *ctx"),
        (_maybe_context, "parameter 'ctx' always gets a context; annotate it Context alone"),
        (_meaningless, "the bound ge is for numbers only"),
        (_starred, "must be an ordinary parameter"),
        (_bad_default, "_bad_default: parameter 'x': its default must be between 1 and 5, got 9"),
    ],
)
def test_what_cannot_be_a_task_type_is_refused_when_it_is_declared(function, message):
    with pytest.raises(InvalidTaskType, match=re.escape(message)) as refused:
        task(function)

    assert "hunter2" not in str(refused.value)


def test_a_pattern_is_not_shown_where_a_sentence_says_what_is_wanted():
    @task
    def tag(
        ctx: Context,
        name: Annotated[str, msgspec.Meta(pattern="^v[0-9]"), Help("a version, such as v1")],
        short: Annotated[str, msgspec.Meta(pattern="^v", max_length=9), Help("a version")] = "v1",
    ) -> None: ...

    with pytest.raises(InvalidParameters, match=r"name must be a version, such as v1, got '1'$"):
        tag.parameters.parse_text({"name": "1"})
    expected = ["text", "at most 9 characters"]
    assert expected == [field.expects for field in tag.parameters.fields]


@task
def sign(
    keys: dict[str, Secret[str]],
    url: Annotated[str, msgspec.Meta(pattern=r"^https?://[^@]*$")] = "https://example.org",
    sizes: list[Annotated[int, Between(1, 5)]] = (),  # type: ignore[assignment]
) -> None: ...


def test_a_wrong_item_is_reported_with_its_value_and_its_place():
    with pytest.raises(InvalidParameters) as wrong:
        sign.work(keys={}, sizes=[1, 9])

    assert {"sizes": "must be between 1 and 5, got 9 at [1]"} == wrong.value.problems


def test_a_value_that_may_be_a_secret_is_not_in_the_error():
    ways = [
        lambda: sign.work(keys={"a": "hunter2"}),  # type: ignore[dict-item]
        lambda: sign.work(keys="hunter2"),  # type: ignore[arg-type]
        lambda: sign.work(keys={}, url="ftp://me:hunter2@example.org"),
        lambda: sign.work_from_text({"keys": '{"a": "hunter2'}),
        lambda: sign.work_from_text({"keys": '["hunter2"]'}),
    ]
    for make in ways:
        with pytest.raises(InvalidParameters) as wrong:
            make()
        assert "hunter2" not in str(wrong.value)
