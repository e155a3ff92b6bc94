"""The Celery application of the workers and of beat: `celery -A config.celery worker`.

The broker holds no truth: tasks carry ids, the database says what is to be done, and a task that was lost is
made up for by the next beat. Hence JSON only, acknowledgement after the work, and no result store.
"""

import os

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

app = Celery("sicha")
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    result_serializer="json",
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    worker_prefetch_multiplier=1,
    broker_connection_retry_on_startup=True,
    enable_utc=True,
    beat_schedule={
        "relay": {"task": "config.relay_outbox", "schedule": 1.0, "options": {"expires": 5}},
        "reaper": {"task": "config.reap_answers", "schedule": 5.0, "options": {"expires": 5}},
        "tidy": {"task": "config.tidy", "schedule": 3600.0},
    },
)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
