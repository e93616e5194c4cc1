"""What the failures pane lists: kinds and failures as rows, and as a line of facts."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chasqui.console.model.columns import Cell, Column, TableRow
from chasqui.console.model.format import Glyphs, plain, short
from chasqui.console.model.keymap import Keymap
from chasqui.console.model.line import Span
from chasqui.control.port import Chosen, FailureRow, GroupRow, RetriedView, Snapshot
from chasqui.durations import age

GROUP_COLUMNS = (
    Column("", 1),
    Column("OPEN", 5, 0, right=True, least=4),
    Column("TOTAL", 7, 0, right=True, least=5),
    Column("LAST", 5, 0, right=True),
    Column("FIRST", 5, 3, right=True),
    Column("TYPE", 16, 0, least=10),
    Column("ERROR", 30, 0, flexible=True, least=16),
)
SINGLE_COLUMNS = (
    Column("TASK", 8, 0, right=True),
    Column("TYPE", 16, 1, least=8),
    Column("AGO", 5, 0, right=True),
    Column("TRIES", 5, 4, right=True),
    Column("STATE", 7, 3),
    Column("WORKER", 9, 6),
    Column("ERROR", 30, 0, flexible=True, least=16),
    Column("PARAMETERS", 30, 5),
)
OF_A_KIND_COLUMNS = (
    Column("TASK", 8, 0, right=True),
    Column("TYPE", 16, 7),
    Column("AGO", 5, 0, right=True),
    Column("TRIES", 5, 4, right=True),
    Column("STATE", 7, 3),
    Column("WORKER", 9, 6),
    Column("ERROR", 20, 1, least=12),
    Column("PARAMETERS", 24, 0, flexible=True, least=12),
)
"""For a single kind: its errors are alike, so the parameters tell the rows apart."""


@dataclass(frozen=True, slots=True)
class Listing:
    """What is listed: the kinds, or single failures: all, those of a kind, or those of a filter."""

    one_by_one: bool = False
    group: GroupRow | None = None
    filter: str = ""

    @property
    def is_groups(self) -> bool:
        """Whether kinds are listed."""
        return not self.one_by_one and self.group is None and not self.filter

    @property
    def chosen(self) -> Chosen:
        """The listed failures, or those of the listed kinds."""
        return Chosen(group=self.group.id if self.group else None, filter=self.filter or None)

    def switched(self) -> Listing:
        """Return the list of single failures, or that of kinds."""
        return Listing(one_by_one=self.is_groups)

    def back(self) -> Listing:
        """Return the list to go back to: without the filter, then all kinds."""
        return replace(self, filter="") if self.filter else Listing()


def heading(listing: Listing, snapshot: Snapshot, glyphs: Glyphs, keys: Keymap) -> list[Span]:
    """Say what is listed, how long the list is, and what can still be undone.

    A note about parts of a filter that were not understood comes first: the list is then longer
    than the user meant.
    """
    spans: list[Span] = []
    total = snapshot.failure_page.total if snapshot.failure_page else None
    if listing.is_groups:
        page = snapshot.group_page
        if page is not None and page.is_partial:
            spans.append(Span("looking", "dim"))
        elif page is not None:
            spans.append(Span(f"{page.total:,} kind{'s' * (page.total != 1)} of failure", "title"))
        spans.append(Span(f"{keys.named('task.open')} lists one", "dim", priority=3))
    else:
        if listing.group is not None:
            kind = f"{listing.group.type} {listing.group.error}"
            spans.append(Span(plain(kind, glyphs, cap=38), "title", priority=4))
        if listing.filter:
            text = f"filter: {plain(listing.filter, glyphs, cap=38)}"
            spans.append(Span(text, "title", priority=1))
        if total is not None and snapshot.failure_page and snapshot.failure_page.is_partial:
            spans.append(Span("looking", "dim"))
        elif total is not None:
            what = "match" if listing.filter else "kept"
            spans.append(Span(f"{total:,} {what}", priority=3))
        if snapshot.filter_note:
            spans.append(Span(plain(snapshot.filter_note, glyphs), "warn"))
        spans.append(Span(_backs(listing, keys), "dim", priority=5))
    if snapshot.retried is not None:
        spans.append(_outcome(snapshot.retried, snapshot.at))
    if snapshot.undo is not None:
        undo = snapshot.undo
        key = keys.named("engine.undo")
        verb = plain(undo.verb, glyphs)
        text = f"{key} undoes {verb} of {undo.count:,}: {age(undo.remaining)} left"
        shorter = f"{key} undoes it: {age(undo.remaining)} left"
        spans.append(Span(text, "warn", priority=2, shorter=(shorter,)))
    return spans


def group_row(row: GroupRow, now: float, glyphs: Glyphs) -> TableRow:
    """Return a kind as a row; its key is the group. Kinds without open failures are dim."""
    is_open = row.open > 0
    return TableRow(
        row.id,
        (
            Cell(glyphs.cross if is_open else "", "error"),
            _count(row.open, "error" if is_open else "dim"),
            _count(row.count, "" if is_open else "dim"),
            Cell(age(now - row.last_seen), "" if is_open else "dim"),
            Cell(age(now - row.first_seen), "dim"),
            Cell(row.type, "" if is_open else "dim"),
            _what(row, glyphs),
        ),
    )


def _what(row: GroupRow, glyphs: Glyphs) -> Cell:
    """Return the error, or what has become of a kind of which all were retried."""
    if row.open or not row.retried:
        return Cell(row.error, "error" if row.open else "dim")
    ends = _ends(row.retried, row.retried_well, row.failed_again, row.retries_cancelled)
    exception = row.error.partition(":")[0]
    text = f"retried {row.retried:,}: {ends}"
    shorter = text, f"of {row.retried:,}: {ends}"
    return Cell(f"{text} {glyphs.dot} {exception}", "warn" if row.failed_again else "dim", shorter)


def _ends(count: int, completed: int, failed: int, cancelled: int) -> str:
    """Say how the retries of some failures have ended: ``47 done, 2 failed again``."""
    going = count - completed - failed - cancelled
    ends = {"done": completed, "failed again": failed, "cancelled": cancelled, "to go": going}
    return ", ".join(f"{many:,} {what}" for what, many in ends.items() if many)


def _outcome(retried: RetriedView, now: float) -> Span:
    """Say what has become of the last retry."""
    ends = _ends(retried.count, retried.completed, retried.failed, retried.cancelled)
    of, ago = f"of {retried.count:,} retried", age(now - retried.at)
    role = "warn" if retried.failed else "ok"
    return Span(f"{of} {ago} ago: {ends}", role, priority=1, shorter=(f"{of}: {ends}",))


def _count(count: int, role: str) -> Cell:
    return Cell(f"{count:,}", role, (str(count), short(count)))


def single_row(row: FailureRow, now: float) -> TableRow:
    """Return a failure as a row; its key is the number of its task."""
    return TableRow(
        row.number,
        (
            Cell(str(row.number)),
            Cell(row.type),
            Cell(age(now - row.at)),
            Cell(str(row.attempts), "dim"),
            Cell(row.state, "dim"),
            Cell(row.worker, "dim"),
            Cell(row.error, "error"),
            Cell(row.params, "dim"),
        ),
    )


def group_facts(row: GroupRow, now: float, glyphs: Glyphs) -> tuple[Span, ...]:
    """Describe a kind in a line."""
    kept = f", {row.kept:,} kept" if row.kept != row.count else ""
    ends = _ends(row.retried, row.retried_well, row.failed_again, row.retries_cancelled)
    retried = f", {row.retried:,} retried: {ends}" if row.retried else ""
    return (
        Span(f"{row.count:,} failed{kept}{retried}", "title"),
        Span(f"last {age(now - row.last_seen)} ago", priority=3),
        Span(f"first {age(now - row.first_seen)} ago", priority=2),
        Span(plain(row.newest or row.error, glyphs), "error"),  # cut at its end, never dropped
    )


def single_facts(row: FailureRow, glyphs: Glyphs) -> tuple[Span, ...]:
    """Describe a failure in a line."""
    return (
        Span(f"task {row.number}", "title"),
        Span(plain(row.state, glyphs), priority=1),
        Span(f"on {plain(row.worker, glyphs)}" if row.worker else "", priority=1),
        Span(plain(row.error, glyphs), "error"),
        Span(plain(row.params, glyphs), "dim", priority=2),
    )


def _backs(listing: Listing, keys: Keymap) -> str:
    """Say what the key does that goes back; see `Listing.back`."""
    does = "clears the filter" if listing.filter else "goes back"
    return f"{keys.named('list.clear')} {does}"


def failed_so_far(snapshot: Snapshot) -> int:
    """Return how many tasks have failed, with those of earlier lives whose failures are kept.

    An older host says only how many kinds are open.
    """
    return max(snapshot.counts.failed, snapshot.ever_failed or 0, snapshot.open_kinds or 0)


def empty_words(listing: Listing, snapshot: Snapshot, keys: Keymap) -> tuple[str, str]:
    """Say why the list is empty, and what to do."""
    backs = _backs(listing, keys)
    page = snapshot.group_page if listing.is_groups else snapshot.failure_page
    if page is not None and page.is_partial:
        return "Looking…", backs
    if listing.filter:
        return "No failure that is kept matches the filter.", backs
    if listing.group is not None:
        return "No failure of this kind is kept any more.", f"{backs} to the kinds"
    if failed := failed_so_far(snapshot):
        undo = snapshot.undo is not None and snapshot.undo.verb == "discard"
        undoes = f"{keys.named('engine.undo')} undoes the discard"
        said = undoes if undo else "They were discarded, or are old"
        return f"{failed:,} failed; none of them is kept.", said
    return (
        "No task has failed.",
        f"Failed tasks are listed here by kind; {keys.named('task.open')} then opens one with its "
        "traceback",
    )
