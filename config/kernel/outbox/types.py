"""What a handler is given."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from config.kernel.types import JSONObject


@dataclass(frozen=True, slots=True)
class OutboxMessage:
    """One event on one route; `id` is the same each time it is delivered."""

    id: UUID
    event: str
    organization_id: UUID
    payload: JSONObject
    created_at: datetime
