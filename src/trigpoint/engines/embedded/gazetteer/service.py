"""The gazetteer of a data folder: built once, by the first process that needs it, and then opened like an import."""

import contextlib
import fcntl
import os
import subprocess
import sys
from pathlib import Path

from trigpoint.base.errors import UnavailableError
from trigpoint.engines.embedded.gazetteer.build import build_gazetteer, edition
from trigpoint.engines.embedded.index.generation import read_whole
from trigpoint.engines.generations import folder_in_service
from trigpoint.home import DataFolder


def ensure_gazetteer(home: Path) -> Path:
    """Return the folder of the gazetteer in this data folder, and build it if it is missing (docs/data.md: how long that takes)."""
    folder = gazetteer_in_service(home)
    if folder is not None:
        return folder
    shelf = DataFolder(home).gazetteer
    home.mkdir(mode=0o700, parents=True, exist_ok=True)
    shelf.mkdir(exist_ok=True)
    with (shelf / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # of several workers that start, one builds, and the others wait
        folder = gazetteer_in_service(home)
        return folder if folder is not None else build_gazetteer(shelf)


def build_aside(home: Path) -> subprocess.Popen[bytes] | None:
    """Start building the gazetteer in a separate process, unless it exists; open engines notice the result."""
    if gazetteer_in_service(home) is not None:
        return None
    command = [sys.executable, "-m", __name__, str(home)]
    return subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)  # noqa: S603 (our own module, no shell)


def gazetteer_home(data: Path, home: Path) -> Path:
    """Return the folder with the gazetteer to use: the map data's, if it is up to date, else the home's."""
    return data if gazetteer_in_service(data) is not None else home


def gazetteer_in_service(home: Path) -> Path | None:
    """Return the folder of the gazetteer if it is complete and of the current edition; else None."""
    folder = folder_in_service(DataFolder(home).gazetteer)
    if folder is None:
        return None
    try:
        about = read_whole(folder)
    except UnavailableError:
        return None
    return folder if [file.timestamp for file in about.files] == [edition()] else None


if __name__ == "__main__":
    with contextlib.suppress(OSError):  # a service manager may forbid it; the build goes on without
        os.nice(10)
    ensure_gazetteer(Path(sys.argv[1]))
