"""The methods that steer a running engine: pauses, limits, strikes, breakers, order, pools."""

from __future__ import annotations

from typing import Any

from chasqui.engine.parts import Parts
from chasqui.engine.policy.breaker import Breaker, CircuitView
from chasqui.engine.policy.controls import AS_IT_IS, Unsaid
from chasqui.engine.policy.strikes import Strike
from chasqui.engine.pools import DEFAULT
from chasqui.engine.types.task_type import TaskType
from chasqui.keywords import hinting
from chasqui.pool.ledger import Ledger
from chasqui.pool.rate import Rate


@hinting
class SteeringAPI:
    """Pauses, limits and strikes types, reorders what waits, and changes pools.

    With a journal, pauses, limits and strikes also apply in the next life of the engine; a call
    returns when they are on disk. The sizes of pools do not: they belong to the machine, and stand
    in the config or its overrides.
    """

    _parts: Parts

    def pause(self, type: str | TaskType | None = None) -> None:
        """Start no more tasks in any pool, or none of a type; running tasks go on.

        Submitting still works.

        Raises:
            UnknownType: no type has this name.
            PoolClosed: the engine is stopping or stopped; for a type: it has stopped. A drain
                leaves tasks whose type is still paused at its end.
        """
        if type is None:
            self._parts.pools.pause()
        else:
            self._parts.controls.hold(type, hold=True)

    def resume(self, type: str | TaskType | None = None) -> None:
        """Start tasks again, in all pools or of a type; an open breaker still holds its type.

        Raises:
            UnknownType: no type has this name.
            PoolClosed: the engine is stopping or stopped; for a type: it has stopped. A drain runs
                tasks whose type is resumed meanwhile.
        """
        if type is None:
            self._parts.pools.resume()
        else:
            self._parts.controls.hold(type, hold=False)

    def limit(
        self,
        type: str | TaskType,
        *,
        concurrency: int | Unsaid | None = AS_IT_IS,
        rate: Rate | str | Unsaid | None = AS_IT_IS,
        by: str | Unsaid | None = AS_IT_IS,
        breaker: Breaker | str | Unsaid = AS_IT_IS,
    ) -> None:
        """Set how many tasks of a type run at once and at what rate they start; None: no limit.

        An argument that is left out changes nothing. Running tasks go on. If submissions have sent
        a type to several pools, the limit and the rate apply to each of these pools.

        Args:
            by: a parameter, such as ``customer``: the limits apply to each of its values, and the
                values take turns. None: they apply to all tasks of the type together.
            breaker: when to stop the type because it keeps failing, such as
                ``Breaker(failures=5)`` or ``5 in 60s for 30s``. Failures that count go on
                counting, and a breaker that is open stays so, until the new cooldown has passed.

        Raises:
            UnknownType: no type has this name.
            ValueError: a value makes no sense, or ``by`` is not such a parameter.
            PoolClosed: the engine has stopped. While it drains this still works.
        """
        self._parts.controls.limit(type, concurrency=concurrency, rate=rate, by=by, breaker=breaker)

    def strike(self, type: str | TaskType, /, **value: Any) -> bool:
        """Start no more tasks of a type that have this value of a parameter; others go on.

        ``engine.strike("mail.send", customer="c7")`` holds the tasks of one customer, also those
        that wait already, until `unstrike`. Running tasks go on. It returns False if the value was
        struck before. A drain leaves tasks that are still held at its end. With a journal a strike
        lasts until it is lifted, also over a restart; else a new engine has none.

        Raises:
            UnknownType: no type has this name.
            InvalidParameters: it is not a parameter of the type, or not a value of it; or it is a
                secret, or a list or an object.
            PoolClosed: the engine has stopped.
        """
        return self._parts.strikes.strike(type, value)

    def unstrike(self, type: str | TaskType, /, **value: Any) -> bool:
        """Lift a strike, and tell whether there was one; raises as `strike`.

        What was held comes back before later tasks of the same value, in its order.
        """
        return self._parts.strikes.unstrike(type, value)

    @property
    def strikes(self) -> tuple[Strike, ...]:
        """The values that are struck, the oldest strike first."""
        return self._parts.strikes.all()

    def reset(self, type: str | TaskType) -> bool:
        """Close the breaker of a type by hand; tell whether it was open or half open."""
        return self._parts.controls.reset(type)

    @property
    def breakers(self) -> tuple[CircuitView, ...]:
        """The state of each breaker, for types that have one and have been submitted."""
        return self._parts.routes.breakers()

    def reprioritize(self, number: int, priority: int) -> bool:
        """Give a waiting task another priority, and tell whether it waits in a pool.

        It goes behind those that have this priority already. A scheduled task keeps its time.

        Raises:
            ValueError: a number makes no sense.
            JournalUnavailable: it is not on disk; it is written as soon as that is possible.
        """
        return self._parts.ordering.reprioritize(number, priority)

    def run_next(self, *numbers: int) -> tuple[int, ...]:
        """Have waiting tasks start before all others, in this order; return those that wait.

        Each gets a higher priority than all that wait in its pool, and keeps it. A pause, a limit,
        a strike or a breaker holds it still: then it is the first of its type. A scheduled task is
        due at once; one that has failed is tried again at once.

        Raises:
            ValueError: they are more than 1,000, or another has the highest priority there is.
            JournalUnavailable: it is not on disk; it is written as soon as that is possible.
        """
        return self._parts.ordering.run_next(numbers)

    def resize(
        self, workers: int | None = None, pool: str = DEFAULT, *, queue_size: int | None = None
    ) -> None:
        """Set the number of workers of a pool, how many accepted tasks may wait, or both.

        Raises:
            UnknownPool: no pool has this name.
            ValueError, PoolClosed: as `Pool.resize`.
        """
        self._parts.pools.resize(workers, pool, queue_size)

    def drain(self, pool: str, timeout: float | None = None) -> Ledger:
        """Shut a single pool down as `Pool.shutdown` does; the others go on.

        From then on a submission to it raises PoolClosed.

        Raises:
            UnknownPool: no pool has this name.
        """
        return self._parts.pools.drain(pool, timeout)
