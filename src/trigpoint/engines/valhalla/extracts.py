"""Preparing extracts for Valhalla, which reads one sorted `.osm.pbf`: converting, merging and sorting files."""

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

import osmium

from trigpoint.base.errors import TrigpointError
from trigpoint.engines.extracts import as_input, check_file, format_of, sort_files


class BuildError(TrigpointError):
    """A network could not be built; the message names the file, what is wrong with it, and what to do."""


def check_extract(file: Path) -> str | None:
    """Check an extract before the build begins; return the time of its data (ISO 8601, UTC), None if it has none.

    Raises NotFoundError, InvalidError for the name, BuildError for the content.
    """
    check_file(file)
    try:
        reader = osmium.io.Reader(as_input(file))
        try:
            return read_time(reader.header())
        finally:
            reader.close()
    except RuntimeError as error:
        raise BuildError(explain(file, str(error))) from error


def read_time(header: "osmium.io.Header") -> str | None:
    """Return the time in the header of an extract; None if there is none, or no valid one."""
    timestamp = header.get("osmosis_replication_timestamp") or header.get("timestamp") or ""
    try:
        return datetime.fromisoformat(timestamp).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    except ValueError:
        return None


def is_native(file: Path) -> bool:
    """Tell whether Valhalla can read the file without conversion."""
    return format_of(file) == "pbf"


def convert(file: Path, target: Path) -> None:
    """Convert an extract of any format to PBF. Streams, so that memory does not grow with the file."""
    try:
        with osmium.SimpleWriter(str(target), overwrite=True) as writer:
            osmium.apply(as_input(file), writer)
    except RuntimeError as error:
        raise BuildError(explain(file, str(error))) from error


def merge(files: Sequence[Path], target: Path) -> None:
    """Merge sorted extracts into one, keeping the newest version of each object. Streams."""
    try:
        with osmium.SimpleWriter(str(target), overwrite=True) as writer:
            processors = [osmium.FileProcessor(as_input(file)) for file in files]
            for versions in osmium.zip_processors(*processors):
                writer.add(max((one for one in versions if one is not None), key=read_version))
    except RuntimeError as error:
        raise BuildError(explain(files[0] if len(files) == 1 else None, str(error))) from error


def read_version(thing: object) -> int:
    """Return the version of an OpenStreetMap object; 0 for a changeset, which has none (and is in no map extract)."""
    return int(getattr(thing, "version", 0))


def sort(files: Sequence[Path], target: Path) -> None:
    """Merge and sort extracts. Needs memory for all objects, so it is only used for files that are not sorted."""
    try:
        sort_files(files, target)
    except RuntimeError as error:
        raise BuildError(explain(files[0] if len(files) == 1 else None, str(error))) from error


def explain(file: Path | None, message: str) -> str:
    """Turn an error message of an OSM reader into a sentence for the person who provided the file."""
    name = "One of the files" if file is None else f"'{file.name}'"
    if "EOF" in message or "truncated" in message.lower() or "unexpected end" in message.lower():
        return f"{name} is cut short: it ends in the middle of its data. Download it again. ({message})"
    if any(sign in message for sign in ("PBF error", "XML parsing error", "gzip", "bzip2", "Could not detect", "blob")):
        return f"{name} is not an OpenStreetMap extract, or is damaged: {message}."
    return f"{name} cannot be read: {message}."
