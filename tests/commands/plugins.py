"""Plugins that several tests install."""

from __future__ import annotations

ASKER = """
from chasqui import Parameter, Secret, hookimpl, task

@hookimpl
def chasqui_settings():
    yield Parameter("server", str, default="localhost")
    yield Parameter("pin", Secret[str] | None, default=None)

@task
def ask(question: str) -> str:
    return question

@hookimpl
def chasqui_tasks():
    return [ask]
"""
