"""Map data for the servers of tests: imported once for an extract, and shared by workers and sessions."""

import hashlib
from pathlib import Path

from trigpoint import __version__
from trigpoint.testing.servers import run_command

DONE = "imported"


def import_once(extract: Path, kept: Path, *, home: Path) -> Path:
    """Give the data folder of an extract below `kept`; the first process that comes imports it, others wait for it.

    Raises RuntimeError, with what the import said, if it failed.
    """
    import fcntl  # here, so that the module loads on Windows

    digest = hashlib.sha256(extract.read_bytes()).hexdigest()[:16]
    folder = kept / f"data-{__version__}-{digest}"
    with (kept / f"{folder.name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / DONE).exists():
            run_command(["import", str(extract)], home=home, data=folder)
            (folder / DONE).touch()
    return folder
