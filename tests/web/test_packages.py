"""The packages for FastAPI and Django, under real servers that are stopped in the middle."""

from __future__ import annotations

import re

import pytest

pytest.importorskip("chasqui_fastapi", reason="the packages under plugins/ are not installed")
pytest.importorskip("chasqui_django", reason="the packages under plugins/ are not installed")

from tests.web.conftest import GUNICORN, UVICORN

FASTAPI = """
import os
import time
from chasqui import Engine
from chasqui_fastapi import BackgroundTasks, lifespan
from fastapi import FastAPI

engine = Engine(workers=2, queue_size=100)
app = FastAPI(lifespan=lifespan(engine))

def work(picture, seconds):
    time.sleep(seconds)
    os.write(1, f"done {picture}\\n".encode())  # at once, since two threads do it

@app.post("/jobs", status_code=202)
async def submit(picture: str, seconds: float, tasks: BackgroundTasks):
    tasks.add_task(work, picture, seconds)
    return {}
"""

DJANGO = """
import os
import time
import chasqui_django
import django
from django.conf import settings
settings.configure(
    ROOT_URLCONF=__name__,
    ALLOWED_HOSTS=["*"],
    USE_TZ=True,
    TASKS={"default": {"BACKEND": "chasqui_django.ChasquiBackend", "OPTIONS": {"workers": 2}}},
)
django.setup()
from django.core.asgi import get_asgi_application
from django.core.wsgi import get_wsgi_application
from django.http import JsonResponse
from django.urls import path
if django.VERSION >= (6, 0):
    from django.tasks import task
else:
    from django_tasks import task

@task
def work(picture, seconds):
    time.sleep(seconds)
    os.write(1, f"done {picture}\\n".encode())  # at once, since two threads do it

def submit(request):
    result = work.enqueue(request.GET["picture"], float(request.GET["seconds"]))
    return JsonResponse({"id": result.id}, status=202)

urlpatterns = [path("jobs", submit)]
asgi = chasqui_django.with_lifespan(get_asgi_application())
wsgi = get_wsgi_application()
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("program", "words"),
    [
        pytest.param(FASTAPI, [*UVICORN, "shop:app"], id="fastapi-uvicorn"),
        pytest.param(DJANGO, [*UVICORN, "shop:asgi"], id="django-uvicorn"),
        pytest.param(
            DJANGO, [*GUNICORN, "--preload", "--workers", "2", "shop:wsgi"], id="django-gunicorn"
        ),
    ],
)
def test_every_task_of_a_request_that_was_answered_has_run_when_the_server_has_ended(
    program, words, serve, tmp_path
):
    (tmp_path / "shop.py").write_text(program)
    server = serve(words)
    accepted = [server.submit(0.05, picture=f"{number}.png").status for number in range(8)]
    _, printed = server.stop()

    assert [202] * 8 == accepted
    assert {f"{number}.png" for number in range(8)} == set(
        re.findall(r"^done (.*)$", printed, re.M)
    )
