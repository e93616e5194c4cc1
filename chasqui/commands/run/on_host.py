"""`chasqui-tui run --host`: the lines go to a host instead of an engine of the run's own.

Input, rows and exit status are those of `run`. What the host has accepted stays with it: a run that
is stopped leaves it there.
"""

from __future__ import annotations

import os
from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from chasqui.commands import asking, exits, task_options
from chasqui.commands.given import Usage
from chasqui.commands.halting import Halt
from chasqui.commands.opening import open_to_write
from chasqui.commands.run.control import Control
from chasqui.commands.run.own_files import check_own_files
from chasqui.commands.run.presentation import check, printed
from chasqui.commands.sending import Sending
from chasqui.commands.submit import plan
from chasqui.commands.words import say
from chasqui.commands.writing import encode, write_all
from chasqui.control.intake.lines import Until
from chasqui.control.intake.tasks import TaskMaker
from chasqui.control.wire.working import FateRecord
from chasqui.engine.config.places import find_config

OWN = {
    "workers": "resize the host's pool with `chasqui-tui resize`",
    "log": "the console shows what its tasks log",
    "dry_run": "leave out --host to check the input",
    "console": "`chasqui-tui attach` opens the console of the host",
    "journal": "a host keeps a journal of its own",
    "pipe": "a chunk may be longer than what a host takes at once; leave out one of them",
    "joblog": "a host keeps a journal of its own",
    "resume": "a host keeps a journal of its own",
    "resume_failed": "a host keeps a journal of its own",
    "retries": "the host's config says it in [types.NAME]",
    "backoff": "the host's config says it in [types.NAME]",
    "rate": "limit the type with `chasqui-tui limit`",
    "start_delay": "limit the type with `chasqui-tui limit`",
    "load": "pause the host with `chasqui-tui pause` meanwhile",
    "mem_free": "pause the host with `chasqui-tui pause` meanwhile",
    "progress": "`chasqui-tui attach` shows what the host does",
    "nice": "start the host with it",
    "keep_order": "its rows come as tasks end; sort them by `line`",
    "results": "leave out --host to keep results",
    "summary": "leave out --host for a summary",
    "tag": "leave out --host to print lines with tags",
}
"""Options about an engine of the run's own, each with what to do instead."""


def execute(args: Namespace) -> int:
    """Run, and return the exit status."""
    if not args.on_host:
        raise Usage("--name says which host runs the tasks; say --host as well")
    for option, instead in OWN.items():
        if getattr(args, option) not in (None, False):
            raise Usage(f"--{option.replace('_', '-')} is not for --host; {instead}")
    control = Control.of(args)
    if any(rule.now for rule in control.rules):
        instead = "say soon; `chasqui-tui cancel` asks running tasks to stop"
        raise Usage(f"--halt now is not for --host, where what is accepted stays; {instead}")
    check(args)
    shown = printed(args, lambda: False)
    with Halt() as halt, asking.connected(args) as client:
        maker = TaskMaker(asking.types(client), task_options.options_of(args))
        planned = plan(args, maker, Until(halt.wake, lambda: halt.signal is not None))
        config, _ = find_config(args.config)
        check_own_files(args, planned.files, () if config is None else (config,))
        with _Unfinished.opened(args.failures) as unfinished:
            sending = Sending(
                client,
                halt,
                planned.make,
                type=args.type,
                rows=True,
                printer=shown.printer,
                hides=maker.has_secrets(args.type, planned.takes),
                rules=control.rules,
                unfinished=unfinished.add,
            )
            source = planned.source
            status = sending.one() if source is None else sending.stream(source)
        return max(status, unfinished.status)


class _Unfinished:
    """The file of ``--failures``: the type and the parameters of what did not complete."""

    def __init__(self, file: str, descriptor: int | None) -> None:
        self._file = file
        self._descriptor = descriptor
        self._error: OSError | None = None

    @classmethod
    @contextmanager
    def opened(cls, file: str | None) -> Iterator[_Unfinished]:
        if file is None:
            yield cls("", None)
            return
        try:
            descriptor = open_to_write(Path(file), os.O_CREAT | os.O_TRUNC)
        except OSError as error:
            raise Usage(f"{file}: cannot be written: {error.strerror}") from None
        try:
            yield cls(file, descriptor)
        finally:
            os.close(descriptor)

    def add(self, fate: FateRecord) -> None:
        """Write one; whether that went well is in the status."""
        if self._descriptor is None or self._error is not None:
            return
        try:
            write_all(self._descriptor, encode({"type": fate.type, "params": fate.params}))
        except OSError as error:
            self._error = error
            say(f"{self._file}: cannot be written: {error.strerror}; it is not complete")

    @property
    def status(self) -> int:
        return exits.DONE if self._error is None else exits.USAGE
