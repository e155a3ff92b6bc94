"""The language-model seam: `port.py` says what is asked, one file per adapter, `build_model` chooses by
settings."""

from django.conf import settings
from django.utils.module_loading import import_string

from chatbot.llm.port import LanguageModel


def build_model() -> LanguageModel:
    """Return the configured model; the extractive answerer when none is configured."""
    adapter = import_string(settings.LLM["BACKEND"])
    model: LanguageModel = adapter(**settings.LLM["OPTIONS"])
    return model
