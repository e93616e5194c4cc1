"""Children that die one after the other leave their pool short of workers, which says why."""

from __future__ import annotations

import os
import sys

from chasqui import Engine
from tests.waiting import until

DIES = """
import os
from pathlib import Path

from chasqui import task

if os.getpid() != {host}:
    seen = Path("{seen}")
    if not seen.exists():
        seen.touch()
        raise ImportError("not in the process that makes children")
    os.write(2, b"no library of that name\\n")
    os._exit(7)


@task
def add(a: int) -> int:
    return a + 1
"""


def test_a_pool_whose_children_die_in_a_row_says_why_and_what_to_do(tmp_path, monkeypatch):
    (tmp_path / "dies_there.py").write_text(DIES.format(host=os.getpid(), seen=tmp_path / "seen"))
    monkeypatch.syspath_prepend(str(tmp_path))
    import dies_there  # type: ignore[import-not-found]

    with Engine(2, backend="processes") as engine:
        engine.register(dies_there.add)
        engine.submit_batch("app.add", [{"a": number} for number in range(40)])
        until(lambda: not engine.pool.workers())
        (finding,) = engine.diagnose()

        assert ("degraded", "lost", "default") == (engine.state, finding.kind, finding.pool)
        assert "2 of its 2 workers are missing" in finding.text
        assert "exit status 7; it wrote: no library of that name" in finding.text
        assert "resize the pool" in finding.text
        assert engine.metrics().queued > 20  # they wait for a worker, and do not fail too
        engine.shutdown(5, drain=False)
    del sys.modules["dies_there"]
