"""Mutants of `run`: its input, its files and its signals."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "toml-any-depth",
        "a config nested too deeply is refused",
        "chasqui/engine/config/toml.py",
        "    if _is_deeper(tables, DEPTH):",
        "    if False:",
        "tests/engine/config/test_toml.py",
    ),
    Mutant(
        "toml-recursion",
        "a config that is nested past what the parser can do is a sentence",
        "chasqui/engine/config/toml.py",
        "    except RecursionError:",
        "    except AttributeError:",
        "tests/engine/config/test_toml.py",
    ),
    Mutant(
        "toml-long-number",
        "a number that is too long is named as that",
        "chasqui/engine/config/toml.py",
        '        raise ValueError("has a number with too many digits") from None',
        "        raise",
        "tests/engine/config/test_toml.py",
    ),
    Mutant(
        "low-descriptors-only",
        "a descriptor of any number is waited for",
        "chasqui/pool/readable.py",
        "    waiting = select.poll()\n",
        "    return select.select(list(descriptors), [], [], timeout)[0]\n"
        "    waiting = select.poll()\n",
        "tests/pool/test_readable.py",
    ),
    Mutant(
        "fifo-waited-for",
        "a FIFO that no program reads is not waited for",
        "chasqui/commands/opening.py",
        "os.O_CLOEXEC | os.O_NONBLOCK | flags",
        "os.O_CLOEXEC | flags",
        "tests/commands/test_logfile.py",
    ),
    Mutant(
        "log-not-blocking",
        "a log that hangs costs lines, and is written once it can be",
        "chasqui/commands/opening.py",
        "    os.set_blocking(descriptor, True)\n",
        "",
        "tests/commands/test_logfile.py",
    ),
    Mutant(
        "ignored-signal-taken",
        "a signal that was ignored at the start stays ignored",
        "chasqui/pool/signals.py",
        "        if signal.getsignal(number) is not signal.SIG_IGN:\n    ",
        "",
        "tests/commands/run/test_stopping.py",
    ),
    Mutant(
        "accepted-unsaid",
        "a run that was stopped says which line became a task last",
        "chasqui/commands/run/run.py",
        "        self._reached.accepted = lines[-1][0].number\n",
        "",
        "tests/commands/run/test_stopping.py",
    ),
    Mutant(
        "reads-into-nothing",
        "a run that was stopped reads no more lines than it can keep",
        "chasqui/commands/run/run.py",
        "        return self._unread and self._kept_in is None",
        "        return False",
        "tests/commands/run/test_stopping.py",
    ),
    Mutant(
        "line-of-unknown-type",
        "a refused line that may hold a secret is not repeated, whatever is wrong with it",
        "chasqui/commands/run/refusal.py",
        "        types = list(engine.types.values())",
        "        types = []",
        "tests/commands/test_refusal.py",
    ),
    Mutant(
        "word-with-value",
        "a message repeats no value of the command line",
        "chasqui/commands/given.py",
        '    return name + equals + ("…" if equals else "")',
        "    return word",
        "tests/commands/test_refusal.py",
    ),
)
