"""A package that is upgraded while a host runs: the host says what a restart would load."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from chasqui import Engine
from chasqui.control.client.client import Client
from chasqui.control.client.remote import RemotePort
from chasqui.control.host import newer
from chasqui.control.host.newer import LOOK_SECONDS, Versions
from chasqui.control.port import ViewQuery
from chasqui.control.wire.permanent import NoArgsEver
from chasqui.control.wire.status import Status
from tests.waiting import until

PLUGIN = """
from chasqui import hookimpl, task

@task
def nothing() -> None:
    pass

@hookimpl
def chasqui_tasks():
    return [nothing]
"""


def install(site: Path, version: str) -> None:
    """Install a version of a plugin in place of the one that is there, as pip does."""
    for old in site.glob("upgraded_plugin-*.dist-info/*"):
        old.unlink()
    for old in site.glob("upgraded_plugin-*.dist-info"):
        old.rmdir()
    info = site / f"upgraded_plugin-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        f"Metadata-Version: 2.1\nName: upgraded-plugin\nVersion: {version}\n"
    )
    (info / "entry_points.txt").write_text("[chasqui.plugins]\nupgraded = upgraded_plugin\n")


@pytest.fixture
def site(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where packages are installed."""
    site = tmp_path / "site"
    site.mkdir()
    (site / "upgraded_plugin.py").write_text(PLUGIN)
    install(site, "1.0")
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.delitem(sys.modules, "upgraded_plugin", raising=False)
    return site


def at_once(call: Callable[[], object]) -> None:
    """Make a call on this thread."""
    call()


def test_an_upgraded_plugin_is_named_with_both_versions_and_what_to_do(site):
    now = 0.0
    with Engine(workers=1, plugins=True) as engine:
        engine.type("upgraded.nothing")
        versions = Versions(engine, at_once, lambda: now)
        now += LOOK_SECONDS
        assert () == versions.problems()

        install(site, "1.1")
        assert () == versions.problems()  # the disk is looked at now and then only
        now += LOOK_SECONDS

        assert ("upgraded-plugin 1.1 is installed, and 1.0 runs here; restart to load it",) == (
            versions.problems()
        )
        install(site, "1.0")
        now += LOOK_SECONDS
        assert () == versions.problems()


def test_a_plugin_that_was_not_loaded_or_is_removed_is_no_problem(site):
    now = 0.0
    with Engine(workers=1, plugins=True) as engine:
        versions = Versions(engine, at_once, lambda: now)
        install(site, "1.1")
        now += LOOK_SECONDS
        assert () == versions.problems()

        engine.type("upgraded.nothing")
        for file in site.glob("*.dist-info/*"):
            file.unlink()
        now += LOOK_SECONDS
        assert () == versions.problems()


def test_clients_of_a_host_are_told(site, monkeypatch):
    monkeypatch.setattr(newer, "LOOK_SECONDS", 0.0)
    with Engine(workers=1, plugins=True) as engine:
        engine.type("upgraded.nothing")
        path = engine.serve().path
        install(site, "2.0")
        with Client.connect(path, client="test") as client:
            port = RemotePort(client)
            until(lambda: "restart to load" in "".join(port.snapshot(ViewQuery()).problems))
            status = client.ask("status", NoArgsEver(), Status, 10)
            assert "upgraded-plugin 2.0 is installed" in "".join(status.problems)
