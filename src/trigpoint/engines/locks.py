"""Locks between processes: a file that one of them holds."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trigpoint.base.errors import ConflictError, UnavailableError


@contextmanager
def held(lock: Path, *, busy: str) -> Iterator[None]:
    """Hold a lock file until the end of the block; a process that is killed lets go of it.

    Raises ConflictError, which says `busy`, while another process holds it, and UnavailableError where the file system
    knows no locks.
    """
    import fcntl  # here, so that what needs no lock loads on Windows

    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConflictError(busy) from error
        except OSError as error:
            raise UnavailableError(f"{lock} cannot be locked: {error.strerror}. Nothing was changed.") from error
        yield
