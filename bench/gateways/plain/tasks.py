"""What follows an answer; nobody works on it here, only handing it over counts."""

import os

from celery import Celery

app = Celery(broker=os.environ["REDIS_URL"], set_as_current=False)
app.conf.task_ignore_result = True
app.conf.task_default_queue = "bench-plain"


@app.task(name="plain.archive")
def archive(message_id: int) -> None:
    """Keep the answer elsewhere."""


@app.task(name="plain.track")
def track(message_id: int) -> None:
    """Count the answer."""
