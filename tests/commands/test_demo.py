"""`demo`: a console to play with, which changes nothing that lasts."""

from __future__ import annotations

import sys

import pytest

pytestmark = pytest.mark.slow


@pytest.mark.parametrize(("words", "kept"), [([], 1), (["demo"], 0)])
def test_what_is_changed_in_the_console_is_kept_and_in_the_demo_is_not(
    terminal, tmp_path, words, kept
):
    (tmp_path / "config.toml").write_text("[engine]\n[pools.default]\nworkers = 8\n")
    console = terminal(sys.executable, "-m", "chasqui", *words)
    console.await_text("RUNNING")
    console.type("T")
    console.await_text("theme chasqui-light")
    console.type("]")
    console.await_text("asked for 9 workers")
    console.program.terminate()
    console.end(60)

    assert kept == len([*(tmp_path / "state").rglob("overrides.toml")])
