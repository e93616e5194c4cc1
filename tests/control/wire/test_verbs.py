"""The closed list of verbs, and their records."""

import subprocess
import sys

import msgspec
import pytest

from chasqui.control.journal_status import JournalStatus
from chasqui.control.port import Snapshot
from chasqui.control.wire.status import CountStatus, PoolStatus, Status
from chasqui.control.wire.verbs import VERBS, Verb

STATUS = (
    "name state paused version protocol pid uptime pools counts conservation rate oldest wait run "
    "journal breakers findings problems schedules clients folder python strikes open_kinds"
)
JOURNAL = "mode state reason path waiting parked parked_types size unflushed opened last_end"
COUNTS = "accepted rejected queued scheduled running completed failed cancelled"
POOL = "state backend workers busy queue_size queued"
ROWS = pytest.mark.parametrize("name,verb", VERBS.items())


@ROWS
def test_only_verbs_that_keep_their_form_ignore_unknown_arguments(name: str, verb: Verb):
    assert verb.args.__struct_config__.forbid_unknown_fields is not verb.is_permanent


def test_the_verbs_that_keep_their_form_are_those_that_look_and_stop():
    kept = {name for name, verb in VERBS.items() if verb.is_permanent}
    assert {"hello", "status", "drain", "shutdown"} == kept


def test_what_changes_something_needs_the_role_for_it():
    changing = {name for name, verb in VERBS.items() if verb.role == "operate"}
    assert {"drain", "shutdown", "submit", "apply"} == changing


@pytest.mark.parametrize(
    "name,args",
    [
        ("snapshot", b'{"query":{"workers":{"offset":0,"limit":5,"sort":"x"}}}'),
        ("snapshot", b'{"query":{"panes":1}}'),
        ("apply", b'{"command":{"command":"Pause","type":"demo.sleep"}}'),
        ("apply", b'{"command":{"command":"Explode"}}'),
        ("apply", b'{"command":{"command":"RetryFailures","chosen":{"all":true}}}'),
        ("submit", b'{"tasks":[{"type":"a","options":{"colour":1}}]}'),
        ("submit", b'{"tasks":[{"type":"a","path":"/etc"}]}'),
    ],
)
def test_a_field_that_a_request_does_not_have_is_refused_at_any_depth(name: str, args: bytes):
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(args, type=VERBS[name].args)


def test_the_status_record_has_the_names_that_scripts_rely_on():
    pool = PoolStatus(
        state="running", backend="threads", workers=8, busy=3, queue_size=1000, queued=12
    )
    status = Status(
        name="default",
        state="running",
        paused=False,
        version="0.2.0",
        protocol=1,
        pid=4242,
        uptime=12.5,
        pools={"default": pool},
        counts=CountStatus(),
        conservation=True,
        rate=1.5,
        oldest=4.2,
    )
    sent = msgspec.json.decode(msgspec.json.encode(status))
    assert [*Status.__struct_fields__] == list(sent) == STATUS.split()
    assert COUNTS.split() == list(sent["counts"])
    assert ["p50", "p95", "p99", "max"] == list(sent["wait"]) == list(sent["run"])
    assert POOL.split() == list(sent["pools"]["default"])
    assert JOURNAL.split() == list(sent["journal"])
    assert "off" == sent["journal"]["mode"]


def test_a_status_of_a_host_that_says_no_more_of_its_journal_than_the_mode_is_understood():
    known = msgspec.json.decode(b'{"mode": "off"}', type=JournalStatus)

    assert JournalStatus() == known


def test_a_reading_of_a_host_that_says_nothing_of_its_journal_shows_no_mode():
    known = msgspec.json.decode(b'{"at": 1.0}', type=Snapshot)

    assert ("", "") == (known.journal.mode, known.journal.state)


def test_the_wire_needs_no_engine():
    code = (
        "import sys, chasqui.control.wire.verbs\n"
        "print(*[m for m in sys.modules if m.startswith(('chasqui.engine.', 'chasqui.pool.'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert {"chasqui.engine.state", "chasqui.pool.states"} == set(done.stdout.split())
