"""Secrets travel as references, are resolved by the body, and are masked wherever text is shown."""

from __future__ import annotations

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from chasqui import Context, Engine, InvalidParameters, Secret, SecretMissing, task
from chasqui.commands.rows import encode, row_of
from chasqui.control.local import LocalPort
from chasqui.control.port import SubmitOptions, ViewQuery, Window
from chasqui.control.safe_text import safe_block, safe_line
from chasqui.secret import MASK, masked

CANARY = "canary%20/yellow & loud"


@pytest.fixture
def token(monkeypatch):
    monkeypatch.setenv("CANARY", CANARY)
    return "env:CANARY"


def test_a_variable_is_read_when_it_is_revealed(monkeypatch):
    secret = Secret[str]("env:LATER")
    monkeypatch.setenv("LATER", "now it is there")

    assert "now it is there" == secret.reveal()


def test_a_file_is_read_without_its_last_newline(tmp_path):
    file = tmp_path / "key"
    file.write_bytes(b"kept out of\nevery log\r\n")

    assert "kept out of\nevery log" == Secret[str](f"file:{file}").reveal()


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda folder: "env:NOT_SET_ANYWHERE", "the variable NOT_SET_ANYWHERE is not set"),
        (lambda folder: f"file:{folder}/nothing", "cannot be read: No such file"),
        (lambda folder: f"file:{folder}", "cannot be read: Is a directory"),
        (lambda folder: f"file:{_large(folder)}", "is larger than 64 KiB"),
    ],
)
def test_a_secret_that_cannot_be_had_says_where_it_was_looked_for(tmp_path, make, reason):
    with pytest.raises(SecretMissing, match=reason):
        Secret[str](make(tmp_path)).reveal()


def _large(folder):
    file = folder / "large"
    file.write_bytes(b"x" * (64 * 1024 + 1))
    return file


@pytest.mark.parametrize("value", ["hunter2", "", "env:", "https://user:pass@host", "ENV:NAME"])
def test_a_value_is_refused_where_a_reference_belongs_and_is_not_repeated(value):
    with pytest.raises(ValueError, match="must be a reference") as refused:
        Secret[str](value)

    assert value in ("", "env:") or value not in str(refused.value)


@pytest.mark.parametrize("value", [5, None, b"env:NAME", ["env:NAME"]])
def test_what_is_no_text_is_no_reference(value):
    with pytest.raises(ValueError, match="must be a reference to a secret, env:NAME or file:PATH"):
        Secret(value)


def test_neither_text_nor_repr_show_anything_of_it():
    secret = Secret[str]("env:NAME")

    assert (MASK, f"<Secret {MASK}>") == (str(secret), repr(secret))
    assert MASK in f"{secret}"


@pytest.mark.parametrize(
    "text",
    [
        CANARY,
        "canary%2520%2Fyellow%20%26%20loud",
        "canary%2520/yellow%20%26%20loud",
        json.dumps({"token": CANARY}),
        repr([CANARY]),
    ],
)
def test_a_revealed_value_is_masked_in_every_spelling(token, text):
    Secret[str](token).reveal()

    assert "yellow" not in masked(f"before {text} after")
    assert masked(f"before {text} after").startswith("before ")


def test_each_line_of_a_revealed_value_is_masked(monkeypatch):
    monkeypatch.setenv("PEM", "-----BEGIN-----\nabcdefgh\nijklmnop\n")
    Secret[str]("env:PEM").reveal()

    assert f"it says {MASK}!" == masked("it says ijklmnop!")


def test_values_too_short_to_tell_from_other_text_are_left(monkeypatch):
    monkeypatch.setenv("SHORT", "a")
    Secret[str]("env:SHORT").reveal()

    assert "a banana" == masked("a banana")


@pytest.mark.slow
@given(st.integers(0, 200), st.integers(1, 120))
def test_a_cut_never_leaves_a_part_of_a_revealed_value(before, cap):
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("CANARY", CANARY)
        Secret[str]("env:CANARY").reveal()

    for text in (safe_line("." * before + CANARY, cap), safe_block("." * before + CANARY, 2, cap)):
        assert "c" not in text.replace("(cut here)", "")


@task
def leak(ctx: Context, token: Secret[str], how: str = "raise") -> object:
    """Show the secret in every way that a careless body may."""
    value = token.reveal()
    ctx.progress(1, 2, f"using {value}")
    ctx.log.warning("logged %s", value)
    ctx.log.warning("wrongly %d formatted", value)
    try:
        raise ValueError(f"inside {value}")
    except ValueError:
        ctx.log.exception("with its traceback")
    if how == "return":
        return {"token": value, value: [value]}
    raise RuntimeError(f"401 for {value}")


def everything_seen(engine, port, task_):
    """Return the text of all that a console or a row may show of a task."""
    query = ViewQuery(workers=Window(), backlog=Window(), failures=Window(), metrics=True)
    seen = [repr(port.snapshot(query)), repr(port.detail(task_.number)), repr(task_.work)]
    seen += [repr(failure) for failure in engine.failures]
    seen.append(encode(row_of(1, task_)).decode())
    return "\n".join(seen)


@pytest.mark.parametrize("how", ["raise", "return"])
def test_nothing_that_is_shown_of_a_task_has_the_value(token, caplog, how):
    with Engine(1) as engine, caplog.at_level(logging.DEBUG):
        engine.register(leak)
        port = LocalPort(engine)
        port.submit("app.leak", {"token": token, "how": how}, SubmitOptions())
        task_ = engine.submit("app.leak", {"token": token, "how": how})
        task_.wait(10)
        seen = everything_seen(engine, port, task_)

    assert ("failed" if how == "raise" else "completed") == task_.state
    assert "yellow" not in seen
    assert MASK in seen
    assert "logged" in caplog.text and "wrongly" in caplog.text
    assert "ValueError: inside" in caplog.text
    assert "yellow" not in caplog.text


def test_a_row_has_the_reference_so_that_it_can_be_run_again(token):
    with Engine(1) as engine:
        engine.register(leak)
        task_ = engine.submit("app.leak", {"token": token})
        task_.wait(10)

    assert {"token": token} == row_of(1, task_)["params"]
    assert Secret(token) == leak.work_from_marked(row_of(1, task_)["params"]).params["token"]


def test_a_wrong_value_is_not_repeated_in_the_refusal():
    with pytest.raises(InvalidParameters) as refused:
        leak.work(token="hunter2")  # type: ignore[arg-type]

    assert "hunter2" not in str(refused.value)
    assert "token must be a reference" in str(refused.value)


def test_a_secret_that_is_missing_fails_the_task_with_its_reason():
    with Engine(1) as engine:
        engine.register(leak)
        failed = engine.submit("app.leak", {"token": "env:NOT_SET_ANYWHERE"})
        failed.wait(10)

    assert isinstance(failed.error, SecretMissing)


def test_a_log_line_names_the_place_that_wrote_it(token, caplog):
    @task
    def note(ctx: Context) -> None:
        ctx.log.warning("100% sure")

    with Engine(1) as engine, caplog.at_level(logging.DEBUG):
        engine.register(note)
        engine.submit("app.note").wait(10)

    (record,) = [record for record in caplog.records if "sure" in record.getMessage()]
    assert ("test_secret.py", "note") == (record.filename, record.funcName)
    assert record.getMessage().endswith("app.note: 100% sure")
