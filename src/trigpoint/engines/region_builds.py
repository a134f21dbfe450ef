"""Building routes and tiles from the kept files of all regions: the files, the lock, and the record of what was built.

DATA/regions/.build.lock    held during a build
DATA/regions/.built.json    the files from which the routes and tiles in service were built
DATA/regions/.lent-…/       links to the files that a build reads
"""

import hashlib
import json
import secrets
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from trigpoint.base.errors import ConflictError, UnavailableError
from trigpoint.engines.locks import held
from trigpoint.engines.regions import EXTRACT, TIMETABLE, Region, link_kept
from trigpoint.home import DataFolder

BUILT = ".built.json"
LOOK_EACH_S = 0.2
TRIES = 5


@contextmanager
def building_alone(data: Path, waiting: Callable[[], None]) -> Iterator[None]:
    """Hold the build lock during the block. While another process holds it, `waiting` is called every `LOOK_EACH_S`."""
    regions = DataFolder(data).regions
    regions.mkdir(parents=True, exist_ok=True)
    with ExitStack() as stack:
        while True:
            try:
                stack.enter_context(held(regions / ".build.lock", busy="Routes and tiles are being built here."))
                break
            except ConflictError:
                waiting()
                time.sleep(LOOK_EACH_S)
        for left in regions.glob(".lent-*"):  # left by a process that was killed, as only one can hold the lock
            shutil.rmtree(left, ignore_errors=True)
        yield


def fingerprint(regions: Sequence[Region], *others: str) -> str:
    """Return a SHA-256 that changes when the kept files of the regions or one of `others` change."""
    files = sorted((one.kind, one.name, one.sha256) for region in regions for one in region.kept() or ())
    return hashlib.sha256(json.dumps([files, others]).encode()).hexdigest()


def without_files(regions: Sequence[Region]) -> list[str]:
    """Return the names of regions whose files are not kept, so that routes and tiles cannot include them."""
    return [one.name for one in regions if one.kept() is None and not one.is_own_sample()]


@dataclass(frozen=True, slots=True)
class Lent:
    """Links to the files of all regions, which stay valid during a build."""

    extracts: tuple[Path, ...]
    timetables: tuple[Path, ...]


@contextmanager
def lend_files(data: Path, regions: Sequence[Region]) -> Iterator[Lent]:
    """Link the kept files of regions under their own names during the block, so that updates do not remove them."""
    room = DataFolder(data).regions / f".lent-{secrets.token_hex(4)}"
    try:
        yield _link_all(room, regions)
    finally:
        shutil.rmtree(room, ignore_errors=True)


def _link_all(room: Path, regions: Sequence[Region]) -> Lent:
    """Link the files of all regions, and start again if a region is replaced or removed at the same time."""
    for _try in range(TRIES):
        shutil.rmtree(room, ignore_errors=True)
        room.mkdir(parents=True)
        lent: dict[str, list[Path]] = {EXTRACT: [], TIMETABLE: []}
        try:
            for number, region in enumerate(regions):
                for one in region.kept() or ():
                    target = room / f"{number}-{one.kind}-{len(lent[one.kind])}" / one.name
                    link_kept(region.path_of(one), target)
                    lent[one.kind].append(target)
        except FileNotFoundError:
            continue
        return Lent(tuple(lent[EXTRACT]), tuple(lent[TIMETABLE]))
    raise UnavailableError("Other commands keep replacing regions; run this command again when they have ended.")


def read_built(data: Path) -> Mapping[str, Mapping[str, str]]:
    """Read, for routes and tiles, which generation was built (`generation`), and from which files (fingerprint `of`)."""
    with suppress(OSError, ValueError):
        told = json.loads((DataFolder(data).regions / BUILT).read_bytes())
        return told if isinstance(told, dict) else {}
    return {}


def note_built(data: Path, part: str, *, generation: str, of: str) -> None:
    """Record the fingerprint `of` of the files from which the generation in service of a part was built."""
    told = {**read_built(data), part: {"generation": generation, "of": of}}
    draft = DataFolder(data).regions / f"{BUILT}.draft"
    draft.write_text(json.dumps(told) + "\n", encoding="utf-8")
    draft.replace(DataFolder(data).regions / BUILT)
