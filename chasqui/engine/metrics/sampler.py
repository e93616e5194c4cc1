"""The sampler: takes a sample of the engine once a second, and keeps the past.

Seconds are counted on the engine's clock. Time without samples does not count: after the process
was stopped, the time since the last sample counts as a second, and the rows in between are gaps;
after the machine slept, so that only the time of day moved on, the rows of that time are gaps too.
So the rate after a pause is that of the time when work was possible.

The sampler waits without a deadline, and checks the clock whenever it is woken: a fake clock must
not take it for a thread that waits for a certain moment.

It tracks the first `TRACKED` types that it meets; all others are combined as `OTHERS`. If the
machine has no thread left for it, the engine works without, and `Sampler.problem` says so.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from chasqui import loggers
from chasqui.engine.background import Background
from chasqui.engine.metrics.rings import RESOLUTIONS
from chasqui.engine.metrics.track import LOOK_BACK, Track
from chasqui.engine.metrics.windows import Look, MetricWindow, Standing, total
from chasqui.pool.clock import Clock
from chasqui.pool.threads import StartThread

if TYPE_CHECKING:
    from chasqui.engine.metrics.samples import History, Process

log = loggers.named(__name__)

TRACKED: Final = 32
"""How many types have their own past: each takes 0.2 MB at first, and 0.3 MB once it has been busy
for long, so all of them take 10 MB."""
OTHERS: Final = "(other types)"
TICK: Final = 1.0  # seconds between two samples
GAP_SECONDS: Final = 3.0  # a sample later than that means that the process was stopped
SLEPT_SECONDS: Final = 2.0  # if the time of day jumps ahead by more, the machine slept
YIELD_SECONDS: Final = 0.0002  # with a shorter sleep, the GIL was sometimes still free: a thread
# that waits for it needs a moment to wake on a busy machine
EPSILON: Final = 1e-6  # of a second: the rounding error of a moment far from zero


class Series(NamedTuple):
    """What the numbers belong to: ``kind`` is ``engine``, ``pool`` or ``type``."""

    kind: str
    name: str = ""


ENGINE: Final = Series("engine")

Windows = tuple[MetricWindow, MetricWindow, MetricWindow]
"""The last 10 s, minute and 10 minutes."""


class Sampler(Background):
    """The thread that takes samples, and the past of each series.

    Args:
        look: returns the state of each series, and what was measured since the last call; called
            with the value for `Standing.at`.
        cpu: returns the seconds of processor time that the process has used.
        gil_wait: returns the seconds that a thread needs to release the GIL and get it back.
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
        """Why no past is kept, in words; empty when it is."""
        self.looks = 0
        """How many samples it has taken."""
        self.cost = 0.0
        """Seconds of real time that the last sample took."""
        self._look = look
        self._cpu = cpu
        self._gil_wait = gil_wait or measure_gil_wait
        self._tracks: dict[Series, Track] = {}
        self._windows: Mapping[Series, Windows] = {}  # up to the last sample, once asked for
        self._running = False
        self._tick = 0
        self._began = 0.0  # monotonic, moved back by the seconds that the machine slept
        self._seen = 0.0  # monotonic, of the last sample
        self._awake = 0.0  # seconds that count, up to the last sample
        self._ahead = 0.0  # of the time of day over the monotonic clock
        self._cpus: deque[tuple[float, float]] = deque(maxlen=LOOK_BACK[0] + 1)
        self._gil_waits: deque[float] = deque(maxlen=LOOK_BACK[0])

    def start(self) -> None:
        """Start to take samples; if the machine has no thread for it, `problem` says so."""
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
        """Return the windows up to the last sample, for each series with a past.

        Types without their own past are combined as `OTHERS`.
        """
        with self._lock:
            if not self._running:
                return {}
            return self._locked_windows()

    def _locked_windows(self) -> Mapping[Series, Windows]:
        if not self._windows:
            self._windows = {series: track.windows() for series, track in self._tracks.items()}
        return self._windows

    def process(self) -> Process:
        """Return what the process used."""
        from chasqui.engine.metrics.samples import Process

        with self._lock:
            if not self._running or not self._gil_waits:
                return Process()
            (began, before), (until, cpu) = self._cpus[0], self._cpus[-1]
            waits = sorted(self._gil_waits)
            return Process((cpu - before) / (until - began), waits[len(waits) // 4], until - began)

    def history(self, series: Series, resolution: int, rows: int) -> History:
        """Return the newest rows of a series; none for an unknown series."""
        from chasqui.engine.metrics.samples import History

        with self._lock:
            seconds = RESOLUTIONS[resolution].seconds
            track = self._tracks.get(series)
            columns = track.last(resolution, rows) if track else {}
            ended = self._tick // seconds * seconds
            until = self._clock.time() - (self._clock.monotonic() - self._began) + ended
            return History(seconds, until, columns)

    def look(self) -> None:
        """Take a sample, unless this second has one; for one thread at a time."""
        began = time.perf_counter()
        with self._lock:
            now = self._clock.monotonic()
            self._locked_notice_sleep(now)
            tick = int((now - self._began) / TICK + EPSILON)
            awake = self._locked_awake(now)
            if tick <= self._tick:
                return
        # Without the lock: a signal handler may want it while it holds that of a pool.
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
        """Wait for the next second; False when the sampler is closed."""
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
        """Combine the types without their own past."""
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
    return {series: Track(look.standing) for series, look in looks.items()}


def measure_gil_wait() -> float:
    """Release the GIL, and return how many seconds it took to get it back.

    While other threads compute, that is about `sys.getswitchinterval()` or more; while all of them
    wait, it is little more than `YIELD_SECONDS`.
    """
    began = time.perf_counter()
    time.sleep(YIELD_SECONDS)
    return time.perf_counter() - began
