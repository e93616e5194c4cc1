"""A worker as a row: state, task and type first, then how far it is and when it will be done."""

from __future__ import annotations

from collections.abc import Iterator

from chasqui.console.model.columns import Cell, Column, TableRow
from chasqui.console.model.format import ROLES, Glyphs, number, percent, rate, short
from chasqui.control.port import ProgressView, WorkerRow
from chasqui.durations import age
from chasqui.sizes import size

BAR = 10  # cells of a bar
SHORT_BAR = 5
MESSAGES = (24, 12)  # characters to which a message is cut before it is left out
LEAST_TYPE, MOST_TYPE = 12, 40  # cells: the column is as wide as the longest name needs
MOST_CORES = 999.0  # that a process uses, and
MOST_MEMORY = 1 << 50  # bytes that it has: a host may say anything
MOST_TIMES = 999  # as long as usual; more tells no more
NAMED_WITH_POOL = 14  # cells of a worker's name where there are several pools
PROCESSES = (
    Column("CPU", 5, 3, right=True),
    Column("MEM", 8, 3, right=True),
    Column("PID", 7, 6, right=True),
)


def columns(longest_type: int, *, several_pools: bool, longest_name: int = 0) -> tuple[Column, ...]:
    """Return the columns; the type is narrowed only when the progress is at its narrowest.

    Args:
        longest_name: the cells of the longest name of a worker, if some have processes, whose
            columns need the room; else 0.
    """
    width = max(LEAST_TYPE, min(longest_type, MOST_TYPE))
    room = max(8, min(longest_name, NAMED_WITH_POOL)) if longest_name else NAMED_WITH_POOL
    named = (Column("WORKER", room, 1, least=8),) if several_pools else ()
    return (
        Column("", 1),
        Column("TYPE", width, 0, least=LEAST_TYPE),
        Column("TASK", 7, 0, right=True, least=5),
        *named,
        Column("FOR", 5, 1, right=True),
        Column("PROGRESS", 12 if longest_name else 24, 2, flexible=True, least=9),
        Column("LEFT", 6, 2, right=True, least=5),
        *(PROCESSES if longest_name else ()),
        Column("DONE", 6, 5, right=True),
        Column("FAILED", 6, 4, right=True),
    )


def worker_cells(
    worker: WorkerRow,
    now: float,
    glyphs: Glyphs,
    *,
    pace: float,
    left: float | None,
    named: bool,
    processes: bool = False,
) -> TableRow:
    """Return the row of a worker.

    Args:
        pace: how much its task does in a second; 0: unknown.
        left: in how many seconds it will be done; None: unknown.
        named: whether a column has the names of the workers, since there are several pools.
        processes: whether columns have what the processes of workers use.
    """
    role, sign = ROLES.get(worker.state, ""), glyphs.states.get(worker.state, "?")
    what = Cell(worker.type) if worker.task is not None else Cell(worker.state, role)
    task = Cell("" if named else worker.name, "dim")
    if worker.task is not None:
        task = Cell(str(worker.task))
    first, *shorter = [*progress_forms(worker.progress, pace, glyphs)] or [""]
    progress = Cell(first, "active", tuple(shorter))
    if worker.leaves and worker.state == "running":
        role, sign = ROLES["stopping"], glyphs.states["stopping"]
    if why := trouble(worker, now):
        role = "error" if worker.slow == "unstopped" else "warn"
        sign = glyphs.alert if worker.asked_at is not None else glyphs.warning
        progress = Cell(why[0], role, why[1:])
    elif worker.task is not None and worker.state != "running":
        progress = Cell(worker.state, role)
    return TableRow(
        worker.name,
        (
            Cell(sign, role),
            what,
            task,
            *((Cell(worker.name, "dim", _shorter_names(worker.name, glyphs)),) if named else ()),
            Cell(age(now - worker.since), "warn" if is_over(worker, now) else ""),
            progress,
            Cell("" if left is None else age(left)),
            *(_process_cells(worker) if processes else ()),
            Cell(f"{worker.done:,}"),
            Cell(f"{worker.failed:,}", "" if worker.failed else "dim"),
        ),
    )


def _shorter_names(name: str, glyphs: Glyphs) -> tuple[str, ...]:
    """Return shorter forms of a name; it begins with its pool, and its end tells it apart."""
    pool, slash, own = name.rpartition("/")
    kept = range(min(len(pool), NAMED_WITH_POOL) - 1, 0, -1)
    return tuple(f"{pool[:count]}{glyphs.ellipsis}{slash}{own}" for count in kept)


def use_text(worker: WorkerRow) -> str:
    """Say which process a worker has, and what that uses."""
    cpu, memory = cpu_text(worker), memory_text(worker)
    parts = (f"pid {worker.pid}", f"CPU {cpu}" if cpu else "", memory)
    return ", ".join(filter(None, parts))


def cpu_text(worker: WorkerRow) -> str:
    """Say how much of a core a worker's process uses; empty if that is not known yet."""
    if worker.cpu is None:
        return ""
    return f"{round(max(0.0, min(worker.cpu, MOST_CORES)) * 100)}%"


def memory_text(worker: WorkerRow) -> str:
    """Say how much memory a worker's process has; empty if that is not known."""
    return size(min(worker.memory, MOST_MEMORY)) if worker.memory > 0 else ""


def beside_processes(row: TableRow) -> TableRow:
    """Return the row of something else than a worker, for columns of processes."""
    return row._replace(cells=(*row.cells, *[Cell("")] * len(PROCESSES)))


def _process_cells(worker: WorkerRow) -> tuple[Cell, Cell, Cell]:
    brief = (memory_text(worker).replace(" ", ""),)
    pid = "" if worker.pid is None else f"{worker.pid}"
    return Cell(cpu_text(worker)), Cell(memory_text(worker), "", brief), Cell(pid, "dim")


def is_over(worker: WorkerRow, now: float) -> bool:
    """Tell whether a task runs for longer than 95 % of its type do."""
    return worker.task is not None and 0 < worker.usual < now - worker.since


def trouble(worker: WorkerRow, now: float) -> tuple[str, ...]:
    """Say why a worker is slow, and in ever fewer words."""
    if worker.asked_at is not None:
        ago = age(now - worker.asked_at)
        told = f"asked to stop {ago} ago, still running"
        return told, f"asked to stop {ago} ago", f"asked to stop {ago}", f"stop {ago}", "no stop"
    if worker.slow == "long":
        times = (now - worker.since) / worker.usual if worker.usual else MOST_TIMES
        told = f"over {MOST_TIMES}" if times >= MOST_TIMES else f"{int(times)}"
        return f"slow: {told} x its p95", f"slow {told} x", "slow"
    return ()


def progress_forms(progress: ProgressView | None, pace: float, glyphs: Glyphs) -> Iterator[str]:
    """Return a task's progress in ever shorter forms; no number is cut in the middle."""
    if progress is None:
        return
    done, total, message = progress.done, progress.total, progress.message
    if total:
        share, wide = f"{percent(done, total)}%", bar(done / total, BAR, glyphs)
        lead, exact = f"{wide} {share}", f"{number(done)}/{number(total)}"
        brief = f"{short(int(done))}/{short(int(total))}"
    else:
        share, wide, lead = "", "", ""
        exact, brief = number(done) if done or not message else "", short(int(done))
    speed = rate(pace) if pace > 0 else ""
    for cap in (len(message), *MESSAGES):
        if message:
            cut = message if len(message) <= cap else message[: cap - 1] + "…"
            yield _joined(lead, exact, cut, speed)
            yield _joined(wide, exact, cut, speed)
            yield _joined(lead, exact, cut)
    yield _joined(lead, exact, speed)
    yield _joined(wide, exact, speed)
    yield _joined(lead, exact)
    if total:
        small = bar(done / total, SHORT_BAR, glyphs)
        yield from (f"{small} {exact}", f"{small} {brief}", lead, f"{small} {share}", share)
    else:
        yield brief


def bar(share: float, cells: int, glyphs: Glyphs) -> str:
    """Return a bar that is full to a share; it is only full, or empty, when nothing is missing."""
    full = round(cells * max(0.0, min(share, 1.0)))
    if 0 < share < 1:
        full = max(1, min(full, cells - 1))
    return glyphs.full * full + glyphs.hollow * (cells - full)


def _joined(*parts: str) -> str:
    return " ".join(part for part in parts if part)
