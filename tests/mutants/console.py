"""Mutants of the console that stands, and of the port below it."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

CONTROL = "tests/control"
CONSOLE = "tests/console"

MUTANTS = (
    Mutant(
        "override-in-place",
        "the overrides file is replaced whole, with nothing left beside it",
        "chasqui/control/kept.py",
        "Path(name).replace(file)",
        "file.write_text(text)",
        CONTROL,
    ),
    Mutant(
        "softened-shutdown",
        "a shutdown is only ever sharpened",
        "chasqui/control/stopping.py",
        "SHARPNESS[command.mode] <= SHARPNESS[present.mode]",
        "False",
        CONTROL,
    ),
    Mutant(
        "broken-sum-unsaid",
        "the status line turns red when the numbers do not add up",
        "chasqui/console/model/summary.py",
        "    if counts.balanced:\n        return Span(f",
        "    if True:\n        return Span(f",
        CONSOLE,
    ),
    Mutant(
        "stale-unsaid",
        "a reading that cannot be had is said to be old",
        "chasqui/console/poller.py",
        'self.error = safe_line(f"{type(error).__name__}: {error}", 200)',
        "self.error = None",
        CONSOLE,
    ),
    Mutant(
        "left-unasked",
        "leaving with work left asks first",
        "chasqui/console/leaving.py",
        'return bool(left) or snapshot.state == "stopping"',
        "return False",
        CONSOLE,
    ),
    Mutant(
        "abort-untyped",
        "an abort has its word typed",
        "chasqui/console/leaving.py",
        'return TypedConfirm("Abort", words, "abort")',
        'return TypedConfirm("Abort", words, "abor")',
        CONSOLE,
    ),
    Mutant(
        "hidden-pane-read",
        "only what is on screen is asked for",
        "chasqui/console/screens/main.py",
        "                if pane.display:\n                    query = pane.ask(query)\n",
        "                query = pane.ask(query)\n",
        CONSOLE,
    ),
    Mutant(
        "read-only-writes",
        "a read-only console changes nothing",
        "chasqui/console/steering.py",
        "return self._session.caps.read_only\n",
        "return False\n",
        CONSOLE,
    ),
    Mutant(
        "stray-output-drawn",
        "what a task writes past Python stays off the screen",
        "chasqui/console/guard.py",
        "os.dup2(self._stray.fileno(), 1)",
        "os.fstat(self._stray.fileno())",
        CONSOLE,
    ),
    Mutant(
        "modes-not-restored",
        "the terminal is given back as it was",
        "chasqui/console/app.py",
        "signal.SIGTERM: lambda: app.exit(",
        "signal.SIGTERM: lambda: os._exit(0) or app.exit(",
        CONSOLE,
    ),
)
