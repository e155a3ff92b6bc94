"""How cached values lie in Redis: as JSON. Django would pickle them, and whoever can write there could run
code in every replica that reads.
"""

import json
from typing import Any


class JSONSerializer:
    """Takes numbers, texts, lists and the like; tuples come back as lists."""

    def dumps(self, value: Any) -> bytes | int:
        """Return the value as it is stored; integers as they are, so that Redis can count with them."""
        return value if type(value) is int else json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        """Return a stored value; None, as for one that is not there, for anything that is no JSON."""
        try:
            return json.loads(data)
        except (ValueError, RecursionError):
            return None
