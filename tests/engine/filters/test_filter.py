"""The filter grammar: what it finds, what it tolerates, what it offers."""

from __future__ import annotations

from operator import attrgetter
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chasqui.engine.filters.completion import complete
from chasqui.engine.filters.filter import parse, term
from chasqui.engine.filters.terms import FIELDS

NOW = 10_000.0


def column(name):
    return lambda records: map(attrgetter(name), records)


READERS = {
    "": lambda records: [f"{one.type}\n{one.err}\n{one.params}" for one in records],
    "state": lambda records: [(one.state, "failed") for one in records],
    **{name: column(name) for name in ("type", "err", "age", "attempt", "number", "key", "params")},
    **{name: column(name) for name in ("ran", "worker")},
}


def record(number=1, **more):
    defaults = {
        "type": "image.resize",
        "state": "new",
        "err": "TimeoutError: host 7 did not answer",
        "age": NOW - 60,
        "attempt": 1,
        "key": "",
        "params": "path=/tmp/Straße.png",
        "ran": 2.0,
        "worker": "w1",
    }
    return SimpleNamespace(number=number, **{**defaults, **more})


def fits(text, **more):
    return bool(parse(text).select([record(**more)], READERS, NOW))


@pytest.mark.parametrize(
    "text",
    [
        "",
        "type=image.resize",
        "type=image.*",
        "type=*",
        "type=im?ge.*z*",
        "type=mail.send,image.*",
        "type!=mail.*",
        "type~RESIZE",
        "type!~crop",
        "err=TimeoutError",
        "err=Time*",
        'err="host 7 did not answer"',
        'err="TimeoutError: host*"',
        "err~timeout",
        'err~"HOST 7"',
        "state=new",
        "state=failed",
        "state=n*,seen",
        "state!=retried",
        "age<1h",
        "age<=60s",
        "age>59s",
        "age>0.5m",
        "age<1m30s",
        "attempt=1",
        "attempt=1,2",
        "attempt!=2",
        "attempt>=1",
        "number<2",
        "ran>1500ms",
        "STATE=new",
        "strasse",
        "image.RESIZE",
        '"did not answer"',
        "-mail",
        "-type=mail.*",
        "type=image.* err~Timeout age<1h attempt>=1 resize",
    ],
)
def test_a_filter_finds(text):
    assert (True, ()) == (fits(text), parse(text).notes)


@pytest.mark.parametrize(
    "text",
    [
        "type=image",
        "type=IMAGE.*",
        "type=mail.*,*.crop",
        "type!=image.*",
        "type!~resize",
        "type=image?resizes",
        "err=Timeout",
        "err=host",
        "err~refused",
        "state=seen",
        "state!=failed",
        "age<60s",
        "age>1h",
        "attempt>1",
        "attempt!=1",
        "number>=2",
        "ran<=1s",
        "-resize",
        "-type=image.*",
        "crop",
        "type=image.* crop",
        "plugin=image",
    ],
)
def test_a_filter_leaves_out(text):
    assert (False, ()) == (fits(text), parse(text).notes)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("age<", "still missing"),
        ("age<1", "a duration"),
        ("age=1h", "age takes < <= > >="),
        ('err~"Tim', "not closed"),
        ("foo=bar", "foo is not a field"),
        ("typ=image.*", "did you mean type?"),
        ("attempt>=many", "a whole number"),
        ("attempt~1", "attempt takes"),
        ("number<1,2", "one value"),
        ("state=lost", "no such state"),
        ("state=,", "still missing"),
        ("<", "a field must come before it"),
        ("=x", "a field must come before it"),
        ("-", "it is empty"),
        ("--type=mail.send", "a single minus negates a term"),
        ("--resize", "in quotes it is a word"),
        ("--", "a single minus"),
        ('""', "it is empty"),
        ("number=" + "9" * 5000, "a whole number"),
    ],
)
def test_a_term_that_is_not_understood_filters_nothing_and_is_named(text, said):
    found = parse(
        f"{text} type=image.*" if not text.startswith('err~"') else f"type=image.* {text}"
    )

    assert 1 == len(found.notes) and said in found.notes[0]
    assert [record()] == found.select([record(), record(type="mail.send")], READERS, NOW)


def test_a_word_that_looks_like_a_term_is_quoted():
    assert fits('"a=b"', err="X: a=b")
    assert not fits('"a=b"')
    assert fits('"--dry-run"', params="args=--dry-run")
    assert not fits('-"--dry-run"', params="args=--dry-run")


def test_a_quote_within_quotes_has_a_backslash_before_it():
    assert fits(r'err~"say \"hi\""', err='X: say "hi"')


def test_commas_within_quotes_are_part_of_the_value():
    assert fits('key="a,b"', key="a,b")
    assert not fits("key=a,b", key="a,b")


def test_a_field_that_the_records_do_not_have_is_equal_to_nothing():
    assert not fits("waited>0s")
    assert fits("plugin!=image")


def test_many_stars_take_no_longer_than_one():
    assert not fits("params=" + "*a" * 30 + "*b", params="a" * 2000)
    assert fits("params=*a*b*c", params="xxaxbxabbcc")
    assert not fits("params=*a*b*c", params="xxbxaxc")


def test_a_field_and_a_value_make_a_term():
    found = parse("").both(term("type", "image.*"), term("number", 3))

    assert [3] == [one.number for one in found.select([record(2), record(3)], READERS, NOW)]
    with pytest.raises(ValueError, match="no such field"):
        term("colour", "red")
    with pytest.raises(ValueError, match="age takes"):
        term("age", "1h")


WORDS = st.sampled_from(
    [*FIELDS, "=", "!=", "~", "!~", "<", "<=", ">", ">=", '"', "\\", "-", " ", ",", "*", "?", "1h"]
)
TEXTS = st.one_of(st.text(), st.lists(st.one_of(WORDS, st.text(max_size=3))).map("".join))


@given(TEXTS, st.integers(-3, 40))
def test_no_text_makes_it_raise(text, cursor):
    found = parse(text)
    records = [record(), record(err="", params="", type="")]

    assert set(map(id, found.select(records, READERS, NOW))) <= set(map(id, records))
    offered = complete(text, cursor, {"type": ["a b", 'say "x"', "plain"]})
    assert 0 <= offered.start <= offered.end <= len(text)


@given(st.lists(st.sampled_from(["type~im", "-crop", "attempt<=3", "err~host"]), max_size=4))
def test_terms_are_joined_by_and(terms):
    records = [
        record(number, type=type, attempt=attempt)
        for number, (type, attempt) in enumerate(
            (type, attempt) for type in ("image.crop", "mail.send", "image.x") for attempt in (1, 4)
        )
    ]
    expected = records
    for one in terms:
        expected = parse(one).select(expected, READERS, NOW)

    assert expected == parse(" ".join(terms)).select(records, READERS, NOW)


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("ty", ("type=",)),
        ("-ty", ("-type=",)),
        ("type", ("type=", "type!=", "type~", "type!~")),
        ("age", ("age<", "age<=", "age>", "age>=")),
        ("type=im", ("image.crop", "image.resize")),
        ("type=mail,im", ("image.crop", "image.resize")),
        ("state=se", ("seen",)),
        ("age<1", ("1m", "10m", "1h", "1d")),
        ("type!", ("!=", "!~")),
        ("key=a", ('"a b"',)),
        ("foo=b", ()),
        ("age=", ()),
        ("zz", ()),
    ],
)
def test_completion_offers_what_may_come_next(text, options):
    known = {"type": ["mail.send", "image.crop", "image.resize"], "key": ["a b"]}

    assert options == complete(text, len(text), known).options


def test_completion_replaces_the_piece_before_the_cursor():
    text = "err~x type=mail,im age<1h"
    offered = complete(text, text.index(" age"), {"type": ["image.crop"]})

    assert "err~x type=mail,image.crop age<1h" == (
        text[: offered.start] + offered.options[0] + text[offered.end :]
    )


def test_after_a_blank_every_field_is_offered():
    offered = complete("type=x ", 7)

    assert (7, 7, len(FIELDS)) == (offered.start, offered.end, len(offered.options))
