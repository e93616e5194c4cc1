"""The code of plugins that several tests install."""

GOOD = """
from chasqui import hookimpl, task
@task
def shout(text: str) -> str:
    "Shout."
    return text.upper()
@hookimpl
def chasqui_tasks():
    yield shout
"""
