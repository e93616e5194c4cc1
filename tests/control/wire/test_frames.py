"""Frames on a stream of bytes."""

import random

import pytest

from chasqui.control.wire.frames import DEPTH, FrameError, Splitter, check_value, framed


def test_frames_are_found_however_the_stream_is_cut():
    sent = [b"{}", b'{"a":1}', b"[" + b"1," * 5000 + b"1]"]
    stream = b"".join(map(framed, sent))
    random.seed(7)
    for _ in range(200):
        splitter, at = Splitter(100_000), 0
        got: list[bytes] = []
        while at < len(stream):
            step = random.choice([1, 2, 3, 5, 4096])
            got += splitter.feed(stream[at : at + step])
            at += step
        assert sent == got
        assert not splitter.is_within


def test_a_frame_that_is_too_long_is_refused_at_its_length():
    splitter = Splitter(1000)
    with pytest.raises(FrameError, match="1,001 bytes; it may have 1 to 1,000"):
        list(splitter.feed((1001).to_bytes(4, "big")))


def test_an_empty_frame_is_refused():
    with pytest.raises(FrameError, match="0 bytes"):
        list(Splitter(1000).feed(b"\0\0\0\0"))


def test_the_frames_before_one_that_is_refused_are_given():
    splitter = Splitter(1000)
    got: list[bytes] = []
    with pytest.raises(FrameError):
        for frame in splitter.feed(framed(b"{}") + b"\xff\xff\xff\xff"):
            got.append(frame)
    assert [b"{}"] == got


def test_a_stream_that_ends_within_a_frame_is_seen_as_cut_off():
    splitter = Splitter(1000)
    assert [] == list(splitter.feed(framed(b"{}")[:-1]))
    assert splitter.is_within


def test_a_value_may_be_as_deep_as_the_limit_and_no_deeper():
    value: object = 1
    for _ in range(DEPTH):
        value = [value]
    check_value(value)
    with pytest.raises(ValueError, match="more than 32 objects and arrays"):
        check_value({"a": value})


@pytest.mark.parametrize("number", [2**53 + 1, -(2**53) - 1])
def test_an_integer_that_others_would_change_is_refused(number: int):
    check_value([number - 1 if number > 0 else number + 1])
    with pytest.raises(ValueError, match="beyond 2\\*\\*53"):
        check_value({"a": [number]})
