"""What a run does unless its arguments say otherwise: the table [run] of the config.

A user's own file has it as well. What a project says of its pools counts more than that file.
"""

from __future__ import annotations

from argparse import Namespace
from contextlib import suppress

from chasqui.commands.given import Usage
from chasqui.commands.run.presentation import check
from chasqui.engine.config.places import user_config
from chasqui.engine.config.tables import Config


def take_defaults(args: Namespace, config: Config) -> None:
    """Fill in what the arguments leave open, where it goes together with what they say."""
    said = config.run
    of_words = {"output": said.output, "progress": said.progress, "summary": said.summary}
    for name, value in of_words.items():
        if value and getattr(args, name) is None:
            with suppress(Usage):  # such as text with --journal: then it is as without the config
                check(Namespace(**{**vars(args), name: value}))
                setattr(args, name, value)
    is_of_one_pool = args.jobs is None or len(config.pools) == 1
    if args.workers is None and said.workers != "" and is_of_one_pool and _counts(config):
        args.workers = str(said.workers)


def _counts(config: Config) -> bool:
    """Tell whether `run.workers` counts more than what is said of the pools."""
    by = [file for file in config.files if "workers" in file.tables.get("run", {})]
    pools = [one for file in config.files for one in file.tables.get("pools", {}).values()]
    is_users = bool(by) and by[-1].path == user_config()
    return not is_users or not any("workers" in one for one in pools)
