"""The folder of road networks: immutable generations, and a pointer `current` that is swapped in one rename.

routes/current                        a symbolic link to the generation in service
routes/generations/20261123T153501-1  one network: tiles.tar and network.json
routes/building-1234                  a network that process 1234 is building
routes/lock                           held while a network is built: one build at a time
"""

import json
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

from trigpoint.engines.locks import held

TILES = "tiles.tar"
FACTS = "network.json"


@dataclass(frozen=True, slots=True)
class Network:
    """What is known of a built network. `built_at` is ISO 8601 in UTC; `data_time` that of the newest extract."""

    sources: tuple[str, ...]
    timetables: tuple[str, ...]
    built_at: str
    data_time: str | None
    tiles: int
    tile_bytes: int
    seconds: float
    engine: str
    attribution: str = "© OpenStreetMap contributors"
    licence: str = "ODbL 1.0"


def find_current(folder: Path) -> Path | None:
    """Give the generation in service, or None. One system call: cheap enough to ask often.

    Where links cannot be kept, as on object stores, `current` may be a file with the same text.
    """
    try:
        return folder / os.readlink(folder / "current")  # noqa: PTH115 (asked often: a string is enough)
    except OSError:
        pass
    try:
        name = (folder / "current").read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return None
    return folder / name if name else None


def read_network(generation: Path) -> Network:
    """Read the facts of a generation."""
    facts = json.loads((generation / FACTS).read_text(encoding="utf-8"))
    return Network(**{**facts, "sources": tuple(facts["sources"]), "timetables": tuple(facts["timetables"])})


@contextmanager
def building(folder: Path) -> Iterator[Path]:
    """Hold the lock and lend an empty folder to build in; whatever happens, nothing half-built stays.

    Raises ConflictError when another process is building.
    """
    folder.parent.mkdir(mode=0o700, parents=True, exist_ok=True)  # a new data folder is its owner's alone
    folder.mkdir(exist_ok=True)
    with held(folder / "lock", busy="Another process is building routes here; wait until it is done."):
        for left in folder.glob("building-*"):  # its process was killed: nobody else can hold the lock
            shutil.rmtree(left, ignore_errors=True)
        room = folder / f"building-{os.getpid()}"
        room.mkdir()
        try:
            yield room
        finally:
            shutil.rmtree(room, ignore_errors=True)


def put_in_service(folder: Path, room: Path, network: Network) -> Path:
    """Make what was built the current generation, and remove those older than the one before it; called with the lock.

    A server that still answers from an older generation has its tiles mapped, so they live on until it lets go.
    """
    before = find_current(folder)
    (room / FACTS).write_text(json.dumps(asdict(network), indent=2), encoding="utf-8")
    generations = folder / "generations"
    generations.mkdir(exist_ok=True)
    stamp = network.built_at.replace("-", "").replace(":", "").rstrip("Z")
    number = next(n for n in range(1, 1_000_000) if not (generations / f"{stamp}-{n}").exists())
    name = f"{stamp}-{number}"
    (generations / name).mkdir()
    for part in (TILES, FACTS):
        sync(room / part)
        (room / part).rename(generations / name / part)
    pointer = folder / f"current-{os.getpid()}"
    pointer.unlink(missing_ok=True)
    pointer.symlink_to(Path("generations", name), target_is_directory=True)
    pointer.replace(folder / "current")
    sync(folder)
    for other in generations.iterdir():
        if other.name != name and (before is None or other.name != before.name):
            shutil.rmtree(other, ignore_errors=True)
    return generations / name


def sync(path: Path) -> None:
    """Have the system write a file or folder to the disk before we go on."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
