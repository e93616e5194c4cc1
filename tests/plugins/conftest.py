"""Installed plugins, made of nothing but a module and the metadata that pip would write."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    site = tmp_path / "site"
    site.mkdir()
    monkeypatch.syspath_prepend(str(site))
    made: list[str] = []

    def install(name: str, code: str, *, package: str | None = None, version: str = "1.2") -> None:
        package = package or f"fake-{name}"
        module = package.replace("-", "_")
        (site / f"{module}.py").write_text(code)
        info = site / f"{module}-{version}.dist-info"
        info.mkdir()
        (info / "METADATA").write_text(
            f"Metadata-Version: 2.1\nName: {package}\nVersion: {version}\n"
        )
        (info / "entry_points.txt").write_text(f"[chasqui.plugins]\n{name} = {module}\n")
        made.append(module)

    yield install
    for module in made:
        sys.modules.pop(module, None)
