"""The product's settings for the second replica: a model's stream is read as it comes, without a window, and
people may log in as often as they like."""

from chatbot.llm import pacing
from config.settings import *  # noqa: F403

pacing.WINDOW_SECONDS = pacing.BUSY_WINDOW_SECONDS = 0.0
RATE_LIMITS = {**RATE_LIMITS, "login_account": (10**6, 60), "login_address": (10**6, 60)}  # noqa: F405
