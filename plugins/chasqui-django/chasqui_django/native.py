"""The backend for django.tasks, which is in Django from 6.0 on."""

from chasqui_django.backend import backend_for

ChasquiBackend = backend_for("django.tasks", __name__)
