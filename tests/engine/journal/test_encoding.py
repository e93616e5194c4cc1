"""Parameters, results and errors as the JSON texts of a journal, and back."""

from __future__ import annotations

import datetime
import enum
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import pytest
from hypothesis import given
from hypothesis import strategies as some

from chasqui import Context, InvalidParameters, Secret, task
from chasqui.engine.journal.encoding import (
    ERROR_CHARACTERS,
    PARAMS_BYTES,
    RESULT_BYTES,
    Encoding,
    error_text,
    result_text,
    work_from,
)


class Colour(enum.Enum):
    RED = "red"


@dataclass
class Place:
    path: Path
    line: int = 0


@task
def plain(ctx: Context, n: int = 0, f: float = 0.0, t: str = "", b: bool = False) -> None:
    """Do nothing."""


@task
def files(ctx: Context, path: Path, others: list[Path] = []) -> None:  # noqa: B006
    """Do nothing."""


@task
def odd(
    ctx: Context,
    when: datetime.datetime | None = None,
    place: Place | None = None,
    colour: Colour = Colour.RED,
    word: Literal["a", "b"] = "a",
    raw: bytes = b"",
    table: dict[str, int] = {},  # noqa: B006
    anything: Any = None,
    secret: Secret[str] | None = None,
) -> None:
    """Do nothing."""


def there_and_back(work):
    return work_from(work.type, work.name, Encoding().params(work)).params


@given(some.integers(), some.floats(), some.text(), some.booleans())
def test_numbers_and_texts_come_back_as_they_were(n, f, t, b):
    work = plain.work(n=n, f=f, t=t, b=b)
    back = there_and_back(work)
    assert (n, t, b) == (back["n"], back["t"], back["b"])
    assert f == back["f"] or (math.isnan(f) and math.isnan(back["f"]))


@given(some.binary(min_size=1).filter(lambda data: b"\0" not in data))
def test_a_path_of_any_bytes_comes_back(data):
    import os

    work = files.work(path=Path(os.fsdecode(data)), others=[Path(os.fsdecode(data))])
    assert work.params == there_and_back(work)


@pytest.mark.parametrize(
    "given",
    [
        {"when": datetime.datetime(2030, 1, 2, 3, 4, tzinfo=datetime.UTC)},
        {"when": datetime.datetime(2030, 1, 2, 3, 4, 5, 678)},
        {"place": Place(Path("\udcff"), 7)},
        {"colour": Colour.RED, "word": "b"},
        {"raw": b"\0\xff"},
        {"table": {"bytes": 1}},
        {"anything": {"repr": "not a mark"}},
        {"anything": [1 << 70, -math.inf, None, {"number": "1"}]},
        {"secret": Secret("env:HOME")},
    ],
)
def test_parameters_of_other_kinds_come_back(given):
    work = odd.work(**given)
    assert work.params == there_and_back(work)


def test_a_secret_is_kept_as_its_reference():
    assert '{"secret":"env:HOME"}' == Encoding().params(odd.work(secret=Secret("env:HOME")))


def test_parameters_that_are_too_large_are_refused_with_their_size():
    with pytest.raises(ValueError, match=rf"plain take .* bytes .* {PARAMS_BYTES} .*durable=False"):
        Encoding().params(plain.work(t="x" * PARAMS_BYTES))


def test_parameters_that_no_longer_fit_are_all_named():
    with pytest.raises(InvalidParameters) as caught:
        work_from(plain, "app.plain", '{"n":"many","gone":1}')
    assert {"n", "gone"} == set(caught.value.problems)


def test_a_large_result_is_cut_with_a_mark():
    text = result_text("é" * RESULT_BYTES)
    assert len(text.encode()) <= RESULT_BYTES
    assert json.loads(text)["repr"].endswith(f"({2 * RESULT_BYTES + 2} bytes as JSON, cut)")
    assert '{"number":"NaN"}' == result_text(math.nan)


def test_the_text_of_an_error_is_bounded_and_can_be_written():
    text = error_text(ValueError("\udcff" + "x" * 100_000))
    assert text.startswith("ValueError: \\udcff")
    assert len(text) <= ERROR_CHARACTERS + 100
