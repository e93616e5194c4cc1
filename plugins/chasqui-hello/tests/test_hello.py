"""The template's one task type."""

from chasqui import Engine
from chasqui_hello import greet


def test_greeting_names_whom_it_greets():
    assert "hello Ada" == greet("Ada")


def test_the_type_is_there_once_the_package_is_installed():
    with Engine(workers=1) as engine:
        assert "hello world" == engine.submit("hello.greet").result(timeout=10)
