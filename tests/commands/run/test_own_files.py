"""The files that a run writes: none of them is anything else."""

from __future__ import annotations

import pytest

RUN = "run demo.sleep --each seconds in"


@pytest.mark.parametrize(
    ("words", "why"),
    [
        ("--summary o >>o", "o: is the output; --summary"),
        ("--summary ./o >>o", "./o: is the output; --summary"),
        ("--summary /dev/stdout >>o", "/dev/stdout: is the output; --summary"),
        ("--summary /dev/fd/1 | cat", "/dev/fd/1: is the output; --summary"),
        ("--failures o >>o", "o: is the output; --failures"),
        ("--failures /dev/stdout >>o", "/dev/stdout: is the output; --failures"),
        ("--joblog o >>o", "o: is the output; --joblog"),
        ("--failures in", "in: is the input; --failures"),
        ("--failures cfg.toml", "cfg.toml: is the config; --failures"),
        ("--summary ./cfg.toml", "./cfg.toml: is the config; --summary"),
        ("--joblog cfg.toml", "cfg.toml: is the config; --joblog"),
        ("--results new --joblog new", "new: is the job log; --results"),
        ("--results new --summary new/../new", "new/../new: is the folder of --results; --summary"),
        ("--joblog new --summary ./new", "./new: is the job log; --summary"),
        ("--failures new --joblog new", "new: is the file of --failures; --joblog"),
        ("--failures yes --joblog yes", "yes: is the file of --failures; --joblog"),
        ("--journal new --summary new", "new: is the journal; --summary"),
    ],
)
def test_a_file_that_is_used_otherwise_is_refused_and_stays(by_shell, tmp_path, words, why):
    kept = {"o": b"before\n", "in": b"0\n", "cfg.toml": b"[engine]\n"}
    for name, text in kept.items():
        (tmp_path / name).write_bytes(text)
    done = by_shell(f"--config cfg.toml {RUN} {words}")

    assert f"chasqui-tui: {why} needs a file of its own\n" == done.stderr.decode()
    assert b"" == done.stdout
    assert kept == {one.name: one.read_bytes() for one in tmp_path.iterdir() if one.is_file()}


@pytest.mark.parametrize("option", ["summary", "failures", "joblog", "journal", "results"])
def test_a_dash_is_no_file_that_a_run_writes(by_shell, tmp_path, option):
    done = by_shell(f"run demo.sleep seconds=0 --{option}=-")

    why = f"--{option} names a file and writes no output; ./- is a file of this name\n"
    assert (2, b"", f"chasqui-tui: {why}") == (done.returncode, done.stdout, done.stderr.decode())
    assert not (tmp_path / "-").exists()


@pytest.mark.parametrize("option", ["summary", "failures", "joblog"])
def test_a_file_with_what_the_run_says_is_refused_and_stays(by_shell, tmp_path, option):
    (tmp_path / "in").write_bytes(b"0\n")
    (tmp_path / "said").write_bytes(b"before\n")
    done = by_shell(f"{RUN} --{option} said 2>>said")

    why = f"chasqui-tui: said: is standard error; --{option} needs a file of its own\n"
    assert (2, b"") == (done.returncode, done.stdout)
    assert f"before\n{why}" == (tmp_path / "said").read_text()


def test_the_input_that_standard_input_leads_to_is_never_overwritten(by_shell, tmp_path):
    (tmp_path / "in").write_bytes(b"0\n")
    done = by_shell("run demo.sleep --each seconds --failures in <in")

    assert (2, b"") == (done.returncode, done.stdout)
    assert b"in: is the input; --failures needs a file of its own\n" in done.stderr
    assert b"0\n" == (tmp_path / "in").read_bytes()


def test_with_a_host_the_file_is_its_own_as_well(by_shell, host, tmp_path):
    host()
    done = by_shell("run demo.sleep seconds=0 --host --failures o >>o")

    assert (2, b"") == (done.returncode, done.stdout)
    assert b"o: is the output; --failures needs a file of its own\n" in done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("option", ["summary", "failures"])
def test_what_takes_one_thing_after_another_may_be_shared(by_shell, tmp_path, option):
    (tmp_path / "in").write_bytes(b"0\n")
    nothing = by_shell(f"{RUN} --{option} /dev/null >/dev/null")
    beside = by_shell(f"{RUN} --{option} /dev/stderr")

    assert [0, 0] == [nothing.returncode, beside.returncode]
    assert (b'"completed": 1' in beside.stderr) == (option == "summary")
