"""`chasqui-tui serve`: a host in the foreground, for a service manager, a container or a shell.

A console that finds no host starts this as well, with ``--beside``, in a session of its own.
"""

from __future__ import annotations

import argparse
import os
from argparse import ArgumentParser, Namespace
from pathlib import Path

from chasqui.commands import hostlog
from chasqui.commands.logfile import log_on_stderr, open_log
from chasqui.commands.notifying import Notifier
from chasqui.commands.processors import with_workers, workers
from chasqui.commands.session import CommandSession, open_trusted_session
from chasqui.control.sockets.locking import is_held, pid_in
from chasqui.control.sockets.place import lock_of, socket_of
from chasqui.errors import AlreadyHosted


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("--beside", action="store_true", help=argparse.SUPPRESS)


def execute(args: Namespace) -> int:
    """Serve the engine until it ends, and return the exit status."""
    notifier = Notifier(os.environ)
    session = open_trusted_session(args)
    session = session._replace(config=with_workers(session.config, workers()))
    _check_free(session)  # at once; plugins may take their time
    session.plugins.load()
    from chasqui.commands.hosting import Hosting

    beside = _log(session) if args.beside else None
    if beside is None and session.log_file is None:
        log_on_stderr(session.config.log.level)
    return Hosting(session, session.hosted(), notifier, beside=beside).run()


def _check_free(session: CommandSession) -> None:
    name = session.config.engine.name
    lock = lock_of(socket_of(name, session.config.path))
    if lock.parent.is_dir() and is_held(lock):
        raise AlreadyHosted(name, pid_in(lock))


def _log(session: CommandSession) -> Path:
    """Have log lines where this host's output goes, unless the config has a file for them."""
    log = hostlog.log_of(session.folder)
    hostlog.rotate(log, 1, 2)
    if session.log_file is None:
        try:
            open_log(log, session.config.log.level)
        except OSError as error:
            from chasqui.commands.beside import HostFailed  # the client's side, else not needed

            raise HostFailed(hostlog.unwritable(log, error.strerror)) from None
    return log
