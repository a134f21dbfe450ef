"""Copying the files that a region is imported from: routes, tiles and updates are made from the copies later.

On file systems with copy-on-write clones (Btrfs, XFS), a copy takes no space and no time. Hard links are not used: a
download that overwrites the original file would change the copy, too.
"""

import hashlib
import os
import shutil
from collections.abc import Callable, Sequence
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import osmium

from trigpoint.base.errors import UnavailableError
from trigpoint.engines.bundles import CHUNK
from trigpoint.engines.extracts import as_input, unreadable
from trigpoint.engines.generations import size_of
from trigpoint.engines.regions import EXTRACT, TIMETABLE, Kept

FICLONE = 0x40049409
"""Request number of ioctl_ficlone(2) on Linux."""

HEADER = (
    "osmosis_replication_timestamp",
    "osmosis_replication_sequence_number",
    "osmosis_replication_base_url",
    "timestamp",
    "sorting",
)
Tell = Callable[[float], None]


def keep_files(extracts: Sequence[Path], timetables: Sequence[Path], room: Path, *, tell: Tell) -> list[Kept]:
    """Copy files into the empty folder `room`; return the facts of each. Raises UnavailableError without free space."""
    files = [*((path, EXTRACT) for path in extracts), *((path, TIMETABLE) for path in timetables)]
    sizes = [size_of(path) if path.is_dir() else path.stat().st_size for path, _kind in files]
    kept = []
    for number, (path, kind) in enumerate(files):
        target = room / str(number) / path.name
        target.parent.mkdir()
        kept.append(describe(target, _keep(path, target), kind=kind, room=room))
        tell(sum(sizes[: number + 1]) / max(1, sum(sizes)))
    return kept


def describe(path: Path, sha256: str, *, kind: str, room: Path) -> Kept:
    """Return the facts of a kept file, among them the data time and the replication server from its header.

    Raises InvalidError for an extract that cannot be read.
    """
    where = f"{room.name}/{path.relative_to(room)}"
    if kind == TIMETABLE:
        return Kept(path.name, where, size_of(path) if path.is_dir() else path.stat().st_size, sha256, kind)
    told = read_header(path)
    as_of = told["osmosis_replication_timestamp"] or told["timestamp"]
    sequence = told["osmosis_replication_sequence_number"]
    return Kept(
        path.name,
        where,
        path.stat().st_size,
        sha256,
        data_as_of=_time(as_of),
        server=told["osmosis_replication_base_url"] or None,
        sequence=int(sequence) if sequence.isascii() and sequence.isdigit() else None,
    )


def read_header(path: Path) -> dict[str, str]:
    """Read the header fields of an extract; missing ones are "". Raises InvalidError if the file cannot be read."""
    try:
        reader = osmium.io.Reader(as_input(path), osmium.osm.osm_entity_bits.NOTHING)
        try:
            return {name: reader.header().get(name) for name in HEADER}
        finally:
            reader.close()
    except RuntimeError as error:
        raise unreadable(path, error) from error


def _time(text: str) -> str | None:
    with suppress(ValueError):
        return datetime.fromisoformat(text).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return None


def _keep(path: Path, target: Path) -> str:
    """Copy a file or a folder of files; return the SHA-256 of its contents, in hexadecimal."""
    digest = hashlib.sha256()
    if path.is_dir():
        for one in sorted(path.rglob("*")):
            if one.is_file():
                inner = target / one.relative_to(path)
                inner.parent.mkdir(parents=True, exist_ok=True)
                digest.update(f"{one.relative_to(path)}\n{_keep_file(one, inner)}\n".encode())
        return digest.hexdigest()
    return _keep_file(path, target)


def _keep_file(path: Path, target: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as source, target.open("xb") as copy:
        is_shared = _share(source.fileno(), copy.fileno())
        if not is_shared:
            _check_room(path, target)
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            if not is_shared:
                copy.write(chunk)
        copy.flush()
        os.fsync(copy.fileno())
    return digest.hexdigest()


def _share(source: int, target: int) -> bool:
    try:
        import fcntl

        fcntl.ioctl(target, FICLONE, source)
    except (ImportError, OSError):
        return False
    return True


def _check_room(path: Path, target: Path) -> None:
    size, free = path.stat().st_size, shutil.disk_usage(target.parent).free
    if free < size:
        raise UnavailableError(
            f"A copy of {path.name} needs {size:,} bytes in {target.parent}, and {free:,} are free. Nothing was changed."
        )
