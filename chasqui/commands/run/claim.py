"""Whose a run's journal is: the command that began it, and no other goes on with it."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping
from hashlib import blake2b
from pathlib import Path
from typing import Any

import msgspec

from chasqui.commands.given import Usage, names_and_files
from chasqui.engine.journal.opening import RUN
from chasqui.engine.journal.store import Store


def command_of(args: Namespace) -> dict[str, Any]:
    """Return what must be the same when a command goes on with a journal."""
    fixed, _ = names_and_files(args.words)
    each = args.each[0] if args.each and len(args.each) == 1 else args.each
    form = {
        "command": args.argv,
        "--shell": args.shell,
        "--stdin": args.stdin,
        "--block": args.block,
        "--csv": args.csv,
        "--tsv": args.tsv,
        "--header": args.header,
        "--delimiter": args.delimiter,
        "--link": args.link,
    }
    return {
        "type": args.type,
        "each": each,
        "jobs": args.jobs is not None,
        "nul": args.nul,
        "params": fixed,
        # Only what is said: the journals of commands that say none of it stay what they were.
        **{name: value for name, value in form.items() if value not in (None, False)},
    }


def digest_of(command: Mapping[str, Any]) -> bytes:
    """Return 16 bytes by which a command is known again, and which do not say what it is given."""
    said = msgspec.json.encode(command, order="deterministic")
    return blake2b(said, digest_size=16).digest()


def claim(store: Store, path: Path, command: Mapping[str, Any]) -> None:
    """Make the file that of a command, or see that it is; raises Usage."""
    was = value_of(store, RUN)
    if was is None:
        if store.last_number() or store.has_lived():
            raise Usage(f"{path}: is the journal of an engine; give the run a file of its own")
        store.connection.execute(
            "insert into kept values (?, ?)", (RUN, msgspec.json.encode(command).decode())
        )
    elif was != command:
        raise Usage(
            f"{path}: is the journal of another command: {_difference(was, command)}; "
            "repeat that command, or name another file"
        )


def _difference(was: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Say in what two commands differ; values may be secrets, so they are not said."""
    if was["type"] != now["type"]:
        return f"{was['type'] or '--jobs'}, and this is {now['type'] or '--jobs'}"
    if was["each"] != now["each"]:
        return f"{_each(was)}, and this has {_each(now)}"
    if was["nul"] != now["nul"]:
        return f"it was run {'with' if was['nul'] else 'without'} -0"
    said = {*was, *now} - {"type", "each", "jobs", "nul", "params"}
    for name in sorted(one for one in said if was.get(one) != now.get(one)):
        what = "the command after --" if name == "command" else name
        return f"{what} was given differently"
    names = {*was["params"], *now["params"]}
    differ = sorted(name for name in names if was["params"].get(name) != now["params"].get(name))
    return f"{', '.join(differ)} was given differently"


def _each(command: Mapping[str, Any]) -> str:
    each = command["each"] or []
    names = [each] if isinstance(each, str) else each
    return " ".join(f"--each {name}" for name in names) or "no --each"


def value_of(store: Store, name: str) -> Any:
    """Return what is kept under a name; None for nothing."""
    found = store.connection.execute("select v from kept where k = ?", (name,)).fetchone()
    return None if found is None else msgspec.json.decode(found[0])
