"""Log lines: for people, or as JSON, one object a line, for whatever collects logs; what is in them is the same.

Whatever a stranger sent cannot begin a line of its own, command a terminal, or bring a secret into the log.
"""

import json
import logging
import sys
import threading
from datetime import UTC, datetime
from types import TracebackType

from trigpoint.base.secrecy import hide_secrets

REQUESTS = "trigpoint.requests"
_LOG = logging.getLogger("trigpoint.server")
FIELDS = ("requestId", "status", "method", "path", "code", "detail")
"""The fields of log lines about requests, in their order; a line about a good request has the first four."""
HUNG_UP_FIELDS = ("requestId", "method", "path")


class PlainLines(logging.Formatter):
    """Writes a record as one line; a traceback follows it, each line of it behind two blanks."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 (a method of logging)
        """Write the line without its traceback."""
        return to_line(super().formatMessage(record))

    def formatException(self, ei: object) -> str:  # noqa: N802 (a method of logging)
        """Write a traceback."""
        return "  " + "\n  ".join(to_lines(super().formatException(ei)))  # type: ignore[arg-type]  # as logging has it


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
            values = (to_line(value) if isinstance(value, str) else value for value in record.args)
            members |= dict(zip(names, values, strict=False))
        members["message"] = to_line(record.getMessage())
        if record.exc_info:
            members["traceback"] = "\n".join(to_lines(self.formatException(record.exc_info)))
        return json.dumps(members, ensure_ascii=False, default=str)


def log_what_is_not_caught() -> None:
    """Let the log have what Python would write to standard error by itself: warnings, and errors that nobody catches.

    So that each line has the form that was asked for, and no secret in it.
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
