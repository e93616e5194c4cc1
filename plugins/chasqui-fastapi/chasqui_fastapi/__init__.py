"""Background tasks of FastAPI and Starlette on an engine of Chasqui.

`BackgroundTasks` takes the place of FastAPI's class of that name, `lifespan` starts and drains the
engine with the server, and `too_busy` answers 503 when its backlog is full.
"""

from chasqui_fastapi.background import BackgroundTasks as BackgroundTasks
from chasqui_fastapi.background import EngineTasks as EngineTasks
from chasqui_fastapi.lifespan import engine_of as engine_of
from chasqui_fastapi.lifespan import lifespan as lifespan
from chasqui_fastapi.refusals import too_busy as too_busy

__all__ = ["BackgroundTasks", "EngineTasks", "engine_of", "lifespan", "too_busy"]
