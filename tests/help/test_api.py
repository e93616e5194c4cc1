"""The reference of the public names agrees with their docstrings, and their examples are right."""

from __future__ import annotations

import doctest
import importlib

import pytest

import chasqui
import chasqui.testing
from tests.api.docstrings import example, markdown, pages_of
from tests.api.examples import lacking
from tests.api.page import EXTRA, FILE, groups, page

GROUPS = groups()
MEMBERS = {name: member for members in GROUPS.values() for name, member in members.items()}
HOMES = {**chasqui._HOMES, **chasqui.testing._HOMES}


def _sessions():
    """Yield each docstring that holds a session of the interpreter, with the name that has it."""
    for name, member in MEMBERS.items():
        for one in (member, *member.members):
            if ">>>" in one.doc:
                called = name if one is member else f"{name}.{one.name}"
                yield pytest.param(name, one.doc, id=called)


@pytest.mark.parametrize(("name", "doc"), [*_sessions()])
def test_the_session_of_a_docstring_is_right(name, doc):
    home = EXTRA[name][0] if name in EXTRA else HOMES[name]
    # With the names of its module and all public ones, as a reader has them.
    names = {one: getattr(chasqui, one) for one in chasqui.__all__}
    names |= vars(importlib.import_module(home)) | {"chasqui": chasqui}
    session = doctest.DocTestParser().get_doctest(doc, names, name, home, 0)

    said: list[str] = []
    doctest.DocTestRunner(verbose=False).run(session, out=said.append)

    assert "" == "".join(said)


@pytest.mark.parametrize("name", [name for name in MEMBERS if name.startswith("chasqui_")])
def test_the_example_of_a_hook_runs(name):
    code = example(MEMBERS[name].doc)
    names = {"__name__": "a_plugin"}

    exec(compile(code, name, "exec"), names)

    assert callable(names[name])


def test_every_public_name_is_in_one_group():
    listed = [name for members in GROUPS.values() for name in members]

    assert sorted({*HOMES, "chasqui_backends", "chasqui_settings", "chasqui_tasks"}) == sorted(
        listed
    )


def test_a_docstring_is_shown_as_markdown():
    doc = "Do it.\n\nArgs:\n    name: as ``x``\n        or y.\n\n>>> 1\n1\n"
    doc += "\nExample: `chasqui-tui help run`."

    assert markdown(doc).split("\n\n") == [
        "Do it.",
        "Arguments:",
        "- `name`: as `x`\n  or y.",
        "```pycon\n>>> 1\n1\n```",
        "Example: [run](run.md).",
    ]


def test_a_docstring_points_to_pages():
    doc = "Do it.\n\nExamples: `chasqui-tui help run`,\n`batches` and `exit-status`."

    assert ["run", "batches", "exit-status"] == pages_of(doc)


def test_every_public_docstring_has_an_example_or_points_to_one():
    assert [] == list(lacking(GROUPS))


def test_the_reference_is_what_the_docstrings_say():
    """Run ``python -m tests.api`` after a change of a public docstring or signature."""
    assert page() == FILE.read_text(encoding="utf-8")
