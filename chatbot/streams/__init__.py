"""The answer-log seam; `build_answer_log` chooses the adapter."""

from django.conf import settings

from chatbot.streams.memory import MemoryAnswerLog
from chatbot.streams.port import AnswerLog


def build_answer_log() -> AnswerLog:
    """Return the answer log for one process: shared with other replicas where there is a Redis."""
    if not settings.REDIS_URL:
        return MemoryAnswerLog(quiet_seconds=settings.ANSWER_QUIET_SECONDS)
    from chatbot.streams.redis import RedisAnswerLog  # noqa: PLC0415  a client to load only where it is used

    return RedisAnswerLog(settings.REDIS_URL, quiet_seconds=settings.ANSWER_QUIET_SECONDS)
