"""Keyset cursors: a place in a list by the moment and id of its row, opaque to clients."""

import base64
import binascii
from datetime import datetime
from uuid import UUID

from conversations.errors import InvalidCursorError


def encode_cursor(moment: datetime, row_id: UUID) -> str:
    """Return the cursor of a row."""
    return base64.urlsafe_b64encode(f"{moment.isoformat()}|{row_id}".encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[datetime, UUID]:
    """Return the moment and id of a cursor; raise InvalidCursorError for anything else."""
    try:
        text = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)).decode()
        moment, row_id = text.split("|")
        found = datetime.fromisoformat(moment), UUID(row_id)
    except (ValueError, binascii.Error):
        raise InvalidCursorError(details={"field": "cursor"}) from None
    if found[0].tzinfo is None:
        raise InvalidCursorError(details={"field": "cursor"})
    return found
