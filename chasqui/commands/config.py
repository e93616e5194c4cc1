"""`chasqui-tui config`: check, show or locate the settings."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace

import tomli_w

from chasqui.commands import exits
from chasqui.commands.session import open_session, show


def configure(parser: ArgumentParser) -> None:
    """Describe the arguments."""
    parser.add_argument("what", choices=["check", "show", "path"], help="what to do")
    parser.add_argument("file", nargs="?", metavar="FILE", help="instead of the file in use")


def execute(args: Namespace) -> int:
    """Do it; what is wrong with the settings is raised as ConfigError."""
    args.config = args.file or args.config
    session = open_session(args)
    path = session.config.path
    if args.what == "check":
        session.plugins.load()
        read = [str(file) for file in (path, session.overrides) if file and file.exists()]
        show(f"ok: {' and '.join(read) if read else 'the defaults, no file'}")
    elif args.what == "show":
        show(tomli_w.dumps(session.config.as_toml()).rstrip())
    else:
        show(f"config     {path.absolute() if path else '(none: the defaults)'}")
        show(f"overrides  {session.overrides}")
        show(f"state      {session.folder}")
    return exits.DONE
