"""Regions: map data with a name, which is imported, updated and removed independently of other regions.

DATA/regions/NAME/places/        generations of its places, as in DATA/places
DATA/regions/NAME/region.json    its record: the kept files, and the replication server
DATA/regions/NAME/files/         the kept files, in folders that are never changed
DATA/regions/.NAME.lock          held while the region is imported, updated or removed
DATA/regions/.default/           record and files of data imported without a name; its places are in DATA/places

The places of a region are in service if `places/current` exists. Routes and tiles are built from the kept files of all
regions together. Folders whose names begin with a dot are no regions.
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
from trigpoint.engines.generations import ABOUT, ImportedFile, folder_in_service, size_of, take_out_of_service
from trigpoint.engines.locks import held
from trigpoint.engines.ownership import give_to_owner
from trigpoint.engines.sample import SAMPLE
from trigpoint.home import DataFolder

DEFAULT = "default"
"""The name of the region that is imported without a name."""
NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
RECORD, FILES = "region.json", "files"
EXTRACT, TIMETABLE = "extract", "timetable"


@dataclass(frozen=True, slots=True)
class Kept:
    """A kept file: its path below `files/`, the time of its data (ISO 8601), and its replication server.

    `sequence` is the number of the last change of that server that the file contains.
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
    """The contents of `region.json`. During an import, `before` has the files of the places that are still in service.

    `server` is a replication server given by the operator, which takes precedence over those in the files' headers.
    """

    files: tuple[Kept, ...] = ()
    before: tuple[Kept, ...] = ()
    server: str | None = None


@dataclass(frozen=True, slots=True)
class Region:
    """A region, which may not exist: its name, the folder of its record and files, and the shelf of its places."""

    name: str
    home: Path
    shelf: Path

    def sources(self) -> tuple[ImportedFile, ...] | None:
        """Return the files that the places in service were imported from.

        None if there are no places, and empty if their facts cannot be read.
        """
        folder = folder_in_service(self.shelf)
        if folder is None:
            return None
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            told = json.loads((folder / ABOUT).read_bytes())["files"]
            return tuple(ImportedFile(str(one["name"]), int(one["bytes"]), one.get("timestamp")) for one in told)
        return ()

    def record(self) -> Record:
        """Read the record; an empty one if there is none, or if it cannot be read."""
        with suppress(OSError, ValueError, KeyError, TypeError, AttributeError):
            told = json.loads((self.home / RECORD).read_bytes())
            files, before = (tuple(Kept(**one) for one in told.pop(name)) for name in ("files", "before"))
            return Record(files=files, before=before, server=told.get("server"))
        return Record()

    def kept(self) -> tuple[Kept, ...] | None:
        """Return the kept files of the places in service; None if these come from other files, or a file is missing."""
        sources, record = self.sources(), self.record()
        made_from = sorted((one.name, one.bytes) for one in sources or ())
        for files in (record.files, record.before):
            extracts = sorted((one.name, one.bytes) for one in files if one.kind == EXTRACT)
            if extracts and extracts == made_from and all(self.path_of(one).exists() for one in files):
                return files
        return None

    def path_of(self, kept: Kept) -> Path:
        """Return the path of a kept file."""
        return self.home / FILES / kept.path

    def data_as_of(self) -> str | None:
        """Return the data time of its oldest file, in ISO 8601; None if no file has one."""
        return min((one.timestamp for one in self.sources() or () if one.timestamp), default=None)

    def is_own_sample(self) -> bool:
        """Tell whether this is the sample that a server imported by itself, and that the first real import replaces."""
        if self.name != DEFAULT:  # checked first, so that no file is read for other regions
            return False
        names = [one.name for one in self.sources() or ()]
        return names == [Path(SAMPLE).name] and self.kept() is None

    def bytes_of_places(self) -> int:
        """Return the size of its places in bytes, with the previous generation."""
        return size_of(self.shelf) if self.shelf.is_dir() else 0

    def bytes_of_files(self) -> int:
        """Return the size of its kept files in bytes."""
        files = self.home / FILES
        return size_of(files) if files.is_dir() else 0


def check_name(name: str, *, field: str = "--region") -> str:
    """Return a valid name of a region unchanged. Raises InvalidError for any other."""
    if NAME.fullmatch(name) is None:
        rule = "1 to 63 of the letters a to z, digits and hyphens, beginning with a letter or digit"
        raise InvalidError(field, rule, example="liechtenstein", received=name)
    return name


def region_at(data: Path, name: str) -> Region:
    """Return the region with a name, whether it exists or not. Raises InvalidError for an invalid name."""
    check_name(name)
    if name == DEFAULT:
        return Region(name, DataFolder(data).regions / f".{DEFAULT}", DataFolder(data).places)
    return Region(name, DataFolder(data).regions / name, DataFolder(data).places_of(name))


def find_regions(data: Path) -> list[Region]:
    """Return the regions in service: the default region first, then the others by name."""
    with suppress(OSError):
        names = sorted(
            one.name for one in DataFolder(data).regions.iterdir() if NAME.fullmatch(one.name) and one.is_dir()
        )
        found = [region_at(data, name) for name in (DEFAULT, *(name for name in names if name != DEFAULT))]
        return [one for one in found if folder_in_service(one.shelf) is not None]
    alone = region_at(data, DEFAULT)
    return [alone] if folder_in_service(alone.shelf) is not None else []


def find_times(data: Path) -> tuple[dict[str, str | None], str | None]:
    """Return the data time of each region in service, and the name of the one that is a server's own sample.

    Empty without permission to read the data; the engine's status reports that.
    """
    try:
        found = find_regions(data)
        return {one.name: one.data_as_of() for one in found}, next(
            (one.name for one in found if one.is_own_sample()), None
        )
    except UnavailableError:
        return {}, None


def find_region(data: Path, name: str) -> Region:
    """Find a region in service. Raises NotFoundError, which lists the existing regions."""
    region = region_at(data, name)
    known = find_regions(data)
    if region not in known:
        there = f"Imported: {', '.join(one.name for one in known)}." if known else "None has been imported."
        raise NotFoundError(f"There is no region '{name}'. {there}")
    return region


@contextmanager
def locked(data: Path, region: Region) -> Iterator[None]:
    """Hold the lock of a region during the block, and clean up after runs that were killed.

    Raises ConflictError while another process imports, updates or removes the region.
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
            give_to_owner(data)


@contextmanager
def new_files(region: Region) -> Iterator[Path]:
    """Yield a new folder for the files of a region, which must be locked; it is deleted if the block fails."""
    room = region.home / FILES / f"{time.strftime('%Y%m%dT%H%M%SZ', time.gmtime())}-{secrets.token_hex(3)}"
    room.mkdir(parents=True)
    try:
        yield room
    except BaseException:
        shutil.rmtree(room, ignore_errors=True)
        raise


def announce(region: Region, files: Sequence[Kept]) -> None:
    """Record the files of the next import, besides those of the places in service."""
    write_record(region, replace(region.record(), files=tuple(files), before=region.kept() or ()))


def settle(region: Region) -> None:
    """Make the record match the places in service, and delete all other kept files. Called with the lock."""
    if not region.home.is_dir():
        return
    if folder_in_service(region.shelf) is None:
        if not any(region.shelf.glob(f"*/{ABOUT}")):  # its first import has failed
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
    """Write the record atomically."""
    region.home.mkdir(parents=True, exist_ok=True)
    draft = region.home / f"{RECORD}.draft"
    draft.write_text(json.dumps({"format": 1, **asdict(record)}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    draft.replace(region.home / RECORD)


def take_out(data: Path, region: Region) -> None:
    """Take a region out of service at once, and delete it. Called with the lock."""
    gone = DataFolder(data).regions / f".removed-{region.name}-{secrets.token_hex(3)}"
    if region.name == DEFAULT:
        take_out_of_service(region.shelf)
    if region.home.is_dir():
        region.home.rename(gone)
        shutil.rmtree(gone, ignore_errors=True)


def link_kept(path: Path, target: Path) -> None:
    """Hard-link a kept file (or copy a folder) to `target`. Raises FileNotFoundError if it is gone."""
    target.parent.mkdir(parents=True, exist_ok=True)
    if path.is_dir():
        shutil.copytree(path, target)
        return
    try:
        target.hardlink_to(path)
    except FileNotFoundError:
        raise
    except OSError:  # a file system without hard links
        shutil.copyfile(path, target)
