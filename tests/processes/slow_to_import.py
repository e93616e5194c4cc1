"""A module that only its host can import: the import does not return elsewhere."""

from __future__ import annotations

import sys
import threading

from chasqui import task

if any("bootstrap.py" in word for word in sys.orig_argv):
    print("importing", file=sys.stderr, flush=True)
    threading.Event().wait()


@task
def never() -> None: ...
