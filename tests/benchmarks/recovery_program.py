"""Opens a journal, and says how long it took to the first body and how much memory it took.

    python recovery_program.py JOURNAL

It ends without a shutdown: nothing is measured any more.
"""

from __future__ import annotations

import json
import os
import resource
import sys
import threading
import time

from chasqui import Engine, task

ran = threading.Event()


@task
def unit(number: int) -> None:
    ran.set()


engine = Engine(workers=4, queue_size=1000, journal=sys.argv[1])
engine.register(unit)
began = time.perf_counter()
engine.start()
ran.wait()
took = time.perf_counter() - began
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps([took, peak]), flush=True)
os._exit(0)
