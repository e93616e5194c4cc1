"""Bytes become lines by the rules that the README and the module state."""

from __future__ import annotations

import os
import signal
import threading
from itertools import chain
from typing import Any

import pytest

from chasqui.control.intake.lines import MAX_LINE, InputSource, Until, blocks, together
from tests.waiting import WAIT


def read(data: bytes, *, nul: bool = False, pieces: int = 1 << 16) -> list[tuple[Any, ...]]:
    reader, writer = os.pipe()

    def write():
        with os.fdopen(writer, "wb", buffering=0) as pipe:
            for at in range(0, len(data), pieces):
                pipe.write(data[at : at + pieces])

    feeder = threading.Thread(target=write)
    feeder.start()
    try:
        found = chain.from_iterable(together(InputSource(reader, "-"), nul=nul))
        return [(line.number, line.text) for line in found]
    finally:
        os.close(reader)
        feeder.join()


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"a\nb\n", [(1, "a"), (2, "b")]),
        (b"a\nb", [(1, "a"), (2, "b")]),
        (b"", []),
        (b"\n\na\n", [(3, "a")]),
        (b"a\r\nb\r\r\n", [(1, "a"), (2, "b\r")]),
        (b"\xef\xbb\xbfa\n\xef\xbb\xbfb\n", [(1, "a"), (2, "\ufeffb")]),
        (b" a \n", [(1, " a ")]),
        (b"caf\xe9\n", [(1, "caf\udce9")]),
    ],
)
@pytest.mark.parametrize("pieces", [1, 3, 1 << 16])
def test_lines(data, expected, pieces):
    assert expected == read(data, pieces=pieces)


def test_with_nul_nothing_is_dropped_from_a_record():
    assert [(1, "\ufeffa\r"), (2, "b\nc"), (4, "d")] == read(
        b"\xef\xbb\xbfa\r\0b\nc\0\0d", nul=True
    )


@pytest.mark.parametrize("ending", [b"\n", b""])
def test_a_line_that_is_too_long_is_refused_by_number_and_never_held(ending):
    data = b"a\n" + b"x" * (MAX_LINE + 1) + b"\nb\n" + b"y" * (3 * MAX_LINE) + ending

    assert [(1, "a"), (2, None), (3, "b"), (4, None)] == read(data)


def test_a_line_of_just_the_limit_is_taken():
    assert [(1, "x" * MAX_LINE)] == read(b"x" * MAX_LINE + b"\n")


def test_reading_ends_when_told_to_stop_though_the_input_goes_on():
    reader, writer = os.pipe()
    wake_reader, wake_writer = os.pipe()
    stopped = threading.Event()
    os.write(writer, b"a\nb\n")
    got = []
    until = Until(wake_reader, stopped.is_set)
    for line in chain.from_iterable(together(InputSource(reader, "-"), until)):
        got.append(line.text)
        if line.text == "b":
            stopped.set()
            os.write(wake_writer, b"\0")
    for descriptor in (reader, writer, wake_reader, wake_writer):
        os.close(descriptor)

    assert ["a", "b"] == got


def test_a_signal_that_the_system_hands_to_another_thread_ends_the_wait_for_input():
    reader, writer = os.pipe()
    came: list[int] = []
    over, ended = threading.Event(), []

    def signalled():
        over.wait(0.05)  # by when the other most likely waits
        signal.pthread_kill(threading.get_ident(), signal.SIGUSR1)
        ended.append(over.wait(WAIT))
        os.close(writer)

    before = signal.signal(signal.SIGUSR1, lambda number, _: came.append(number))
    helper = threading.Thread(target=signalled)
    helper.start()
    try:
        assert [] == list(blocks(InputSource(reader, "-"), Until(stop=lambda: bool(came))))
    finally:
        over.set()
        helper.join()
        signal.signal(signal.SIGUSR1, before)
        os.close(reader)
    assert [True] == ended
