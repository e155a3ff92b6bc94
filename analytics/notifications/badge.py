"""How many notifications wait, for the bell on every page; a context processor."""

from collections.abc import Callable, Mapping
from functools import cache

from django.http import HttpRequest

from accounts.access import actor_of
from analytics.notifications.reading import unread_count
from config.kernel.errors import DomainError


def badge(request: HttpRequest) -> Mapping[str, Callable[[], int]]:
    """Return the number that templates may ask for; pages that do not ask cost no query."""

    @cache
    def unread_notifications() -> int:
        try:
            return unread_count(actor=actor_of(request.user))
        except DomainError:  # nobody, or nobody who may come in
            return 0

    return {"unread_notifications": unread_notifications}
