"""A rest is asked for only by what tells exact bytes apart."""

from __future__ import annotations

import pytest

from chasqui_http.validators import is_validator, strong

THEN, NOW = "Tue, 01 Sep 2026 10:00:00 GMT", "Tue, 01 Sep 2026 10:00:01 GMT"


def test_a_strong_tag_is_one_and_a_date_is_one_where_there_is_no_tag():
    assert '"one"' == strong(['"one"'], [THEN], [NOW])
    assert THEN == strong([], [THEN], [NOW])


@pytest.mark.parametrize(
    ("tags", "changed", "sent"),
    [
        ([], [], [NOW]),
        ([], [THEN], []),
        ([], [THEN], [THEN]),  # it may have changed again within the second
        ([], [NOW], [THEN]),
        ([], [THEN, THEN], [NOW]),
        ([], [THEN], [NOW, NOW]),
        ([], ["yesterday"], ["today"]),
        ([], ["Tue, 01 Sep 2026 10:00:00 +0000"], [NOW]),
        ([], ["Tue, 31 Feb 2026 10:00:00 GMT"], [NOW]),
        ([], ["Tue, 01 anF 2026 10:00:00 GMT"], [NOW]),
        ([], ["Tue, 01 Sep 0000 10:00:00 GMT"], [NOW]),
        ([], [f"Tue, 01 Sep {'9' * 5000} 10:00:00 GMT"], [NOW]),
        ([], [THEN.replace("1", "١")], [NOW]),
        (['W/"weak"'], [THEN], [NOW]),  # a date is for files without any tag
        (["unquoted"], [THEN], [NOW]),
        (['""'], [], []),
        (['"one", "two"'], [], []),
        (['"one"', '"one"'], [], []),
        (['"sch\u00f6n"'], [], []),
        (['"a b"'], [], []),
        (['"a\nX: y"'], [], []),
        (['"' + "x" * 5000 + '"'], [], []),
    ],
)
def test_anything_else_is_none(tags, changed, sent):
    assert None is strong(tags, changed, sent)


@pytest.mark.parametrize(
    ("text", "holds"),
    [('"one"', True), (THEN, True), ('W/"one"', False), ('"a\r\nX: y"', False), ("", False)],
)
def test_what_a_file_says_was_a_validator_is_looked_at_again(text, holds):
    assert holds == is_validator(text)
