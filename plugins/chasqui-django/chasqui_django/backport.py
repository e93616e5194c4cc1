"""The backend for django_tasks, the package that brings django.tasks to earlier Djangos."""

from chasqui_django.backend import backend_for

ChasquiBackend = backend_for("django_tasks", __name__)
