"""The plugin as Chasqui meets it."""

from __future__ import annotations

import subprocess
import sys

from chasqui import PluginHost


def test_it_offers_its_two_types_and_its_settings():
    host = PluginHost(only=["http"], settings={"http": {"allow_private": True}})

    (info,) = [info for info in host.infos if info.name == "http"]

    assert ("loaded", ("http.check", "http.download")) == (info.status, info.offers)


def test_a_wrong_setting_is_named():
    host = PluginHost(only=["http"], settings={"http": {"allow_privat": True}})

    (info,) = [info for info in host.infos if info.name == "http"]

    assert "failed" == info.status
    assert "allow_private" in info.problem


def test_loading_it_does_not_import_what_only_tasks_need():
    code = "import sys, chasqui_http; print([n for n in ('httpx', 'httpcore') if n in sys.modules])"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "[]" == done.stdout.strip()
