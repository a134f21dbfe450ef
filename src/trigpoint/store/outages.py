"""Outages, and what no database can keep: what the database's driver says, in plain words.

Whatever the database refuses is an outage, but for two kinds: a contradiction (IntegrityError), which the caller may have
foreseen, and a statement that is wrong (ProgrammingError), which is a fault of ours, unless the tables or the right to use
them are gone. So a standby that may not be written, a damaged file and a server that stops are outages alike.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from trigpoint.base.errors import InvalidError, UnavailableError

NOT_OURS = ("42501", "42P01", "3D000", "3F000", "28000", "28P01")
"""SQLSTATEs of PostgreSQL: no right, no table, no database, no schema, no log-in. An administrator mends them."""
HINTS = (
    ("disk I/O error", "Is the disk full, or the data folder on a share that does not keep locks?"),
    ("database or disk is full", "Make room on the disk of the data folder; nothing was changed."),
    ("malformed", "The file is damaged: keep it as it is, and restore a backup into an empty data folder."),
    ("not a database", "The file is damaged: keep it as it is, and restore a backup into an empty data folder."),
    ("read-only", "It may be a standby, or locked by its provider; it will be used again once it can be written."),
    ("readonly", "May this user write to the data folder?"),
)
"""What to do, by words of the driver."""


@contextmanager
def reporting_outages() -> Iterator[None]:
    """Say in plain words when the database cannot be reached or written, or a text cannot be asked for or kept."""
    try:
        yield
    except PoolTimeoutError as error:
        raise UnavailableError("The database cannot be used: every connection is busy.") from error
    except DataError as error:
        if "NUL" not in str(error.orig):
            raise
        # PostgreSQL knows no text with this character; a text that is kept is checked before it comes here.
        raise InvalidError("text", "without the character NUL (U+0000)", example="plain text") from error
    except DBAPIError as error:
        if isinstance(error, IntegrityError) or _is_our_fault(error):
            raise
        raise UnavailableError(f"The database cannot be used: {why(error)}") from error


def why(error: DBAPIError) -> str:
    """Give the first line of what the driver says, and what to do about it; never what was asked or written."""
    lines = str(error.orig).strip().splitlines() if error.orig is not None else []
    cause = lines[0] if lines else type(error).__name__
    hint = next((hint for words, hint in HINTS if words in cause), None)
    return cause if hint is None else f"{cause.rstrip('.')}. {hint}"


def _is_our_fault(error: DBAPIError) -> bool:
    if not isinstance(error, ProgrammingError) or error.connection_invalidated:
        return False
    return getattr(error.orig, "sqlstate", None) not in NOT_OURS
