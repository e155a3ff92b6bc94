"""What daphne serves; the table is made when it starts."""

import os

import django
from django.core.asgi import get_asgi_application
from django.db import connection

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bench.gateways.plain.settings")
django.setup()

from bench.gateways.plain.models import Message  # noqa: E402  after Django's set-up

with connection.schema_editor() as editor:
    editor.create_model(Message)
connection.close()

application = get_asgi_application()
