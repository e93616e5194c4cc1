"""Task types that check URLs and download files."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from chasqui import Parameter, TaskType, hookimpl
from chasqui_http.check import make_check
from chasqui_http.download import make_download
from chasqui_http.sessions import Sessions


@hookimpl
def chasqui_settings() -> Iterable[Parameter]:
    """Say what [plugin.http] may contain."""
    yield Parameter(
        "allow_private", bool, default=False, help="talk to loopback and private addresses too"
    )
    yield Parameter(
        "ca_file", Path | None, default=None, help="certificates to trust beside the public ones"
    )


@hookimpl
def chasqui_tasks(settings: Mapping[str, Any]) -> Iterable[TaskType]:
    """Offer both, over one set of sessions."""
    sessions = Sessions(allow_private=settings["allow_private"], ca_file=settings["ca_file"])
    return [make_check(sessions), make_download(sessions)]
