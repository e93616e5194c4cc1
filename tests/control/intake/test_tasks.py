"""Tasks for a host, made of texts and of lines."""

from __future__ import annotations

import base64
import json
import os

import msgspec
import pytest

from chasqui.control.commands import SubmitOptions
from chasqui.control.details import ParameterInfo, TaskTypeInfo
from chasqui.control.intake.jobs import InvalidLine
from chasqui.control.intake.tasks import TaskMaker, Unsendable
from chasqui.control.safe_text import SafeText
from chasqui.errors import UnknownType

HASH = TaskTypeInfo(
    name="files.hash",
    plugin="files",
    help=SafeText(""),
    parameters=(
        ParameterInfo(name="path", kind="path", required=True),
        ParameterInfo(name="more", kind="list", required=False, item_kind="path"),
        ParameterInfo(name="names", kind="list", required=False, item_kind="text"),
        ParameterInfo(name="algorithm", kind="choice", required=False, default="sha256"),
    ),
)
LOGIN = TaskTypeInfo(
    name="app.login",
    plugin="app",
    help=SafeText(""),
    parameters=(
        ParameterInfo(name="user", kind="text", required=True),
        ParameterInfo(name="password", kind="secret", required=True),
    ),
)
URGENT = SubmitOptions(priority=5)


@pytest.fixture
def maker(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return TaskMaker({"files.hash": HASH, "app.login": LOGIN}, URGENT)


def test_texts_become_a_task_with_its_options(maker):
    task = maker.of_texts("files.hash", {"algorithm": "md5", "path": "/a b"})

    assert {"path": "/a b", "algorithm": "md5"} == task.texts
    assert (5, "files.hash") == (task.options.priority, task.type)


def test_a_relative_path_is_made_absolute_and_keeps_what_links_may_change(maker, tmp_path):
    typed = maker.of_texts("files.hash", {"path": "../x", "algorithm": "md5"})
    job = maker.of_job('{"type": "files.hash", "params": {"path": "x"}}')

    assert (f"{tmp_path}/../x", "md5") == (typed.texts["path"], typed.texts["algorithm"])
    assert f"{tmp_path}/x" == job.params["path"]
    assert "/x" == maker.of_texts("files.hash", {"path": "/x"}).texts["path"]


def test_the_paths_of_a_list_are_made_absolute_however_it_is_written(maker, tmp_path):
    texts = {"more": "a, /b", "names": "a, /b"}
    typed = maker.of_texts("files.hash", texts).texts
    as_json = maker.of_texts("files.hash", {"more": '["a", 7]'}).texts
    job = maker.of_job('{"type": "files.hash", "params": {"more": ["a", "/b"], "names": ["a"]}}')

    assert [f"{tmp_path}/a", "/b"] == json.loads(typed["more"]) == job.params["more"]
    assert [f"{tmp_path}/a", 7] == json.loads(as_json["more"])
    assert ("a, /b", ["a"]) == (typed["names"], job.params["names"])
    assert "[" == maker.of_texts("files.hash", {"more": "["}).texts["more"]


def test_a_path_that_is_not_utf_8_goes_as_its_bytes(maker):
    name = os.fsdecode(b"/a\xff")
    task = maker.of_texts("files.hash", {"path": name})
    job = maker.of_job(json.dumps({"type": "files.hash", "params": {"path": name}}))

    marked = {"bytes": base64.b64encode(b"/a\xff").decode()}
    assert (marked, marked) == (task.params["path"], job.params["path"])
    assert msgspec.json.encode(task) and msgspec.json.encode(job)


def test_an_integer_that_readers_of_json_would_change_is_marked(maker):
    job = maker.of_job('{"type": "app.login", "params": {"user": 9007199254740993}}')

    assert {"number": "9007199254740993"} == job.params["user"]


def test_a_line_that_is_nested_too_deeply_is_refused(maker):
    deep = "[" * 40 + "]" * 40
    with pytest.raises(Unsendable, match=r"32 objects and arrays"):
        maker.of_job(f'{{"type": "app.login", "params": {{"user": {deep}}}}}')


def test_a_line_that_is_no_job_says_so(maker):
    with pytest.raises(InvalidLine, match="is not JSON"):
        maker.of_job("{")
    with pytest.raises(UnknownType, match=r"did you mean files\.hash"):
        maker.of_job('{"type": "files.hahs"}')


def test_a_line_may_hold_a_secret_only_if_it_is_of_a_parameter_that_is_one(maker):
    found = [
        maker.has_secrets(type, each)
        for type, each in [(None, None), ("files.hash", "path"), ("app.login", "user")]
    ]

    assert [True, False, False] == found
    assert maker.has_secrets("app.login", "password")
