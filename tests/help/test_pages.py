"""The pages of the manual agree with the program."""

from __future__ import annotations

from dataclasses import fields
from pathlib import Path

import pytest

import chasqui
from chasqui.commands import exits
from chasqui.console.actions.table import ACTIONS
from chasqui.engine.config.tables import Config
from chasqui.engine.config.type_tables import KEYS
from chasqui.engine.filters.terms import FIELDS
from chasqui.help import UnknownTopic, page, topics

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.id)
def test_the_page_of_keys_has_every_action(action):
    assert f"` | {action.help} |" in page("keys")


def test_the_page_of_settings_has_every_key():
    text = page("config")
    sections = {one.name: getattr(Config(), one.name) for one in fields(Config)}
    known = [
        f"`{name}.{key.name}`"
        for name in ("engine", "failures", "plugins", "console", "log")
        for key in fields(sections[name])
    ]
    known += [f"`pools.NAME.{key.name}`" for key in fields(sections["pools"]["default"])]
    known += [f"| `{key.partition('.')[0]}` |" for key in KEYS]

    assert [] == [key for key in known if key not in text]


def test_the_page_of_filters_has_every_field():
    assert [] == [name for name in FIELDS if f"`{name}`" not in page("filter")]


def test_the_page_of_exit_statuses_has_every_status():
    known = {value for value in vars(exits).values() if type(value) is int}

    assert [] == [value for value in known if f"| {value} | " not in page("exit-status")]


def test_the_page_of_changes_begins_with_the_newest_version():
    assert f"## {chasqui.__version__}" == page("changes").splitlines()[2]


def test_every_page_has_a_title_and_is_named_by_the_readme():
    readme = (ROOT / "README.md").read_text(encoding="utf-8")

    for topic, title in topics().items():
        assert title and not title.endswith(".")
        assert f"(chasqui/help/{topic}.md)" in readme


def test_a_topic_without_a_page_is_refused_with_the_nearest():
    with pytest.raises(UnknownTopic, match=r"no help on 'Filters'; did you mean filter\?"):
        page("Filters")
    with pytest.raises(UnknownTopic, match="the topics are a"):
        page("../../README")
