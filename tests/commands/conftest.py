"""The real command, in a fresh folder."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Done = subprocess.CompletedProcess[bytes]


@pytest.fixture
def chasqui(tmp_path: Path) -> Callable[..., Done]:
    def chasqui(*words: str, input: bytes = b"", **environment: str) -> Done:
        return subprocess.run(
            [sys.executable, "-m", "chasqui", *words],
            cwd=tmp_path,
            input=input,
            env={**os.environ, **environment},
            capture_output=True,
            timeout=60,
        )

    return chasqui


@pytest.fixture
def rows() -> Callable[[Done], list[dict[str, Any]]]:
    return lambda done: [json.loads(line) for line in done.stdout.splitlines()]
