"""Private keys on disk: written for their owner alone, never over another file, and durable before they are reported."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from trigpoint.base.errors import ConflictError, InvalidError

MODE = 0o600


@dataclass(frozen=True, slots=True)
class ReservedFile:
    """A new file, open for its owner alone. `write` fills it and makes it durable."""

    path: Path
    descriptor: int

    def write(self, pem: bytes) -> Path:
        """Write the whole key, and wait until it is on the disk."""
        os.write(self.descriptor, pem)
        os.fsync(self.descriptor)
        return self.path


@contextmanager
def reserve(path: Path) -> Iterator[ReservedFile]:
    """Create the file before the private key is fetched, because it can be fetched once only.

    The file disappears again if nothing was written to it. Raises ConflictError if it exists.
    """
    check_folder(path.parent)
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, MODE)
    except FileExistsError:
        raise ConflictError(f"The file {path} exists already, and is not overwritten.") from None
    try:
        yield ReservedFile(path, descriptor)
    finally:
        size = os.fstat(descriptor).st_size
        os.close(descriptor)
        if size == 0:
            path.unlink(missing_ok=True)


def check_folder(folder: Path) -> None:
    """Refuse a folder that cannot take the file, before anything is changed."""
    if not folder.is_dir() or not os.access(folder, os.W_OK):
        raise InvalidError("--out", "a folder that exists and can be written to", example=".", received=str(folder))
