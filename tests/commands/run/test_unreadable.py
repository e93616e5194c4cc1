"""`run`: input that cannot be read, from its beginning or from somewhere on."""

from __future__ import annotations

import socket
import struct

import pytest

from tests.commands.running import Running

RESET = struct.pack("ii", 1, 0)  # closing breaks the connection, instead of ending it


@pytest.mark.slow
@pytest.mark.parametrize("words", ["demo.sleep --each seconds", "--jobs -"])
@pytest.mark.parametrize("more", ["", "--dry-run"])
def test_a_closed_standard_input_is_told_at_once(by_shell, words, more):
    done = by_shell(f"run {words} {more} <&-")

    assert (2, b"") == (done.returncode, done.stdout)
    said = "chasqui-tui: standard input is closed; name a file, or give it something to read\n"
    assert said == done.stderr.decode()


@pytest.mark.slow
@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("demo.sleep --each seconds folder", "folder: cannot be read: Is a directory"),
        ("--jobs folder", "folder: cannot be read: Is a directory"),
        ("--jobs nowhere", "nowhere: cannot be read: No such file or directory"),
        (
            "demo.sleep --each seconds 0>file",
            "standard input: cannot be read: Bad file descriptor",
        ),
    ],
)
def test_an_input_that_cannot_be_read_is_one_line_with_the_reason(by_shell, tmp_path, words, said):
    (tmp_path / "folder").mkdir()
    done = by_shell(f"run {words}")

    assert (2, f"chasqui-tui: {said}\n") == (done.returncode, done.stderr.decode())


@pytest.mark.slow
def test_an_input_that_cannot_be_read_leaves_the_failures_of_an_earlier_run(by_shell, tmp_path):
    (tmp_path / "rest").write_text("precious\n")
    by_shell("run --jobs nowhere --failures rest")

    assert "precious\n" == (tmp_path / "rest").read_text()


@pytest.mark.slow
def test_an_input_that_breaks_is_told_and_what_it_gave_ends(tmp_path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        writer = socket.create_connection(server.getsockname())
        reader, _ = server.accept()
    with reader:
        run = Running(
            *(tmp_path, "demo.sleep", "--each", "seconds", "--workers", "2"), stdin=reader
        )
    writer.sendall(b"0.5\n0\n36")
    assert b'"line":2' in run.row()
    writer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
    writer.close()
    code, out, errors = run.end()
    problem, upto, ledger = errors.decode().splitlines()

    assert (2, 1) == (code, len(out.splitlines()))
    assert "chasqui-tui: standard input: cannot be read: Connection reset by peer" == problem
    assert "chasqui-tui: the input was read up to line 2, accepted up to line 2" == upto
    assert "accepted 2 = completed 2 + failed 0 + cancelled 0 + left 0" in ledger
