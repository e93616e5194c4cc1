"""Waiting until a descriptor can be read."""

from __future__ import annotations

import fcntl
import os

import pytest

from chasqui.pool.readable import readable


@pytest.fixture
def pipe():
    reader, writer = os.pipe()
    with os.fdopen(reader, "rb"), os.fdopen(writer, "wb", buffering=0) as out:
        yield reader, out


def test_those_that_can_be_read_are_returned(pipe):
    reader, out = pipe
    out.write(b"x")

    assert [reader] == readable([reader])


def test_one_whose_writer_has_gone_can_be_read(pipe):
    reader, out = pipe
    out.close()

    assert [reader] == readable([reader])


def test_after_the_timeout_there_is_none(pipe):
    assert [] == readable([pipe[0]], timeout=0.001)


def test_a_descriptor_may_have_a_number_that_select_does_not_take(pipe):
    reader, out = pipe
    out.write(b"x")
    high = fcntl.fcntl(reader, fcntl.F_DUPFD_CLOEXEC, 1024)
    try:
        assert [high] == readable([high])
    finally:
        os.close(high)
