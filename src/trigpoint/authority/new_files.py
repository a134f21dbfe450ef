"""Writing new files: a file has its name only when it is complete, replaces no other file, and is on the disk then."""

import contextlib
import errno
import fcntl
import os
import secrets
from pathlib import Path

DRAFT = ".tpb-draft"

NO_HARD_LINKS = frozenset({errno.EPERM, errno.EACCES, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK})
"""Errors of file systems without hard links: USB sticks, shares, some container volumes."""


def write_whole(descriptor: int, content: bytes) -> None:
    """Write all bytes, and wait until they are on the disk."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(descriptor, rest) :]
    os.fsync(descriptor)


def create_draft(path: Path, *, mode: int = 0o600) -> tuple[Path, int]:
    """Create a hidden file beside `path`, by default for its owner only; return its path and descriptor.

    Its process holds a lock on it. Drafts in this folder that nobody holds a lock on, because their process was killed, are removed.
    """
    for left in path.parent.glob(f".*{DRAFT}"):
        with contextlib.suppress(OSError), left.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            left.unlink()
    while True:
        draft = path.with_name(f".{path.name}.{secrets.token_hex(4)}{DRAFT}")
        descriptor = os.open(draft, os.O_RDWR | os.O_CREAT | os.O_EXCL, mode)
        with contextlib.suppress(OSError):  # without locks, drafts of killed processes stay
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        if draft.exists():  # else another process took it for one that was left, before it was locked
            return draft, descriptor
        os.close(descriptor)


def publish(draft: Path, path: Path) -> None:
    """Rename a finished draft to its final name; raise `FileExistsError` if there is a file with that name.

    On a file system without hard links, an empty file with the name is created first, which the draft then replaces.
    """
    try:
        os.link(draft, path)
    except OSError as error:
        if error.errno not in NO_HARD_LINKS:
            raise
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        draft.replace(path)
    else:
        draft.unlink()
    sync_folder(path.parent)


def sync_folder(folder: Path) -> None:
    """Sync a folder to the disk, if the system supports it."""
    try:
        descriptor = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        os.fsync(descriptor)
    except OSError as error:
        if error.errno not in {errno.EINVAL, errno.ENOTSUP, errno.EBADF}:
            raise
    finally:
        os.close(descriptor)
