"""The envelopes of requests and replies."""

import msgspec
import pytest

from chasqui.control.safe_text import SafeText
from chasqui.control.wire.frames import Splitter
from chasqui.control.wire.messages import (
    WireError,
    answer_frame,
    decoded_reply,
    decoded_request,
    error_frame,
    gap_frame,
    request_frame,
)


def only_frame(data: bytes) -> bytes:
    (frame,) = Splitter(10_000).feed(data)
    return frame


def test_a_request_comes_back_as_it_was_sent():
    request = decoded_request(only_frame(request_frame(7, "types")))
    assert (7, "types", b"{}") == (request.id, request.verb, bytes(request.args))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"nonsense",
        b"[]",
        b"{}",
        b'{"id": 1}',
        b'{"id": "1", "verb": "types"}',
        b'{"id": 1, "verb": "types", "extra": 1}',
        b'{"id": 1, "verb": "\xff"}',
        b'{"id": NaN, "verb": "types"}',
        b'{"id":1,"verb":"types","args":' + b"[" * 100_000,
    ],
)
def test_what_is_no_request_is_refused_with_the_reason(data: bytes):
    with pytest.raises(WireError, match="no request: ") as caught:
        decoded_request(data)
    assert "usage" == caught.value.kind


def test_an_answer_comes_back_with_its_number_and_whether_more_follows():
    for more in (False, True):
        reply = decoded_reply(only_frame(answer_frame(3, b'{"a":1}', more=more)))
        assert (3, b'{"a":1}', more) == (reply.id, bytes(reply.ok), reply.more)


def test_an_error_comes_back_with_its_kind_and_what_to_do():
    sent = WireError("full", "the backlog is full", "wait", (("url", "is empty"),))
    reply = decoded_reply(only_frame(error_frame(4, sent)))
    assert reply.error is not None
    got = WireError.of(reply.error)
    assert ("full", "wait", (("url", "is empty"),)) == (got.kind, got.next, got.problems)
    assert "the backlog is full; wait" == str(got)


def test_a_gap_names_its_stream_and_how_much_is_missing():
    reply = decoded_reply(only_frame(gap_frame(9, 12)))
    assert (9, "gap", 12) == (reply.id, reply.event, reply.missed)


def test_a_reply_of_a_newer_host_may_say_more():
    reply = decoded_reply(b'{"id": 1, "ok": {}, "colour": "red"}')
    assert 1 == reply.id


def test_what_is_no_reply_is_a_fault_of_the_host():
    with pytest.raises(WireError, match="no reply: ") as caught:
        decoded_reply(b'{"id": []}')
    assert "internal" == caught.value.kind


def test_the_message_of_an_error_is_text():
    assert SafeText("m") == WireError("busy", "m").record().message
    assert b'{"kind":"busy","message":"m"}' == msgspec.json.encode(WireError("busy", "m").record())
