"""Long answers, in parts."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chasqui.control.wire.parts import joined, split

TEXTS = st.text(max_size=40)
ROWS = st.lists(st.dictionaries(TEXTS, st.integers() | TEXTS | st.none(), max_size=3), max_size=20)
ANSWERS = st.dictionaries(TEXTS, st.integers() | st.booleans() | TEXTS | ROWS, max_size=6)


@pytest.mark.slow
@given(ANSWERS, st.integers(min_value=200, max_value=2000))
def test_an_answer_in_parts_is_the_same_when_joined(answer: dict[str, object], most: int):
    data = msgspec.json.encode(answer)
    assert answer == msgspec.json.decode(joined(split(data, most)))


def test_no_part_is_longer_than_asked_for():
    rows = [{"number": number, "error": "é" * 50} for number in range(5000)]
    data = msgspec.json.encode({"page": {"rows": rows, "total": 5000}, "result": "\n" * 100_000})
    parts = list(split(data, 10_000))
    assert max(map(len, parts)) <= 10_000
    assert msgspec.json.decode(data) == msgspec.json.decode(joined(parts))


def test_an_answer_that_fits_goes_out_as_it_is():
    assert [b'{"a":1}'] == list(split(b'{"a":1}'))
    assert b'{"a":1}' == joined([b'{"a":1}'])


def test_a_part_is_an_object_of_the_answers_shape():
    data = msgspec.json.encode({"rows": list(range(1000)), "cursor": 7})
    for part in split(data, 500):
        assert set(msgspec.json.decode(part)) <= {"rows", "cursor"}
