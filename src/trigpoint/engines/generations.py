"""Generations of imported data: each one is written to a folder of its own, and then put into service by one rename.

SHELF/current                      the name of the generation in service
SHELF/20261123T153501Z-5f01ab/     a generation
SHELF/new-20261123T153501Z-5f01ab/ one that is being written
SHELF/import.lock                  held while one is written

A shelf is the folder with the generations of one kind of data: the places of a region, the routes, the tiles or the
gazetteer. The previous generation is kept until the next import: a server on another machine may still read it, and a
file that is deleted on a network share is gone at once even for a process that has it open. Readers write nothing.

Version 0.1 kept road networks as `SHELF/generations/NAME`, with a symbolic link `current`. That is still read.
"""

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from trigpoint.base.errors import ConflictError, UnavailableError
from trigpoint.engines.locks import held

CURRENT = "current"
LOCK = "import.lock"
LEFT = "new-*"
ABOUT = "about.json"
"""The file with the facts of a generation of places or tiles."""


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A source file of a generation: its name, size, and the time of its data in ISO 8601, if known."""

    name: str
    bytes: int
    timestamp: str | None = None


def folder_in_service(shelf: Path) -> Path | None:
    """Return the generation in service on a shelf; None if there is none. Raises UnavailableError without permission."""
    try:
        name = _read_pointer(shelf / CURRENT)
        folder = shelf / name
        return folder if name and folder.is_dir() else None
    except PermissionError as error:
        raise UnavailableError(not_readable(shelf)) from error
    except (OSError, UnicodeDecodeError):
        return None


def not_readable(where: Path) -> str:
    """Return the message for map data that this process has no permission to read."""
    who = f" (user {os.geteuid()}, group {os.getegid()})" if hasattr(os, "geteuid") else ""
    return f"The map data in {where} cannot be read by this process{who}. Let it read the folder: chmod -R a+rX."


def stamp_of(shelf: Path) -> tuple[int, str]:
    """Return a cheap value that changes whenever another generation is put into service, on any machine.

    It has the generation's name instead of the file's inode number, which can change by itself on network shares.
    """
    try:
        with (shelf / CURRENT).open() as pointer:
            return os.fstat(pointer.fileno()).st_mtime_ns, pointer.read()
    except OSError:
        return (0, "")


@contextmanager
def new_generation(shelf: Path, *, what: str, name: str | None = None) -> Iterator[Path]:
    """Yield an empty folder. If the block ends without an error, it is put into service, otherwise it is deleted.

    `name` is that of a generation from another machine, so that it has the same name on all machines. Raises
    ConflictError, with `what` in its message, while another import runs. The folder of a run that was killed is deleted
    by the next one.
    """
    shelf.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # a new data folder is its owner's alone
    shelf.mkdir(exist_ok=True)
    with held(shelf / LOCK, busy=f"Another import of {what} is running here; wait until it has ended."):
        _remove_left(shelf)
        before = folder_in_service(shelf)
        if name is None or (shelf / name).exists():  # a generation is never changed, as it may be in use
            name = f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{secrets.token_hex(3)}"
        folder = shelf / f"new-{name}"
        folder.mkdir()
        try:
            yield folder
            _make_durable(folder)
            folder.rename(shelf / name)
            _point_at(shelf, name)
        except BaseException:
            shutil.rmtree(folder, ignore_errors=True)
            raise
        _remove_others(shelf, {name} if before is None else {name, before.relative_to(shelf).parts[0]})


def remove_left(shelf: Path) -> None:
    """Delete what runs that were killed have left on a shelf, unless an import is running."""
    if any(shelf.glob(LEFT)):
        with suppress(ConflictError), held(shelf / LOCK, busy=""):
            _remove_left(shelf)


def _remove_left(shelf: Path) -> None:
    for left in shelf.glob(LEFT):
        shutil.rmtree(left, ignore_errors=True)


def take_out_of_service(shelf: Path, *, remove: bool = True) -> None:
    """Take the generation of a shelf, if there is one, out of service; with `remove`, delete all generations."""
    (shelf / CURRENT).unlink(missing_ok=True)
    if remove and shelf.is_dir():
        _remove_others(shelf, set())


def _read_pointer(pointer: Path) -> str:
    try:
        return pointer.read_text().strip()
    except IsADirectoryError:  # a symbolic link of an earlier version
        return str(pointer.readlink())


def _point_at(shelf: Path, name: str) -> None:
    pointer = shelf / f"{CURRENT}.new"
    with pointer.open("w") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    pointer.replace(shelf / CURRENT)
    _sync_folder(shelf)


def _remove_others(shelf: Path, kept: set[str]) -> None:
    """Delete older generations. On a local disk, a server that still uses one keeps its files open."""
    for folder in shelf.iterdir():
        if folder.is_dir() and folder.name not in kept:
            shutil.rmtree(folder, ignore_errors=True)


def _make_durable(folder: Path) -> None:
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            with path.open("rb") as file:
                os.fsync(file.fileno())
    _sync_folder(folder)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        with suppress(OSError):
            os.fsync(descriptor)
    finally:
        os.close(descriptor)


def size_of(folder: Path) -> int:
    """Return the total size of all files in a folder, in bytes."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
