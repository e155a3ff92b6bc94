"""Questions to begin with, for a person who has not asked anything yet."""

from functools import cache
from pathlib import Path

from django.conf import settings
from django.utils.translation import gettext

SHOWN = 4


def example_questions(organization_name: str) -> list[str]:
    """Return four questions: the demo organisation's own, or such as fit any organisation."""
    if settings.DEMO and organization_name == settings.DEMO_ORGANIZATION:
        own = _questions_of(settings.DEMO_QUESTIONS)
        if own:
            return list(own[:SHOWN])
    return [
        gettext("How many days of annual leave are there?"),
        gettext("How does one connect to the network from home?"),
        gettext("Who approves a purchase?"),
        gettext("What is done in an emergency?"),
    ]


@cache
def _questions_of(path: Path) -> tuple[str, ...]:
    """Return the lines of a text file; none where there is no file."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
