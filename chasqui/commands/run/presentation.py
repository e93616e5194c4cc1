"""How a run is presented: in which form and order, and what is kept beside the output."""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from chasqui.commands.given import Usage
from chasqui.commands.run.following import Follower
from chasqui.commands.run.output import Output
from chasqui.commands.run.output_arguments import ROWS, TEXT
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
    if args.output in (None, ROWS) and not args.keep_order:
        return Presentation()
    from chasqui.commands.run.form_printer import FormPrinter
    from chasqui.commands.run.line_order import HELD_ROWS, HELD_ROWS_KEPT, LineOrder

    order = None
    if args.keep_order:
        is_kept = args.journal is not None or args.joblog is not None
        order = LineOrder(stop.now, HELD_ROWS_KEPT if is_kept else HELD_ROWS)
    followers = () if order is None else (order,)
    return Presentation(partial(FormPrinter, form=form_of(args), order=order), followers)


def check(args: Namespace) -> None:
    """Check that the arguments go together; raises Usage."""
    output = args.output or ROWS
    if args.tag and output != TEXT:
        raise Usage("--tag is for the lines of --output=text; say that as well")
    if output != ROWS and args.journal is not None:
        raise Usage(f"--output={output} is not for --journal, which prints each row once; use rows")
    if output != ROWS and args.dry_run:
        raise Usage(f"--dry-run prints what lines become, as rows; leave out --output={output}")


def form_of(args: Namespace) -> Form:
    """Return the form of the rows that was asked for."""
    if args.output == TEXT:
        from chasqui.commands.run.text import TextForm

        return TextForm(tags=args.tag, visibly=os.isatty(1))
    from chasqui.commands.run.forms import Form

    return Form()
