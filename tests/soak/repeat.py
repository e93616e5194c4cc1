"""The pool's suite again and again, at switch intervals from frantic to usual.

    python -m tests.soak.repeat [TIMES]

Each run is a process of its own. The status is 1 when one of them fails; its output is shown.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
INTERVALS = ("1e-6", "1e-4", "5e-3")

CODE = """
import sys, pytest
sys.setswitchinterval({interval})
sys.exit(pytest.main(["-q", "-x", "-p", "no:cacheprovider", "tests/pool"]))
"""


def main(times: int) -> int:
    began = time.monotonic()
    for interval in INTERVALS:
        for number in range(1, times + 1):
            code = CODE.format(interval=interval)
            done = subprocess.run(
                [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True
            )
            if done.returncode:
                print(f"run {number} at {interval} s failed\n{done.stdout}{done.stderr}")
                return 1
        print(f"passed {times} times in a row at {interval} s", flush=True)
    print(f"{len(INTERVALS) * times} runs passed in {time.monotonic() - began:.0f} s")
    return 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if sys.argv[1:] else 20))
