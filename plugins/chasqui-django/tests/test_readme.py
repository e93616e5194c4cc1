"""What the README shows is what Django takes."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.utils.module_loading import import_string

from chasqui_django.options import Options

README = Path(__file__).parent.parent / "README.md"


@pytest.mark.skipif(not README.exists(), reason="the tests are alone, without the README")
def test_the_settings_of_the_readme_make_a_backend_and_its_table_has_every_option():
    text = README.read_text(encoding="utf-8")
    found = re.search(r"```python\n(MIDDLEWARE.*?)```", text, re.DOTALL)
    assert found is not None
    said: dict[str, Any] = {}
    exec(compile(found[1], str(README), "exec"), said)

    (middleware,) = said["MIDDLEWARE"]
    assert import_string(middleware)
    params = said["TASKS"]["default"]
    assert import_string(params["BACKEND"])("default", params)
    with pytest.raises(ImproperlyConfigured):
        import_string(params["BACKEND"])("default", {"OPTIONS": {"unknown": 1}})
    assert [one.name for one in fields(Options)] == re.findall(r"^\| `(\w+)` \|", text, re.M)
