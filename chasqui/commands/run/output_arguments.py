"""The arguments about the output of a run."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Final

ROWS: Final = "rows"
TEXT: Final = "text"
TABLES: Final = ("csv", "tsv")
OUTPUTS: Final = (ROWS, TEXT, *TABLES)


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument(
        "-k", "--keep-order", action="store_true", help="print in the order of the input"
    )
    parser.add_argument(
        "--output",
        choices=OUTPUTS,
        help="rows (the default), a table, or text: what each task wrote or returned",
    )
    parser.add_argument(
        "--columns", metavar="KEYS", help="of the rows, such as line,state,result.size"
    )
    parser.add_argument(
        "--results", metavar="DIR", help="keep the row and the text of each task in a folder of DIR"
    )
    parser.add_argument(
        "--summary",
        metavar="yes|no|FILE",
        help="say totals, kinds of failure and the slowest at the end; FILE: write them as JSON",
    )
    parser.add_argument(
        "--tag", action="store_true", help="with --output=text: the line and a tab before each line"
    )
