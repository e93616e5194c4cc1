"""A host as a port: what a console sees and asks is what the host says."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from functools import partial
from typing import Any

import msgspec
import pytest

from chasqui.control.client.remote import RemotePort
from chasqui.control.port import (
    CommandOutcome,
    Counts,
    Page,
    ParameterInfo,
    Pause,
    Shutdown,
    Snapshot,
    StackView,
    SubmitOptions,
    TaskDetail,
    TaskRow,
    TaskTypeInfo,
    ViewQuery,
    Window,
)
from chasqui.control.safe_text import SafeText
from chasqui.control.sockets.place import socket_of
from chasqui.control.wire.messages import PROTOCOL, WireError
from chasqui.version import VERSION
from tests.control.client.scripted import HELLO, during, served

QUERY = ViewQuery(backlog=Window(limit=5))
PAGE: Page[TaskRow] = Page(rows=(TaskRow(number=7, type="a.b", state="queued", created=1.0),))  # type: ignore[arg-type]


@pytest.fixture
def path():
    return socket_of("default", None)


def sections(snapshot: Snapshot, *names: str) -> dict[str, Any]:
    """Return some fields of a reading, or all."""
    fields = msgspec.to_builtins(snapshot)
    return {name: fields[name] for name in names or fields}


def test_a_reading_is_put_together_from_what_has_changed(path):
    first = Snapshot(at=10.0, counts=Counts(accepted=1, queued=1), backlog_page=PAGE, rate=2.5)
    with served(path) as (client, host, _):
        port = RemotePort(client)

        def answer(since: int, revision: int, said: dict[str, Any]) -> None:
            request = host.asked()
            args = host.args(request)
            assert since == args["since"]
            assert QUERY == msgspec.convert(args["query"], ViewQuery)
            host.answer(request, {"revision": revision, "sections": said})

        read = lambda: port.snapshot(QUERY)  # noqa: E731
        assert first == during(read, lambda: answer(0, 5, sections(first)))

        later = msgspec.structs.replace(first, at=11.0, rate=3.0)
        changed = {**sections(later, "at", "rate"), "of a newer host": [1]}
        assert later == during(read, lambda: answer(5, 6, changed))
        assert later == during(read, lambda: answer(6, 6, {}))


def test_revisions_belong_to_a_query(path):
    with served(path) as (client, host, _):
        port = RemotePort(client)

        def answer(revision: int) -> None:
            request = host.asked()
            assert 0 == host.args(request)["since"]
            said = {"revision": revision, "sections": {"at": float(revision)}}
            host.answer(request, said)

        for revision, query in [(3, QUERY), (9, ViewQuery())]:
            read = during(partial(port.snapshot, query), partial(answer, revision))
            assert Snapshot(at=float(revision)) == read


def test_a_command_does_not_wait_for_a_slow_reading(path):
    with served(path) as (client, host, _):
        port = RemotePort(client)
        reading = threading.Thread(target=lambda: port.snapshot(QUERY))
        reading.start()
        slow = host.asked()

        def answer() -> None:
            request = host.asked()
            assert ("apply", {"command": "Pause"}) == (
                request.verb,
                host.args(request)["command"],
            )
            host.answer(request, CommandOutcome(ok=True))

        assert CommandOutcome(ok=True) == during(lambda: port.apply(Pause()), answer)
        host.answer(slow, {"revision": 1, "sections": {"at": 1.0}})
        reading.join()


def test_details_types_and_checks_are_those_of_the_host(path):
    detail = TaskDetail(number=7, type="a.b", state="queued")  # type: ignore[arg-type]
    info = TaskTypeInfo(name="a.b", plugin="a", help="")  # type: ignore[arg-type]
    stack = StackView(worker="w01", state="idle", since=1.0, looked=2.0)  # type: ignore[arg-type]
    wrong = CommandOutcome(ok=False, problems=(("url", "is empty"),))  # type: ignore[arg-type]
    with served(path) as (client, host, _):
        port = RemotePort(client)

        def answers(verb: str, args: dict[str, Any], said: Any) -> Callable[[], None]:
            def answer() -> None:
                request = host.asked()
                assert (verb, args) == (request.verb, host.args(request))
                host.answer(request, said)

            return answer

        asked = {"number": 7, "log_after": 3}
        found = during(lambda: port.detail(7, 3), answers("detail", asked, {"detail": detail}))
        assert detail == found
        asked_stack = {"worker": "w01", "pool": "cpu"}
        assert stack == during(
            lambda: port.stack("w01", "cpu"), answers("stack", asked_stack, {"stack": stack})
        )
        assert (info,) == during(port.types, answers("types", {}, {"types": [info]}))
        asked_check = {"type": "a.b", "params": {"url": ""}}
        assert wrong == during(
            lambda: port.check("a.b", {"url": ""}), answers("check", asked_check, wrong)
        )


def test_a_relative_path_of_a_form_is_made_absolute_where_it_is_typed(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    file = ParameterInfo(name="file", kind="path", required=True)
    info = TaskTypeInfo(name="a.b", plugin="a", help="", parameters=(file,))  # type: ignore[arg-type]
    asked: list[Any] = []
    with served(path) as (client, host, _):
        port = RemotePort(client)

        def answer(said: Any) -> Callable[[], None]:
            def answer() -> None:
                request = host.asked()
                asked.append(host.args(request))
                host.answer(request, said)

            return answer

        during(port.types, answer({"types": [info]}))
        during(lambda: port.check("a.b", {"file": "x"}), answer(CommandOutcome(ok=True)))
        options = SubmitOptions()
        during(lambda: port.submit("a.b", {"file": "x"}, options), answer({"results": [1]}))

    typed = (asked[1]["params"]["file"], asked[2]["tasks"][0]["texts"]["file"])
    assert (f"{tmp_path}/x", f"{tmp_path}/x") == typed


def test_a_relative_path_is_completed_in_the_folder_of_the_console(path, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    info = TaskTypeInfo(
        name="a.b",
        plugin="a",
        help=SafeText(""),
        parameters=(ParameterInfo(name="file", kind="path", required=True),),
    )
    with served(path) as (client, host, _):
        port = RemotePort(client)

        def completed() -> None:
            request = host.asked()
            (word,) = host.args(request)["words"]
            assert f"file={tmp_path}/he" == word
            found = [[f"{word}re", ""], [f"{word}at/", ""], ["file=/etc/passwd", ""]]
            host.answer(request, {"candidates": found})

        during(port.types, lambda: host.answer(host.asked(), {"types": [info]}))
        found = during(lambda: port.complete("a.b", "file", "he"), completed)

    assert ["here", "heat/"] == found


def test_a_submission_gives_its_number_or_why_not(path):
    full = WireError("full", "the backlog of default is full (1,000)", "wait or resize")
    with served(path) as (client, host, _):
        port = RemotePort(client)

        def submit(said: Any) -> CommandOutcome:
            def answer() -> None:
                request = host.asked()
                (task,) = host.args(request)["tasks"]
                assert ("submit", "a.b", {"url": "x"}) == (
                    request.verb,
                    task["type"],
                    task["texts"],
                )
                assert 3 == task["options"]["priority"]
                host.answer(request, {"results": [said]})

            options = SubmitOptions(priority=3)
            return during(lambda: port.submit("a.b", {"url": "x"}, options), answer)

        assert CommandOutcome(ok=True, numbers=(12,)) == submit(12)
        refused = submit(full.record())
        assert (False, str(full)) == (refused.ok, refused.reason)
        wrong = WireError("invalid", "a.b: url is empty", problems=(("url", "is empty"),))
        assert (("url", "is empty"),) == submit(wrong.record()).problems


def test_an_option_that_an_older_host_lacks_is_named_and_the_others_still_go(path):
    with served(path) as (client, host, _):
        port = RemotePort(client)

        def answer() -> None:
            request = host.asked()
            (task,) = host.args(request)["tasks"]
            if "delay" in task["options"]:
                said = "submit: Object contains unknown field `delay` - at `$.tasks[0].options`"
                host.refuse(request, WireError("usage", said))
            else:
                assert {"time_limit": 9.0} == task["options"]
                host.answer(request, {"results": [12]})

        delayed, limited = (
            during(partial(port.submit, "a.b", {}, options), answer)
            for options in (SubmitOptions(delay=3.0), SubmitOptions(time_limit=9.0))
        )

    assert (
        "the host has chasqui 0.2.0, whose submit has no delay yet; leave it out, or restart the"
        f" host with chasqui {VERSION}"
    ) == delayed.reason
    assert (12,) == limited.numbers


@pytest.mark.parametrize(("kind", "outcome"), [("refused", "refused"), ("unknown_type", "unknown")])
def test_a_refused_command_is_an_outcome_of_that_kind(path, kind, outcome):
    with served(path) as (client, host, _):
        port = RemotePort(client)
        refused = during(
            lambda: port.apply(Pause()),
            lambda: host.refuse(host.asked(), WireError(kind, "no", "ask the owner")),
        )

    assert (False, outcome, "no; ask the owner") == (refused.ok, refused.kind, refused.reason)


def test_a_command_that_was_sent_and_not_answered_may_have_been_carried_out(path):
    def vanish():
        host.asked()
        host.socket.shutdown(socket.SHUT_RDWR)

    with served(path) as (client, host, _):
        port = RemotePort(client)
        sent = during(lambda: port.apply(Pause()), vanish)
        unsent = port.apply(Pause())

    assert (False, "lost") == (sent.ok, sent.kind)
    assert (False, "") == (unsent.ok, unsent.kind)
    assert "gone" in sent.reason and "gone" in unsent.reason


@pytest.mark.parametrize("role", ["observe", "operate"])
@pytest.mark.parametrize("beside", [True, False])
def test_what_is_allowed_follows_from_the_role_that_the_host_granted(path, role, beside):
    hello = msgspec.structs.replace(HELLO, role=role, beside=beside)
    with served(path, hello) as (client, _, _):
        caps = RemotePort(client).caps

    assert (role == "observe", beside) == (caps.read_only, caps.beside)
    assert not caps.embedded
    assert HELLO.pid == caps.pid


def test_a_host_of_another_version_is_seen_and_stopped(path):
    status = {
        "name": "old",
        "state": "a word of a newer host",
        "paused": False,
        "version": "9.9",
        "protocol": PROTOCOL + 1,
        "pid": 1,
        "uptime": 5.0,
        "pools": {
            "default": {
                "state": "running",
                "backend": "threads",
                "workers": 8,
                "busy": 3,
                "queue_size": 1000,
                "queued": 12,
            }
        },
        "counts": {"accepted": 20, "queued": 20, "suspended": 3},
        "conservation": True,
        "rate": 1.5,
        "oldest": 4.2,
        "of a newer host": {},
    }
    newer = msgspec.structs.replace(HELLO, protocol=PROTOCOL + 1, version="9.9")
    with served(path, newer) as (client, host, _):
        port = RemotePort(client)

        def answer(verb: str, said: Any) -> None:
            request = host.asked()
            assert verb == request.verb
            host.answer(request, said)

        seen = during(lambda: port.snapshot(QUERY), lambda: answer("status", status))
        assert ("old", "running", 8, 3, 1000) == (
            seen.name,
            seen.state,
            seen.workers,
            seen.busy,
            seen.queue_size,
        )
        assert Counts(accepted=20, queued=20) == seen.counts
        assert (f"host 9.9, console {VERSION}",) == seen.wrong
        assert "it can look, drain and stop" in port.caps.limited
        assert () == port.types()

        stopped = during(
            lambda: port.apply(Shutdown(mode="cancel", timeout=3.0)),
            lambda: answer("shutdown", {"accepted": True}),
        )
        assert stopped.ok
        refused = port.apply(Pause())
        assert not refused.ok
        assert "9.9" in refused.reason
