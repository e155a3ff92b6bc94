"""The recurring work as Celery tasks; beat sends them, a lost one is made up for by the next."""

from celery import shared_task

from config import work


@shared_task(name="config.relay_outbox")
def relay_outbox() -> None:
    while work.relay_outbox():
        pass


@shared_task(name="config.reap_answers")
def reap_answers() -> None:
    work.reap_answers()


@shared_task(name="config.tidy")
def tidy() -> None:
    work.tidy()
