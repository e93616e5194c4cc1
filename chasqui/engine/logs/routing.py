"""Log routing: what task bodies log and print goes to the logs of their tasks."""

from __future__ import annotations

from chasqui.engine.logs import capture
from chasqui.engine.logs.task_log import LogCapture, TaskLogs
from chasqui.engine.pools import Pools
from chasqui.pool import log_sinks
from chasqui.pool.state import state_of


class LogRouting:
    """Routes what the task bodies of an engine log, while it runs."""

    def __init__(self, pools: Pools, rules: LogCapture, task_logs: TaskLogs) -> None:
        self._pools = pools
        self._rules = rules
        self._task_logs = task_logs
        self._wanted: list[capture.ProcessHook] = []

    def start(self) -> None:
        """Begin; called before the first body runs."""
        rules = self._rules
        if not (rules.logging or rules.prints):
            return
        for pool in self._pools.values():
            log_sinks.attach(state_of(pool), self._task_logs)
        for shared, wanted in ((capture.RECORDS, rules.logging), (capture.PRINTS, rules.prints)):
            if wanted:
                shared.want()
                self._wanted.append(shared)

    def stop(self) -> None:
        """Restore the logging of the process."""
        for pool in self._pools.values():
            log_sinks.detach(state_of(pool))
        while self._wanted:
            self._wanted.pop().release()
