"""Metrics: one frozen, consistent reading of a pool, and the histograms behind it.

A histogram has log-linear buckets over whole microseconds: 8 buckets for each power of two, so a
percentile is at most an eighth too high and never too low, and recording is two shifts and an add.
"""

from __future__ import annotations

from dataclasses import dataclass

SUB_BITS = 3  # 8 buckets a power of two: percentiles within 12.5 %
SUB_BUCKETS = 1 << SUB_BITS
BUCKETS = (41 - SUB_BITS) * SUB_BUCKETS  # up to 2^40 microseconds, about 12 days


@dataclass(frozen=True, slots=True)
class Latency:
    """A distribution of durations in seconds; all zero while nothing was recorded."""

    count: int = 0
    p50: float = 0.0
    p95: float = 0.0
    p99: float = 0.0
    max: float = 0.0


@dataclass(frozen=True, slots=True)
class Metrics:
    """One consistent reading; each of the terms is counted on its own."""

    accepted: int = 0
    rejected: int = 0
    queued: int = 0
    scheduled: int = 0
    running: int = 0
    completed: int = 0
    failed: int = 0
    cancelled: int = 0
    workers: int = 0
    """Workers that there are, busy or not."""
    busy: int = 0
    """Workers that run a task."""
    wait: Latency = Latency()
    """How long started tasks had waited for their worker."""
    run: Latency = Latency()
    """How long ended tasks had run."""

    @property
    def processed(self) -> int:
        """Tasks whose body has ended: completed and failed."""
        return self.completed + self.failed

    @property
    def balanced(self) -> bool:
        """Whether every accepted task is accounted for."""
        waiting = self.queued + self.scheduled + self.running
        return self.accepted == waiting + self.completed + self.failed + self.cancelled


class Histogram:
    """Counts of durations, with one owner at a time."""

    __slots__ = ("_counts", "_max")

    def __init__(self) -> None:
        self._counts = [0] * BUCKETS
        self._max = 0.0

    def record(self, seconds: float) -> None:
        """Count one duration."""
        self._counts[_bucket(int(seconds * 1_000_000))] += 1
        if seconds > self._max:
            self._max = seconds

    def read(self) -> Latency:
        """Sum up what was recorded."""
        total = sum(self._counts)
        if not total:
            return Latency()
        p50, p95, p99 = (self._percentile(total, share) for share in (50, 95, 99))
        return Latency(total, p50, p95, p99, self._max)

    def _percentile(self, total: int, share: int) -> float:
        rank = -(-total * share // 100)
        seen = 0
        for bucket, count in enumerate(self._counts):
            seen += count
            if seen >= rank:
                return min(_upper_edge(bucket) / 1_000_000, self._max)
        return self._max


def _bucket(micros: int) -> int:
    if micros < SUB_BUCKETS:
        return max(micros, 0)
    shift = micros.bit_length() - 1 - SUB_BITS
    return min((shift + 1) * SUB_BUCKETS + (micros >> shift) - SUB_BUCKETS, BUCKETS - 1)


def _upper_edge(bucket: int) -> int:
    if bucket < SUB_BUCKETS:
        return bucket + 1
    shift, sub = divmod(bucket, SUB_BUCKETS)
    return (SUB_BUCKETS + sub + 1) << (shift - 1)
