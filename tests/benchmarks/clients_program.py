"""A program that asks a host as several consoles do, and draws nothing; it ends when killed.

python -m tests.benchmarks.clients_program PATH CLIENTS RATE
"""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

from chasqui.control.client.client import Client
from chasqui.control.client.remote import RemotePort
from chasqui.control.port import ViewQuery, Window

TILES = Window(offset=0, limit=30)  # of a console that shows all panes at 160x48
QUERY = ViewQuery(workers=TILES, backlog=TILES, groups=TILES, types=TILES, metrics=True)


def watch(path: Path, rate: float, late: float) -> None:
    """Read as one console."""
    port = RemotePort(Client.connect(path, client="console"))
    time.sleep(late)
    while True:
        port.snapshot(QUERY)
        time.sleep(1 / rate)


def main() -> None:
    path, count, rate = Path(sys.argv[1]), int(sys.argv[2]), float(sys.argv[3])
    for number in range(count):
        late = number / count / rate  # consoles do not read at the same moments
        threading.Thread(target=watch, args=(path, rate, late), daemon=True).start()
    time.sleep(3600)


if __name__ == "__main__":
    main()
