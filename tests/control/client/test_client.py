"""A client of a host: requests in any order from any thread, and each ends."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable
from functools import partial

import msgspec
import pytest

from chasqui.control.sockets.place import socket_of
from chasqui.control.wire.frames import REPLY_BYTES
from chasqui.control.wire.looking import CheckArgs, NoArgs, TypesAnswer
from chasqui.control.wire.messages import WireError, gap_frame
from chasqui.control.wire.permanent import NoArgsEver, StopAnswer, StopArgs
from chasqui.control.wire.working import AwaitAnswer, AwaitArgs, FateRecord
from chasqui.version import VERSION
from tests.control.client.scripted import HELLO, SECONDS, served

STOP = StopArgs(reason="a test")
YES = {"accepted": True}


@pytest.fixture
def path():
    return socket_of("default", None)


def gone(call: Callable[[], object]) -> WireError:
    """Call what must raise because the host has gone."""
    with pytest.raises(WireError) as raised:
        call()
    assert "gone" == raised.value.kind
    return raised.value


def test_answers_find_their_requests_in_any_order(path):
    with served(path) as (client, host, _):
        first = client.begin("drain", STOP, StopAnswer)
        second = client.begin("drain", STOP, StopAnswer)
        requests = [host.asked(), host.asked()]

        host.answer(requests[1], {"accepted": False, "reason": "second"})
        assert "second" == second.result(SECONDS).reason
        host.answer(requests[0], {"accepted": True, "reason": "first"})
        assert "first" == first.result(SECONDS).reason


def test_several_threads_ask_over_one_connection(path):
    with served(path) as (client, host, _):
        said: dict[int, str] = {}

        def ask(number: int) -> None:
            args = StopArgs(reason=str(number))
            said[number] = client.ask("drain", args, StopAnswer).reason

        asking = [threading.Thread(target=ask, args=(number,)) for number in range(8)]
        for thread in asking:
            thread.start()
        for request in [host.asked() for _ in asking][::-1]:
            host.answer(request, {"accepted": True, "reason": host.args(request)["reason"]})
        for thread in asking:
            thread.join()

        assert {number: str(number) for number in range(8)} == said


def test_an_answer_in_parts_is_joined_or_given_as_it_comes(path):
    fates = [FateRecord(number=1, state="completed"), FateRecord(number=2, state="failed")]
    args = AwaitArgs(numbers=(1, 2))
    with served(path) as (client, host, _):
        whole = client.begin("await", args, AwaitAnswer)
        request = host.asked()
        for fate, more in zip(fates, [True, False], strict=True):
            host.answer(request, AwaitAnswer(fates=(fate,)), more=more)
        assert tuple(fates) == whole.result().fates

        parts = client.parts("await", args, AwaitAnswer)
        request = host.asked()
        for fate, more in zip(fates, [True, False], strict=True):
            host.answer(request, AwaitAnswer(fates=(fate,)), more=more)
            assert (fate,) == next(parts).fates
        assert [] == list(parts)


def test_what_a_slow_reader_missed_is_counted_and_ends_no_stream(path):
    with served(path) as (client, host, _):
        pending = client.begin("await", AwaitArgs(numbers=(1,)), AwaitAnswer)
        request = host.asked()
        host.socket.sendall(gap_frame(request.id, 12))
        host.answer(request, AwaitAnswer(open=(1,)))

        assert (1,) == pending.result().open
        assert 12 == pending.missed


def test_an_error_comes_with_its_kind_and_what_to_do(path):
    sent = WireError("refused", "this is read-only", "ask the owner", (("url", "is empty"),))
    with served(path) as (client, host, _):
        pending = client.begin("drain", STOP, StopAnswer)
        host.refuse(host.asked(), sent)

        with pytest.raises(WireError) as raised:
            pending.result()

        assert sent.record() == raised.value.record()


def test_a_late_answer_is_given_up_and_disturbs_no_other(path):
    with served(path) as (client, host, _):
        late = client.begin("drain", STOP, StopAnswer)
        assert "has not answered for 0.01 s" in str(gone(lambda: late.result(0.01)))
        first = host.asked()
        second = client.begin("drain", STOP, StopAnswer)

        host.answer(first, YES)
        host.answer(host.asked(), {"accepted": False})

        assert not second.result().accepted


def test_when_the_host_dies_all_requests_end_and_later_ones_raise_at_once(path):
    with served(path) as (client, host, _):
        pending = [client.begin("drain", STOP, StopAnswer) for _ in range(3)]
        host.socket.close()

        for one in pending:
            gone(partial(one.result, SECONDS))
        gone(lambda: client.ask("drain", STOP, StopAnswer))
        assert client.lost is not None
        assert client.lost_at is not None


def test_closing_ends_requests_of_other_threads(path):
    with served(path) as (client, _, _):
        pending = client.begin("drain", STOP, StopAnswer)
        client.close()

        assert "this side has closed" in str(gone(lambda: pending.result(SECONDS)))
        client.close()


@pytest.mark.parametrize(
    ("sent", "told"),
    [
        ((REPLY_BYTES + 1).to_bytes(4, "big"), "a frame of 4,194,305 bytes"),
        (b"\0\0\0\x04nope", "no reply"),
        (b"\0\0\0\x09[1, 2, 3]", "no reply"),
    ],
)
def test_a_host_that_sends_nonsense_is_left(path, sent, told):
    with served(path) as (client, host, _):
        pending = client.begin("drain", STOP, StopAnswer)
        host.socket.sendall(sent)

        with pytest.raises(WireError, match=told):
            pending.result()
        assert client.lost is not None


def test_an_answer_of_another_form_is_an_error_of_its_request_only(path):
    with served(path) as (client, host, _):
        pending = client.begin("drain", STOP, StopAnswer)
        host.answer(host.asked(), {"accepted": "perhaps"})
        with pytest.raises(WireError, match="was not understood"):
            pending.result()

        again = client.begin("drain", STOP, StopAnswer)
        host.answer(host.asked(), {**YES, "new": "field of a newer host"})
        assert again.result().accepted


def test_a_request_that_is_too_long_is_refused_here_and_the_connection_goes_on(path):
    with served(path) as (client, host, _):
        args = CheckArgs(type="t", params={"text": "x" * (1 << 20)})
        with pytest.raises(WireError, match="bytes; 1,048,576 are the most") as raised:
            client.ask("check", args, TypesAnswer)
        assert "invalid" == raised.value.kind

        pending = client.begin("drain", STOP, StopAnswer)
        host.answer(host.asked(), YES)
        assert pending.result().accepted


@pytest.mark.parametrize(("protocol", "mends"), [(0, "restart the host"), (2, "start this side")])
def test_a_host_of_another_protocol_is_only_looked_at_and_stopped(path, protocol, mends):
    other = msgspec.structs.replace(HELLO, protocol=protocol, version="9.9")
    with served(path, other) as (client, host, _):
        with pytest.raises(WireError, match=f"9.9 with protocol {protocol}.*{mends}") as raised:
            client.ask("types", NoArgs(), TypesAnswer, SECONDS)
        assert "version" == raised.value.kind
        assert VERSION in str(raised.value)

        for verb, args in [("status", NoArgsEver()), ("drain", STOP), ("shutdown", STOP)]:
            pending = client.begin(verb, args, StopAnswer)
            request = host.asked()
            assert verb == request.verb
            host.answer(request, YES)
            assert pending.result().accepted


def test_a_client_imports_neither_the_engine_nor_its_port():
    program = (
        "import sys, chasqui.control.client.client, chasqui.control.client.remote,"
        " chasqui.control.client.finding\n"
        "print(*(name for name in sys.modules if name in ('chasqui.engine.engine',"
        " 'chasqui.pool.pool', 'chasqui.control.local', 'chasqui.plugins', 'textual', 'asyncio')))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )

    assert "" == done.stdout.strip()


def test_a_request_that_has_ended_is_forgotten(path):
    with served(path) as (client, host, _):
        for _ in range(3):
            pending = client.begin("drain", STOP, StopAnswer)
            host.answer(host.asked(), YES)
            pending.result()
        with pytest.raises(WireError):
            client.ask("drain", STOP, StopAnswer, timeout=0.01)

        assert {} == client._waiting
