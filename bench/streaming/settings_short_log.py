"""The product's settings, but ended answers leave the log sooner: so minutes show how hours go on."""

from config.settings import *  # noqa: F403

ANSWER_LOG_SECONDS = 20
