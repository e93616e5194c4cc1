"""Health: whether a journal can be written, and since when.

It is degraded from the first commit that fails until one lands again. Meanwhile nothing is
accepted, what runs goes on, and ends of tasks stay in memory. An operator hears of it twice: when
it begins and when it is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from chasqui import loggers
from chasqui.engine.journal import faults
from chasqui.pool.clock import Clock

log = loggers.named("chasqui.engine.journal")

LOG_ALARM_BYTES: Final = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class JournalHealth:
    """A reading of the health of an open journal."""

    state: Literal["ok", "degraded"]
    since: float
    """When that began, as seconds since 1970."""
    reason: str
    """Why it is degraded, and what to do."""
    unflushed: int
    """Ends of tasks that are not on disk yet."""
    size: int
    """Bytes of the file."""
    log_size: int
    """Bytes of its log, which are copied into the file now and then."""
    commits: int
    commit_seconds: float
    """How long the last commit took."""


class Health:
    """Whether a journal can be written. Only the leader of a commit changes it."""

    def __init__(self, path: Path, clock: Clock) -> None:
        self._path = path
        self._clock = clock
        self.is_ok = True
        self.error: BaseException | None = None
        self._reason = ""
        self._since = clock.time()
        self._commits = 0
        self._seconds = 0.0

    @property
    def problem(self) -> str:
        """What is wrong and what to do, to follow the path in an error."""
        return f"cannot be written: {self._reason}"

    def landed(self, seconds: float) -> None:
        """Note a commit, and how long it took."""
        self._commits += 1
        self._seconds = seconds

    def failed(self, error: BaseException) -> None:
        """Note that a commit has failed; what is degraded already stays as it was."""
        if not self.is_ok:
            return
        self.error, self._since = error, self._clock.time()
        self._reason = faults.explained(error)
        self.is_ok = False
        log.error("the journal %s %s", self._path, self.problem)

    def recovered(self) -> None:
        """Note that it can be written again."""
        if self.is_ok:
            return
        now = self._clock.time()
        seconds, self._since = now - self._since, now
        self.error, self._reason = None, ""
        log.warning("the journal %s can be written again, after %.0f s", self._path, seconds)
        self.is_ok = True

    def reading(self, unflushed: int) -> JournalHealth:
        """Return how it is now."""
        log_size = _size(Path(f"{self._path}-wal"))
        reason = self._reason
        if not reason and log_size > LOG_ALARM_BYTES:
            reason = (
                f"its log has {log_size:,} bytes, because another program reads the "
                "file all the time: end that program"
            )
        return JournalHealth(
            state="ok" if self.is_ok else "degraded",
            since=self._since,
            reason=reason,
            unflushed=unflushed,
            size=_size(self._path),
            log_size=log_size,
            commits=self._commits,
            commit_seconds=self._seconds,
        )


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:  # there is no log right after an opening
        return 0
