"""Rows change nothing in silence."""

from __future__ import annotations

import base64
import dataclasses
import json
import math
import os
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chasqui.commands.rows import encode, write_all
from chasqui.engine.values.marks import plain, unmarked


@dataclasses.dataclass
class Point:
    x: int
    y: float


class Rude:
    def __repr__(self):
        raise ValueError("no")


def marked(raw: bytes) -> dict[str, str]:
    return {"bytes": base64.b64encode(raw).decode()}


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        ("é日", "é日"),
        ("caf\udce9", marked(b"caf\xe9")),
        (b"\0\xff", marked(b"\0\xff")),
        (Path("a/b"), "a/b"),
        (Path("caf\udce9"), marked(b"caf\xe9")),
        (2**53, 2**53),
        (2**53 + 1, {"number": "9007199254740993"}),
        (-(2**60), {"number": "-1152921504606846976"}),
        (math.inf, {"number": "Infinity"}),
        (math.nan, {"number": "NaN"}),
        ((1, [2]), [1, [2]]),
        ({3: "x"}, {"3": "x"}),
        ({"b", "a"}, ["a", "b"]),
        (Point(1, math.inf), {"x": 1, "y": {"number": "Infinity"}}),
        ("\ud800", {"repr": "'\\ud800'"}),
        ({"number": "12a"}, {"mapping": {"number": "12a"}}),
        ({"a": {"mapping": {}}}, {"a": {"mapping": {"mapping": {}}}}),
        ({"number": 12, "repr": "r"}, {"number": 12, "repr": "r"}),
        (1j, {"repr": "1j"}),
        (Rude(), {"repr": "<Rude, its repr cannot be had: ValueError: no>"}),
    ],
)
def test_what_json_cannot_hold_is_marked(value, expected):
    assert expected == plain(value)


def test_a_value_that_holds_itself_ends():
    loop: list[Any] = []
    loop.append(loop)

    assert b"repr" in encode({"result": plain(loop)})


@pytest.mark.slow
@given(st.recursive(st.none() | st.text() | st.binary() | st.floats() | st.integers(), st.lists))
def test_every_value_becomes_one_line_of_json(value):
    line = encode({"result": plain(value)})

    assert 1 == line.count(b"\n")
    json.loads(line)


@given(st.binary())
def test_a_path_of_any_bytes_comes_back_from_its_row_as_it_was(raw):
    text = raw.replace(b"\0", b"").decode("utf-8", "surrogateescape")

    assert text == unmarked(json.loads(encode({"p": plain(text)}))["p"])


def test_a_pipe_that_is_full_and_does_not_block_is_waited_for():
    reader, writer = os.pipe()
    os.set_blocking(writer, False)  # as a program may have done that it is shared with
    data = bytes(1 << 20)  # more than any pipe holds

    def write():
        with os.fdopen(writer, "wb", buffering=0):
            write_all(writer, data)

    feeder = threading.Thread(target=write)
    feeder.start()
    with os.fdopen(reader, "rb") as pipe:
        got = pipe.read()
    feeder.join()

    assert data == got
