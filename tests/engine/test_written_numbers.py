"""Numbers that somebody writes: in a config, a cron expression, a filter, a form or JSON."""

from __future__ import annotations

import datetime as dt
import math
from typing import Annotated, Any

import pytest

from chasqui import Between, task
from chasqui.engine.config.loading import load
from chasqui.engine.filters.filter import parse
from chasqui.engine.schedules.cron import Cron
from chasqui.errors import ConfigError, InvalidParameters

WHOLE = ("nan", "inf", "-1", "1.5", "true", "'5'", "99999999999999999999", f"1{'0' * 400}")
SECONDS = (
    "nan",
    "inf",
    "-inf",
    "-1",
    "true",
    "'5'",
    "99999999999999999999",
    "1e308",
    f"1{'0' * 400}",
)
HEX = f"0x{'f' * 5000}"  # which TOML reads and Python does not write
KEYS = {
    "engine.shutdown_timeout": SECONDS,
    "pools.default.workers": (*WHOLE, HEX, "0", "10001"),
    "pools.default.queue_size": (*WHOLE, HEX, "1000000001"),
    "failures.keep": (*WHOLE, HEX, "0"),
    "failures.keep_days": (*SECONDS, "0"),
    "failures.keep_bytes": (*WHOLE, HEX, "0"),
    "console.refresh": (*SECONDS, "0"),
    "log.lines_per_task": (*WHOLE, HEX, "0"),
    "log.bytes_per_task": (*WHOLE, HEX, "0"),
    "log.bytes_in_all": (*WHOLE, HEX, "0"),
    "types.'a.b'.attempts": (*WHOLE, HEX, "0"),
    "types.'a.b'.retry.base": SECONDS,
    "types.'a.b'.retry.backoff": ("nan", "inf", "0.5", "true", "'5'"),
    "types.'a.b'.retry.cap": SECONDS,
    "types.'a.b'.retry.jitter": SECONDS,
    "types.'a.b'.time_limit": (*SECONDS, "0"),
    "types.'a.b'.priority": tuple(one for one in WHOLE if one != "-1"),
    "types.'a.b'.expires": (*SECONDS, "0"),
    "types.'a.b'.concurrency": (*WHOLE, HEX, "0"),
    "types.'a.b'.rate": (*WHOLE, "'0/s'", "'nan/s'", "'-1/s'", "'1e400/s'", "'10/0s'", "'1/1e9d'"),
    "types.'a.b'.breaker.failures": (*WHOLE, "0"),
    "types.'a.b'.breaker.seconds": (*SECONDS, "0"),
    "types.'a.b'.breaker.cooldown": (*SECONDS, "0"),
    "types.'a.b'.breaker.probes": (*WHOLE, "0"),
}


@pytest.mark.parametrize("key", KEYS)
def test_a_config_names_the_key_whose_number_is_none(tmp_path, key):
    file = tmp_path / "config.toml"
    for value in KEYS[key]:
        file.write_text(f"{key} = {value}\n")

        with pytest.raises(ConfigError) as refused:
            load(file)

        (line,) = refused.value.problems
        assert key.rpartition(".")[2] in line.removeprefix(f"{file}: ")
        assert len(line) < len(str(file)) + 200


def test_a_config_says_how_many_workers_there_may_be(tmp_path):
    file = tmp_path / "config.toml"
    file.write_text("[pools.default]\nworkers = 99999999999999999999\n")

    with pytest.raises(ConfigError) as refused:
        load(file)

    reason = "pools.default.workers: must be at most 10000, got 99999999999999999999"
    assert f"{file}: {reason}" == str(refused.value)


@pytest.mark.parametrize(
    "text",
    [
        *("nan * * * *", "*/0 * * * *", "*/-1 * * * *", "-1 * * * *", "1e3 * * * *"),
        *(f"{'9' * 30} * * * *", f"{'9' * 5000} * * * *", f"*/{'9' * 5000} * * * *", "٣ * * * *"),
        *(
            "0 0 0 1 *",
            "0 0 * 13 *",
            "0 0 * * 8",
            "60 * * * * *",
            5,
            None,
            math.nan,
            True,
            b"@daily",
        ),
    ],
    ids=lambda text: str(text)[:15],
)
def test_an_expression_with_a_number_that_is_none_is_refused_in_a_line(text):
    with pytest.raises(ValueError, match=r"has a|a text such as|must have") as refused:
        Cron(text)

    assert len(str(refused.value)) < 200


@pytest.mark.parametrize("moment", [math.nan, math.inf, -math.inf, 1e18, -1e18, 253402300799])
@pytest.mark.parametrize("text", ["* * * * * *", "0 0 * * *"])
def test_no_turn_is_looked_for_outside_of_the_calendar(text, moment):
    assert Cron(text).after(moment) is None


@pytest.mark.parametrize(
    "text",
    [
        *(
            "age<1e999h",
            f"age<{'9' * 400}h",
            f"age<{'9' * 5000}w",
            "ran>inf",
            "ran>-1s",
            "age<nanh",
        ),
        *("waited>٣s", f"number={'9' * 5000}", "attempt>=nan", "number=1e3", "attempt=1.5"),
    ],
    ids=lambda text: text[:15],
)
def test_a_filter_says_that_a_number_is_none_and_chooses_nothing_by_it(text):
    found = parse(text)

    assert () == found.terms
    assert "its value must be a" in found.notes[0]


@task
def typed(
    whole: int = 0,
    real: float = 0.0,
    span: dt.timedelta = dt.timedelta(0),
    at: dt.datetime | None = None,
    day: dt.date | None = None,
    few: Annotated[int, Between(0, 10)] = 0,
    some: Annotated[float, Between(0, 10)] = 0,
    many: list[float] = [],  # noqa: B006 - a default of a type is copied for each task
    loose: Any = None,
) -> None:
    """Take numbers of every kind."""


TEXTS = {
    "whole": ("nan", "inf", "1.5", "1e3", "9" * 5000, "true", "0x10"),
    "real": ("1e400", "-1e400", "9" * 400, "true", "0x10", "1e999999999"),
    "span": (
        "1e999h",
        "9" * 400 + "h",
        "9" * 5000 + "d",
        "9" * 10**6,
        "nan",
        "inf",
        "P" + "9" * 400 + "D",
    ),
    "at": ("10000-01-01", "0000-01-01", "nan", "1e9", "9" * 400),
    "day": ("10000-01-01", "0000-01-01", "nan", "9" * 400),
    "few": ("11", "-1", "nan", "9" * 400, "9" * 5000),
    "some": ("nan", "inf", "-inf", "1e400", "10.1", "9" * 400),
    "many": ("1, 1e400", "[1e400]", "[1, 1e999]"),
}


@pytest.mark.parametrize("name", TEXTS)
def test_a_typed_number_that_is_none_is_refused_in_a_line(name):
    for text in TEXTS[name]:
        with pytest.raises(InvalidParameters) as refused:
            typed.work_from_text({name: text})

        assert [name] == list(refused.value.problems)
        assert len(str(refused.value)) < 200


def test_a_number_of_json_that_is_too_large_is_refused_and_not_made_infinite():
    with pytest.raises(
        InvalidParameters, match=r"many is not a JSON list, got .*: '1e400' is too large"
    ):
        typed.work_from_text({"many": "[1e400]"})
    assert "1e400" == typed.work_from_text({"loose": "1e400"}).params["loose"]


def test_an_infinity_that_is_written_as_one_is_one():
    assert math.inf == typed.work_from_text({"real": "inf"}).params["real"]
    assert math.isnan(typed.work_from_text({"real": "nan"}).params["real"])


def test_bounds_hold_for_what_compares_with_nothing():
    for value in (math.nan, math.inf, -1, 11, 10**400, True, "5", None):
        with pytest.raises(InvalidParameters, match="some"):
            typed.work_from({"some": value})
