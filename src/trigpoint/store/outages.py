"""Turning errors of the database driver into `UnavailableError` with a plain message.

Every driver error counts as an outage, with two exceptions. An IntegrityError is for the caller, who may expect it. A
ProgrammingError is a bug of ours, unless tables, database or permissions are missing. So a read-only standby, a damaged
file and a server that shuts down are all outages.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError, ProgrammingError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from trigpoint.base.errors import InvalidError, UnavailableError

NOT_OURS = ("42501", "42P01", "3D000", "3F000", "28000", "28P01")
"""SQLSTATEs that an administrator must fix: no permission, table, database, schema or log-in."""
HINTS = (
    ("disk I/O error", "Is the disk full, or is the data folder on a network share without file locks?"),
    ("database or disk is full", "Free space on the disk of the data folder; nothing was changed."),
    ("malformed", "The file is damaged: keep it as it is, and restore a backup into an empty data folder."),
    ("not a database", "The file is damaged: keep it as it is, and restore a backup into an empty data folder."),
    (
        "Could not decode to UTF-8",
        "Somebody wrote to it past Trigpoint: keep it as evidence, and restore a backup into an empty data folder.",
    ),
    ("read-only", "It may be a standby, or locked by its provider; it will be used again once it can be written."),
    ("readonly", "Does this user have permission to write to the data folder?"),
)
"""Hints on what to do, by words in the driver's message."""


@contextmanager
def reporting_outages() -> Iterator[None]:
    """Raise `UnavailableError` when the database cannot be used, and `InvalidError` for text with the character NUL."""
    try:
        yield
    except PoolTimeoutError as error:
        raise UnavailableError("The database cannot be used: every connection is busy.") from error
    except DataError as error:
        if "NUL" not in str(error.orig):
            raise
        # PostgreSQL cannot store or compare this character. Text to be stored is checked earlier, so this is a search.
        raise InvalidError("text", "without the character NUL (U+0000)", example="plain text") from error
    except DBAPIError as error:
        if isinstance(error, IntegrityError) or _is_our_fault(error):
            raise
        raise UnavailableError(f"The database cannot be used: {why(error)}") from error


def why(error: DBAPIError) -> str:
    """Return the first line of the driver's message, with a hint; never the statement or its values."""
    lines = str(error.orig).strip().splitlines() if error.orig is not None else []
    cause = lines[0] if lines else type(error).__name__
    hint = next((hint for words, hint in HINTS if words in cause), None)
    return cause if hint is None else f"{cause.rstrip('.')}. {hint}"


def _is_our_fault(error: DBAPIError) -> bool:
    if not isinstance(error, ProgrammingError) or error.connection_invalidated:
        return False
    return getattr(error.orig, "sqlstate", None) not in NOT_OURS
