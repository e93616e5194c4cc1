"""The sampler: looks at the engine once a second, and keeps what it saw.

Seconds are counted on the engine's clock. Time without samples does not count: when the
process was stopped, the seconds since the last look are one second, and the rows between are gaps;
when the machine slept, so that only the time of day moved on, the rows of that time are gaps too.
So the rate after a pause is that of the time when work was possible.

The sampler waits without a deadline, and looks at the clock whenever that lets it: nothing is due
when it wakes, and a fake clock must not take it for a thread that waits for a moment.

It tracks up to `TRACKED` types, those that it meets first; what it sees of all others is put
together, as `OTHERS`. An engine whose machine has no thread left for it works without, and
`Sampler.problem` says so.
"""

from __future__ import annotations

import logging
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from typing import Final, NamedTuple

from chasqui.dataclass import dataclass
from chasqui.engine.background import Background
from chasqui.engine.metrics.rings import RESOLUTIONS
from chasqui.engine.metrics.track import LOOK_BACK, Track
from chasqui.engine.metrics.windows import Look, MetricWindow, Standing, total
from chasqui.pool.clock import Clock
from chasqui.pool.threads import StartThread

log = logging.getLogger(__name__)

TRACKED: Final = 32
"""How many types have a past of their own: each takes 0.2 MB at first, 0.3 MB once it has been busy
for long, so all of them 10 MB."""
OTHERS: Final = "(other types)"
TICK: Final = 1.0  # seconds between two looks
GAP_SECONDS: Final = 3.0  # a look later than that means that the process stood still
SLEPT_SECONDS: Final = 2.0  # a time of day further ahead than that means that the machine slept
YIELD_SECONDS: Final = 0.0002  # given up at once and taken back, the GIL was sometimes still there:
# a thread that waits for it needs a moment to wake, on a machine that others use
EPSILON: Final = 1e-6  # of a second: what rounding may take from a moment far from zero


class Series(NamedTuple):
    """Whose numbers they are: ``kind`` is ``engine``, ``pool`` or ``type``."""

    kind: str
    name: str = ""


ENGINE: Final = Series("engine")

Windows = tuple[MetricWindow, MetricWindow, MetricWindow]
"""The last 10 s, minute and 10 minutes."""


@dataclass(frozen=True, slots=True)
class Process:
    """What the process itself took, over the last ten seconds."""

    cores_used: float = 0.0
    """Seconds of processor time per second."""
    gil_wait: float = 0.0
    """Seconds that a thread waits until the others let it go on, in three of four looks at least.

    Who holds the interpreter all the time makes every look wait. That one in two waits is also seen
    where tasks only sleep, on a machine that others use: the thread that looks lost its processor.
    """
    seconds: float = 0.0
    """How long that was looked at."""


@dataclass(frozen=True, slots=True)
class History:
    """Rows of the past, oldest first, by their names in `chasqui.engine.metrics.track.COLUMNS`."""

    seconds: int
    """How far apart the rows are."""
    until: float
    """When the newest row ends, in seconds since the epoch."""
    columns: Mapping[str, Sequence[float]]
    """The values; NaN where no sample was taken, and of percentiles where nothing was measured."""


class Sampler(Background):
    """The thread that looks, and the past of each series.

    Args:
        look: says how each series stands, and what was measured since it said so last; the argument
            is what `Standing.at` is to be.
        cpu: seconds of processor time that the process has taken.
        gil_wait: seconds that it takes a thread to give the interpreter up and get it back.
    """

    NAME = "chasqui-sampler"

    def __init__(
        self,
        look: Callable[[float], Mapping[Series, Look]],
        clock: Clock,
        start_thread: StartThread,
        *,
        cpu: Callable[[], float] = time.process_time,
        gil_wait: Callable[[], float] | None = None,
    ) -> None:
        super().__init__(clock, start_thread)
        self.problem = ""
        """Why there is no past, in words; empty when there is one."""
        self.looks = 0
        """How often it has looked."""
        self.cost = 0.0
        """Seconds of real time that the last look took."""
        self._look = look
        self._cpu = cpu
        self._gil_wait = gil_wait or measure_gil_wait
        self._tracks: dict[Series, Track] = {}
        self._windows: Mapping[Series, Windows] = {}  # up to the last look, once asked for
        self._running = False
        self._tick = 0
        self._began = 0.0  # monotonic, moved back by the seconds that the machine slept
        self._seen = 0.0  # monotonic, of the last look
        self._awake = 0.0  # seconds up to the last look that count
        self._ahead = 0.0  # of the time of day over the monotonic clock
        self._cpus: deque[tuple[float, float]] = deque(maxlen=LOOK_BACK[0] + 1)
        self._gil_waits: deque[float] = deque(maxlen=LOOK_BACK[0])

    def start(self) -> None:
        """Begin to look; when the machine has no thread for it, `problem` says so."""
        looks = self._look(0.0)
        with self._lock:
            self._began = self._seen = self._clock.monotonic()
            self._ahead = self._clock.time() - self._seen
            self._tracks = _tracks(looks)
            self._cpus.append((0.0, self._cpu()))
            try:
                self._locked_start()
            except RuntimeError as error:
                self.problem = f"no history of metrics is kept: no thread could start: {error}"
                log.warning("%s", self.problem)
            else:
                self._running = True

    def windows(self) -> Mapping[Series, Windows]:
        """Return what happened up to the last look, of each series that has a past.

        The types that share one are put together as `OTHERS`.
        """
        with self._lock:
            if not self._running:
                return {}
            return self._locked_windows()

    def _locked_windows(self) -> Mapping[Series, Windows]:
        if not self._windows:
            self._windows = {one: track.windows() for one, track in self._tracks.items()}
        return self._windows

    def process(self) -> Process:
        """Say what the process took."""
        with self._lock:
            if not self._running or not self._gil_waits:
                return Process()
            (began, before), (until, cpu) = self._cpus[0], self._cpus[-1]
            waits = sorted(self._gil_waits)
            return Process((cpu - before) / (until - began), waits[len(waits) // 4], until - began)

    def history(self, series: Series, resolution: int, rows: int) -> History:
        """Return the newest rows of a series; none of one that nothing is known of."""
        with self._lock:
            seconds = RESOLUTIONS[resolution].seconds
            track = self._tracks.get(series)
            columns = track.last(resolution, rows) if track else {}
            ended = self._tick // seconds * seconds
            until = self._clock.time() - (self._clock.monotonic() - self._began) + ended
            return History(seconds, until, columns)

    def look(self) -> None:
        """Look now, unless this second has been looked at; for one thread at a time."""
        began = time.perf_counter()
        with self._lock:
            now = self._clock.monotonic()
            self._locked_notice_sleep(now)
            tick = int((now - self._began) / TICK + EPSILON)
            awake = self._locked_awake(now)
            if tick <= self._tick:
                return
        # Without the lock, which a signal handler may ask for while it holds that of a pool.
        looks = self._look(awake)
        with self._lock:
            self._locked_put(tick, looks)
            self._cpus.append((awake, self._cpu()))
            self._tick, self._seen, self._awake = tick, now, awake
            self._windows = {}
        self.cost = time.perf_counter() - began
        waited = self._gil_wait()
        with self._lock:
            self._gil_waits.append(waited)
            self.looks += 1

    def _run(self) -> None:
        try:
            while self._await_tick():
                self.look()
        except Exception as error:
            log.exception("the sampler has ended")
            with self._lock:
                self.problem = f"the history of metrics has ended: {error!r}"
                self._running = False

    def _await_tick(self) -> bool:
        """Wait for the next second, and tell whether it comes."""
        with self._lock:
            return self._locked_await_tick()

    def _locked_await_tick(self) -> bool:
        due = self._began + (self._tick + 1 - EPSILON) * TICK
        while not self._closed and self._clock.monotonic() < due and not self._locked_slept():
            self._clock.wait(self._changed, None)
        return not self._closed

    def _locked_put(self, tick: int, looks: Mapping[Series, Look]) -> None:
        for series, look in self._locked_gathered(looks).items():
            if series not in self._tracks:  # it was not there a second ago
                self._tracks[series] = Track(Standing(at=self._awake))
            self._tracks[series].put(tick, look)

    def _locked_awake(self, now: float) -> float:
        passed = now - self._seen
        return self._awake + (passed if passed <= GAP_SECONDS else TICK)

    def _locked_slept(self) -> float:
        """Return for how many seconds the machine has slept since the last look."""
        ahead = self._clock.time() - self._clock.monotonic() - self._ahead
        return ahead if ahead > SLEPT_SECONDS else 0.0

    def _locked_notice_sleep(self, now: float) -> None:
        self._began -= self._locked_slept()
        self._ahead = self._clock.time() - now

    def _locked_gathered(self, looks: Mapping[Series, Look]) -> dict[Series, Look]:
        """Put together the types that have no past of their own."""
        room = TRACKED - sum(one.kind == "type" and one.name != OTHERS for one in self._tracks)
        kept: dict[Series, Look] = {}
        others: list[Look] = []
        for series, look in looks.items():
            if series.kind != "type" or series in self._tracks:
                kept[series] = look
            elif room > 0:
                room -= 1
                kept[series] = look
            else:
                others.append(look)
        if others:
            whole = looks[ENGINE].standing
            kept[Series("type", OTHERS)] = total(others, whole.workers, whole.at)
        return kept


def _tracks(looks: Mapping[Series, Look]) -> dict[Series, Track]:
    return {one: Track(look.standing) for one, look in looks.items()}


def measure_gil_wait() -> float:
    """Give the interpreter up, and return how many seconds it took to get it back.

    With threads that compute, that is about `sys.getswitchinterval()` or more; when all others
    wait for something, little more than `YIELD_SECONDS`.
    """
    began = time.perf_counter()
    time.sleep(YIELD_SECONDS)
    return time.perf_counter() - began
