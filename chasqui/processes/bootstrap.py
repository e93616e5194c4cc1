"""Where the zygote and spawned children begin: a file that is run by its path.

Chasqui itself may lie in a folder that only the program has put on its path, so the path comes
first.
"""

from __future__ import annotations

import json
import sys

if __name__ == "__main__":
    role, told = sys.argv[1], json.loads(sys.argv[2])
    sys.path[:] = told["path"]
    sys.argv[1:] = []
    if role == "zygote":
        from chasqui.processes.zygote import main

        main(told["control"])
    else:
        from chasqui.processes.spawning import live

        live(told)
