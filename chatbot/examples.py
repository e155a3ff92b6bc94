"""Questions to begin with, for a person who has not asked anything yet."""

from functools import cache
from pathlib import Path

from django.conf import settings

SHOWN = 4


def example_questions(organization_name: str) -> tuple[str, ...]:
    """Return the demo organisation's own questions; none for others: the page has some for anybody."""
    if not settings.DEMO or organization_name != settings.DEMO_ORGANIZATION:
        return ()
    return _questions_of(settings.DEMO_QUESTIONS)[:SHOWN]


@cache
def _questions_of(path: Path) -> tuple[str, ...]:
    """Return the lines of a text file; none where there is no file."""
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except FileNotFoundError:
        return ()
    return tuple(line.strip() for line in lines if line.strip() and not line.startswith("#"))
