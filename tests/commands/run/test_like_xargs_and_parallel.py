"""`run` prints what xargs and GNU parallel print, or says why not.

What they print is recorded, so that they need not be there; where they are, the recording is
checked. Most cases are slow: a few of each kind run in the quick suite.
"""

from __future__ import annotations

import gc
import os
import shlex
import signal
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from chasqui.cli import main
from chasqui.help import page
from tests.commands.run.peer_table import CASES, PARALLEL, PIPED, XARGS, Case
from tests.commands.run.record_peers import is_there, key_of, make_files, printed_by, recorded

QUICK = (*XARGS[:2], XARGS[8], XARGS[16], *PARALLEL[7:8], PARALLEL[13], *PIPED[1:2])
OTHERS = [case for case in CASES if case not in QUICK]
PEERS = recorded()


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Be in a folder with the files of the table."""
    make_files(tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def printed_here(case: Case, folder: Path) -> tuple[bytes, int]:
    """Run the command of a case in this process, with streams of its own."""
    (folder / "input").write_bytes(case.input)
    with _streams(folder), _signals():
        status = main(shlex.split(case.here))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()  # a run closes the file of what is unfinished by ending its process
    return (folder / "printed").read_bytes(), status


@contextmanager
def _streams(folder: Path) -> Iterator[None]:
    kept = [os.dup(number) for number in range(3)]
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    opened = [
        os.open(folder / "input", os.O_RDONLY),
        os.open(folder / "printed", flags),
        os.open(folder / "said", flags),
    ]
    try:
        for number, descriptor in enumerate(opened):
            os.dup2(descriptor, number)
        yield
    finally:
        for number, descriptor in enumerate(kept):
            os.dup2(descriptor, number)
        for descriptor in (*kept, *opened):
            os.close(descriptor)


@contextmanager
def _signals() -> Iterator[None]:
    """Put the handlers of signals back that a run has taken."""
    numbers = signal.valid_signals() - {signal.SIGKILL, signal.SIGSTOP}
    before = {number: signal.getsignal(number) for number in numbers}
    try:
        yield
    finally:
        for number, handler in before.items():
            if handler is not None and signal.getsignal(number) is not handler:
                signal.signal(number, handler)


def compare(case: Case, folder: Path) -> None:
    """Compare what is printed here with what was recorded of the peer."""
    output, status = printed_here(case, folder)
    theirs, their_status = PEERS[key_of(case)]
    if case.differs:
        assert (case.prints, 0) == (output, status)
        assert (theirs, their_status) != (output, status)
        return
    if case.any_order:
        output, theirs = (b"\n".join(sorted(text.split(b"\n"))) for text in (output, theirs))
    assert theirs == output
    assert (their_status == 0) == (status == 0)


@pytest.mark.slow
@pytest.mark.parametrize("case", QUICK, ids=lambda case: case.name)
def test_a_command_prints_here_what_the_peer_prints(case, folder):
    compare(case, folder)


@pytest.mark.slow
@pytest.mark.parametrize("case", OTHERS, ids=lambda case: case.name)
def test_every_command_prints_here_what_the_peer_prints(case, folder):
    compare(case, folder)


@pytest.mark.slow
@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_the_recording_is_what_the_peer_prints(case):
    if not is_there(case):
        pytest.skip("it is not installed")
    output, status = printed_by(case)
    theirs, their_status = PEERS[key_of(case)]
    if case.any_order:
        output, theirs = (b"\n".join(sorted(text.split(b"\n"))) for text in (output, theirs))

    assert (theirs, their_status) == (output, status)


def test_the_table_has_sixty_commands_of_both_and_each_difference_has_a_reason():
    assert 60 <= len(CASES)
    assert 20 <= min(len(XARGS), len(PARALLEL))
    assert len(CASES) == len({key_of(case) + case.here for case in CASES})
    assert [] == [case.name for case in CASES if key_of(case) not in PEERS]


def test_every_difference_is_on_the_page_of_the_manual():
    text = " ".join(page("xargs").split())

    assert [] == [case.differs for case in CASES if case.differs and case.differs not in text]
