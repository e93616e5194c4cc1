"""The template's one task type."""

import chasqui_hello
from chasqui.testing import Harness, check_plugin


def test_greeting_names_whom_it_greets():
    assert "hello Ada" == chasqui_hello.greet("Ada")


def test_it_runs_as_a_task():
    with Harness(chasqui_hello) as chasqui:
        assert "hello world" == chasqui.run("hello.greet").result()


def test_the_plugin_keeps_the_contract():
    assert [] == check_plugin("hello")
