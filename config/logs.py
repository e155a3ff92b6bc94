"""One JSON object a line: time, level, logger, message, and the fields of `extra`."""

import json
import logging
import re
from datetime import UTC, datetime
from typing import Any

from typing_extensions import override

_STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "taskName"}
# What JSON leaves alone: marks that reorder text, terminal controls, line separators, lone surrogates.
_DECEPTIVE = re.compile(
    "[\u007f-\u009f\u061c\u200e\u200f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ud800-\udfff]"
)
# Objects that Django adds to its records: the request holds cookies and tokens.
_UNWANTED = frozenset({"request", "response", "exc"})


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match.group()):04x}"


class JsonFormatter(logging.Formatter):
    """Format a record as one line of JSON; control, line and direction marks are escaped."""

    @override
    def format(self, record: logging.LogRecord) -> str:
        entry: dict[str, Any] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": record.getMessage(),
        }
        entry.update(
            (name, value)
            for name, value in record.__dict__.items()
            if name not in _STANDARD and name not in _UNWANTED and name not in entry
        )
        if record.exc_info:
            entry["exception"] = self.formatException(record.exc_info)
        if record.stack_info:
            entry["stack"] = self.formatStack(record.stack_info)
        return _DECEPTIVE.sub(_escape, json.dumps(entry, ensure_ascii=False, default=str))
