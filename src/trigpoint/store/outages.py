"""Outages: what the database's driver says, in plain words."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, OperationalError
from sqlalchemy.exc import TimeoutError as PoolTimeoutError

from trigpoint.base.errors import UnavailableError


@contextmanager
def reporting_outages() -> Iterator[None]:
    """Say in plain words when the database cannot be reached or cannot be written."""
    try:
        yield
    except PoolTimeoutError as error:
        raise UnavailableError("The database cannot be used: every connection is busy.") from error
    except DBAPIError as error:
        if not isinstance(error, OperationalError) and not error.connection_invalidated:
            raise
        cause = str(error.orig).strip().splitlines()[0] if error.orig is not None else str(error)
        raise UnavailableError(f"The database cannot be used: {cause}") from error
