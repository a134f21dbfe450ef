"""Outages, and what no database can keep: what the database's driver says, in plain words."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DataError, DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from trigpoint.base.errors import InvalidError, UnavailableError


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
        if not isinstance(error, OperationalError) and not error.connection_invalidated:
            raise
        cause = str(error.orig).strip().splitlines()[0] if error.orig is not None else str(error)
        raise UnavailableError(f"The database cannot be used: {cause}") from error
