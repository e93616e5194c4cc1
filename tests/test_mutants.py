"""The mutants of `tests.mutants` fit the code as it is; and tests notice them."""

from __future__ import annotations

import ast
from collections import Counter

import pytest

from tests.mutants import seeded
from tests.mutants.__main__ import FILES, MUTANTS, main
from tests.mutants.trying import ROOT


def test_what_a_mutant_changes_is_in_its_file_once():
    texts = {one.file: (ROOT / one.file).read_text(encoding="utf-8") for one in MUTANTS}
    found = {one.name: texts[one.file].count(one.old) for one in MUTANTS}

    assert {} == {name: count for name, count in found.items() if count != 1}
    assert [] == [one.name for one in MUTANTS if one.old == one.new]


@pytest.mark.slow
def test_what_a_mutant_makes_of_a_module_is_python_still():
    broken = []
    for one in MUTANTS:
        if one.file.endswith(".py"):
            text = (ROOT / one.file).read_text(encoding="utf-8")
            try:
                ast.parse(text.replace(one.old, one.new))
            except SyntaxError:
                broken.append(one.name)

    assert [] == broken


def test_the_tests_that_shall_notice_a_mutant_are_there():
    files = {ROOT / one.tests.partition("::")[0] for one in MUTANTS}

    there = [one for one in files if one.is_dir() or (one.match("test_*.py") and one.is_file())]
    assert files == set(there)


def test_no_two_mutants_have_one_name():
    assert [] == [name for name, count in Counter(one.name for one in MUTANTS).items() if count > 1]


def test_bugs_are_seeded_in_lanes_breakers_batches_and_pools():
    parts = (seeded.LANE, seeded.BREAKER, seeded.MEMBERS, seeded.POOLS)

    assert 12 <= len(seeded.MUTANTS)
    assert set(parts) <= {one.file for one in seeded.MUTANTS}


@pytest.mark.long
@pytest.mark.parametrize("file", [file for file, ones in FILES.items() if ones])
def test_every_mutant_is_noticed(file):
    assert main([file]) == 0
