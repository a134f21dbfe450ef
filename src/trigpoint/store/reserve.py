"""Disk space that is kept for revocations, so that a full disk cannot prevent them."""

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from trigpoint.store.closed_files import open_private

SIZE = 1 << 20
"""Bytes that are reserved. A revocation writes less than 100 kB to SQLite's write-ahead log."""
PARTS = (SIZE, SIZE // 2, SIZE // 4, SIZE // 8)
"""Sizes that are tried, one after the other, where the disk has no room for all."""


class Reserve:
    """A file next to the database that takes up space. It is removed while a change needs the space."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self) -> None:
        """Reserve the space, or as much of it as there is. Raises OSError if that is not all of it."""
        if self._size() >= SIZE:
            return
        descriptor = open_private(self._path)
        try:
            for size in PARTS:
                try:
                    _take(descriptor, size)
                except OSError:
                    if size == PARTS[-1]:
                        raise
                else:
                    break
            if size < SIZE:
                _take(descriptor, SIZE)  # there is no room for all of it: raise the error that says why
        finally:
            os.close(descriptor)

    @contextmanager
    def lent(self) -> Iterator[None]:
        """Leave the space to the block if the disk has less than that left, and reserve it again afterwards."""
        if not self._size() or _free(self._path.parent) >= SIZE:
            yield
            return
        with suppress(OSError):  # what the block does then reports better why it is not possible
            self._path.unlink(missing_ok=True)
        try:
            yield
        finally:
            with suppress(OSError):
                self.keep()

    def _size(self) -> int:
        try:
            return self._path.stat().st_size
        except OSError:  # there is none, or this user may not look into the folder
            return 0


def _take(descriptor: int, size: int) -> None:
    """Extend a file to `size` bytes that are allocated on the disk. If they are not, it keeps its size."""
    before = os.fstat(descriptor).st_size
    if size <= before:
        return
    try:
        if hasattr(os, "posix_fallocate"):
            os.posix_fallocate(descriptor, 0, size)
        else:  # macOS
            os.pwrite(descriptor, bytes(size - before), before)
    except OSError:
        os.ftruncate(descriptor, before)
        raise


def _free(folder: Path) -> int:
    """Return the bytes that this user can still write to the disk of a folder."""
    disk = os.statvfs(folder)
    return disk.f_bavail * disk.f_frsize
