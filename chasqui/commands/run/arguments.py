"""The arguments of `chasqui-tui run`."""

from __future__ import annotations

from argparse import ArgumentParser

from chasqui.commands import task_options
from chasqui.commands.records import arguments as records
from chasqui.commands.run import control, output_arguments
from chasqui.commands.run.resuming import configure_resuming


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.usage = (
        "chasqui-tui run TYPE [name=value ...]\n"
        "       chasqui-tui run TYPE --each PARAM [name=value ...] [FILE ...|-]\n"
        "       chasqui-tui run [FILE ...|-] -- COMMAND [WORD|{} ...] [::: VALUE ...]\n"
        "       chasqui-tui run --jobs FILE|-"
    )
    parser.add_argument("type", nargs="?", metavar="TYPE", help="the task type")
    records.configure(parser)
    records.configure_pipe(parser)
    parser.add_argument("--jobs", metavar="FILE", help='lines {"type": …, "params": {…}}, or -')
    parser.add_argument(
        "--workers", metavar="N", help="tasks that run at the same time: a number, 50%% or +2"
    )
    parser.add_argument(
        "--failures", metavar="FILE", help="write what did not complete, for --jobs"
    )
    configure_resuming(parser)
    output_arguments.configure(parser)
    task_options.configure(parser)
    control.configure(parser)
    parser.add_argument("--console", action="store_true", help="open the console while it runs")
    parser.add_argument("--log", action="store_true", help="add what each body logged to its row")
    parser.add_argument("--dry-run", action="store_true", help="check the input and run nothing")
    parser.add_argument("--host", dest="on_host", action="store_true", help="run them in a host")
    parser.add_argument("--name", dest="host", metavar="HOST", help="which (else the config's)")
