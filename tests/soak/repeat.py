"""The pool's suite again and again, at switch intervals from frantic to usual.

    python -m tests.soak.repeat [TIMES]

Each run is a process of its own. The status is 1 when one of them fails; its output is shown.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from chasqui import Pool, PoolExecutor

ROOT = Path(__file__).resolve().parent.parent.parent
INTERVALS = ("1e-6", "1e-4", "5e-3")

CODE = """
import sys, pytest
sys.setswitchinterval({interval})
options = ["-q", "-x", "-p", "no:cacheprovider", "--basetemp", {folder!r}]
sys.exit(pytest.main([*options, "tests/pool"]))
"""


def main(times: int) -> int:
    """Run it so often at each interval, as many at a time as there are cores; stop at a failure."""
    began = time.monotonic()
    with Pool(workers=os.cpu_count() or 1) as pool:
        for interval in INTERVALS:
            for number, failed in enumerate(PoolExecutor(pool).map(_run, [interval] * times), 1):
                if failed:
                    print(f"run {number} at {interval} s failed\n{failed}", flush=True)
                    pool.shutdown(0, drain=False)
                    return 1
            print(f"passed {times} times in a row at {interval} s", flush=True)
    print(f"{len(INTERVALS) * times} runs passed in {time.monotonic() - began:.0f} s")
    return 0


def _run(interval: str) -> str:
    """Run the suite once, and return what it printed if it failed.

    In a folder of its own: where pytest's runs share one, they tidy it up under each other's feet.
    """
    with tempfile.TemporaryDirectory(prefix="chasqui-repeat-") as folder:
        code = CODE.format(interval=interval, folder=f"{folder}/tests")
        command = [sys.executable, "-c", code]
        done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
    output = f"{done.stdout}{done.stderr}(status {done.returncode})"
    return output if done.returncode else ""


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 20))
