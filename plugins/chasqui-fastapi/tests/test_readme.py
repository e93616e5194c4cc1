"""What the README shows is what happens."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

README = Path(__file__).parent.parent / "README.md"


@pytest.mark.skipif(not README.exists(), reason="the tests are alone, without the README")
def test_the_program_of_the_readme_answers_a_request(running):
    found = re.search(r"```python\n(.*?)```", README.read_text(encoding="utf-8"), re.DOTALL)
    assert found is not None
    names: dict[str, Any] = {}
    exec(compile(found[1], str(README), "exec"), names)

    async def test(client):
        answer = await client.post("/orders?address=ada@example.org")
        assert (202, {"ordered": "ada@example.org"}) == (answer.status, answer.body)

    running(names["app"], test)
