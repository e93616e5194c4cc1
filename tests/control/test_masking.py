"""Settings as they may be shown."""

from __future__ import annotations

import datetime
from typing import Any

import pytest

from chasqui.control.masking import masked
from chasqui.secret import MASK


def plugin(**settings):
    return {"plugin": {"http": settings}}


@pytest.mark.parametrize(
    "name",
    [
        "password",
        "db_PASSWORD",
        "auth_token",
        "client-secret",
        "Authorization",
        "apikey",
        "api_key",
        "API-Key",
    ],
)
def test_a_setting_whose_name_says_secret_is_masked(name):
    assert plugin(**{name: MASK}) == masked(plugin(**{name: "hunter2"}))


def test_a_secret_within_tables_and_lists_is_masked():
    given = plugin(servers=[{"url": "x", "token": "t"}], deep={"more": {"password": 7}})

    assert plugin(
        servers=[{"url": "x", "token": MASK}], deep={"more": {"password": MASK}}
    ) == masked(given)


def test_everything_in_a_secret_is_masked_but_its_references():
    given = plugin(tokens=["a", "env:A", {"x": "b", "y": "file:/b"}], secret={"a": 1})

    assert plugin(
        tokens=[MASK, "env:A", {"x": MASK, "y": "file:/b"}], secret={"a": MASK}
    ) == masked(given)


@pytest.mark.parametrize("value", ["env:", "file:", "ENV:A", "see env:A", "hunter2", True, 3])
def test_what_is_no_reference_is_masked(value):
    assert plugin(token=MASK) == masked(plugin(token=value))


def test_what_a_plugin_declares_as_a_secret_is_masked_in_its_table_only():
    given = {"plugin": {"one": {"pin": "1234"}, "other": {"pin": "1234"}}}

    assert {"plugin": {"one": {"pin": MASK}, "other": {"pin": "1234"}}} == masked(
        given, {"one": ["pin"]}
    )


def test_parameters_of_schedules_are_masked_and_all_else_stays():
    day = datetime.date(2020, 1, 1)
    given: dict[str, Any] = {
        "console": {"theme": "secret"},
        "schedule": [{"type": "a", "params": {"token": "t", "day": day}}],
    }

    assert {
        "console": {"theme": "secret"},
        "schedule": [{"type": "a", "params": {"token": MASK, "day": day}}],
    } == masked(given)
    assert "t" == given["schedule"][0]["params"]["token"]
