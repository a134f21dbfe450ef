"""Disk space for a file that is written through a memory map: it is reserved first, while an error can be reported."""

import errno
import os
import tempfile
from pathlib import Path
from typing import BinaryIO

CANNOT = frozenset((errno.EOPNOTSUPP, errno.EINVAL))
"""Errors of file systems that cannot reserve space."""


def take_room(file: BinaryIO, size: int) -> None:
    """Extend a file to at least `size` bytes, and reserve them on the disk. Raises OSError (ENOSPC) if it is full.

    Otherwise the system would kill the process (SIGBUS) as soon as it writes to the map where the disk has no room.
    """
    file.seek(0, os.SEEK_END)
    if size > file.tell():
        file.truncate(size)
    reserve = getattr(os, "posix_fallocate", None)  # not on macOS and Windows
    if reserve is None or not size:
        return
    try:
        reserve(file.fileno(), 0, size)
    except OSError as error:
        if error.errno not in CANNOT:
            raise


def check_room(folder: Path, size: int) -> None:
    """Raise OSError (ENOSPC) if the disk of `folder` has no room for `size` more bytes.

    For a file that a library creates and maps by itself, so that the room cannot be reserved in it.
    """
    if size > 0:
        with tempfile.TemporaryFile(dir=folder) as file:
            take_room(file, size)
