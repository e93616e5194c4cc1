"""On which lines of a TOML text each value stands."""

from __future__ import annotations

import tomllib
from typing import Any

import pytest
import tomli_w
from hypothesis import given
from hypothesis import strategies as st

from chasqui.engine.config.source import statements

TEXT = '''\
# a comment = 1
top = 1
"quoted key".inner = """
[not.a.table]
fake = 2
"""

[table] # comment
list = [
  "a", # ]
  "b = 1",

]
inline = { a = 1, b = { c = 2 } }

[[many]]
x = 1
[many.sub]
y = 1
[[many]]
x = 2
[[many.more]]
z = 1
[[many.more]]
z = 2
[ table . deep ]
w = \'\'\'
\'\'\'
'''


def test_each_value_has_its_key_and_its_lines():
    assert [
        (("top",), 2, 2),
        (("quoted key", "inner"), 3, 6),
        (("table", "list"), 9, 13),
        (("table", "inline", "a"), 14, 14),
        (("table", "inline", "b", "c"), 14, 14),
        (("many", 0, "x"), 17, 17),
        (("many", 0, "sub", "y"), 19, 19),
        (("many", 1, "x"), 21, 21),
        (("many", 1, "more", 0, "z"), 23, 23),
        (("many", 1, "more", 1, "z"), 25, 25),
        (("table", "deep", "w"), 27, 28),
    ] == list(statements(TEXT))


def test_lines_may_end_as_windows_ends_them():
    expected = list(statements(TEXT))

    assert expected == list(statements(TEXT.replace("\n", "\r\n")))


scalars = st.one_of(st.integers(-9, 9), st.booleans(), st.text(max_size=6))
values = st.one_of(scalars, st.lists(scalars, max_size=3))
tables = st.recursive(
    st.dictionaries(st.text(max_size=4), values, max_size=3),
    lambda inner: st.dictionaries(
        st.text(max_size=4),
        st.one_of(values, inner, st.lists(inner, min_size=1, max_size=2)),
        max_size=3,
    ),
    max_leaves=12,
)


@given(tables)
def test_what_stands_at_a_key_is_the_value_of_this_key(document: dict[str, Any]):
    text = tomli_w.dumps(document)
    lines = text.split("\n")

    for key, first, last in statements(text):
        value: Any = document
        for part in key:
            value = value[part]
        (found,) = tomllib.loads("\n".join(lines[first - 1 : last])).values()
        assert value == found


@pytest.mark.slow
@given(tables)
def test_no_value_is_left_out(document: dict[str, Any]):
    text = tomli_w.dumps(document)
    lines = text.split("\n")
    for _, first, last in statements(text):
        lines[first - 1 : last] = [""] * (last - first + 1)

    assert not list(statements("\n".join(lines)))
    assert not [line for line in lines if line and not line.startswith("[")]
    tomllib.loads("\n".join(lines))
