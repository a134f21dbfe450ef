"""Map data for the servers of tests: each extract is imported once, and shared by workers and sessions."""

import hashlib
from pathlib import Path

from trigpoint import __version__
from trigpoint.testing.servers import run_command

DONE = "imported"
"""File that marks a folder whose import is complete."""


def import_once(extract: Path, kept: Path, *, home: Path) -> Path:
    """Give the data folder of an extract, below `kept`; the first process imports it, and the others wait for that.

    Raises RuntimeError, with the output of the import, if it failed.
    """
    import fcntl  # here, so that the module loads on Windows

    with extract.open("rb") as file:  # it may be larger than the memory
        digest = hashlib.file_digest(file, "sha256").hexdigest()[:16]
    folder = kept / f"data-{__version__}-{digest}"
    with (kept / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / DONE).exists():
            run_command(["import", str(extract)], home=home, data=folder)
            (folder / DONE).touch()
    return folder
