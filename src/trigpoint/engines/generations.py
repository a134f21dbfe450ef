"""Whole results side by side: a new generation is written apart, then taken into service by one rename.

SHELF/current                      the name of the generation in service
SHELF/20261123T153501Z-5f01ab/     a generation
SHELF/new-20261123T153501Z-5f01ab/ one that is being written
SHELF/import.lock                  held while one is written

The generation before the one in service stays until the next import: a server on another machine may still read it, and
files that are removed on a share are gone at once for whoever has them open. Readers write nothing here.
"""

import os
import secrets
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from trigpoint.base.errors import UnavailableError
from trigpoint.engines.locks import held

CURRENT = "current"


def folder_in_service(shelf: Path) -> Path | None:
    """Give the generation that is in service on a shelf, or None. Raises UnavailableError if this process may not look."""
    try:
        name = (shelf / CURRENT).read_text().strip()
        folder = shelf / name
        return folder if name and folder.is_dir() else None
    except PermissionError as error:
        raise UnavailableError(not_readable(shelf)) from error
    except OSError:
        return None


def not_readable(where: Path) -> str:
    """Say that this process may not read map data, and what to do."""
    who = f" (user {os.geteuid()}, group {os.getegid()})" if hasattr(os, "geteuid") else ""
    return f"The map data in {where} cannot be read by this process{who}. Let it read the folder: chmod -R a+rX."


def stamp_of(shelf: Path) -> tuple[int, str]:
    """Give something cheap that changes whenever another generation is taken into service, on whatever machine.

    The name is compared, not the file's number: shares and volumes have numbers that change by themselves.
    """
    try:
        with (shelf / CURRENT).open() as pointer:
            return os.fstat(pointer.fileno()).st_mtime_ns, pointer.read()
    except OSError:
        return (0, "")


@contextmanager
def new_generation(shelf: Path, *, what: str, name: str | None = None) -> Iterator[Path]:
    """Give an empty folder; when the block ends without an error it is taken into service, else it is removed.

    `name` is what one from another machine is called, so that it has the same name on all. Raises ConflictError, which
    names `what` is imported, while another import runs. A run that was killed leaves a folder that the next one removes.
    """
    shelf.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # a new data folder is its owner's alone
    shelf.mkdir(exist_ok=True)
    with held(shelf / "import.lock", busy=f"Another import of {what} is running here; wait until it has ended."):
        for left in shelf.glob("new-*"):
            shutil.rmtree(left, ignore_errors=True)
        before = folder_in_service(shelf)
        if name is None or (shelf / name).exists():  # that one may be read by somebody
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
        _remove_others(shelf, {name} if before is None else {name, before.name})


def take_out_of_service(shelf: Path, *, remove: bool = True) -> None:
    """Let nothing be in service on a shelf, there or not, from now on, and remove its generations unless told otherwise."""
    (shelf / CURRENT).unlink(missing_ok=True)
    if remove and shelf.is_dir():
        _remove_others(shelf, set())


def _point_at(shelf: Path, name: str) -> None:
    pointer = shelf / f"{CURRENT}.new"
    with pointer.open("w") as file:
        file.write(name + "\n")
        file.flush()
        os.fsync(file.fileno())
    pointer.replace(shelf / CURRENT)
    _sync_folder(shelf)


def _remove_others(shelf: Path, kept: set[str]) -> None:
    """Remove older generations. A server that still answers from one keeps its files open until it has moved on."""
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
    """Count the bytes of all files of a folder."""
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
