"""The themes that a config may name are those that the console can draw."""

from __future__ import annotations

from itertools import combinations
from typing import get_args

import pytest

from chasqui.console import themes
from chasqui.console.app import ConsoleApp
from chasqui.control.fake import FakePort
from chasqui.engine.config.themes import Theme

NAMES = set(get_args(Theme))


def test_every_theme_that_a_config_may_name_can_be_drawn():
    assert set() == NAMES - set(ConsoleApp(FakePort()).available_themes)


def test_every_theme_that_the_key_goes_to_may_stand_in_a_config():
    assert set() == {themes.DEFAULT, *themes.CYCLE, *(own.name for own in themes.OWN)} - NAMES


# How people see who lack a pigment: the linear red, green and blue that they see, from what is
# there (Machado and others, 2009).
SEEN = {
    "deuteranopia": (
        (0.367322, 0.860646, -0.227968),
        (0.280085, 0.672501, 0.047413),
        (-0.011820, 0.042940, 0.968881),
    ),
    "protanopia": (
        (0.152286, 1.052583, -0.204868),
        (0.114503, 0.786281, 0.099216),
        (-0.003882, -0.048116, 1.051998),
    ),
    "tritanopia": (
        (1.255528, -0.076749, -0.178779),
        (-0.078411, 0.930809, 0.147602),
        (0.004733, 0.691367, 0.303900),
    ),
}
WHITE = (0.95047, 1.0, 1.08883)
TOLD_APART = 25  # in CIELAB; two colours at 2.3 are just told apart side by side
READABLE = 4.5  # the contrast that WCAG 2 asks of text


def linear(colour):
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    return [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]


def times(matrix, values):
    return [sum(a * b for a, b in zip(row, values, strict=True)) for row in matrix]


def lab(values):
    to_xyz = ((0.4124, 0.3576, 0.1805), (0.2126, 0.7152, 0.0722), (0.0193, 0.1192, 0.9505))
    x, y, z = (
        part ** (1 / 3) if (part := value / white) > 0.008856 else 7.787 * part + 16 / 116
        for value, white in zip(times(to_xyz, values), WHITE, strict=True)
    )
    return 116 * y - 16, 500 * (x - y), 200 * (y - z)


def luminance(colour):
    (value,) = times(((0.2126, 0.7152, 0.0722),), linear(colour))
    return value


@pytest.mark.parametrize(
    ("theme", "sight"),
    [
        (themes.DEUTAN, "deuteranopia"),
        (themes.DEUTAN, "protanopia"),
        (themes.TRITAN, "tritanopia"),
    ],
    ids=lambda one: one if isinstance(one, str) else one.name,
)
def test_the_states_stay_apart_for_those_who_lack_a_pigment(theme, sight):
    for pair in combinations((theme.primary, theme.warning, theme.error, theme.success), 2):
        one, other = (
            lab([min(1.0, max(0.0, part)) for part in times(SEEN[sight], linear(colour))])
            for colour in pair
        )
        assert sum((a - b) ** 2 for a, b in zip(one, other, strict=True)) ** 0.5 >= TOLD_APART, pair


@pytest.mark.parametrize("theme", themes.OWN, ids=lambda theme: theme.name)
def test_what_a_theme_of_ours_writes_can_be_read(theme):
    for colour in (theme.primary, theme.warning, theme.error, theme.success, theme.foreground):
        for ground in (theme.background, theme.surface, theme.panel):
            darker, lighter = sorted((luminance(colour), luminance(ground)))
            assert (lighter + 0.05) / (darker + 0.05) >= READABLE, (colour, ground)
