"""Mutants of commits: the check of a turn, and what each commit stores."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

FILE = "chasqui/pool/commits.py"
READS = "tests/pool/test_commits.py"
INTERRUPTED = "tests/pool/test_interruption.py"
ENDS = "tests/pool/test_interrupted_end.py"
DROPS = "tests/pool/test_dropping.py"
ACCEPT = (
    "    if not (pool.is_open and pool.turn is turn) or (\n"
    "        claim is not None and (claim.task is not None or claim.closed)\n"
    "    ):\n"
    "        return False\n"
    "    pool.queued |= fresh\n"
)

MUTANTS = (
    Mutant(
        "commit-makes-a-call",
        "no handler comes between the stores of a commit",
        FILE,
        '    task.state = "queued"\n    queue += (number,)\n',
        '    task.state = "queued"\n    queue.append(number)\n',
        READS,
    ),
    Mutant(
        "commit-uses-a-property",
        "a commit uses fields, since a property is a call",
        FILE,
        "pool.turn is not turn or task.number not in waits or pool.ledger is not None",
        'pool.turn is not turn or task.number not in waits or pool.state == "stopped"',
        READS,
    ),
    Mutant(
        "decided-elsewhere",
        "what is decided under a turn is stored by a commit",
        "chasqui/pool/closing.py",
        "        commits.attach(pool, wakeup)\n",
        "        pool.wakeups = (*pool.wakeups, wakeup)\n",
        READS,
    ),
    Mutant(
        "queue-in-the-ring-uncounted",
        "an interrupt while a queue is made hides no other queue from workers",
        "chasqui/pool/backlog.py",
        "        self._made += 1\n"
        "        self.only = queue if self._made == 1 and not lane.limited else None\n"
        "        if not priority:\n"
        "            lane.normal = queue\n"
        "        level.ring.append(queue)\n",
        "        if not priority:\n"
        "            lane.normal = queue\n"
        "        level.ring.append(queue)\n"
        "        self._made += 1\n"
        "        self.only = queue if self._made == 1 and not lane.limited else None\n",
        READS,
    ),
    Mutant(
        "accepted-in-a-turn-of-another",
        "a submission from a signal handler in the middle is not overwritten",
        FILE,
        ACCEPT,
        ACCEPT.replace(" and pool.turn is turn", ""),
        INTERRUPTED,
    ),
    Mutant(
        "claim-settled-twice",
        "a signal handler in the middle of a submission makes no second task of its key",
        FILE,
        ACCEPT,
        ACCEPT.replace("claim.task is not None or claim.closed", "False"),
        "tests/engine/submission/test_keys.py",
    ),
    Mutant(
        "restored-not-accepted",
        "a restored task is an accepted task",
        "chasqui/pool/restoring.py",
        "        accepted = pool.accepted + len(numbers)\n",
        "        accepted = pool.accepted\n",
        "tests/pool/test_restoring.py",
    ),
    Mutant(
        "restored-in-a-turn-of-another",
        "a submission from a signal handler in the middle is not overwritten by a restored task",
        "chasqui/pool/restoring.py",
        "        if undisturbed:\n",
        "        if undisturbed is not None:\n",
        "tests/pool/test_restoring_interrupted.py",
    ),
    Mutant(
        "brings-in-regardless",
        "a handler may do anything while a shutdown brings in what is due",
        FILE,
        "        return False\n    lane, number = task._lane, task.number\n",
        "        pass\n    lane, number = task._lane, task.number\n",
        ENDS,
    ),
    Mutant(
        "cancelled-while-scheduled-is-queued",
        "a state changes only as the table says",
        FILE,
        '    task.state = "queued"\n',
        '    task.state = "running"\n',
        "tests/pool/test_states.py",
    ),
    Mutant(
        "drop-one-at-a-time",
        "workers rest once for all tasks that a shutdown drops",
        "chasqui/pool/dropping.py",
        "        if not done:\n",
        "        turn = locked_freeze(pool)\n        locked_sweep(pool)\n        if not done:\n",
        DROPS,
    ),
    Mutant(
        "drop-lane-uncounted",
        "a lane counts the tasks of it that a shutdown drops",
        FILE,
        "    lane.dropped += 1\n",
        "",
        DROPS,
    ),
    Mutant(
        "dropped-uncounted",
        "every reading adds up",
        FILE,
        "    pool.dropped += 1\n",
        "",
        "tests/pool/test_conservation.py",
    ),
    Mutant(
        "ends-twice",
        "a scheduled task that was cancelled does not come due",
        FILE,
        "    del waits[task.number]\n",
        "",
        "tests/pool/test_schedule.py",
    ),
    Mutant(
        "left-cancelled",
        "what a ledger calls left is not cancelled afterwards",
        FILE,
        "task.number not in waits or pool.ledger is not None:",
        "task.number not in waits:",
        "tests/pool/test_ending.py",
    ),
    Mutant(
        "sweep-disturbed",
        "a sweep loses nothing that a signal handler puts in",
        FILE,
        "        return False\n    lane = queue.lane\n",
        "        pass\n    lane = queue.lane\n",
        INTERRUPTED,
    ),
    Mutant(
        "wakeup-lost",
        "a wake-up stays attached while another is detached",
        FILE,
        "    if pool.wakeups is not before:\n        return False\n",
        "",
        ENDS,
    ),
    Mutant(
        "wait-keeps-turn",
        "what others do while a signal handler waits is seen by what it is in the middle of",
        "chasqui/pool/room.py",
        "        pool.turn = None  # others may do anything meanwhile; see `chasqui.pool.commits`\n",
        "",
        ENDS,
    ),
    Mutant(
        "interrupted-while-reserved",
        "an interrupt while tasks are reported to the observer leaves none that nobody starts",
        "chasqui/pool/announcing.py",
        "            _clear_up(pool, notice, len(tasks) - done, error)\n            refused",
        "            refused",
        "tests/pool/test_announcing_interrupted.py",
    ),
    Mutant(
        "limited-in-part",
        "an interrupt while a limit is set leaves it set whole or not at all",
        "chasqui/pool/lane.py",
        "        self.limited = not (\n"
        "            not holds\n"
        "            and concurrency is None\n"
        "            and bucket is None\n"
        "            and allowance is None\n"
        "            and keys is None\n"
        "        )\n",
        "        limits = (concurrency, bucket, allowance, keys)\n"
        "        self.limited = bool(holds) or any(one is not None for one in limits)\n",
        "tests/pool/test_lanes_interrupted.py",
    ),
    Mutant(
        "limited-yet-not-asked",
        "an interrupt while a limit is set does not let workers pass it",
        "chasqui/pool/lanes.py",
        "workers must ask a lane that is limited now\n            pool.backlog.judge()\n",
        "workers must ask a lane that is limited now\n",
        "tests/pool/test_lanes_interrupted.py",
    ),
    Mutant(
        "cancelled-and-never-settled",
        "the callbacks of a task whose cancel was interrupted are called",
        "chasqui/pool/handles.py",
        "            report_cancelled(pool, mine, told)\n            settle(pool, task)\n        raise",
        "            report_cancelled(pool, mine, told)\n        raise",
        "tests/pool/test_cancel_interrupted.py",
    ),
    Mutant(
        "dropped-and-never-settled",
        "the callbacks of tasks that an interrupted shutdown had cancelled are called",
        "chasqui/pool/closing.py",
        "            settle_dropped(pool, tasks, told)\n        raise",
        "            pass\n        raise",
        "tests/pool/test_cancel_interrupted.py",
    ),
)
