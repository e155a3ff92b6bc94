"""The Celery application of the workers and of beat: `celery -A config.celery worker`.

The broker holds no truth: messages say "look", the database says what is to be done, and a message that was
lost is made up for by the next one of beat. Hence JSON only, acknowledgement after the work, no result store.
"""

import os

from celery import Celery

from config import broker

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
broker.install()

app = Celery("sicha")
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    result_serializer="json",
    task_ignore_result=True,
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    # A task that hangs is ended, and its process with it: leases give its rows to the others.
    task_soft_time_limit=300,
    task_time_limit=330,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_redirect_stdouts=False,
    broker_connection_retry_on_startup=True,
    broker_connection_max_retries=None,
    broker_connection_timeout=2,
    # A broker that does not answer must not hold up who commits.
    broker_transport_options={"socket_connect_timeout": 2, "socket_timeout": 5, "socket_keepalive": True},
    enable_utc=True,
    beat_schedule={
        "relay": {"task": "config.relay_outbox", "schedule": 1.0, "options": {"expires": 5}},
        "webhooks": {"task": "config.deliver_webhooks", "schedule": 5.0, "options": {"expires": 5}},
        "reaper": {"task": "config.reap_answers", "schedule": 2.0, "options": {"expires": 4}},
        "digests": {"task": "config.begin_digests", "schedule": 600.0, "options": {"expires": 600}},
        "tidy": {"task": "config.tidy", "schedule": 3600.0, "options": {"expires": 3600}},
    },
)
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()
