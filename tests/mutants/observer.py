"""Mutants of the observer: what it hears, and when."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

MUTANTS = (
    Mutant(
        "reported-after-it-can-start",
        "an observer hears of a task before a worker can take it",
        "chasqui/pool/announcing.py",
        "            report_accepted(pool, chunk)\n",
        "            publish(pool, chunk)\n            report_accepted(pool, chunk)\n",
        "tests/pool/test_observer.py",
    ),
    Mutant(
        "refused-yet-run",
        "a task whose acceptance the observer refuses never runs",
        "chasqui/pool/announcing.py",
        "            _withdraw(pool, tasks[done:])\n            raise",
        "            publish(pool, chunk)\n            raise",
        "tests/pool/test_observer.py",
    ),
    Mutant(
        "reserved-uncounted",
        "what is being reported counts as queued",
        "chasqui/pool/reading.py",
        '        "queued": len(pool.queued) + len(pool.reserved),\n',
        '        "queued": len(pool.queued),\n',
        "tests/pool/test_observer.py",
    ),
    Mutant(
        "reserved-takes-no-room",
        "what is being reported takes its room",
        "chasqui/pool/room.py",
        "    return locked_size(pool) - len(pool.queued) - len(pool.reserved)",
        "    return locked_size(pool) - len(pool.queued)",
        "tests/pool/test_observer.py",
    ),
    Mutant(
        "drain-forgets-reserved",
        "a drain waits for what is being reported",
        "chasqui/pool/waking.py",
        " or bool(pool.reserved) or",
        " or",
        "tests/pool/test_observer.py",
    ),
    Mutant(
        "report-waits-for-itself",
        "a shutdown in the middle of a report does not wait for that",
        "chasqui/pool/closing.py",
        "            locked_publish_own(pool)\n",
        "",
        "tests/pool/test_observer.py",
    ),
    Mutant(
        "later-starts-unreported",
        "a delayed task cannot start before it is reported",
        "chasqui/pool/schedule.py",
        "        alarm = 0 if pool.watches else pool.timer.at(due, come)\n",
        "        alarm = pool.timer.at(due, come)\n",
        "tests/pool/test_observer.py",
    ),
    Mutant(
        "good-ends-unheard",
        "an observer of every step hears of good ends",
        "chasqui/pool/ending.py",
        '    if state != "completed" or pool.watches:\n',
        '    if state != "completed":\n',
        "tests/pool/test_observer.py",
    ),
)
