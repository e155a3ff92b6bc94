"""A program that webhooks may lead to, and another manager."""

from collections.abc import Iterator
from typing import Any

import pytest

from accounts.models import User
from accounts.types import Role
from tests.builders import make_user
from tests.fakes.receiver import Receiver, receiving


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """Return a receiver in a network that was named; the outbox tells of ratings."""
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    settings.OUTBOX_ROUTES = {"message.rated": ["analytics.webhooks.spreading.spread"]}
    with receiving() as found:
        yield found


@pytest.fixture
def colleague(manager: User) -> User:
    """Another manager of the organisation."""
    return make_user("tamar", organization=manager.organization, role=Role.MANAGER)
