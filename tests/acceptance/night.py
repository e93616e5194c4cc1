"""A night at the console: a host with real work and a few things wrong, and counted keys.

A scene is played at 80x24 and at 160x48, each with a host of its own. The operator acts only on
what the screen shows, and every key counts, also each letter that is typed into a prompt.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from pathlib import Path

from bench import check, keep_screen, run, soon
from hosting import serving, status
from terminal import Terminal

SIZES = ((80, 24), (160, 48))
ENTER, ESCAPE, DOWN, TAB, SAVE = "\r", "\x1b", "\x1b[B", "\t", "\x13"
COMMON, MOST = 4, 12  # keys: for what is done every night, and for anything
FILES = 20
MOVED = 3.0  # seconds until a key has moved the cursor, if it does

PLUGIN = """
import threading
import time
from pathlib import Path

from chasqui import Context, hookimpl, task

LOCK = threading.Lock()
LOCK.acquire()


@task(keep="result")
def account(number: int) -> int:
    "Read an account; some are bad until they are mended."
    if -6 <= number < 0 and not Path("mended").exists():
        raise TimeoutError(f"account {number} did not answer within 30 s")
    if number < -6:
        raise ValueError(f"row {number} has a bad checksum")
    return number * 2


def reserve(shelf: str) -> None:
    with LOCK:
        print(shelf)


@task
def stuck(shelf: str = "a7") -> None:
    "Wait for a lock that is never released."
    reserve(shelf)


@task(rate="1/m")
def paced(number: int = 0) -> None:
    "Start once in a minute."


@task
def chatty(ctx: Context, seconds: float = 600) -> None:
    "Say how far it is."
    for step in range(int(seconds * 4)):
        ctx.log.info("step %d of the import", step)
        ctx.progress(step, seconds * 4, "rows")
        ctx.sleep(0.25)
        ctx.raise_if_cancelled()


@task
def slow(ctx: Context, seconds: float = 600) -> None:
    "Take a while."
    ctx.sleep(seconds)


@hookimpl
def chasqui_tasks():
    return [account, stuck, paced, chatty, slow]
"""
CONFIG = """
[engine]
name = "night"
shutdown_timeout = 5
[pools.default]
workers = {workers}
queue_size = {queue}
[types."files.hash"]
concurrency = 2
"""


class Operator(Terminal):  # type: ignore[misc]  # the folder is on the path of scripts only
    """A console whose keys are counted."""

    keys = 0
    typed = 0
    """Letters of paths, which are counted apart: Tab completes them as far as a folder lets it."""

    def key(self, *keys: str) -> None:
        """Press keys one by one, and see what each does."""
        for one in keys:
            self.keys += 1
            self.press(one)

    def words(self, text: str) -> None:
        """Type into a prompt or a form; each letter is a key."""
        for letter in text:
            self.keys += 1
            self.type(letter)
        self.read(0.5)

    def path(self, text: str) -> None:
        """Type a path."""
        self.typed += len(text)
        self.press(text)

    def choose(self, words: str) -> str:
        """Move the cursor to the line of the pane in use that has these words, and return it.

        Each key is pressed for what is on the screen, and the next one once the cursor has moved:
        on a busy machine a console draws later, and a list may be sorted anew meanwhile.
        """
        for _ in range(MOST):
            at, lines = self.await_that(lambda: self._found(words), f"a row of {words!r} to choose")
            if at in lines:
                return str(lines[at])
            self.key("j" if max(lines) > at else "k")
            until = time.monotonic() + MOVED
            while self._cursor() == at and time.monotonic() < until:
                self.read(0.05)
        raise SystemExit(f"the cursor never came to {words!r}\n{self.text}")

    def _found(self, words: str) -> tuple[int, dict[int, str]] | None:
        """Return where the cursor is, and the lines with these words, in the pane in use."""
        at = self._cursor()
        lines = {number: line for number, line in self._pane() if re.search(words, line)}
        return (at, lines) if at is not None and lines else None

    def _cursor(self) -> int | None:
        return next((number for number, line in self._pane() if line.startswith("▌")), None)

    def _pane(self) -> list[tuple[int, str]]:
        """Return the lines of the pane in use: its frame is heavy where panes have frames."""
        lines = [*enumerate(self.text.splitlines())]
        parts = [(at, part) for at, line in lines for part in re.findall("┃([^│┃]+)", line)]
        return parts or lines

    def row(self, words: str) -> str:
        """Wait for a line of the screen with these words, and return it."""
        return str(self.await_text(rf"(?m)^.*{words}.*$")[0])


def install(folder: Path) -> None:
    """Build the plugin into a folder, with pip, as its author would."""
    source = Path("src", "ops").absolute()
    source.mkdir(parents=True)
    (source / "outside_ops.py").write_text(PLUGIN)
    (source / "pyproject.toml").write_text(
        '[project]\nname = "outside-ops"\nversion = "1.0"\n'
        '[project.entry-points."chasqui.plugins"]\nops = "outside_ops"\n'
        '[tool.setuptools]\npy-modules = ["outside_ops"]\n'
    )
    subprocess.run(
        ["python3", "-m", "pip", "install", "--quiet", "--no-deps", "--target", folder, source],
        check=True,
        capture_output=True,
    )


def submit(type: str, *words: str, each: Sequence[object] = (), name: str = "") -> None:
    """Submit from the command line: one task, or one for each value of a parameter."""
    lines = "".join(f"{one}\n" for one in each).encode()
    more = ("--each", name, "-") if name else ()
    done = run("submit", type, *words, *more, input=lines if name else b"")
    check(done.returncode == 0, f"submitted {type}: {done.stderr.decode()}")


def real_work(seed: int) -> None:
    """Give the host some real work, files to hash and a command to run, and wait for its end.

    So workers are free for what a scene needs, and what waits has waited for the scene's reasons.
    """
    folder = Path("tree")
    folder.mkdir(exist_ok=True)
    for at in range(FILES):
        (folder / f"{at:02d}.bin").write_bytes(bytes([seed % 256, at]) * 50_000)
    submit("files.hash", each=sorted(folder.absolute().iterdir()), name="path")
    submit("shell.run", 'command=["true"]')
    soon(lambda: status()["counts"]["completed"] > FILES, "the real work is done")


def play(
    name: str,
    scene: Callable[[Operator], str],
    *,
    most: int,
    before: Callable[[], None] = lambda: None,
    workers: int = 4,
    queue: int = 200_000,
    aged: float = 0.0,
) -> None:
    """Play a scene at both sizes; print how many keys it took.

    ``aged`` is for how many seconds the hosts have their work before the operator comes.
    """
    plugins = Path("plugins").absolute()
    install(plugins)
    os.environ["PYTHONPATH"] = str(plugins)
    config = CONFIG.format(workers=workers, queue=queue)
    said = []
    with ExitStack() as hosts:
        stages: Iterator[Stage] = (Stage(*size, config, before, hosts) for size in SIZES)
        if aged:
            stages = iter([*stages])
            time.sleep(aged)
        for stage in stages:
            stage.enter()
            columns, lines = stage.size
            operator = Operator(["chasqui-tui"], columns, lines)
            try:
                operator.await_text("RUNNING")
                figure = scene(operator)
                keep_screen(operator, f"{name}-{columns}x{lines}")
            finally:
                operator.close()
            stage.close()
            said.append(f"{columns}x{lines}: {operator.keys} keys, {figure}")
            check(operator.keys <= most, f"{said[-1]}; at most {most}")
    print("; ".join(said))


class Stage:
    """A host of its own in a folder of its own, with work, for one size of the terminal."""

    def __init__(
        self,
        columns: int,
        lines: int,
        config: str,
        before: Callable[[], None],
        hosts: ExitStack,
    ) -> None:
        self.size = (columns, lines)
        self._top = Path().absolute()
        self._place = self._top / f"{columns}x{lines}"
        self._place.mkdir()
        os.chdir(self._place)
        os.environ["XDG_STATE_HOME"] = str(self._place / "state")
        with ExitStack() as host:
            host.enter_context(serving(config))
            real_work(columns)
            before()
            self._host = host.pop_all()
        self._environ = {name: os.environ[name] for name in ("XDG_STATE_HOME", "XDG_RUNTIME_DIR")}
        hosts.callback(self.close)
        os.chdir(self._top)

    def enter(self) -> None:
        """Have commands and consoles find this host, and no other."""
        os.chdir(self._place)
        os.environ.update(self._environ)

    def close(self) -> None:
        """End the host."""
        self.enter()
        self._host.close()
        os.chdir(self._top)
