"""How a run is presented: in which form and order, and what is kept beside the output."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from chasqui.commands.given import Usage
from chasqui.commands.run.following import Follower
from chasqui.commands.run.output import Output
from chasqui.commands.run.output_arguments import ROWS, TABLES, TEXT
from chasqui.commands.run.printer import RowPrinter
from chasqui.commands.run.stop import RunStop

if TYPE_CHECKING:
    from chasqui.commands.run.forms import Form


class Presentation(NamedTuple):
    """What a run needs to be presented as its arguments ask."""

    printer: Callable[[Output], RowPrinter] = RowPrinter
    followers: tuple[Follower, ...] = ()


def presentation(args: Namespace, stop: RunStop) -> Presentation:
    """Return how a run is presented; raises Usage."""
    check(args)
    shown = printed(args, stop.now)
    followers = (*_results(args, stop), *shown.followers, *_summary(args))
    return shown._replace(followers=followers)


def printed(args: Namespace, stopped: Callable[[], bool]) -> Presentation:
    """Return how rows are printed; ``stopped`` tells whether the run is to stop."""
    if _is_plain(args) and not args.keep_order:
        return Presentation()
    from chasqui.commands.run.form_printer import FormPrinter
    from chasqui.commands.run.line_order import HELD_ROWS, HELD_ROWS_KEPT, LineOrder

    order = None
    if args.keep_order:
        is_kept = args.journal is not None or args.joblog is not None
        order = LineOrder(stopped, HELD_ROWS_KEPT if is_kept else HELD_ROWS)
    followers = () if order is None else (order,)
    return Presentation(partial(FormPrinter, form=form_of(args), order=order), followers)


def check(args: Namespace) -> None:
    """Check that the arguments go together; raises Usage."""
    output = args.output or ROWS
    if args.columns is not None and output == TEXT:
        raise Usage("--columns chooses keys of rows; leave it out, or --output=text")
    if args.tag and output != TEXT:
        raise Usage("--tag is for the lines of --output=text; say that as well")
    for option in ("summary", "results"):
        if getattr(args, option) is not None and args.dry_run:
            raise Usage(f"--dry-run runs nothing, so it takes no --{option}")
    form = f"--output={output}" if output != ROWS else "--columns"
    if not _is_plain(args) and args.journal is not None:
        raise Usage(f"{form} is not for --journal, which prints each row once, whole; leave it out")
    if not _is_plain(args) and args.dry_run:
        raise Usage(f"--dry-run prints what lines become, as rows; leave out {form}")


def form_of(args: Namespace) -> Form:
    """Return the form of the rows that was asked for."""
    if args.output == TEXT:
        from chasqui.commands.run.text import TextForm

        return TextForm(tags=args.tag, visibly=os.isatty(1))
    if _is_plain(args):
        from chasqui.commands.run.forms import Form

        return Form()
    from chasqui.commands.run.tables import DELIMITERS, ColumnsForm, TableForm, columns_of

    columns = columns_of(args.columns, log=args.log)
    if args.output in TABLES:
        return TableForm(columns, delimiter=DELIMITERS[args.output], visibly=os.isatty(1))
    return ColumnsForm(columns)


def _results(args: Namespace, stop: RunStop) -> tuple[Follower, ...]:
    """Return what keeps the results in a folder; raises Usage."""
    if args.results is None:
        return ()
    from chasqui.commands.run.claim import command_of
    from chasqui.commands.run.results import ResultsFolder

    goes_on = args.journal is not None or args.resume or args.resume_failed
    return (
        ResultsFolder(
            Path(args.results),
            command_of(args),
            goes_on=goes_on,
            stopped=stop.now,
            give_up=stop.give_up,
        ),
    )


def _summary(args: Namespace) -> tuple[Follower, ...]:
    """Return what sums the run up; without being asked, on a terminal only."""
    if args.dry_run:
        return ()
    asked = args.summary
    if asked == "no" or (asked is None and not os.isatty(2)):
        return ()
    from chasqui.commands.run import summary_text
    from chasqui.commands.run.summary import RunSummary

    if asked == "yes":
        return (RunSummary(summary_text.tell),)
    if asked is None:
        return (RunSummary(summary_text.tell_of_several),)
    kept = summary_text.SummaryFile(Path(asked))

    def close(summary: RunSummary) -> None:
        kept.write(summary)
        if os.isatty(2):
            summary_text.tell_of_several(summary)

    return (kept, RunSummary(close))


def _is_plain(args: Namespace) -> bool:
    """Whether rows are printed as they are."""
    return args.output in (None, ROWS) and args.columns is None
