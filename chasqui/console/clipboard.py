"""The clipboard of the person at the terminal, which may be on another machine.

There is no single way to it. A tool of the desktop is sure where the console runs beside it. From
elsewhere only the terminal can reach it, by the sequence OSC 52, which goes through tmux and screen
in a wrapping of its own, and which some terminals ignore without a word. What fits no way goes into
a file. `copy_text` says which way was taken, since the person must know where to look.
"""

from __future__ import annotations

import base64
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from chasqui.control.kept import make_private

TOOL_SECONDS: Final = 2.0  # that a tool may take
MOST: Final = 74_994  # characters of base64 that terminals take in one sequence
CHUNK: Final = 250  # characters that GNU screen takes in one piece
WITHOUT: Final = ("linux", "dumb", "")
"""Terminals that have no clipboard, by TERM."""

Send = Callable[[str], object]
"""Writes to the terminal as it is."""


def copy_text(
    text: str,
    name: str,
    send: Send,
    environ: Mapping[str, str] = os.environ,
    *,
    otherwise: str = "if it forbids that: y f",
) -> str:
    """Put a text on the clipboard, and say in which way. It may take `TOOL_SECONDS`.

    Args:
        text: what to copy.
        name: of the file, if no other way is left.
        send: writes to the terminal.
        environ: says what kind of terminal and desktop this is.
        otherwise: what to do where the terminal takes no text: it does not say so.

    Raises:
        OSError: the text fitted no other way, and the file could not be written.
    """
    data = text.encode("utf-8", "replace")
    for tool in _tools(environ):
        if _run(tool, data):
            return f"by {tool[0]}"
    if environ.get("TMUX") and _run(("tmux", "load-buffer", "-w", "-"), data):
        return "to tmux, and by it to the terminal"
    encoded = base64.b64encode(data).decode()
    if len(encoded) <= MOST and environ.get("TERM", "") not in WITHOUT:
        send(wrapped_for(f"\x1b]52;c;{encoded}\a", environ))
        return f"through the terminal (OSC 52); {otherwise}"
    return f"to the file {write_file(text, name, environ)}"


def write_file(text: str, name: str, environ: Mapping[str, str] = os.environ) -> str:
    """Write a text to a file that only this user can read; return its path for people.

    Raises:
        OSError: it cannot be written.
    """
    import platformdirs  # when it is needed: the console starts sooner

    folder = Path(platformdirs.user_state_dir("chasqui")) / "copied"
    make_private(folder)
    file = folder / name
    opened = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(opened, "w", encoding="utf-8", errors="replace") as out:
        out.write(text)
    home = environ.get("HOME", "")
    return f"~/{file.relative_to(home)}" if home and file.is_relative_to(home) else str(file)


def wrapped_for(sequence: str, environ: Mapping[str, str]) -> str:
    """Wrap a sequence for the terminal behind a multiplexer."""
    if environ.get("TMUX"):
        doubled = sequence.replace("\x1b", "\x1b\x1b")
        return f"\x1bPtmux;{doubled}\x1b\\"
    if environ.get("STY"):
        pieces = (sequence[at : at + CHUNK] for at in range(0, len(sequence), CHUNK))
        return "".join(f"\x1bP{piece}\x1b\\" for piece in pieces)
    return sequence


def _tools(environ: Mapping[str, str]) -> Iterator[tuple[str, ...]]:
    """Yield the tools of the desktop that this terminal is on, if it is on this machine."""
    if environ.get("SSH_CONNECTION") or environ.get("SSH_TTY"):
        return
    if sys.platform == "darwin":
        yield ("pbcopy",)
    if environ.get("WAYLAND_DISPLAY"):
        yield ("wl-copy",)
    if environ.get("DISPLAY"):
        yield ("xclip", "-selection", "clipboard")
        yield ("xsel", "--clipboard", "--input")


def _run(tool: tuple[str, ...], data: bytes) -> bool:
    """Give data to a tool; tell whether it took them."""
    path = shutil.which(tool[0])
    if path is None:
        return False
    try:
        done = subprocess.run(
            (path, *tool[1:]),
            input=data,
            stdout=subprocess.DEVNULL,  # xclip stays, and would keep a pipe open
            stderr=subprocess.DEVNULL,
            timeout=TOOL_SECONDS,
            start_new_session=True,
        )
    except (OSError, subprocess.TimeoutExpired):  # the next way is tried
        return False
    return done.returncode == 0
