"""Lock files between processes."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from trigpoint.base.errors import ConflictError, UnavailableError


@contextmanager
def held(lock: Path, *, busy: str) -> Iterator[None]:
    """Hold a lock file during the block. The lock of a process that is killed is released.

    Raises ConflictError, with the message `busy`, while another process holds it, and UnavailableError if the file
    system does not support locks.
    """
    import fcntl  # imported here, so that this module can be imported on Windows

    with lock.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ConflictError(busy) from error
        except OSError as error:
            raise UnavailableError(f"{lock} cannot be locked: {error.strerror}. Nothing was changed.") from error
        yield
