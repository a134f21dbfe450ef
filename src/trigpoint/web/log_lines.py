"""Log lines as JSON, one object a line, for whatever collects logs. What is in them is what the plain lines have."""

import json
import logging
from datetime import UTC, datetime

REQUESTS = "trigpoint.requests"
FIELDS = ("requestId", "status", "method", "path", "code", "detail")
"""What the lines about requests are made of, in their order; a line about a request that went well has the first four."""
HUNG_UP_FIELDS = ("requestId", "method", "path")


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON."""

    def format(self, record: logging.LogRecord) -> str:
        """Write time, level, logger and message; of a request also its parts, each under its own name."""
        members: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "process": record.process,
        }
        if record.name == REQUESTS and isinstance(record.args, tuple) and len(record.args) >= len(HUNG_UP_FIELDS):
            names = HUNG_UP_FIELDS if len(record.args) == len(HUNG_UP_FIELDS) else FIELDS
            members |= dict(zip(names, record.args, strict=False))
        members["message"] = record.getMessage()
        if record.exc_info:
            members["traceback"] = self.formatException(record.exc_info)
        return json.dumps(members, ensure_ascii=False, default=str)
