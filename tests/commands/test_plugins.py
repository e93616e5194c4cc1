"""The list of plugins says how much each offers, and a single one is shown with its backends."""

from __future__ import annotations

import pytest

from chasqui.commands import plugins
from chasqui.plugins.records import PluginInfo

LAB = PluginInfo(
    "lab", "chasqui-lab", "1.0", "chasqui_lab", status="loaded", offers=("lab.a", "lab.b")
)
BACKENDS = {"lab": "threads \x1b[31m of the lab", "lab.slow": ""}


def with_backends(backends):
    return PluginInfo("lab", "", "", "chasqui_lab", status="loaded", backends=backends)


@pytest.mark.parametrize(
    ("info", "said"),
    [
        (LAB, "2 task types"),
        (with_backends({"lab": ""}), "1 backend"),
        (with_backends(BACKENDS), "2 backends"),
        (with_backends({}), "0 task types"),
    ],
)
def test_the_list_counts_task_types_and_backends(capsys, info, said):
    plugins._show_all([info])

    assert capsys.readouterr().out.splitlines()[1].endswith(f"loaded  {said}")


def test_a_plugin_is_shown_with_its_backends_and_their_help(capsys):
    plugins._show_one(with_backends(BACKENDS))
    shown = capsys.readouterr().out

    assert "  backend      lab  threads" in shown
    assert "  backend      lab.slow\n" in shown
    assert "\x1b" not in shown
