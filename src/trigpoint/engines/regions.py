"""Regions: map data that is imported, updated and removed apart from other map data, each under a name of its own.

DATA/regions/NAME/places/        generations of its places, as in DATA/places
DATA/regions/NAME/region.json    its record: the files that are kept of it, and where its changes come from
DATA/regions/NAME/files/         these files, in folders that are never changed
DATA/regions/.NAME.lock          held while it is imported, updated or removed
DATA/regions/.default/           record and files of what is imported without a name; its places are DATA/places

A region is in service for places when `places/current` is there. Routes and tiles are built from the kept files of all
regions together. Names that begin with a dot are no regions.
"""

import json
import re
import secrets
import shutil
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from trigpoint.base.errors import InvalidError, NotFoundError, UnavailableError
from trigpoint.engines.generations import folder_in_service, size_of, take_out_of_service
from trigpoint.engines.locks import held
from trigpoint.engines.sample import SAMPLE
from trigpoint.home import DataFolder

DEFAULT = "default"
"""What the region is called that is imported without a name."""
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
RECORD, FILES = "region.json", "files"
EXTRACT, TIMETABLE = "extract", "timetable"


@dataclass(frozen=True, slots=True)
class Kept:
    """A file that is kept: its path below `files/`, the time of its data (ISO 8601) and where changes to it come from.

    `sequence` is the number of the last change in it, as that server counts them.
    """

    name: str
    path: str
    bytes: int
    sha256: str
    kind: str = EXTRACT
    data_as_of: str | None = None
    server: str | None = None
    sequence: int | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What `region.json` says. While places are exchanged, `before` are the files of those that may still be in service.

    `server` was given by somebody, and comes before those that the files name.
    """

    files: tuple[Kept, ...] = ()
    before: tuple[Kept, ...] = ()
    server: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """A file that the places in service were made from."""

    name: str
    bytes: int
    data_as_of: str | None


@dataclass(frozen=True, slots=True)
class Region:
    """A region, there or not: its name, the folder of its record and files, and the shelf of its places."""

    name: str
    home: Path
    shelf: Path

    def sources(self) -> tuple[Source, ...] | None:
        """Say what the places in service were made from; None if there are none. What cannot be read is empty."""
        folder = folder_in_service(self.shelf)
        if folder is None:
            return None
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            told = json.loads((folder / "about.json").read_bytes())["files"]
            return tuple(Source(str(one["name"]), int(one["bytes"]), one.get("timestamp")) for one in told)
        return ()

    def record(self) -> Record:
        """Read the record; an empty one where there is none, or one that cannot be read."""
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            told = json.loads((self.home / RECORD).read_bytes())
            files, before = (tuple(Kept(**one) for one in told.pop(name)) for name in ("files", "before"))
            return Record(files=files, before=before, server=told.get("server"))
        return Record()

    def kept(self) -> tuple[Kept, ...] | None:
        """Give the kept files of the places in service; None if they were made from others, or are gone."""
        sources, record = self.sources(), self.record()
        made_from = sorted((one.name, one.bytes) for one in sources or ())
        for files in (record.files, record.before):
            extracts = sorted((one.name, one.bytes) for one in files if one.kind == EXTRACT)
            if extracts and extracts == made_from and all(self.path_of(one).exists() for one in files):
                return files
        return None

    def path_of(self, kept: Kept) -> Path:
        """Say where a kept file is."""
        return self.home / FILES / kept.path

    def data_as_of(self) -> str | None:
        """Give the time of the oldest of its files, in ISO 8601; None if none tells one."""
        return min((one.data_as_of for one in self.sources() or () if one.data_as_of), default=None)

    def is_own_sample(self) -> bool:
        """Tell whether it is the sample that a server took by itself: it gives way to whatever somebody imports."""
        if self.name != DEFAULT:  # asked of every region: no file is read for this
            return False
        names = [one.name for one in self.sources() or ()]
        return names == [Path(SAMPLE).name] and self.kept() is None

    def bytes_of_places(self) -> int:
        """Count the bytes of its places, those of the generation before among them."""
        return size_of(self.shelf) if self.shelf.is_dir() else 0

    def bytes_of_files(self) -> int:
        """Count the bytes of its kept files."""
        files = self.home / FILES
        return size_of(files) if files.is_dir() else 0


def check_name(name: str, *, field: str = "--region") -> str:
    """Give a name that a region may have. Raises InvalidError for another."""
    if NAME.fullmatch(name) is None:
        rule = "1 to 63 of the letters a to z, digits and hyphens, beginning with a letter or digit"
        raise InvalidError(field, rule, example="liechtenstein", received=name)
    return name


def region_at(data: Path, name: str) -> Region:
    """Give the region of a name, there or not. Raises InvalidError for what is no name."""
    check_name(name)
    if name == DEFAULT:
        return Region(name, DataFolder(data).regions / f".{DEFAULT}", DataFolder(data).places)
    return Region(name, DataFolder(data).regions / name, DataFolder(data).places_of(name))


def find_regions(data: Path) -> list[Region]:
    """Find the regions in service: what was imported without a name first, then the others by name."""
    with suppress(OSError):
        names = sorted(
            one.name for one in DataFolder(data).regions.iterdir() if NAME.fullmatch(one.name) and one.is_dir()
        )
        found = [region_at(data, name) for name in (DEFAULT, *(name for name in names if name != DEFAULT))]
        return [one for one in found if folder_in_service(one.shelf) is not None]
    alone = region_at(data, DEFAULT)
    return [alone] if folder_in_service(alone.shelf) is not None else []


def find_times(data: Path) -> tuple[dict[str, str | None], str | None]:
    """Give the time of the data of each region in service, and the name of the one that is a server's own sample.

    Of data that this process may not read nothing is said here: whoever answers from it says it.
    """
    try:
        found = find_regions(data)
        return {one.name: one.data_as_of() for one in found}, next(
            (one.name for one in found if one.is_own_sample()), None
        )
    except UnavailableError:
        return {}, None


def find_region(data: Path, name: str) -> Region:
    """Find a region in service. Raises NotFoundError, which names those that are there."""
    region = region_at(data, name)
    known = find_regions(data)
    if region not in known:
        there = f"There are {', '.join(one.name for one in known)}." if known else "None has been imported."
        raise NotFoundError(f"There is no region '{name}'. {there}")
    return region


@contextmanager
def locked(data: Path, region: Region) -> Iterator[None]:
    """Keep others from changing a region meanwhile, and clear away what a run that was killed left of it.

    Raises ConflictError while another process imports, updates or removes it.
    """
    DataFolder(data).regions.mkdir(parents=True, exist_ok=True)
    busy = f"The region '{region.name}' is being changed by another process; wait until it has ended."
    with held(DataFolder(data).regions / f".{region.name}.lock", busy=busy):
        for left in DataFolder(data).regions.glob(".removed-*"):
            shutil.rmtree(left, ignore_errors=True)
        settle(region)
        try:
            yield
        finally:
            settle(region)


@contextmanager
def new_files(region: Region) -> Iterator[Path]:
    """Give an empty folder for the files of a region, which must be locked; it is removed if the block fails."""
    room = region.home / FILES / f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{secrets.token_hex(3)}"
    room.mkdir(parents=True)
    try:
        yield room
    except BaseException:
        shutil.rmtree(room, ignore_errors=True)
        raise


def announce(region: Region, files: Sequence[Kept]) -> None:
    """Record the files that the next places are made from, beside those of the places in service."""
    write_record(region, replace(region.record(), files=tuple(files), before=region.kept() or ()))


def settle(region: Region) -> None:
    """Let the record say what is in service, and remove all other files. Called with the lock."""
    if not region.home.is_dir():
        return
    if folder_in_service(region.shelf) is None:
        if not any(region.shelf.glob("*/about.json")):  # its first import has failed
            shutil.rmtree(region.home, ignore_errors=True)
        return
    record, kept = region.record(), region.kept() or ()
    if record.files != kept or record.before:
        write_record(region, replace(record, files=kept, before=()))
    folders = {Path(one.path).parts[0] for one in kept}
    if (region.home / FILES).is_dir():
        for folder in (region.home / FILES).iterdir():
            if folder.name not in folders:
                shutil.rmtree(folder, ignore_errors=True)


def write_record(region: Region, record: Record) -> None:
    """Write the record, whole or not at all."""
    region.home.mkdir(parents=True, exist_ok=True)
    draft = region.home / f"{RECORD}.draft"
    draft.write_text(json.dumps({"format": 1, **asdict(record)}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(region.home / RECORD)


def take_out(data: Path, region: Region) -> None:
    """Take a region out of service at once, and remove it. Called with the lock."""
    gone = DataFolder(data).regions / f".removed-{region.name}-{secrets.token_hex(3)}"
    if region.name == DEFAULT:
        take_out_of_service(region.shelf)
    if region.home.is_dir():
        region.home.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def link_kept(path: Path, target: Path) -> None:
    """Give a kept file, which is never written to, a second name. Raises FileNotFoundError if it is gone."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.copytree(path, target)
        return
    try:
        target.hardlink_to(path)
    except FileNotFoundError:
        raise
    except OSError:  # a file system without links
        shutil.copyfile(path, target)
