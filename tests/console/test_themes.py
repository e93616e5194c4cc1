"""The themes that a config may name are those that the console can draw."""

from __future__ import annotations

from typing import get_args

from chasqui.console import themes
from chasqui.console.app import ConsoleApp
from chasqui.control.fake import FakePort
from chasqui.engine.config.themes import Theme

NAMES = set(get_args(Theme))


def test_every_theme_that_a_config_may_name_can_be_drawn():
    assert set() == NAMES - set(ConsoleApp(FakePort()).available_themes)


def test_every_theme_that_the_key_goes_to_may_stand_in_a_config():
    assert set() == {themes.DEFAULT, *themes.CYCLE, *(own.name for own in themes.OWN)} - NAMES
