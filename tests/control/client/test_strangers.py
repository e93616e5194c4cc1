"""Hosts of other users: what they say cannot take over a terminal."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import pytest

from chasqui.control.client.client import Client
from chasqui.control.client.strangers import harmless
from chasqui.control.wire.messages import Reply, WireError, decoded_reply
from chasqui.control.wire.permanent import StopAnswer, StopArgs
from tests.control.sockets.programs import NOBODY, heard, needs_root, started

EVIL = "\x1b]0;owned\x07"
HOST = f"""
from chasqui.control.wire.frames import *
from chasqui.control.wire.messages import *
import json
os.setgid({NOBODY})
os.setuid({NOBODY})
listening = socket.socket(socket.AF_UNIX)
listening.bind(str(path))
path.chmod(0o777)
listening.listen()
say("ready")
connection, _ = listening.accept()
evil = {EVIL!r}
error = dict(kind="refused", message=evil, next="", problems=[[evil, evil]])
says = dict(
    hello=dict(ok=dict(host=evil, version="1", protocol=1, engine="e", pid=1, started=0,
                       role="observe", caps={{}}, log="/etc/shadow")),
    drain=dict(ok=dict(accepted=False, reason="two\\nlines " + evil)),
    shutdown=dict(error=error),
)
splitter = Splitter(REQUEST_BYTES)
while data := connection.recv(65536):
    for frame in splitter.feed(data):
        request = decoded_request(frame)
        reply = dict(id=request.id, **says[request.verb])
        connection.sendall(framed(json.dumps(reply).encode()))
"""


@needs_root
def test_texts_of_another_users_host_are_harmless():
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o777)
        path = Path(folder, "a.observe.sock")
        with started(HOST, path) as host:
            assert "ready" == heard(host)
            with Client.connect(path, client="test") as client:
                assert client.hello.host.isprintable()
                assert "owned" in client.hello.host
                assert "" == client.hello.log
                answer = client.ask("drain", StopArgs(), StopAnswer)
                with pytest.raises(WireError) as raised:
                    client.ask("shutdown", StopArgs(), StopAnswer)

    assert "two\nlines" == answer.reason[:9]
    assert answer.reason.replace("\n", "").isprintable()
    assert str(raised.value).isprintable()
    assert all(text.isprintable() for text in raised.value.problems[0])
    assert "refused" == raised.value.kind


def test_the_form_of_an_answer_stays_and_keys_are_made_harmless_too():
    answer = {"a": [1, 2.5, None, True, {"b\x1b": "c\u202e"}], "text": "plain"}
    reply = decoded_reply(b'{"id": 3, "more": true, "ok": %b}' % msgspec.json.encode(answer))

    made = harmless(reply)

    assert (3, True, None) == (made.id, made.more, made.error)
    again = msgspec.json.decode(made.ok)
    (key,) = again["a"][4]
    assert (["a", "text"], [1, 2.5, None, True]) == ([*again], again["a"][:4])
    assert key.isprintable()
    assert again["a"][4][key].isprintable()
    assert "plain" == again["text"]
    gap = Reply(id=3, event="gap", missed=2)
    assert gap == harmless(gap)
