"""Updating an extract from OpenStreetMap's replication: changes are fetched, checked, and applied to a new file.

A replication server has a numbered change file for every day, hour or minute, and `state.txt` with the latest number:
    https://download.geofabrik.de/europe/monaco-updates/state.txt
    https://download.geofabrik.de/europe/monaco-updates/000/003/886.osc.gz
pyosmium makes the URLs, searches for the first change needed, and applies the changes. The HTTP client is ours: it uses
only http and https, and limits the size of every response.
"""

import shutil
import zlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import osmium
from osmium.replication import newest_change_from_file
from osmium.replication.server import OsmosisState

from trigpoint.base.errors import NotFoundError, UnavailableError
from trigpoint.base.hosts import is_own_machine
from trigpoint.engines.extracts import as_input, sort_file, unreadable
from trigpoint.engines.fetching import shown
from trigpoint.engines.kept_files import read_header
from trigpoint.engines.replication_server import BoundedServer, check_server, connected, unchanged

MOST_UNPACKED = 2 << 30
MEMORY_OF_ROUND = 512 << 20
"""Bytes of changes to hold in memory at once; if there are more, the file is written in several rounds."""
ROOM = 2.5
"""Free disk space needed for an update, as a multiple of the file's size: each round writes a new file."""
WIND_BACK = timedelta(minutes=60)
"""For a file without a sequence number: how long before its newest object the changes to apply begin."""
PLANET = ("planet.openstreetmap.org", "planet.osm.org")

Tell = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Updated:
    """The state of an updated file: the number of the last change, its time (ISO 8601), and how many were applied."""

    sequence: int
    data_as_of: str
    changes: int


def update_file(path: Path, target: Path, *, server: str | None, tell: Tell) -> Updated | None:
    """Apply all new changes to an extract, written as a new `.osm.pbf`; return None, without a file, if there are none.

    `server` replaces the replication server in the file's header. Raises NotFoundError if neither is known, and
    UnavailableError if the server or a change cannot be fetched; `target` does not exist then.
    """
    header = read_header(path)
    named = header["osmosis_replication_base_url"]
    url = check_server(server or _named(named, path), field="--server" if server else path.name)
    number = header["osmosis_replication_sequence_number"]
    known = int(number) if number.isdigit() and _is_same(named, url) else None
    size, free = path.stat().st_size, shutil.disk_usage(target.parent).free
    if free < ROOM * size:
        needed = int(ROOM * size)
        raise UnavailableError(
            unchanged(f"Applying changes takes {needed:,} bytes in {target.parent}, and {free:,} are free.")
        )
    try:
        with connected(url) as connection:
            tell(f"asking {httpx.URL(url).host}")
            newest = _newest(connection, known, path)
            sequence = _start(connection, path, header) if known is None else known + 1
            if sequence > newest.sequence:
                return None
            is_sorted = _is_sorted(path, header)
            return _apply_all(connection, path, target, first=sequence, newest=newest, is_sorted=is_sorted, tell=tell)
    except BaseException:
        target.unlink(missing_ok=True)
        raise


def _named(named: str, path: Path) -> str:
    if not named:
        raise NotFoundError(
            f"{path.name} does not name its replication server. Set it once with --server URL; for extracts of "
            "Geofabrik it is the URL of the extract with '-updates' in place of '-latest.osm.pbf'."
        )
    check_server(named, field=path.name)
    if httpx.URL(named).host in PLANET:
        raise NotFoundError(
            f"{path.name} names the server of the whole planet, whose changes would make it grow beyond its region. Set "
            "the replication server of this extract with --server URL, or import a newer extract."
        )
    if httpx.URL(named).scheme == "http" and not is_own_machine(httpx.URL(named).host):
        return f"https{named.removeprefix('http')}"  # old headers say http; what comes that way could be anybody's
    return named


def _is_same(one: str, other: str) -> bool:
    """Tell whether two URLs are the same server: headers of old extracts have http URLs of servers that use https now."""
    return one.rstrip("/").partition("://")[2] == other.rstrip("/").partition("://")[2]


def _newest(server: BoundedServer, known: int | None, path: Path) -> OsmosisState:
    newest = server.state()
    if newest is None:
        raise UnavailableError(
            unchanged(
                f"There is no replication server at {shown(server.baseurl)}: it has no state.txt that can be read."
            )
        )
    if known is not None and newest.sequence < known:
        told = (
            f"{shown(server.baseurl)} is at change {newest.sequence}, and {path.name} at {known}: it is another server."
        )
        raise UnavailableError(unchanged(told))
    return newest


def _start(server: BoundedServer, path: Path, header: Mapping[str, str]) -> int:
    """Find the number of the first change to apply to a file without a sequence number."""
    try:
        told = header["osmosis_replication_timestamp"]
        since = datetime.fromisoformat(told).astimezone(UTC) if told else newest_change_from_file(str(path))
    except (RuntimeError, ValueError) as error:
        raise unreadable(path, error) from error
    try:
        found = server.timestamp_to_sequence(since - WIND_BACK, limit_by_oldest_available=True)
    except ValueError as error:
        raise UnavailableError(unchanged(f"The states of {shown(server.baseurl)} cannot be read.")) from error
    if found is None:
        raise UnavailableError(_too_old(server, path, since.strftime("%Y-%m-%d")))
    return int(found)


def _apply_all(
    server: BoundedServer, path: Path, target: Path, *, first: int, newest: OsmosisState, is_sorted: bool, tell: Tell
) -> Updated:
    source, sequence = path, first
    draft = target.with_name(f"round-{target.name}")
    try:
        if not is_sorted:
            tell(f"sorting {path.name}")
            source = target.with_name(f"sorted-{target.name}")
            sort_file(path, source)
        while sequence <= newest.sequence:
            changes, following = _collect(server, path, sequence, newest.sequence, tell)
            state = newest if following > newest.sequence else server.state(following - 1)
            tell(f"applying changes up to {following - 1}")
            _write(changes, source, draft, server=server.baseurl, sequence=following - 1, state=state)
            draft.replace(target)
            source, sequence = target, following
    finally:
        for left in (draft, target.with_name(f"sorted-{target.name}")):
            left.unlink(missing_ok=True)
    return Updated(newest.sequence, newest.timestamp.strftime("%Y-%m-%dT%H:%M:%SZ"), newest.sequence - first + 1)


def _collect(
    server: BoundedServer, path: Path, sequence: int, last: int, tell: Tell
) -> tuple[osmium.MergeInputReader, int]:
    """Fetch changes from `sequence` on, up to `MEMORY_OF_ROUND`; return them, and the number of the next change."""
    changes, held, first = osmium.MergeInputReader(), 0, sequence
    while sequence <= last and held < MEMORY_OF_ROUND:
        tell(f"fetching change {sequence} of {last}")
        try:
            packed = bytes(server.get_diff_block(sequence))  # type: ignore[arg-type]  # they are bytes, whatever it says
        except FileNotFoundError as error:
            if sequence == first:
                raise UnavailableError(_too_old(server, path, f"change {sequence}")) from error
            raise UnavailableError(unchanged(f"{shown(server.baseurl)} has no change {sequence}.")) from error
        try:
            _check_size(packed)
            held += changes.add_buffer(packed, "osc.gz")
        except (RuntimeError, ValueError, zlib.error) as error:
            told = f"Change {sequence} of {shown(server.baseurl)} is damaged: {error}."
            raise UnavailableError(unchanged(told)) from error
        sequence += 1
    return changes, sequence


def _check_size(packed: bytes) -> None:
    """Raise an error for a change file that is damaged or would unpack to too many bytes."""
    unpacker, size, rest = zlib.decompressobj(wbits=31), 0, packed
    while rest and not unpacker.eof:
        size += len(unpacker.decompress(rest, 1 << 20))
        rest = unpacker.unconsumed_tail
        if size > MOST_UNPACKED:
            raise ValueError(f"it decompresses to more than {MOST_UNPACKED:,} bytes")
    if not unpacker.eof:
        raise ValueError("it is truncated")


def _write(
    changes: osmium.MergeInputReader,
    source: Path,
    target: Path,
    *,
    server: str,
    sequence: int,
    state: OsmosisState | None,
) -> None:
    pool = osmium.io.ThreadPool()
    reader = osmium.io.Reader(as_input(source), thread_pool=pool)
    try:
        before = reader.header()
        header = osmium.io.Header()
        if before.box().valid():
            header.add_box(before.box())
        header.set("generator", "trigpoint")
        header.set("sorting", "Type_then_ID")
        header.set("osmosis_replication_base_url", server.rstrip("/"))
        header.set("osmosis_replication_sequence_number", str(sequence))
        if state is not None:
            header.set("osmosis_replication_timestamp", state.timestamp.strftime("%Y-%m-%dT%H:%M:%SZ"))
        target.unlink(missing_ok=True)
        writer = osmium.io.Writer(osmium.io.File(str(target), "pbf"), header, thread_pool=pool)
        try:
            changes.apply_to_reader(reader, writer)
        finally:
            writer.close()
    except RuntimeError as error:
        raise unreadable(source, error) from error
    finally:
        reader.close()


def _is_sorted(path: Path, header: Mapping[str, str]) -> bool:
    """Tell whether a file is sorted by type and ID, which is needed to apply changes."""
    if header["sorting"] == "Type_then_ID":
        return True
    before = (0, 0)
    ranks = {osmium.osm.Node: 0, osmium.osm.Way: 1, osmium.osm.Relation: 2}
    for thing in osmium.FileProcessor(as_input(path)):
        here = (ranks.get(type(thing), 3), thing.id)
        if here < before:
            return False
        before = here
    return True


def _too_old(server: BoundedServer, path: Path, since: str) -> str:
    return unchanged(
        f"{shown(server.baseurl)} no longer has the changes since {since}: {path.name} is too old for it. Import a newer "
        "extract."
    )
