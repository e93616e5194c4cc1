"""Cron expressions: which moment is the next turn, also where the clocks are changed."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chasqui.engine.schedules.cron import Cron, local, zone_named
from tests.present import present

BERLIN = ZoneInfo("Europe/Berlin")


def turns(text, after, count, zone=BERLIN):
    """Return the next turns as a clock in the zone reads them, with its offset."""
    cron, moment = Cron(text, zone), datetime.fromisoformat(after).replace(tzinfo=zone).timestamp()
    found = []
    for _ in range(count):
        moment = present(cron.after(moment))
        found.append(local(moment, zone).isoformat(" "))
    return found


def test_a_turn_is_after_the_moment_and_never_at_it():
    cron, noon = Cron("* * * * *", BERLIN), datetime(2026, 1, 1, 12, tzinfo=UTC).timestamp()

    assert [noon + 60, noon + 60, noon, noon] == [
        cron.after(noon),
        cron.after(noon + 59.9),
        cron.after(noon - 0.1),
        cron.after(noon - 60),
    ]


def test_a_time_that_the_clock_jumps_over_comes_once_at_the_first_moment_after_the_gap():
    assert ["2026-03-29 03:00:00+02:00", "2026-03-30 02:30:00+02:00"] == turns(
        "30 2 * * *", "2026-03-28 12:00", 2
    )


def test_turns_that_meet_at_the_end_of_a_gap_are_one():
    assert ["2026-03-29 03:00:00+02:00", "2026-03-30 02:15:00+02:00"] == turns(
        "15,30,45 2,3 29,30 * *", "2026-03-28 12:00", 5
    )[0:5:4]


def test_a_time_that_is_there_twice_comes_the_first_time_only():
    assert ["2026-10-25 02:30:00+02:00", "2026-10-26 02:30:00+01:00"] == turns(
        "30 2 * * *", "2026-10-24 12:00", 2
    )


def test_after_the_first_of_two_equal_hours_a_time_of_day_in_it_is_over():
    second = datetime(2026, 10, 25, 2, 10, tzinfo=BERLIN, fold=1).timestamp()

    assert "2026-10-26 02:30:00+01:00" == local(
        present(Cron("30 2 * * *", BERLIN).after(second)), BERLIN
    ).isoformat(" ")


def test_what_comes_every_half_an_hour_does_so_over_a_gap_and_through_both_equal_hours():
    assert ["2026-03-29 01:30:00+01:00", "2026-03-29 03:00:00+02:00"] == turns(
        "*/30 * * * *", "2026-03-29 01:00", 2
    )
    assert [
        "2026-10-25 02:00:00+02:00",
        "2026-10-25 02:30:00+02:00",
        "2026-10-25 02:00:00+01:00",
        "2026-10-25 02:30:00+01:00",
        "2026-10-25 03:00:00+01:00",
    ] == turns("*/30 * * * *", "2026-10-25 01:30", 5)


def test_what_comes_often_on_one_day_a_year_has_both_equal_hours_of_that_day():
    assert [
        "2026-10-25 02:00:00+02:00",
        "2026-10-25 02:30:00+02:00",
        "2026-10-25 02:00:00+01:00",
        "2026-10-25 02:30:00+01:00",
        "2027-10-25 02:00:00+02:00",
    ] == turns("*/30 2 25 10 *", "2026-01-01 12:00", 5)


def test_what_comes_often_in_an_hour_that_is_jumped_over_has_no_turn_in_it():
    assert ["2026-03-30 02:00:00+02:00"] == turns("*/30 2 * * *", "2026-03-28 12:00", 1)


def test_seconds_make_six_fields_and_follow_the_same_rules():
    assert ["2026-03-29 03:00:00+02:00", "2026-03-30 02:30:15+02:00"] == turns(
        "15 30 2 * * *", "2026-03-28 12:00", 2
    )
    assert ["2026-10-25 02:30:15+02:00", "2026-10-26 02:30:15+01:00"] == turns(
        "15 30 2 * * *", "2026-10-24 12:00", 2
    )


def test_a_day_that_a_zone_has_left_out_is_jumped_over_whole():
    assert ["2011-12-31 00:00:00+14:00", "2012-12-30 02:30:00+14:00"] == turns(
        "30 2 30 12 *", "2011-06-01 12:00", 2, ZoneInfo("Pacific/Apia")
    )


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("@hourly", "0 * * * *"),
        ("@Daily", "0 0 * * *"),
        ("@midnight", "0 0 * * *"),
        ("@weekly", "0 0 * * 0"),
        ("@monthly", "0 0 1 * *"),
        ("@yearly", "0 0 1 1 *"),
        ("@annually", "0 0 1 1 *"),
    ],
)
def test_the_usual_names_stand_for_their_fields(name, fields):
    assert turns(fields, "2026-05-05 12:00", 3) == turns(name, "2026-05-05 12:00", 3)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("61 * * * *", "'61 \\* \\* \\* \\*' has a bad minute"),
        ("* * * 13 *", "has a bad month"),
        ("* * *", "must have five fields"),
        ("", "must have five fields"),
        ("@reboot", "there is no '@reboot'; there are @yearly, "),
        ("0 0 30 2 *", "has a bad day-of-month"),
        ("* * */20 * 1L", "never comes"),
    ],
)
def test_what_is_no_expression_says_why(text, reason):
    with pytest.raises(ValueError, match=reason):
        Cron(text)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("Europe/Belin", "there is no zone 'Europe/Belin'; did you mean Europe/Berlin?"),
        ("../../etc/passwd", "there is no zone"),
        ("America", "there is no zone"),
        ("\0", "it must be a name such as Europe/Berlin"),
    ],
)
def test_what_is_no_zone_names_the_nearest(name, reason):
    with pytest.raises(ValueError, match=reason):
        zone_named(name)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe"])
def test_without_a_zone_the_machine_s_own_counts_with_its_changes(zone):
    code = """
import sys
from zoneinfo import ZoneInfo
from chasqui.engine.schedules.cron import Cron
for text in ("30 2 * * *", "30 1 * * *", "*/20 * * * *", "*/20 1-3 * * *"):
    own, named = Cron(text), Cron(text, ZoneInfo(sys.argv[1]))
    moment = 1767225600.0  # the whole of 2026, by jumps
    for _ in range(500):
        a, b = own.after(moment), named.after(moment)
        assert a == b, (text, moment, a, b)
        moment = a + 70_000
"""
    environment = {**os.environ, "TZ": zone}
    done = subprocess.run(
        [sys.executable, "-c", code, zone], env=environment, capture_output=True, text=True
    )

    assert (0, "") == (done.returncode, done.stderr)


# Against an oracle that looks at every minute

ZONES = ["Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC"]


def field(lowest, highest):
    """Draw a field and the numbers that it stands for."""
    numbers = st.integers(lowest, highest)
    ranges = st.tuples(numbers, numbers).map(sorted)
    return st.one_of(
        st.just(("*", set(range(lowest, highest + 1)))),
        st.integers(2, highest).map(lambda n: (f"*/{n}", set(range(lowest, highest + 1, n)))),
        numbers.map(lambda n: (f"{n}", {n})),
        ranges.map(lambda r: (f"{r[0]}-{r[1]}", set(range(r[0], r[1] + 1)))),
    )


def changes(zone):
    """Find the days of 2016 on which the zone changes its offset."""
    days = [datetime(2016, 1, 1, tzinfo=UTC) + timedelta(days=n) for n in range(366)]
    pairs = itertools.pairwise(days)
    return [a for a, b in pairs if a.astimezone(zone).utcoffset() != b.astimezone(zone).utcoffset()]


@pytest.mark.slow
@settings(max_examples=80)
@given(st.data())
def test_around_every_change_the_turns_are_those_that_looking_at_each_minute_finds(data):
    zone = ZoneInfo(data.draw(st.sampled_from(ZONES)))
    minute, hour = data.draw(field(0, 59)), data.draw(field(0, 23))
    day = data.draw(st.sampled_from(changes(zone) or [datetime(2016, 3, 1, tzinfo=UTC)]))
    cron = Cron(f"{minute[0]} {hour[0]} * * *", zone)
    begin = int(day.timestamp()) - 3600
    end = begin + 27 * 3600

    found, moment = [], float(begin - 1)
    while (moment := present(cron.after(moment))) < end:
        found.append(int(moment))

    expected, read = [], set()
    for one in range(begin - 86400, end, 60):
        reading = datetime.fromtimestamp(one, zone).replace(tzinfo=None)
        before = datetime.fromtimestamp(one - 60, zone).replace(tzinfo=None)
        # What the clock has come to since a minute ago: more than this minute after a gap.
        jumped = (reading - before) // timedelta(minutes=1) if cron.of_day else 1
        came = [reading - timedelta(minutes=back) for back in range(max(1, jumped))]
        came = [one for one in came if not (cron.of_day and one in read)]
        read.update(came)
        if any(c.minute in minute[1] and c.hour in hour[1] for c in came) and one >= begin:
            expected.append(one)
    assert expected == found


@given(st.text(max_size=30) | st.text("0123456789*/-,#LW ", max_size=20))
def test_any_text_is_an_expression_whose_turns_go_forward_or_is_refused(text):
    try:
        cron = Cron(text, BERLIN)
    except ValueError:
        return
    moment = 1.6e9
    for _ in range(5):
        after = cron.after(moment)
        assert after is None or after > moment
        moment = after or moment
