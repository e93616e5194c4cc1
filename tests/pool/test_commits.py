"""Commits: a signal handler finds no place between the check of a turn and the last store."""

from __future__ import annotations

import ast
import dis
import inspect
import re
from pathlib import Path
from types import FunctionType
from typing import Any

import pytest

from chasqui import Pool
from chasqui.pool import announcing_commits, commits
from chasqui.pool.claim import Claim
from chasqui.pool.lane import Lane, Queue
from chasqui.pool.notice import Notice
from chasqui.pool.particulars import Particulars
from chasqui.pool.state import State, state_of
from chasqui.pool.task import Task
from tests.pool.conftest import Call
from tests.pool.interrupt import POINTS

POOL = Path(commits.__file__).parent
FUNCTIONS = {
    name: one
    for module in (commits, announcing_commits)
    for name, one in vars(module).items()
    if isinstance(one, FunctionType) and one.__module__ == module.__name__ and name != "take_turn"
}
KINDS: dict[str, type] = {
    "pool": State,
    "task": Task,
    "lane": Lane,
    "queue": Queue,
    "fresh": Task,
    "more": Particulars,
    "claim": Claim,
    "notice": Notice,
}
CALLED_LAST = {
    "sweep": "queue.__init__",
    "clear_shed": "lane.shed.clear",
    "reprioritize": "source.remove",
}
"""Calls of C code that runs no handler, after which nothing is stored."""
NOT_READ = ("commits.py", "announcing_commits.py", "lane.py", "inherited.py")
"""A new lane starts with 0, and in a forked child there is one thread, and no handler yet."""
LOOPS = (ast.For, ast.While, ast.ListComp, ast.SetComp, ast.DictComp, ast.GeneratorExp)


def body_of(function: FunctionType) -> list[ast.stmt]:
    """Return what a function does, without its docstring."""
    parsed = ast.parse(inspect.getsource(function)).body[0]
    assert isinstance(parsed, ast.FunctionDef)
    return parsed.body[1:]


def parts_of(function: FunctionType) -> list[ast.AST]:
    return [part for one in body_of(function) for part in ast.walk(one)]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_commit_makes_no_call_but_one_at_its_end(name):
    calls = [one for one in parts_of(FUNCTIONS[name]) if isinstance(one, ast.Call)]

    assert [ast.unparse(one.func) for one in calls] == [
        CALLED_LAST[one] for one in [name] if one in CALLED_LAST
    ]
    if calls:
        last = body_of(FUNCTIONS[name])[-2]
        assert isinstance(last, ast.Expr)
        assert last.value is not None
        assert ast.unparse(last.value).startswith(CALLED_LAST[name])


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_commit_has_no_loop_and_no_with(name):
    kinds = (*LOOPS, ast.With, ast.Try, ast.Await, ast.Yield)
    assert [] == [one for one in parts_of(FUNCTIONS[name]) if isinstance(one, kinds)]


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_commit_uses_fields_and_no_property(name):
    for one in parts_of(FUNCTIONS[name]):
        if isinstance(one, ast.Attribute) and one.attr not in ("__init__", "clear", "remove"):
            assert isinstance(one.value, ast.Name), ast.unparse(one)
            kind = KINDS[one.value.id]
            found = inspect.getattr_static(kind, one.attr)
            assert inspect.ismemberdescriptor(found), ast.unparse(one)


@pytest.mark.parametrize("name", [*FUNCTIONS, "limits of a lane"])
def test_the_interpreter_looks_for_signals_nowhere_between_a_commit_s_stores(name):
    instructions = list(dis.get_instructions(FUNCTIONS.get(name, Lane._set)))
    looks = [
        number
        for number, one in enumerate(instructions)
        if one.opname.startswith(POINTS) and not one.opname.startswith("CALL_INTRINSIC")
    ]
    stores = [
        number
        for number, one in enumerate(instructions)
        if one.opname in ("STORE_ATTR", "STORE_SUBSCR", "DELETE_SUBSCR")
    ]

    begins, *later = looks
    assert begins < min(stores)
    assert [one for one in later if one < max(stores)] == []


@pytest.mark.parametrize("name", [one for one in FUNCTIONS if one not in ("put_off", "attach")])
def test_a_commit_that_decides_checks_before_it_stores_or_ends_all_turns(name):
    first = body_of(FUNCTIONS[name])[0]
    begins = ast.unparse(first)

    if name == "close":
        assert begins == "pool.turn = None"
    else:
        assert isinstance(first, ast.If)
        assert re.search(r"pool\.turn is (not )?turn|before|claim\.closed", begins)
        assert ast.unparse(first.body[0]) == "return False"


def test_nothing_but_a_commit_stores_what_is_decided_under_a_turn():
    decided = re.compile(
        r"pool\.(accepted|retracted|reserved|dropped|ledger|is_open|stopping) [-+|]?= |"
        r"pool\.(wakeups|numbers) = |"
        r"(pool\.(queued|scheduled|reserved)|waits)\[[^]]*\] = |"
        r"del (pool\.(queued|scheduled|reserved)|waits)|"
        r"\.tombstones [-+]?= |claim\.(task|closed|error) = "
    )
    found = [
        (file.name, line.partition("#")[0].strip())
        for file in sorted(POOL.glob("*.py"))
        if file.name not in NOT_READ
        for line in file.read_text().splitlines()
        if decided.search(line)
    ]

    # A worker gives tasks back on its own thread, where no handler runs; for the others the call
    # would cost 5 %.
    assert found == [
        ("ahead.py", "pool.queued[task.number] = task"),
        ("intake.py", "pool.queued[number] = task"),
        ("intake.py", "pool.accepted = after"),
    ]


def test_a_queue_whose_making_is_interrupted_hides_no_other_queue():
    # The handler comes right after the queue has been put into the ring.
    class Ring(list[Any]):
        def rotate(self, by: int) -> None:
            pass

        def append(self, one: Any) -> None:
            super().append(one)
            raise KeyboardInterrupt

    pool = Pool(1, 10)
    order = state_of(pool).backlog.order
    kept = order[0].ring
    order[0].ring = Ring()  # type: ignore[assignment]
    with pytest.raises(KeyboardInterrupt):
        pool.submit_batch([Call()])
    kept.extend(order[0].ring)
    order[0].ring = kept
    first = pool.submit(Call())
    second = pool.submit(Call(), lane=pool.lane("other"))
    pool.start()

    assert first.wait(10)
    assert second.wait(10)
    assert pool.shutdown(10).clean
