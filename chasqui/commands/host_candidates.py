"""What a host can complete: its types and their parameters, its tasks, failures and pools."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterator
from contextlib import contextmanager

from chasqui.commands import asking
from chasqui.control.client.client import Client
from chasqui.control.details import ParameterInfo
from chasqui.control.sockets.found import sockets_of_user
from chasqui.control.wire.looking import RowKind, RowsAnswer, RowsArgs
from chasqui.control.wire.permanent import NoArgsEver
from chasqui.control.wire.status import Status

MOST = 200  # tasks or failures that are offered: more is no help


class HostCandidates:
    """Asks the host that a command line means.

    Args:
        config: the config that the line names.
        host: the host that it names.
    """

    def __init__(self, config: str | None, host: str | None) -> None:
        self._args = Namespace(config=config, host=host, command="complete")

    def of(self, metavar: str) -> dict[str, str]:
        """Return the words for an argument, each with its help."""
        with self._connected() as client:
            if metavar == "TYPE":
                return {name: info.help for name, info in asking.types(client).items()}
            if metavar == "POOL":
                return dict.fromkeys(client.ask("status", NoArgsEver(), Status).pools, "")
            if metavar == "TASK":
                return _rows(client, "backlog")
            return _rows(client, "failures")

    def fields(self, type: str) -> tuple[ParameterInfo, ...]:
        """Return the parameters of a type."""
        with self._connected() as client:
            return asking.types(client)[type].parameters

    @contextmanager
    def _connected(self) -> Iterator[Client]:
        with asking.connected(self._args, role="observe") as client:
            yield client


def names_of_hosts() -> dict[str, str]:
    """Return the names of this user's hosts."""
    return {one.name: str(one.pid or "") for one in sockets_of_user() if one.alive}


def _rows(client: Client, what: RowKind) -> dict[str, str]:
    rows = client.ask("rows", RowsArgs(what=what, limit=MOST), RowsAnswer).rows
    return {str(row["number"]): str(row.get("type", "")) for row in rows}
