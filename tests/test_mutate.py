"""Mutants by operators: what is changed, where, and which of them a made tree's tests notice."""

from __future__ import annotations

import subprocess
import textwrap
from pathlib import Path

import pytest

from tests.mutate.__main__ import main
from tests.mutate.operators import changes
from tests.mutate.targets import Unfit, changed_lines, mirrors

CODE = """\
def larger(left, right):
    return left if left > right else right


def unseen(value):
    return value + 1
"""
TEST = """\
from chasqui.pool.sizes import larger


def test_the_larger_of_two_is_returned():
    assert (2, 2) == (larger(1, 2), larger(2, 1))
"""


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A package with one source file and the test that mirrors it, in a repository."""
    for path, text in {
        "chasqui/__init__.py": "",
        "chasqui/pool/__init__.py": "",
        "chasqui/pool/sizes.py": CODE,
        "tests/pool/test_sizes.py": TEST,
    }.items():
        file = tmp_path / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    _git(tmp_path, "init", "--quiet")
    _git(tmp_path, "add", ".")
    _git(tmp_path, "commit", "--quiet", "--message", "first")
    return tmp_path


def _git(folder: Path, *words: str) -> None:
    who = ("-c", "user.name=a", "-c", "user.email=a@example.org", "-c", "commit.gpgsign=false")
    subprocess.run(["git", *who, *words], cwd=folder, check=True, capture_output=True)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("return a < b", ["return None", "return (a <= b)"]),
        ("return a is None and b", ["return None", "return (a is None or b)", "(a is not None)"]),
        ("if a: b()", ["if (not a): b()", "if a: pass"]),
        ("a = b", ["pass"]),
        ("a = b + 1", ["pass", "a = (b - 1)", "a = b + 2"]),
        ("while True: break", ["while False: break", "while True: continue"]),
        ("a(not b)", ["pass", "a((b))"]),
        ("raise a", ["pass"]),
    ],
)
def test_an_operator_changes_one_place_and_leaves_the_rest_alone(before: str, after: list[str]):
    source = f"def body(a, b):\n    '''Say — what.'''\n    {before}\n    a()\n"

    made = [change for change in changes(source) if change.line == 3]

    assert len(after) == len(made)
    for change in made:
        kept = change.applied(source).splitlines()
        assert [*source.splitlines()[:2], "    a()"] == kept[:2] + kept[3:]
        assert any(text in kept[2] for text in after)


def test_a_changed_source_still_parses():
    source = Path(__file__).read_text(encoding="utf-8")

    for change in changes(source):
        compile(change.applied(source), change.operator, "exec")


def test_what_no_test_of_behaviour_sees_is_left_alone():
    source = textwrap.dedent('''
        """A text."""
        from typing import TYPE_CHECKING, Literal
        __all__ = ["body"]
        if TYPE_CHECKING:
            LEVEL = 1
        @decorated(1)
        def body(value: Literal[1]) -> Literal[2]:
            """Another text."""
            f"{value > 1}"
    ''')

    assert [] == changes(source)


@pytest.mark.slow
def test_a_survivor_is_printed_with_its_place(tree, capsys):
    status = main([str(tree / "chasqui/pool/sizes.py")], tree)

    lines = capsys.readouterr().out.splitlines()
    assert 1 == status
    assert "chasqui/pool/sizes.py: 6 mutants, tried with tests/pool/test_sizes.py" == lines[0]
    assert "chasqui/pool/sizes.py:6: operator swapped: value + 1 -> (value - 1)" in lines
    assert not [line for line in lines if "condition negated" in line]  # the test notices it


@pytest.mark.slow
def test_only_changed_lines_are_tried_since_a_commit(tree, capsys):
    file = tree / "chasqui/pool/sizes.py"
    file.write_text(CODE.replace("else right", "else right or 0"), encoding="utf-8")

    assert {file: {2}} == changed_lines(tree, "HEAD")

    file.write_text(CODE.replace("value + 1", "value"), encoding="utf-8")
    status = main(["--since", "HEAD"], tree)

    assert 1 == status
    assert "1 mutants, 1 not noticed" == capsys.readouterr().out.splitlines()[-1]


def test_changed_tests_are_not_changed_sources(tree):
    (tree / "tests/pool/test_sizes.py").write_text(TEST + "\n", encoding="utf-8")

    assert {} == changed_lines(tree, "HEAD")


@pytest.mark.slow
def test_tests_that_fail_anyway_are_told_before_anything_is_tried(tree, capsys):
    (tree / "tests/pool/test_sizes.py").write_text("assert False\n", encoding="utf-8")

    status = main([str(tree / "chasqui/pool/sizes.py")], tree)

    assert 2 == status
    assert "do not pass as it is" in capsys.readouterr().err


def test_a_file_is_mirrored_by_name_else_by_its_folder(tree):
    other = tree / "chasqui/pool/other.py"
    top = tree / "chasqui/top.py"

    assert ["tests/pool/test_sizes.py"] == mirrors(tree, tree / "chasqui/pool/sizes.py")
    assert ["tests/pool"] == mirrors(tree, other)
    with pytest.raises(Unfit, match="name some with --tests"):
        mirrors(tree, top)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--since", "no-such-commit"], "git knows no changes since no-such-commit"),
        (["--since", "HEAD"], "there is nothing to change"),
        (["pyproject.toml"], "is no source of the package or of a plugin"),
    ],
)
def test_what_cannot_be_tried_is_told_with_status_2(words, said, tree, capsys):
    assert 2 == main(words, tree)
    assert said in capsys.readouterr().err
