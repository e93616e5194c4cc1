"""The slab: what a crash is found to have interrupted."""

from __future__ import annotations

import os
from uuid import uuid4

import pytest

from chasqui.engine.journal.slab import CARRIED_AT, NOTHING, RING, SLOTS, SLOTS_AT, InFlight, Slab

JOURNAL = str(uuid4())


@pytest.fixture
def path(tmp_path):
    return tmp_path / "jobs.db.slab"


@pytest.fixture
def slab(path):
    return Slab.create(path, JOURNAL, 3)


def read(path):
    """Read it as the next life does, while this one has it open: as after a kill."""
    return Slab.read(path, JOURNAL)


def test_it_names_what_runs_at_once(path, slab):
    slab.begin(7, 1, 1_000)
    slab.begin(8, 2, 2_000)
    found = read(path)
    assert 3 == found.epoch
    assert {InFlight(7, 1, 1_000), InFlight(8, 2, 2_000)} == set(found.running)
    assert found.may_have_run(8, 1)
    assert not found.may_have_run(9, 0)


def test_what_has_ended_runs_no_more_and_is_named_until_the_journal_knows(path, slab):
    slab.begin(7, 2, 1_000)
    slab.finished(7, 2)
    slab.end(7)
    found = read(path)
    assert () == found.running
    assert found.may_have_run(7, 1)  # the end of the second attempt is not in the journal
    assert not found.may_have_run(7, 2)  # it is: what comes is a third


def test_between_its_end_and_the_queue_a_task_is_named_as_running_and_as_ended(path, slab):
    slab.begin(7, 1, 1_000)
    slab.finished(7, 1)
    found = read(path)
    assert (InFlight(7, 1, 1_000),) == found.running
    assert {7: 1} == found.attempts


def test_the_end_of_a_task_that_never_ran_takes_no_place(path, slab):
    for number in range(RING):
        slab.finished(number, 0)
    slab.begin(7, 1, 1_000)
    slab.finished(7, 1)
    assert {7: 1} == read(path).attempts


def test_the_next_attempt_has_the_place_of_the_one_before(path, slab):
    for attempt in range(1, SLOTS * 2):
        slab.begin(7, attempt, attempt)
    slab.begin(8, 1, 5)
    assert {InFlight(7, attempt, attempt), InFlight(8, 1, 5)} == set(read(path).running)


def test_the_last_16384_ends_are_named(path, slab):
    for number in range(1, 16_384 + 3):
        slab.begin(number, 1, 0)
        slab.finished(number, 1)
        slab.end(number)
    found = read(path)
    assert set(range(3, 16_384 + 3)) == set(found.attempts)


def test_more_tasks_than_slots_are_named_all_the_same(path, slab):
    many = range(1, SLOTS + 3)
    for number in many:
        slab.begin(number, 1, 0)
    found = read(path)
    assert SLOTS == len(found.running)
    assert set(many) == set(found.attempts)
    for number in many:
        slab.end(number)
    slab.begin(1, 2, 0)
    assert (InFlight(1, 2, 0),) == read(path).running


def test_a_large_number_and_many_attempts_fit(path, slab):
    slab.begin(1 << 40, 70_000, 1)
    slab.finished(1 << 40, 70_000)
    found = read(path)
    assert {1 << 40: 70_000} == found.attempts
    slab.end(1 << 40)
    assert {1 << 40: 65_535} == read(path).attempts


def test_the_slab_of_the_next_life_names_what_is_carried_and_nothing_else(path, slab):
    slab.begin(7, 1, 1)
    slab.begin(8, 1, 1)
    Slab.create(path, JOURNAL, 4, frozenset({7}))
    found = read(path)
    assert (4, (), {}) == (found.epoch, found.running, dict(found.attempts))
    assert found.may_have_run(7, 1)
    assert not found.may_have_run(8, 0)
    slab.begin(9, 1, 1)  # a thread of the life before, that is late
    assert found == read(path)


def test_a_slot_that_was_being_written_at_the_kill_names_nothing(path, slab):
    slab.begin(7, 1, 1)
    with path.open("r+b") as file:
        file.seek(SLOTS_AT)
        file.write((8).to_bytes(8, "little"))  # its number is new, the rest is that of before
    assert () == read(path).running


@pytest.mark.parametrize("size", [0, 10, CARRIED_AT - 1, CARRIED_AT + 1])
def test_a_slab_of_another_size_names_nothing(path, slab, size):
    slab.begin(7, 1, 1)
    os.truncate(path, size)
    assert NOTHING == read(path)


def test_without_a_slab_nothing_is_named(path):
    assert NOTHING == read(path)


def test_the_slab_of_another_journal_names_nothing(path, slab):
    slab.begin(7, 1, 1)
    assert NOTHING == Slab.read(path, str(uuid4()))


def test_noise_names_nothing(path):
    path.write_bytes(os.urandom(CARRIED_AT))
    assert NOTHING == read(path)


def test_it_is_private_and_has_a_place_on_the_disk(path, slab):
    status = path.stat()
    assert 0o600 == status.st_mode & 0o777
    assert status.st_blocks * 512 >= CARRIED_AT  # a hole would be a SIGBUS on a full disk
    assert [path] == list(path.parent.iterdir())


def test_a_link_in_its_place_is_replaced_and_not_followed(path, tmp_path):
    target = tmp_path / "elsewhere"
    target.write_bytes(b"untouched")
    path.symlink_to(target)
    with pytest.raises(OSError, match="symbolic links"):
        read(path)
    Slab.create(path, JOURNAL, 1)
    assert not path.is_symlink()
    assert b"untouched" == target.read_bytes()


def test_a_forked_child_writes_nothing_into_it(path, slab):
    slab.begin(7, 1, 1)
    before = path.read_bytes()
    child = os.fork()
    if not child:
        slab.begin(8, 1, 1)
        slab.finished(7, 1)
        slab.end(7)
        os._exit(0)
    assert 0 == os.waitpid(child, 0)[1]
    assert before == path.read_bytes()
