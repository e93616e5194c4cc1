"""Runs the interrupts of tests/soak on this Python, and on 3.13 if it is another."""

from __future__ import annotations

import os
import pwd
import shutil
import subprocess
import sys
from pathlib import Path

PROGRAM = Path(__file__).resolve().parent.parent / "soak" / "interrupts.py"


def interrupted(count: int) -> int:
    """Interrupt so often on each Python that is here, and name those that cannot run it.

    COUNT in the environment says another number, and SEED another order of moments.
    """
    import chasqui

    numbers = [os.environ.get("COUNT", str(count)), os.environ.get("SEED", "1")]
    folder = str(Path(chasqui.__file__).resolve().parent.parent)
    said, failed, missing = [], 0, []
    for python in interpreters():
        environment = {**os.environ, "PYTHONPATH": folder}
        begins = subprocess.run(
            [python, "-c", "import chasqui"], env=environment, capture_output=True
        )
        if begins.returncode:
            missing.append(python)
            continue
        command = [python, str(PROGRAM), *numbers]
        done = subprocess.run(command, env=environment, capture_output=True, text=True)
        print(done.stdout, end="")
        if done.returncode:  # else it is what CPython says of an interrupt in a callback of its own
            print(done.stderr[-2000:], end="", file=sys.stderr)
        failed += done.returncode != 0
        said.append((done.stdout.splitlines() or [f"{python}: status {done.returncode}"])[-1])
    if len(interpreters()) == 1 and sys.version_info[:2] != (3, 13):
        missing.append("python3.13")
    lacks = f"; not tried on {', '.join(missing)}" if missing else ""
    print(" | ".join(said) + lacks)
    return int(failed > 0 or not said)


def interpreters() -> list[str]:
    """Find this Python, and 3.13 if it is another."""
    found = [sys.executable]
    if sys.version_info[:2] != (3, 13):
        root = Path(
            os.environ.get("PYENV_ROOT") or Path(pwd.getpwuid(os.getuid()).pw_dir, ".pyenv")
        )
        built = [str(one) for one in sorted(root.glob("versions/3.13.*/bin/python"))]
        found += (built or [other for other in [shutil.which("python3.13")] if other])[:1]
    return found
