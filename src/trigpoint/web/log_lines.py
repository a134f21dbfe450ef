"""Formats of log lines: plain text for people, or JSON, one object per line, for log collectors; with the same contents.

Untrusted input in a line can neither start a new line, nor contain control characters, nor bring a secret into the log.
"""

import logging
import sys
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

from pythonjsonlogger.json import JsonFormatter

from trigpoint.base.secrecy import hide_secrets

REQUESTS = "trigpoint.requests"
_LOG = logging.getLogger("trigpoint.server")
FIELDS = ("requestId", "status", "method", "path", "code", "detail")
"""The fields of log lines about requests; a line about a successful request has the first four."""
MEMBERS = ("at", "level", "logger", "process", *FIELDS, "message", "traceback")
"""The members of a JSON line, in this order."""


class PlainLines(logging.Formatter):
    """Writes a record as one line; the lines of a traceback follow, each indented by two spaces."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (a method of logging)
        """Write the line without its traceback."""
        return to_line(super().formatMessage(record))

    def formatException(self, ei: object) -> str:  # noqa: N802 (a method of logging)
        """Write a traceback."""
        return "  " + "\n  ".join(to_lines(super().formatException(ei)))  # type: ignore[arg-type]  # as logging has it


class JsonLines(JsonFormatter):
    """Writes a record as one line of JSON: time, level, logger, process, of a request also its fields, and the message."""

    def __init__(self) -> None:
        super().__init__(
            ["created", "levelname", "name", "process", *FIELDS, "message"],
            rename_fields={"created": "at", "levelname": "level", "name": "logger", "exc_info": "traceback"},
            json_ensure_ascii=False,
        )

    def process_log_record(self, log_data: dict[str, Any]) -> dict[str, Any]:
        """Keep only the members above that the record has; make every text a single line without secrets."""
        found = {name: log_data[name] for name in MEMBERS if log_data.get(name) is not None}
        at = datetime.fromtimestamp(found["at"], UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
        lines = {name: to_line(value) for name, value in found.items() if isinstance(value, str)}
        found |= lines | {"at": at, "level": found["level"].lower()}
        if "traceback" in found:
            found["traceback"] = "\n".join(to_lines(log_data["traceback"]))
        return found


def log_request(level: int, line: str, fields: Mapping[str, object], *, error: BaseException | None = None) -> None:
    """Write a line about a request. `fields` are some of FIELDS, in the order in which the line has them."""
    logging.getLogger(REQUESTS).log(level, line, *fields.values(), extra=fields, exc_info=error)


def log_what_is_not_caught() -> None:
    """Send warnings and uncaught errors, which Python writes to standard error itself, to the log.

    So they have the configured format, and no secrets.
    """
    logging.captureWarnings(capture=True)

    def caught(kind: type[BaseException], error: BaseException | None, where: TracebackType | None, what: str) -> None:
        _LOG.error("%s", what, exc_info=None if error is None else (kind, error, where))

    def in_thread(args: threading.ExceptHookArgs) -> None:
        name = args.thread.name if args.thread is not None else "?"
        caught(args.exc_type, args.exc_value, args.exc_traceback, f"The thread '{name}' has died.")

    def in_passing(args: "sys.UnraisableHookArgs") -> None:
        caught(args.exc_type, args.exc_value, args.exc_traceback, args.err_msg or "An error was ignored.")

    threading.excepthook = in_thread
    sys.unraisablehook = in_passing


def to_line(text: str) -> str:
    """Make one line of a text, without secrets."""
    return hide_secrets("".join(letter if letter.isprintable() else "�" for letter in text))


def to_lines(text: str) -> list[str]:
    """Make the lines of a text, without secrets; a key may have several."""
    return [to_line(line) for line in hide_secrets(text).split("\n")]
