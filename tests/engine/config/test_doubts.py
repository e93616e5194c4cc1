"""What is valid and probably a mistake is a warning."""

from __future__ import annotations

import pytest

from chasqui.engine.config.loading import load


def doubts(tmp_path, text):
    """Return the warnings of a config, without its path."""
    file = tmp_path / "config.toml"
    file.write_text(text)
    return [line.removeprefix(f"{file}: ") for line in load(file).doubts]


@pytest.mark.parametrize("name", ["defualt", "defaults", "Default", "defalt"])
def test_a_pool_that_is_probably_the_default_pool_misspelt_is_a_warning(tmp_path, caplog, name):
    (line,) = doubts(tmp_path, f"[pools.{name}]\nworkers = 3\n")

    assert (
        f"pools.{name}: no type is sent to this pool; did you mean pools.default? "
        "If not, add [pools.default] as well"
    ) == line
    assert [f"{tmp_path}/config.toml: {line}"] == caplog.messages


@pytest.mark.parametrize(
    "text",
    [
        "[pools.default]\n[pools.defaults]\n",
        "[pools.defaults]\n[types.'demo.sleep']\npool = 'defaults'\n",
        "[pools.cpu]\n",
        "[pools.default]\nworkers = 3\n",
    ],
)
def test_a_pool_that_is_meant_is_none(tmp_path, text):
    assert [] == doubts(tmp_path, text)
