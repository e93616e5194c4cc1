"""The status record as text."""

from __future__ import annotations

import msgspec
import pytest

from chasqui.commands.status_text import brief, is_healthy, keys_and_values, told
from chasqui.console.model.format import ASCII
from chasqui.control.journal_status import JournalStatus, LastEndStatus, ParkedStatus
from chasqui.control.safe_text import SafeText
from chasqui.control.wire.status import CountStatus, PoolStatus, Spread, Status

POOL = PoolStatus(state="running", backend="threads", workers=8, busy=3, queue_size=1000, queued=12)
STATUS = Status(
    name="default",
    state="running",
    paused=False,
    version="0.2.0",
    protocol=1,
    pid=4242,
    uptime=12.5,
    pools={"default": POOL},
    counts=CountStatus(accepted=20, queued=12, running=3, completed=4, failed=1),
    conservation=True,
    rate=1.5,
    oldest=4.2,
    wait=Spread(p50=0.1, p95=0.9, p99=1.2, max=1.3),
    findings=(SafeText("http.check takes all workers"),),
    folder="/srv/jobs",
)


def changed(**fields):
    return msgspec.structs.replace(STATUS, **fields)


def test_a_person_reads_the_state_the_sum_and_the_findings():
    text = "\n".join(told(STATUS))

    assert text.startswith("▶ running  default  pid 4242, up 12s, version 0.2.0, 0 clients\n")
    assert "20 accepted = 12 queued + 3 running + 4 completed + 1 failed\n" in text
    assert "http.check takes all workers" in text
    assert "default  ▶ running  threads     3        8      12  1,000" in text


def test_a_person_reads_how_many_kinds_of_failure_are_open_unless_the_host_does_not_say():
    assert "2 kinds of failure, neither retried" in "\n".join(told(changed(open_kinds=2)))
    assert "1 kind of failure, neither retried" in "\n".join(told(changed(open_kinds=1)))
    assert "failing" not in "\n".join(told(STATUS))


def test_a_broken_sum_is_not_written_as_an_equation():
    assert "20 accepted IS NOT 12 queued" in "\n".join(told(changed(conservation=False)))
    assert "the sum is broken" in brief(changed(conservation=False))


def test_a_terminal_without_unicode_gets_ascii():
    assert all(line.isascii() for line in told(changed(name="größe"), ASCII))


def test_an_escape_sequence_in_a_name_is_made_visible():
    hostile = changed(name="\x1b[2J", folder="a\nb", findings=("\x1b]0;x\x07",))

    for lines in (told(hostile), keys_and_values(hostile), [brief(hostile)]):
        assert all(line.isprintable() for line in lines)


def test_every_key_of_the_record_has_a_line_for_scripts():
    lines = dict(line.partition(" ")[::2] for line in keys_and_values(STATUS))

    assert ("default", "false", "4242") == (lines["name"], lines["paused"], lines["pid"])
    assert ("8", "12", "0.9") == (
        lines["pools.default.workers"],
        lines["counts.queued"],
        lines["wait.p95"],
    )
    assert "http.check takes all workers" == lines["findings"]


def test_each_item_of_a_list_has_a_line():
    lines = list(keys_and_values(changed(findings=("one", "two"))))

    assert ["findings one", "findings two"] == [one for one in lines if one.startswith("findings")]


@pytest.mark.parametrize(
    ("state", "holds", "healthy"),
    [
        ("running", True, True),
        ("paused", True, True),
        ("running", False, False),
        ("degraded", True, False),
        ("stopping", True, False),
        ("a state of a later version", True, False),
    ],
)
def test_healthy_is_what_runs_or_is_paused_and_adds_up(state, holds, healthy):
    assert healthy == is_healthy(changed(state=state, conservation=holds))


POWER = JournalStatus(mode="power", state="ok", path=SafeText("/srv/jobs.db"), size=81_920)


def test_the_journal_is_named_with_its_file_and_size_and_in_brief():
    assert "journal  power, /srv/jobs.db, 80.0 KiB" in "\n".join(told(changed(journal=POWER)))
    assert "  journal power" in brief(changed(journal=POWER))
    assert "journal  off: accepted tasks end with this process" in "\n".join(told(STATUS))
    assert "  journal off" in brief(STATUS)


def test_what_is_wrong_with_the_journal_and_what_it_holds_is_told():
    ill = msgspec.structs.replace(
        POWER,
        state="degraded",
        reason=SafeText("the disk is full: make room"),
        waiting=1200,
        parked=3,
        parked_types=(
            ParkedStatus(
                type=SafeText("http.check"), count=3, reason=SafeText("unavailable: http")
            ),
        ),
        unflushed=9,
        last_end=LastEndStatus(
            epoch=12, pid=4121, started=1.0, is_clean=False, interrupted=4, requeued=913
        ),
    )
    text = "\n".join(told(changed(journal=ill)))

    assert "power degraded, /srv/jobs.db, 80.0 KiB, 9 ends not written yet" in text
    assert "the disk is full: make room" in text
    assert "on disk   1,200 tasks wait there for room" in text
    assert "parked    3 http.check: unavailable: http" in text
    assert "engine 12 (pid 4121) ended without shutdown; 4 interrupted, 913 requeued" in text
    words = "journal power, degraded, 1,200 on disk, 3 parked"
    assert words in brief(changed(journal=ill))
    lines = [*keys_and_values(changed(journal=ill))]
    assert "journal.last_end.interrupted 4" in lines
    assert "journal.parked_types.type http.check" in lines
