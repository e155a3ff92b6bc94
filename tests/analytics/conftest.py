"""A program that webhooks may lead to."""

from collections.abc import Iterator
from typing import Any

import pytest

from tests.fakes.receiver import Receiver, receiving


@pytest.fixture
def receiver(settings: Any) -> Iterator[Receiver]:
    """Return a receiver in a network that was named; the outbox tells of ratings."""
    settings.WEBHOOK_NETWORKS = ["127.0.0.0/8"]
    settings.OUTBOX_ROUTES = {"message.rated": ["analytics.webhooks.spreading.spread"]}
    with receiving() as found:
        yield found
