"""Numbers that grow, from one thread or several, and jumps over those of restored tasks."""

from __future__ import annotations

import threading
from itertools import count, pairwise
from typing import cast

from chasqui.pool.numbering import Numbering
from tests.pool.conftest import WAIT


def test_numbers_count_from_the_first():
    numbering = Numbering(5)

    assert [5, 6, 7] == [numbering.take() for _ in range(3)]


def test_after_a_jump_numbers_are_higher():
    numbering = Numbering()
    numbering.jump(10)

    assert [11, 12] == [numbering.take() for _ in range(2)]


def test_the_last_number_is_known_without_taking_one():
    numbering = Numbering()
    said = [numbering.last]
    said.append(numbering.take() and numbering.last)
    numbering.jump(10)
    said.append(numbering.last)

    assert [0, 1, 10] == said
    assert 11 == numbering.take() == numbering.last


def test_a_jump_back_changes_nothing():
    numbering = Numbering()
    numbering.jump(10)
    taken = [numbering.take()]
    for lower in (3, 10, 11):
        numbering.jump(lower)
        taken.append(numbering.take())

    assert [11, 12, 13, 14] == taken


def test_a_number_that_was_taken_while_its_counter_closed_is_not_given_out():
    numbering = Numbering()
    counter = numbering._counter

    class Slow:
        """The numbers of the first counter; a jump comes as the first of them is taken."""

        def __init__(self, numbers):
            self.numbers, self.taken = numbers, 0

        def __next__(self):
            self.taken += 1
            number = next(self.numbers)
            if self.taken == 1:
                numbering.jump(20)
            return number

    counter.numbers = cast("count[int]", Slow(counter.numbers))

    assert [21, 22] == [numbering.take() for _ in range(2)]


def test_two_that_jump_at_once_use_one_counter():
    numbering = Numbering()
    first = numbering._counter
    numbering.jump(3)

    assert first.after() is first.after() is numbering._counter


def test_threads_take_each_number_once_whatever_jumps_between():
    numbering, targets = Numbering(), range(1_000, 101_000, 1_000)
    taken: list[list[int]] = [[] for _ in range(4)]
    begin, over = threading.Barrier(6), threading.Event()
    after_jump: list[bool] = []

    def take(numbers):
        begin.wait(WAIT)
        while not over.is_set() or not numbers:
            numbers.append(numbering.take())

    def jump(targets):
        begin.wait(WAIT)
        for target in targets:
            numbering.jump(target)
            after_jump.append(numbering.take() > target)

    takers = [threading.Thread(target=take, args=(numbers,)) for numbers in taken]
    jumpers = [threading.Thread(target=jump, args=(part,)) for part in (targets, targets[::-1])]
    for thread in takers + jumpers:
        thread.start()
    for thread in jumpers:
        thread.join(WAIT)
    over.set()
    for thread in takers:
        thread.join(WAIT)

    everything = [number for numbers in taken for number in numbers]
    assert len(everything) == len(set(everything))
    assert all(one < other for numbers in taken for one, other in pairwise(numbers))
    assert after_jump == [True] * 2 * len(targets)
