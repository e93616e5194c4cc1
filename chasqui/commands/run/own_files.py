"""The files that a run writes: each one of its own, or what else is in it would be lost."""

from __future__ import annotations

import os
import stat
from argparse import Namespace
from collections.abc import Iterable
from pathlib import Path
from typing import Final

from chasqui.commands.given import Usage

WRITTEN: Final = {
    "failures": "the file of --failures",
    "journal": "the journal",
    "joblog": "the job log",
    "results": "the folder of --results",
    "summary": "the summary",
}
"""The options that name a file to write, and what that is."""
NO_FILES: Final = ("yes", "no")  # of `--summary`


def check_own_files(args: Namespace, inputs: Iterable[str], configs: Iterable[str | Path]) -> None:
    """See that no file which the arguments have the run write is used otherwise; raises Usage.

    Args:
        inputs: what is read; ``-`` is standard input.
        configs: the config files that count.
    """
    uses = {"/dev/stdout": "the output", "/dev/stderr": "standard error"}
    uses |= {str(file): "the config" for file in configs}
    uses |= {"/dev/stdin" if file == "-" else file: "the input" for file in inputs}
    for option, what in WRITTEN.items():
        name = getattr(args, option)
        if name is None or (option == "summary" and name in NO_FILES):
            continue
        if name == "-":
            raise Usage(f"--{option} names a file and writes no output; ./- is a file of this name")
        for other, use in uses.items():
            if _is_same(other, name) and not _can_be_shared(name, use):
                raise Usage(f"{name}: is {use}; --{option} needs a file of its own")
        uses[name] = what


def _is_same(one: str, other: str) -> bool:
    """Whether two names are of one file, which need not be there yet."""
    try:
        return Path(one).samefile(other)
    except OSError:
        return os.path.realpath(one) == os.path.realpath(other)
    except ValueError:  # a NUL in a name; what opens it says so
        return False


def _can_be_shared(name: str, use: str) -> bool:
    """Whether a file takes one thing after another: a terminal, ``/dev/null``, a pipe for words."""
    try:
        mode = Path(name).stat().st_mode
    except OSError:
        return False
    return stat.S_ISCHR(mode) or (use == "standard error" and not stat.S_ISREG(mode))
