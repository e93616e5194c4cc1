"""Record what xargs and GNU parallel print: `python -m tests.commands.run.record_peers`."""

from __future__ import annotations

import base64
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from tests.commands.run.peer_table import CASES, FILES, Case

GOLDEN: Final = Path(__file__).with_name("peers.json")
PROGRAMS: Final = ("xargs", "parallel")

Printed = tuple[bytes, int]


def key_of(case: Case) -> str:
    """Return what a case is known by in the recording."""
    return f"{case.peer} <<< {case.input[:80]!r} {len(case.input)}"


def is_there(case: Case) -> bool:
    """Tell whether the peer of a case is installed."""
    return shutil.which(program_of(case)) is not None


def program_of(case: Case) -> str:
    """Return which peer a case is about."""
    return next(name for name in PROGRAMS if name in case.peer.split())


def make_files(folder: Path) -> None:
    """Make the files of the table."""
    for name, content in FILES.items():
        file = folder / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)


def printed_by(case: Case) -> Printed:
    """Run the command of a peer in a folder of its own; return its output and its status."""
    with tempfile.TemporaryDirectory() as name:
        make_files(Path(name))
        # GNU parallel asks to be cited once, and keeps the answer in its home.
        home = Path(name) / "home/.parallel"
        home.mkdir(parents=True)
        (home / "will-cite").touch()
        done = subprocess.run(
            ["/bin/sh", "-c", case.peer],
            cwd=name,
            input=case.input,
            capture_output=True,
            env={"PATH": os.environ["PATH"], "HOME": str(home.parent), "LC_ALL": "C.UTF-8"},
            timeout=60,
        )
    return done.stdout, done.returncode


def recorded() -> dict[str, Printed]:
    """Return what was recorded, by `key_of`."""
    kept = json.loads(GOLDEN.read_text(encoding="utf-8"))
    return {name: (base64.b64decode(text), status) for name, (text, status) in kept.items()}


def main() -> None:
    """Record all cases whose peer is installed; the others stay as they are."""
    kept = recorded() if GOLDEN.exists() else {}
    found = {
        key_of(case): printed_by(case) if is_there(case) else kept[key_of(case)] for case in CASES
    }
    text = {name: (base64.b64encode(out).decode(), status) for name, (out, status) in found.items()}
    GOLDEN.write_text(json.dumps(text, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    print(f"{GOLDEN}: {len(text)} commands")


if __name__ == "__main__":
    main()
