"""A mistake of the program itself: its traceback goes into a file, and one sentence is said."""

from __future__ import annotations

import os
import time
import traceback
from pathlib import Path

from chasqui.commands.opening import open_to_write
from chasqui.commands.rows import write_all
from chasqui.commands.words import say
from chasqui.control import kept
from chasqui.secret import masked


def tell(what: str, error: BaseException, folder: Path) -> None:
    """Say that something has failed, and where its traceback is; it is printed only as a last way.

    A traceback names lines of code, never values; the message of the error is masked.
    """
    text = masked("".join(traceback.format_exception(error)))
    line = (traceback.format_exception_only(error)[-1].strip().splitlines() or [""])[0]
    when = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    file = folder / f"crash-{when}-{os.getpid()}.log"
    try:
        kept.make_private(folder)
        descriptor = open_to_write(file, os.O_CREAT | os.O_EXCL)
        try:
            write_all(descriptor, text.encode("utf-8", "backslashreplace"))
        finally:
            os.close(descriptor)
    except OSError as problem:
        for written in text.splitlines():
            say(written)
        where = f"{file} cannot be written: {problem.strerror}"
    else:
        where = f"the traceback is in {file}"
    say(f"{what}, which is a mistake in the program: {masked(line)}; {where}")
