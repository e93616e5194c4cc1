"""The words and numbers of the panes, without a screen."""

from __future__ import annotations

import re

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from chasqui.console.model.format import (
    ASCII,
    UNICODE,
    plain,
    progress_text,
    rate,
    short,
)
from chasqui.console.model.line import broken, wrapped
from chasqui.console.model.reasons import reasons_of
from chasqui.console.model.types import percent
from chasqui.console.model.waiting import held, why_shorter, why_waiting
from chasqui.console.widgets.drawn import fit_cells
from chasqui.control.port import CommandOutcome, ProgressView
from chasqui.control.safe_text import SafeText
from chasqui.durations import duration
from tests.console.rows import NOW, waiting


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (None, "–"),
        (0.0, "0%"),
        (0.0001, "1%"),
        (0.344, "34%"),
        (0.9999, "99%"),
        (1.0, "100%"),
    ],
)
def test_something_is_never_0_percent_and_less_than_all_never_100(share, text):
    assert text == percent(share, UNICODE)


@pytest.mark.parametrize(
    ("count", "text"),
    [
        (999, "999"),
        (1000, "1k"),
        (1999, "1.9k"),
        (19_999, "19k"),
        (1_999_999, "1.9M"),
        (123_456_789, "123M"),
        (4_000_000_000, "4G"),
    ],
)
def test_a_long_number_is_rounded_down_and_never_made_more_than_it_is(count, text):
    assert text == short(count)


def test_a_sentence_is_broken_between_words_only():
    text = "8 of 8 workers were busy 99% of the last minute"
    assert text.split() == " ".join(wrapped(text, 12)).split()
    assert max(len(line) for line in wrapped(text, 12)) <= 12
    assert [""] == wrapped("", 12)
    assert ["  key  one two", "       three"] == wrapped("  key  one two three", 14, hang=7)
    assert ["key  one", "two"] == wrapped("key  one two", 8, hang=5)


@pytest.mark.parametrize("width", range(12))
def test_a_text_that_is_cut_has_exactly_its_cells_and_ends_with_the_mark(width):
    for text in ("", "ab", "OSError: no", "日本語日本語日", "a" * 50):
        assert width == cell_len(fit_cells(text, width))
    assert "ab   " == fit_cells("ab", 5)
    assert "abcd…" == fit_cells("abcdefghijklmnopqrstuvwxyz", 5)
    assert "abcd~" == fit_cells("abcdefghijklmnopqrstuvwxyz", 5, "~")


def test_why_a_task_waits_has_short_forms_that_keep_its_numbers_whole():
    (full,) = waiting(3, reason=SafeText("1,000 of 1,000 run"))
    (due,) = waiting(4, state="scheduled", due=NOW + 3600, attempt=1, reason=SafeText("paused"))
    (free,) = waiting(5)

    assert ("all 1,000 run", "full") == why_shorter(full, NOW)
    assert "in 1h00m, attempt 2, paused" == why_waiting(due, NOW)
    assert ("in 1h00m",) == why_shorter(due, NOW)
    assert ("due in 1h00m, attempt 2, paused", "") == (held(due, NOW), held(free, NOW))
    assert ("", ()) == (why_waiting(free, NOW), why_shorter(free, NOW))


@pytest.mark.parametrize(
    ("reason", "shorter"),
    [
        ("unavailable: http", "no http"),
        ("unavailable: app.pay is not registered", "no app.pay"),
    ],
)
def test_the_reason_of_a_parked_task_is_shortened_to_what_it_lacks(reason, shorter):
    (row,) = waiting(1, reason=SafeText(reason))

    assert reason == why_waiting(row, NOW)
    assert (shorter, "parked") == why_shorter(row, NOW)


def test_reasons_are_counted_the_most_frequent_first():
    outcome = skipped_for("is not kept", "no room", "no room")

    assert "skipped 2: no room, 1: is not kept" == reasons_of(outcome, 80)
    assert "task 1 is not kept" == reasons_of(skipped_for("is not kept"), 80)


def skipped_for(*reasons):
    skipped = [(number, SafeText(why)) for number, why in enumerate(reasons, start=1)]
    return CommandOutcome(ok=False, skipped=tuple(skipped))


def test_reasons_of_more_than_are_listed_are_counted_as_the_engine_counts_them():
    some = skipped_for("no room", "no room")
    reasons = ((SafeText("no room"), 1005), (SafeText("is not kept"), 4))
    outcome = msgspec.structs.replace(some, more_skipped=1007, reasons=reasons)

    assert "skipped 1,005: no room, 4: is not kept" == reasons_of(outcome, 80)


def test_reasons_that_differ_by_their_numbers_only_are_counted_as_one():
    ended = [f"was retried as task {1000 + number}, which has ended" for number in range(20)]
    same = ["is held by task 7", "is held by task 7"]

    assert (
        "skipped 20: was retried as task ▒, which has ended, 2: is held by task 7, 1: is 8"
        == reasons_of(skipped_for(*ended, *same, "is 8"), 200)
    )


def test_reasons_that_do_not_fit_are_shortened_and_no_count_is_lost():
    ended = [f"was retried as task {number}, which has ended already" for number in range(20)]
    runs = [f"was retried as task {number}, which is running already" for number in range(3)]
    told = reasons_of(skipped_for(*ended, *runs), 62)

    assert "skipped 23: was retried as task ▒, which…" == told
    assert "skipped 20: was retried as task ▒, which has ended…" == reasons_of(
        skipped_for(*ended), 53
    )


def test_reasons_that_are_the_same_once_they_are_cut_are_counted_as_one():
    ended, runs = (f"was retried as task {41 + at}, which {is_now}" for at, is_now in STATES)

    assert f"skipped 1: {ended}, 1: {runs}" == reasons_of(skipped_for(ended, runs), 120)
    assert "skipped 2: was retried as task ▒, which…" == reasons_of(skipped_for(ended, runs), 45)
    assert "skipped 2: was retried as task ▒…" == reasons_of(skipped_for(ended, runs), 34)


STATES = [(0, "has ended already"), (1, "is running already")]


def test_reasons_for_which_there_is_no_room_are_counted_together():
    many = [word * 30 for word in "abcdef" for _ in range(ord("h") - ord(word))]
    told = reasons_of(skipped_for(*many), 70)

    assert 70 >= len(told)
    assert told.startswith("skipped 7: aaa") and told.endswith(" for other reasons")
    shown = [int(part) for part in re.findall(r"(\d+)(?:: | for)", told)]
    assert len(many) == sum(shown)


def test_the_unit_of_a_progress_follows_its_numbers():
    counted = ProgressView(done=197, total=980, message=SafeText("MiB"))

    assert "20% 197/980 MiB" == progress_text(counted)


def test_a_progress_of_any_size_has_a_short_text():
    for done, total in ((1e308, 5e-324), (2**53, 1), (5e-324, 1e308)):
        assert len(progress_text(ProgressView(done=done, total=total))) < 60


def test_in_ascii_a_cut_a_masked_part_and_a_microsecond_have_signs_of_their_own():
    assert "52us" == plain(duration(0.000_052), ASCII)
    assert "host ### is gon~" == plain("host ▒▒▒ is gon…", ASCII)
    assert "token=****" == plain("token=••••", ASCII)


def test_a_rate_that_is_not_nothing_is_never_shown_as_nothing():
    rates = [rate(one) for one in (0, 0.0001, 0.0004, 0.02, 0.05, 9.96, 12.3)]

    assert ["0/s", "0.4/h", "1.4/h", "1.2/m", "0.1/s", "10.0/s", "12/s"] == rates


@given(st.text(st.sampled_from("ab 日é\u0301👩")), st.integers(2, 30))
def test_a_broken_text_is_whole_and_fits(text, width):
    lines = broken(text, width)

    assert text == "".join(lines)
    assert all(cell_len(line) <= width for line in lines)


def test_a_text_is_broken_between_words_where_that_leaves_half_a_line():
    assert ["could not read ", "the file"] == broken("could not read the file", 16)
    assert ["could", " not"] == broken("could not", 5)
    assert ["/srv/data/20", "24/05 x"] == broken("/srv/data/2024/05 x", 12)
    assert ["a /srv/data/", "2024"] == broken("a /srv/data/2024", 12)
