"""Every wrong head of an answer is seen for what it is, before a byte of its body is used."""

from __future__ import annotations

import pytest

from chasqui_http.believing import Again, Asked, Came, Complete, Refused, Rest, Whole, judge

PLACE = "http://x/file"
# 1,000 bytes of a file of 2,048 are there.
ASKED = Asked(1000, 1000, PLACE, '"one"', 2048)
FITS = {"Content-Range": "bytes 1000-2047/2048", "Content-Length": "1048", "ETag": '"one"'}


def came(status=206, place=PLACE, more=(), **headers):
    """Make a head; a header with an underscore is one with a hyphen, None leaves it out."""
    fields = {
        **(FITS if status == 206 else {}),
        **{k.replace("_", "-"): v for k, v in headers.items()},
    }
    return Came(status, place, (*((k, v) for k, v in fields.items() if v is not None), *more))


def test_a_rest_that_fits_is_appended():
    assert Rest(1000, 2048, 2048) == judge(ASKED, came())
    assert Rest(1000, 2048, 2048) == judge(ASKED, came(Content_Length=None))
    assert Rest(1000, 2048, 2048) == judge(
        ASKED, came(Content_Range="bytes 1000-2047/*", Content_Encoding="identity")
    )


def test_a_piece_of_the_rest_is_appended():
    piece = came(Content_Range="bytes 1000-1009/2048", Content_Length="10")

    assert Rest(1000, 1010, 2048) == judge(ASKED, piece)


UNFIT = {
    "no range": {"Content_Range": None},
    "begins before": {"Content_Range": "bytes 999-2046/2048"},
    "begins behind": {"Content_Range": "bytes 1001-2047/2048", "Content_Length": "1047"},
    "from the beginning": {"Content_Range": "bytes 0-2047/2048", "Content_Length": "2048"},
    "ends before it begins": {"Content_Range": "bytes 1000-999/2048", "Content_Length": "0"},
    "ends behind the file": {"Content_Range": "bytes 1000-2048/2048", "Content_Length": "1049"},
    "a longer file": {"Content_Range": "bytes 1000-2047/4096"},
    "a shorter file": {"Content_Range": "bytes 1000-1047/1048", "Content_Length": "48"},
    "the rest for the total": {"Content_Range": "bytes 1000-2047/1048"},
    "another unit": {"Content_Range": "items 1000-2047/2048"},
    "no unit": {"Content_Range": "1000-2047/2048"},
    "unit in capitals": {"Content_Range": "BYTES=1000-2047/2048"},
    "garbage": {"Content_Range": "bytes nonsense"},
    "empty": {"Content_Range": ""},
    "negative": {"Content_Range": "bytes -1000-2047/2048"},
    "negative total": {"Content_Range": "bytes 1000-2047/-1"},
    "hexadecimal": {"Content_Range": "bytes 0x3e8-2047/2048"},
    "other digits": {"Content_Range": "bytes 1٠٠٠-2047/2048"},
    "no end": {"Content_Range": "bytes 1000-/2048"},
    "no total": {"Content_Range": "bytes 1000-2047"},
    "unsatisfied": {"Content_Range": "bytes */2048"},
    "over 2**63": {"Content_Range": f"bytes 1000-{2**63}/{2**63 + 1}"},
    "huge": {"Content_Range": f"bytes 1000-{'9' * 5000}/{'9' * 5000}"},
    "two in one": {"Content_Range": "bytes 1000-2047/2048, bytes 0-9/2048"},
    "a shorter body": {"Content_Length": "1047"},
    "a longer body": {"Content_Length": "1049"},
    "the body of the whole": {"Content_Length": "2048"},
    "parts": {"Content_Type": "multipart/byteranges; boundary=x"},
    "gzip": {"Content_Encoding": "gzip"},
    "twice packed": {"Content_Encoding": "identity, gzip, gzip"},
    "unknown packing": {"Content_Encoding": "x-secret"},
    "another tag": {"ETag": '"two"'},
    "no tag": {"ETag": None},
    "a weak tag": {"ETag": 'W/"one"'},
    "the tag unquoted": {"ETag": "one"},
    "a date instead": {"ETag": None, "Last_Modified": "Tue, 01 Sep 2026 10:00:00 GMT"},
    "another place": {"place": "http://y/file"},
    "two ranges": {"more": [("content-range", "bytes 1000-2047/2048")]},
    "another range too": {"more": [("Content-Range", "bytes 0-9/2048")]},
    "two tags": {"more": [("etag", '"two"')]},
}


@pytest.mark.parametrize("headers", UNFIT.values(), ids=UNFIT.keys())
def test_a_rest_that_does_not_fit_makes_it_ask_again(headers):
    assert isinstance(judge(ASKED, came(**headers)), Again)


DATE = "Tue, 01 Sep 2026 10:00:00 GMT"
DATED = Asked(1000, 1000, PLACE, DATE, 2048)


@pytest.mark.parametrize(
    ("headers", "fits"),
    [
        ({"Last_Modified": DATE}, True),
        ({"Last_Modified": DATE, "ETag": '"new"'}, True),
        ({}, False),
        ({"Last_Modified": "Tue, 01 Sep 2026 10:00:01 GMT"}, False),
        ({"ETag": '"new"'}, False),
    ],
)
def test_a_rest_of_a_file_known_by_its_date_has_that_date(headers, fits):
    verdict = judge(DATED, came(**{"ETag": None, **headers}))

    assert isinstance(verdict, Rest if fits else Again)


def test_a_rest_of_a_file_of_unknown_length_must_say_how_long_it_is():
    asked = Asked(999, 1000, PLACE, '"one"', None)

    assert Rest(999, 2048, 2048) == judge(
        asked, came(Content_Range="bytes 999-2047/2048", Content_Length="1049")
    )
    assert isinstance(
        judge(asked, came(Content_Range="bytes 999-2047/*", Content_Length=None)), Again
    )


@pytest.mark.parametrize(
    ("headers", "verdict"),
    [
        ({"Content_Length": "2048", "ETag": '"one"'}, Whole(2048, '"one"')),
        ({"Content_Length": "2048"}, Whole(2048, None)),
        ({"Content_Length": "2048", "ETag": '"two"'}, Whole(2048, '"two"')),
        ({"Content_Length": "9", "ETag": '"two"'}, Whole(9, '"two"')),
        ({"Content_Length": "1048", "ETag": '"one"'}, None),  # the rest
        ({"Content_Length": "1048", "ETag": '"two"'}, None),
        ({"Content_Length": "9", "ETag": '"one"'}, None),
        ({"Content_Length": "9"}, None),
        ({"ETag": '"one"'}, None),
        ({"ETag": '"two"'}, None),
        ({"Content_Length": "2048", "ETag": '"one"', "Content_Range": "bytes 0-2047/2048"}, None),
        ({**FITS, "Content-Length": "2048"}, None),
        ({**FITS, "Content-Length": None}, None),
        ({**FITS, "ETag": '"two"'}, None),
        ({**FITS, "ETag": None}, None),
        (FITS, Rest(1000, 2048, 2048)),
    ],
)
def test_a_200_is_the_whole_only_if_it_cannot_be_the_rest_and_the_rest_only_if_it_fits(
    headers, verdict
):
    judged = judge(ASKED, came(200, **headers))

    assert judged == verdict or (verdict is None and isinstance(judged, Again))


@pytest.mark.parametrize(
    ("asked", "headers", "complete"),
    [
        (Asked(1999, 2000, PLACE, '"one"', None), {"ETag": '"one"'}, True),
        (Asked(1999, 2000, PLACE, '"one"', 2000), {"ETag": '"one"'}, True),
        (Asked(1999, 2000, PLACE, '"one"', None), {}, False),
        (Asked(1999, 2000, PLACE, '"one"', None), {"ETag": '"two"'}, False),
        (Asked(1999, 2000, PLACE, '"one"', None), {"ETag": '"one"', "place": "http://y/"}, False),
        (Asked(1998, 1999, PLACE, '"one"', None), {"ETag": '"one"'}, False),
        (Asked(2000, 2001, PLACE, '"one"', None), {"ETag": '"one"'}, False),
        (Asked(2000, 2000, PLACE, '"one"', 2048), {"ETag": '"one"'}, False),
    ],
)
def test_416_completes_a_part_of_just_that_length_and_validator(asked, headers, complete):
    said = came(416, Content_Range="bytes */2000", **headers)

    assert isinstance(judge(asked, said), Complete if complete else Again)


@pytest.mark.parametrize("range", [None, "bytes */-1", "bytes 0-1999/2000", "*/2000", "garbage"])
def test_416_that_does_not_say_how_long_the_file_is_makes_it_ask_again(range):
    asked = Asked(1999, 2000, PLACE, '"one"', None)

    assert isinstance(judge(asked, came(416, Content_Range=range, ETag='"one"')), Again)


@pytest.mark.parametrize("asked", [Asked(), ASKED], ids=["whole", "rest"])
@pytest.mark.parametrize("status", [201, 203, 204, 205, 207, 300, 302, 304, 403, 404, 500, 999])
def test_another_status_is_not_the_file(asked, status):
    verdict = judge(asked, came(status, **FITS))

    assert isinstance(verdict, Refused)
    assert ("status", True) == (verdict.reason, str(status) in verdict.why)


@pytest.mark.parametrize(
    ("status", "headers", "reason"),
    [
        (206, {}, "status"),
        (206, {"Content_Range": "bytes 0-2047/2048", "Content_Length": "2048"}, "status"),
        (416, {"Content_Range": "bytes */2048"}, "status"),
        (412, {}, "status"),
        (200, {"Content_Range": "bytes 0-99/2048", "Content_Length": "100"}, "protocol"),
        (200, {"Content_Range": "bytes 0-2047/2048", "Content_Length": "100"}, "protocol"),
        (200, {"Content_Range": "bytes 0-2047/*"}, "protocol"),
        (200, {"Content_Range": "nonsense"}, "protocol"),
        (200, {"Content_Encoding": "br"}, "encoding"),
        (200, {"Content_Encoding": "identity", "more": [("Content-Encoding", "gzip")]}, "encoding"),
    ],
)
def test_an_answer_that_is_not_the_whole_is_refused_where_the_whole_was_asked_for(
    status, headers, reason
):
    verdict = judge(Asked(), came(status, **headers))

    assert isinstance(verdict, Refused)
    assert reason == verdict.reason


def test_a_range_of_all_of_it_does_not_spoil_a_whole():
    said = came(200, Content_Range="bytes 0-2047/2048", Content_Length="2048", ETag='"one"')

    assert Whole(2048, '"one"') == judge(Asked(), said)


def test_a_whole_of_a_server_that_gives_no_ranges_has_nothing_to_go_on_by():
    said = came(200, Content_Length="2048", ETag='"one"', Accept_Ranges="None")

    assert Whole(2048, None) == judge(Asked(), said)


def test_what_a_server_says_is_cut_where_it_is_repeated():
    verdict = judge(Asked(), came(200, Content_Encoding="x" * 5000))

    assert isinstance(verdict, Refused)
    assert len(verdict.why) < 200
