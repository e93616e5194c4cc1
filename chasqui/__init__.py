"""Background work in threads, with an operations console that people trust.

Names resolve when they are first used, so that importing the package costs next to nothing and a
program that only wants a `Pool` never loads what the engine and the plugins need.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from chasqui.lazy import resolving
from chasqui.version import VERSION

if TYPE_CHECKING:
    from pathlib import Path

    from chasqui.engine.batches.batch import Batch as Batch
    from chasqui.engine.batches.members import BatchCounts as BatchCounts
    from chasqui.engine.batches.members import BatchState as BatchState
    from chasqui.engine.config.pools import PoolConfig as PoolConfig
    from chasqui.engine.events.event import EngineChanged as EngineChanged
    from chasqui.engine.events.event import Event as Event
    from chasqui.engine.events.event import TaskCancelled as TaskCancelled
    from chasqui.engine.events.event import TaskEvent as TaskEvent
    from chasqui.engine.events.records import BatchEnded as BatchEnded
    from chasqui.engine.events.records import BatchEvent as BatchEvent
    from chasqui.engine.events.records import BatchNotFollowed as BatchNotFollowed
    from chasqui.engine.events.records import BreakerClosed as BreakerClosed
    from chasqui.engine.events.records import BreakerHalfOpen as BreakerHalfOpen
    from chasqui.engine.events.records import BreakerOpened as BreakerOpened
    from chasqui.engine.events.records import EventsDropped as EventsDropped
    from chasqui.engine.events.records import FailuresTreated as FailuresTreated
    from chasqui.engine.events.records import JournalFailed as JournalFailed
    from chasqui.engine.events.records import JournalRecovered as JournalRecovered
    from chasqui.engine.events.records import ScheduleFired as ScheduleFired
    from chasqui.engine.events.records import ScheduleSkipped as ScheduleSkipped
    from chasqui.engine.events.records import TaskAccepted as TaskAccepted
    from chasqui.engine.events.records import TaskCompleted as TaskCompleted
    from chasqui.engine.events.records import TaskFailed as TaskFailed
    from chasqui.engine.events.records import TaskRetried as TaskRetried
    from chasqui.engine.events.records import TaskStarted as TaskStarted
    from chasqui.engine.events.records import TypeChanged as TypeChanged
    from chasqui.engine.events.records import WorkerChanged as WorkerChanged
    from chasqui.engine.failures.failure import Failure as Failure
    from chasqui.engine.failures.groups import FailureGroup as FailureGroup
    from chasqui.engine.failures.log import FailureLog as FailureLog
    from chasqui.engine.failures.outcome import Outcome as Outcome
    from chasqui.engine.failures.outcome import RetryOutcome as RetryOutcome
    from chasqui.engine.failures.outcome import Undoable as Undoable
    from chasqui.engine.failures.retention import Retention as Retention
    from chasqui.engine.failures.selection import FailureSelection as FailureSelection
    from chasqui.engine.history.finished import Finished as Finished
    from chasqui.engine.history.memory import TaskHistory as TaskHistory
    from chasqui.engine.history.selection import HistorySelection as HistorySelection
    from chasqui.engine.logs.task_log import LogCapture as LogCapture
    from chasqui.engine.logs.task_log import LogLine as LogLine
    from chasqui.engine.logs.task_log import LogPage as LogPage
    from chasqui.engine.metrics.findings import Finding as Finding
    from chasqui.engine.metrics.reading import PoolReading as PoolReading
    from chasqui.engine.metrics.reading import Reading as Reading
    from chasqui.engine.metrics.reading import TypeReading as TypeReading
    from chasqui.engine.metrics.windows import MetricWindow as MetricWindow
    from chasqui.engine.policy.breaker import CircuitView as CircuitView
    from chasqui.engine.policy.retry import Retry as Retry
    from chasqui.engine.policy.rules import Policy as Policy
    from chasqui.engine.policy.strikes import Strike as Strike
    from chasqui.engine.policy.thresholds import Breaker as Breaker
    from chasqui.engine.schedules.plan import ScheduleState as ScheduleState
    from chasqui.engine.snapshot import EngineSnapshot as EngineSnapshot
    from chasqui.engine.snapshot import WorkerSnapshot as WorkerSnapshot
    from chasqui.engine.types.annotations import Between as Between
    from chasqui.engine.types.annotations import Help as Help
    from chasqui.engine.types.decorator import task as task
    from chasqui.engine.types.parameters import Parameter as Parameter
    from chasqui.engine.types.task_type import TaskType as TaskType
    from chasqui.engine.types.task_type import TypedWork as TypedWork
    from chasqui.errors import AlreadyHosted as AlreadyHosted
    from chasqui.errors import BacklogFull as BacklogFull
    from chasqui.errors import CallRaised as CallRaised
    from chasqui.errors import Cancelled as Cancelled
    from chasqui.errors import ChasquiError as ChasquiError
    from chasqui.errors import ConfigError as ConfigError
    from chasqui.errors import ConsoleFailed as ConsoleFailed
    from chasqui.errors import Expired as Expired
    from chasqui.errors import Interrupted as Interrupted
    from chasqui.errors import InvalidParameters as InvalidParameters
    from chasqui.errors import InvalidTaskType as InvalidTaskType
    from chasqui.errors import JournalBusy as JournalBusy
    from chasqui.errors import JournalCorrupt as JournalCorrupt
    from chasqui.errors import JournalError as JournalError
    from chasqui.errors import JournalTooNew as JournalTooNew
    from chasqui.errors import JournalUnavailable as JournalUnavailable
    from chasqui.errors import JournalUnsafe as JournalUnsafe
    from chasqui.errors import NeverRan as NeverRan
    from chasqui.errors import NoEngine as NoEngine
    from chasqui.errors import NoHost as NoHost
    from chasqui.errors import NoTerminal as NoTerminal
    from chasqui.errors import PluginError as PluginError
    from chasqui.errors import PoolClosed as PoolClosed
    from chasqui.errors import PoolForked as PoolForked
    from chasqui.errors import ProcessDied as ProcessDied
    from chasqui.errors import SecretMissing as SecretMissing
    from chasqui.errors import SocketUnusable as SocketUnusable
    from chasqui.errors import TimeLimit as TimeLimit
    from chasqui.errors import TryLater as TryLater
    from chasqui.errors import UnknownPool as UnknownPool
    from chasqui.errors import UnknownType as UnknownType
    from chasqui.errors import WaitTimeout as WaitTimeout
    from chasqui.errors import WouldDeadlock as WouldDeadlock
    from chasqui.pickling import ErrorSummary as ErrorSummary
    from chasqui.plugins.engine import Engine as Engine
    from chasqui.plugins.hookspecs import hookimpl as hookimpl
    from chasqui.plugins.loader import PluginHost as PluginHost
    from chasqui.plugins.records import BackendType as BackendType
    from chasqui.plugins.records import PluginInfo as PluginInfo
    from chasqui.pool.attempts import Attempt as Attempt
    from chasqui.pool.attempts import Progress as Progress
    from chasqui.pool.backend import BackendSetup as BackendSetup
    from chasqui.pool.completion import AsCompleted as AsCompleted
    from chasqui.pool.completion import Waited as Waited
    from chasqui.pool.completion import as_completed as as_completed
    from chasqui.pool.completion import wait as wait
    from chasqui.pool.completion import wait_async as wait_async
    from chasqui.pool.context import Context as Context
    from chasqui.pool.dispatcher import Dispatcher as Dispatcher
    from chasqui.pool.dispatcher import DispatchReport as DispatchReport
    from chasqui.pool.executor import PoolExecutor as PoolExecutor
    from chasqui.pool.histogram import Latency as Latency
    from chasqui.pool.ledger import Fate as Fate
    from chasqui.pool.ledger import Ledger as Ledger
    from chasqui.pool.metrics import Metrics as Metrics
    from chasqui.pool.pool import Pool as Pool
    from chasqui.pool.rate import Rate as Rate
    from chasqui.pool.signals import wait_for_signal as wait_for_signal
    from chasqui.pool.submitters import Blocked as Blocked
    from chasqui.pool.task import Task as Task
    from chasqui.pool.threads import ThreadBackend as ThreadBackend
    from chasqui.pool.work import Work as Work
    from chasqui.secret import Secret as Secret

    def console(
        engine: Engine,
        *,
        theme: str = "chasqui-dark",
        refresh: float = 4.0,
        read_only: bool = False,
        overrides: Path | None = None,
    ) -> None:
        """Open the console over an engine; see `chasqui.commands.embedded`."""


__version__ = VERSION

_HOMES = {
    # the pool
    "Pool": "chasqui.pool.pool",
    "Work": "chasqui.pool.work",
    "Task": "chasqui.pool.task",
    "as_completed": "chasqui.pool.completion",
    "wait": "chasqui.pool.completion",
    "wait_async": "chasqui.pool.completion",
    "AsCompleted": "chasqui.pool.completion",
    "Waited": "chasqui.pool.completion",
    "Context": "chasqui.pool.context",
    "Dispatcher": "chasqui.pool.dispatcher",
    "PoolExecutor": "chasqui.pool.executor",
    "Ledger": "chasqui.pool.ledger",
    "Metrics": "chasqui.pool.metrics",
    "Rate": "chasqui.pool.rate",
    "wait_for_signal": "chasqui.pool.signals",
    "DispatchReport": "chasqui.pool.dispatcher",
    # the engine
    "Engine": "chasqui.plugins.engine",
    "task": "chasqui.engine.types.decorator",
    "Batch": "chasqui.engine.batches.batch",
    "PoolConfig": "chasqui.engine.config.pools",
    "Retention": "chasqui.engine.failures.retention",
    "Finding": "chasqui.engine.metrics.findings",
    "Reading": "chasqui.engine.metrics.reading",
    "Breaker": "chasqui.engine.policy.thresholds",
    "Policy": "chasqui.engine.policy.rules",
    "Strike": "chasqui.engine.policy.strikes",
    "LogCapture": "chasqui.engine.logs.task_log",
    "LogLine": "chasqui.engine.logs.task_log",
    "LogPage": "chasqui.engine.logs.task_log",
    "Retry": "chasqui.engine.policy.retry",
    "Help": "chasqui.engine.types.annotations",
    "Between": "chasqui.engine.types.annotations",
    "Secret": "chasqui.secret",
    "TaskType": "chasqui.engine.types.task_type",
    "Failure": "chasqui.engine.failures.failure",
    "FailureGroup": "chasqui.engine.failures.groups",
    "FailureLog": "chasqui.engine.failures.log",
    "Outcome": "chasqui.engine.failures.outcome",
    "TaskHistory": "chasqui.engine.history.memory",
    "HistorySelection": "chasqui.engine.history.selection",
    "Finished": "chasqui.engine.history.finished",
    # records that they return
    "Attempt": "chasqui.pool.attempts",
    "Progress": "chasqui.pool.attempts",
    "Fate": "chasqui.pool.ledger",
    "Blocked": "chasqui.pool.submitters",
    "Latency": "chasqui.pool.histogram",
    "BatchState": "chasqui.engine.batches.members",
    "BatchCounts": "chasqui.engine.batches.members",
    "ScheduleState": "chasqui.engine.schedules.plan",
    "CircuitView": "chasqui.engine.policy.breaker",
    "EngineSnapshot": "chasqui.engine.snapshot",
    "WorkerSnapshot": "chasqui.engine.snapshot",
    "RetryOutcome": "chasqui.engine.failures.outcome",
    "Undoable": "chasqui.engine.failures.outcome",
    "TypeReading": "chasqui.engine.metrics.reading",
    "PoolReading": "chasqui.engine.metrics.reading",
    "MetricWindow": "chasqui.engine.metrics.windows",
    "TypedWork": "chasqui.engine.types.task_type",
    "FailureSelection": "chasqui.engine.failures.selection",
    # the console
    "console": "chasqui.console",
    # plugins
    "hookimpl": "chasqui.plugins.hookspecs",
    "Parameter": "chasqui.engine.types.parameters",
    "BackendType": "chasqui.plugins.records",
    "BackendSetup": "chasqui.pool.backend",
    "ThreadBackend": "chasqui.pool.threads",
    "PluginHost": "chasqui.plugins.loader",
    "PluginInfo": "chasqui.plugins.records",
    # events
    "Event": "chasqui.engine.events.event",
    "EngineChanged": "chasqui.engine.events.event",
    "TaskEvent": "chasqui.engine.events.event",
    "TaskCancelled": "chasqui.engine.events.event",
    "TaskAccepted": "chasqui.engine.events.records",
    "TaskStarted": "chasqui.engine.events.records",
    "TaskCompleted": "chasqui.engine.events.records",
    "TaskRetried": "chasqui.engine.events.records",
    "TaskFailed": "chasqui.engine.events.records",
    "FailuresTreated": "chasqui.engine.events.records",
    "ScheduleFired": "chasqui.engine.events.records",
    "ScheduleSkipped": "chasqui.engine.events.records",
    "TypeChanged": "chasqui.engine.events.records",
    "WorkerChanged": "chasqui.engine.events.records",
    "JournalFailed": "chasqui.engine.events.records",
    "JournalRecovered": "chasqui.engine.events.records",
    "BreakerOpened": "chasqui.engine.events.records",
    "BreakerHalfOpen": "chasqui.engine.events.records",
    "BreakerClosed": "chasqui.engine.events.records",
    "BatchEvent": "chasqui.engine.events.records",
    "BatchEnded": "chasqui.engine.events.records",
    "BatchNotFollowed": "chasqui.engine.events.records",
    "EventsDropped": "chasqui.engine.events.records",
    # errors
    "AlreadyHosted": "chasqui.errors",
    "BacklogFull": "chasqui.errors",
    "CallRaised": "chasqui.errors",
    "Cancelled": "chasqui.errors",
    "ChasquiError": "chasqui.errors",
    "ConfigError": "chasqui.errors",
    "ConsoleFailed": "chasqui.errors",
    "ErrorSummary": "chasqui.pickling",
    "Expired": "chasqui.errors",
    "InvalidParameters": "chasqui.errors",
    "InvalidTaskType": "chasqui.errors",
    "NeverRan": "chasqui.errors",
    "NoHost": "chasqui.errors",
    "NoTerminal": "chasqui.errors",
    "PluginError": "chasqui.errors",
    "Interrupted": "chasqui.errors",
    "JournalBusy": "chasqui.errors",
    "JournalCorrupt": "chasqui.errors",
    "JournalError": "chasqui.errors",
    "JournalTooNew": "chasqui.errors",
    "JournalUnavailable": "chasqui.errors",
    "JournalUnsafe": "chasqui.errors",
    "PoolClosed": "chasqui.errors",
    "PoolForked": "chasqui.errors",
    "ProcessDied": "chasqui.errors",
    "SecretMissing": "chasqui.errors",
    "SocketUnusable": "chasqui.errors",
    "TimeLimit": "chasqui.errors",
    "TryLater": "chasqui.errors",
    "NoEngine": "chasqui.errors",
    "UnknownPool": "chasqui.errors",
    "UnknownType": "chasqui.errors",
    "WaitTimeout": "chasqui.errors",
    "WouldDeadlock": "chasqui.errors",
}

__all__ = sorted(_HOMES)

if not TYPE_CHECKING:  # else checkers would take any name for one of these
    __getattr__, __dir__ = resolving(globals(), _HOMES)
