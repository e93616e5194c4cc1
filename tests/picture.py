"""Draw the picture of the README: the real console in a real terminal, with real work.

    python -m tests.picture [FILE]

The work: hashes and archives of this repository's files, commands, and checks of a web server of
this program's own that sometimes answers 503. Needs the packages under `plugins/`. FILE is
`.github/console.svg` unless it is given; the picture is of that moment, so it is never the same.
"""

from __future__ import annotations

import itertools
import os
import sys
import tempfile
import threading
import time
from argparse import Namespace
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from chasqui.commands.in_process import show
from chasqui.commands.session import open_session
from chasqui.engine.engine import BaseEngine
from chasqui.errors import BacklogFull, PoolClosed
from tests.acceptance.picture import to_svg
from tests.acceptance.terminal import Terminal

ROOT = Path(__file__).resolve().parent.parent
COLUMNS, LINES = 110, 18
WORKING_SECONDS = 20.0  # long enough for every pane to have something to show
PACE_SECONDS = 0.1  # between two submissions
ANSWER_SECONDS = 1.0  # that the server takes, so that a check is seen running
CONFIG = """[engine]
name = "reports"
[pools.default]
workers = 12
queue_size = 200
[plugin.http]
allow_private = true
[types."shell.run"]
concurrency = 4
"""


class Server(BaseHTTPRequestHandler):
    """Answers slowly, and is not always well."""

    visits = itertools.count(1)

    def do_GET(self) -> None:
        """Answer 503 each seventh time."""
        time.sleep(ANSWER_SECONDS)
        self.send_response(503 if next(self.visits) % 7 == 0 else 200)
        self.send_header("Content-Length", "3")
        self.end_headers()
        self.wfile.write(b"ok\n")

    def log_message(self, format: str, *args: object) -> None:
        """Write nothing: the terminal is the console's."""


def main() -> int:
    """Run the console in a terminal, wait, and draw what it shows."""
    file = Path(sys.argv[1]) if sys.argv[1:] else ROOT / ".github" / "console.svg"
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "config.toml").write_text(CONFIG, encoding="utf-8")
        terminal = Terminal(
            [sys.executable, "-m", "tests.picture", "--console", folder],
            COLUMNS,
            LINES,
            {"XDG_STATE_HOME": folder, "COLORTERM": "truecolor", "PYTHONPATH": str(ROOT)},
        )
        try:
            terminal.await_text("RUNNING")
            terminal.read(WORKING_SECONDS)
            terminal.await_text(r"(?s)files\.archi\S*\s+\d+s [\d,]+/.*(▶ running.*){6}", 60)
            drawn = to_svg(terminal.screen)
            terminal.press("q")
            terminal.await_text("Leave with work left")
            terminal.press("c")
            terminal.end(60)
        finally:
            terminal.close()
    file.write_text(drawn, encoding="utf-8")
    print(f"{file}: {len(drawn):,} characters")
    return 0


def console(folder: str) -> int:
    """Show the console over an engine that is kept busy."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    config = str(Path(folder, "config.toml"))
    session = open_session(Namespace(config=config, no_plugins=False, trust=False))
    session.plugins.load()
    engine = session.engine()
    work = work_for(server.server_port, Path(folder))
    threading.Thread(target=feed, args=(engine, work), daemon=True).start()
    return show(session, engine, remember=False)


def feed(engine: BaseEngine, work: Iterator[tuple[str, dict[str, object]]]) -> None:
    """Submit until the engine stops."""
    for name, params in work:
        time.sleep(PACE_SECONDS)
        try:
            engine.try_submit(name, params)
        except BacklogFull:
            continue
        except PoolClosed:
            return


def work_for(port: int, folder: Path) -> Iterator[tuple[str, dict[str, object]]]:
    """Make work without end."""
    files = itertools.cycle(sorted(ROOT.glob("chasqui/*/*.py")))
    for number in itertools.count(1):
        yield "http.check", {"url": f"http://127.0.0.1:{port}/report/{number}", "contains": "ok"}
        yield "shell.run", {"command": f"sleep {2 + number % 3}"}
        yield "files.hash", {"path": str(next(files).relative_to(ROOT))}
        if number % 3 == 1:
            target = folder / f"backup-{number}.tar.xz"
            yield "files.archive", {"tree": "chasqui", "target": str(target)}


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(console(sys.argv[2]) if sys.argv[1:2] == ["--console"] else main())
