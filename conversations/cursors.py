"""Keyset cursors: a place in a list by what its rows are sorted by, opaque to clients."""

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Q

from conversations.errors import InvalidCursorError


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row stands in its list: pinned ones first, then by moment, then by id."""

    moment: datetime
    row_id: UUID
    pinned: bool = False

    def encode(self) -> str:
        """Return the cursor that leads back here."""
        text = f"{int(self.pinned)}|{self.moment.isoformat()}|{self.row_id}"
        return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")

    def older(self, moment: str) -> Q:
        """Return the condition for rows before this place, where the column `moment` sorts them."""
        earlier = Q(**{f"{moment}__lt": self.moment}) | Q(**{moment: self.moment, "id__lt": self.row_id})
        # Says nothing new, but an index can begin here, where it could not begin at either of two places.
        return Q(**{f"{moment}__lte": self.moment}) & earlier


def decode_cursor(cursor: str, *, field: str = "cursor") -> Place:
    """Return the place that a cursor leads to; raise InvalidCursorError for anything else, naming `field`."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        pinned, moment, row_id = text.split("|")
        return Place(_moment(moment), UUID(row_id), pinned == "1")
    except (ValueError, OverflowError, binascii.Error):
        raise InvalidCursorError(details={"field": field}) from None


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without its offset")
    return moment.astimezone(UTC)  # overflows here, and not in the query, at the ends of the calendar
