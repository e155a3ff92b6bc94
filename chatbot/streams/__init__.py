"""The answer-log seam; `build_answer_log` chooses the adapter."""

from chatbot.streams.memory import MemoryAnswerLog
from chatbot.streams.port import AnswerLog


def build_answer_log() -> AnswerLog:
    """Return the answer log for one process."""
    return MemoryAnswerLog()
