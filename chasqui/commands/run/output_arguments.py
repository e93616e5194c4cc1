"""The arguments about the output of a run."""

from __future__ import annotations

from argparse import ArgumentParser
from typing import Final

ROWS: Final = "rows"
TEXT: Final = "text"
OUTPUTS: Final = (ROWS, TEXT)


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument(
        "-k", "--keep-order", action="store_true", help="print in the order of the input"
    )
    parser.add_argument(
        "--output", choices=OUTPUTS, help="rows (the default), or text: what each wrote or returned"
    )
    parser.add_argument(
        "--tag", action="store_true", help="with --output=text: the line and a tab before each line"
    )
