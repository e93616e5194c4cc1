"""The states of an engine: those of a pool, and ``degraded``.

A module of its own, since a console that knows only records of the port needs no engine.
"""

from __future__ import annotations

from typing import Literal

from chasqui.pool.states import PoolState

EngineState = PoolState | Literal["degraded"]
