"""Mutants of older tasks, which come before new submissions and get the room first."""

from __future__ import annotations

from tests.mutants.mutant import Mutant

TESTS = "tests/pool/test_older.py"
ROOM = "chasqui/pool/room.py"
OLDER = "chasqui/pool/older.py"
RESTORING = "chasqui/pool/restoring.py"

MUTANTS = (
    Mutant(
        "new-before-older",
        "while older tasks wait a new one finds no room",
        ROOM,
        "gate.waiting > 0 and deadlock.current(pool) is None:\n        return 0\n",
        "gate.waiting > 0 and deadlock.current(pool) is None:\n        pass\n",
        TESTS,
    ),
    Mutant(
        "own-tasks-behind-older",
        "a task of the pool itself submits where there is room",
        ROOM,
        " and deadlock.current(pool) is None:",
        ":",
        TESTS,
    ),
    Mutant(
        "older-find-no-room",
        "older tasks get the room that new ones do not",
        RESTORING,
        "    places = room.locked_room(pool)\n",
        "    places = room.locked_free(pool)\n",
        TESTS,
    ),
    Mutant(
        "gate-opens-unheard",
        "submitters are woken when no older task waits any more",
        OLDER,
        "        pool.room.notify(max(1, locked_free(pool)))\n",
        "",
        TESTS,
    ),
    Mutant(
        "gate-asks-for-no-room",
        "a worker that makes room tells the gate",
        OLDER,
        "    pool.room_wanted = True  # before",
        "    pass  # before",
        TESTS,
    ),
    Mutant(
        "room-meanwhile-missed",
        "room that came while the gate was told is not missed",
        OLDER,
        "    return pool.is_open and locked_room(pool) >= enough(pool.queue_size)\n",
        "    return False\n",
        TESTS,
    ),
    Mutant(
        "gate-woken-for-each-place",
        "the gate is woken once there is enough room",
        ROOM,
        "    if locked_room(pool) < enough(pool.queue_size):\n",
        "    if False:\n",
        TESTS,
    ),
    Mutant(
        "gate-forgotten-by-one-that-leaves",
        "a submitter that gives up leaves the gate to be told",
        ROOM,
        "        pool.room_wanted = bool(pool.submitters) or (\n"
        "            pool.gate is not None and pool.gate.waiting > 0\n        )\n        if",
        "        pool.room_wanted = bool(pool.submitters)\n        if",
        TESTS,
    ),
    Mutant(
        "gate-sleeps-through-a-cancel",
        "a cancel of what waits wakes the gate",
        "chasqui/pool/handles.py",
        "        wake_gate(pool)\n",
        "        pass\n",
        TESTS,
    ),
    Mutant(
        "no-room-yet-adopted",
        "a task that finds no room after all holds nothing",
        RESTORING,
        "            _never_mind(pool, task, now)\n",
        "            pass\n",
        TESTS,
    ),
    Mutant(
        "put-back-twice",
        "a number that is in use is refused",
        RESTORING,
        "    _locked_check_numbers(pool, tasks)\n",
        "",
        TESTS,
    ),
)
