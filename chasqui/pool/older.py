"""Older tasks: how those that wait outside a pool get their room; see `chasqui.pool.gate`."""

from __future__ import annotations

from chasqui.pool.gate import enough
from chasqui.pool.room import locked_free, locked_room
from chasqui.pool.state import State


def room_for_older(pool: State) -> int:
    """Return how many older tasks there is room for; less than 1: none."""
    with pool.lock:
        return locked_room(pool)


def set_waiting(pool: State, waiting: int) -> bool:
    """Note how many older tasks wait for room in a pool; tell whether to bring some in at once.

    If not, the gate wakes when there is enough room. Once none waits, new submissions get the room.
    """
    with pool.lock:
        return _locked_set_waiting(pool, waiting)


def _locked_set_waiting(pool: State, waiting: int) -> bool:
    gate = pool.gate
    if gate is None:
        return False
    opens = gate.waiting > 0 and waiting <= 0
    gate.waiting = waiting
    if opens:
        pool.room_wanted = bool(pool.submitters)
        pool.room.notify(max(1, locked_free(pool)))
    if waiting <= 0:
        return False
    pool.room_wanted = True  # before the look at the room, or a worker may not tell of it
    return pool.is_open and locked_room(pool) >= enough(pool.queue_size)


def wake_gate(pool: State) -> None:
    """Have older tasks brought in, after one that waited here was cancelled; no lock is held."""
    gate = pool.gate
    if gate is not None and gate.waiting > 0:
        gate.wake()
