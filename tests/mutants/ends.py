"""Mutants of how an engine ends, and of the files that tell of it afterwards."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

LEFTOVERS = "tests/commands/test_leftovers.py"

MUTANTS = (
    Mutant(
        "no-limit-is-no-time",
        "a drain of an engine without a limit gives up no task",
        "chasqui/control/stopping.py",
        "timeout = self._engine.shutdown_timeout\n",
        "timeout = self._engine.shutdown_timeout or 0.0\n",
        "tests/control/test_stopping.py",
    ),
    Mutant(
        "old-unfinished-files-stay",
        "a folder keeps the newest ten files of unfinished work",
        "chasqui/commands/leftovers.py",
        "            one.unlink()\n",
        "            one.lstat()\n",
        LEFTOVERS,
    ),
    Mutant(
        "the-oldest-unfinished-are-kept",
        "the files that go are the oldest",
        "chasqui/commands/leftovers.py",
        "others.sort(reverse=True)",
        "others.sort()",
        LEFTOVERS,
    ),
    Mutant(
        "unfinished-of-any-size",
        "a file of unfinished work has a largest size",
        "chasqui/commands/leftovers.py",
        "self.too_many or len(line) > self._room",
        "False",
        LEFTOVERS,
    ),
    Mutant(
        "what-did-not-fit-is-not-said",
        "what did not fit into the file is counted and said",
        "chasqui/commands/leftovers.py",
        "        if self.too_many:\n",
        "        if not self.count:\n",
        LEFTOVERS,
    ),
    Mutant(
        "a-log-that-is-gone-stays-gone",
        "a host whose log was moved away goes on in a new one, and stays bounded",
        "chasqui/commands/hostlog.py",
        "with contextlib.suppress(FileNotFoundError):",
        "with contextlib.suppress(KeyError):",
        "tests/commands/test_hostlog.py",
    ),
)
