"""Pictures of the screen: as SVG and as text, in private files in the state folder."""

from __future__ import annotations

import datetime
import io
import os
import re
from pathlib import Path
from typing import Any, Final, NamedTuple

from rich.console import Console
from textual.app import App

from chasqui.control import kept

FOLDER: Final = "screenshots"
# The library has fonts fetched from a server, which would learn who looks at the picture.
_FETCHED = re.compile(r"\s*@font-face\s*\{[^}]*\}")


class Picture(NamedTuple):
    """A screen as it was."""

    svg: str
    text: str


def taken(app: App[Any]) -> Picture:
    """Return a picture of what is on screen now."""
    size = app.size
    console = Console(
        width=size.width,
        height=size.height,
        file=io.StringIO(),
        force_terminal=True,
        color_system="truecolor",
        record=True,
        legacy_windows=False,
        safe_box=False,
    )
    # As Textual's own `export_screenshot` does it; that has no way to text.
    console.print(
        app.screen._compositor.render_update(full=True, screen_stack=app._background_screens)
    )
    text = "\n".join(line.rstrip() for line in console.export_text(clear=False).split("\n"))
    return Picture(_FETCHED.sub("", console.export_svg(title="chasqui")), text.rstrip() + "\n")


def keep(picture: Picture, folder: Path, engine: str) -> Path:
    """Write a picture, and return the file without its ending; raises OSError."""
    folder = folder / FOLDER
    kept.make_private(folder)
    at = datetime.datetime.now().strftime("%Y%m%d-%H%M%S.%f")[:-3]
    name = re.sub(r"[^\w-]", "_", engine, flags=re.ASCII)[:40]
    file = folder / f"chasqui-{name}-{at}"
    for ending, text in ((".svg", picture.svg), (".txt", picture.text)):
        descriptor = os.open(f"{file}{ending}", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="utf-8") as opened:
            opened.write(text)
    return file
