"""OpenStreetMap files: which formats are accepted, what is wrong with a file, and how much of it has been read."""

import os
from collections.abc import Sequence
from contextlib import suppress
from itertools import islice
from pathlib import Path

import osmium

from trigpoint.base.errors import InvalidError, NotFoundError, TrigpointError, UnavailableError

FORMATS = {
    ".osm.pbf": "pbf", ".pbf": "pbf", ".osm": "osm", ".osm.xml": "osm", ".osm.gz": "osm.gz", ".osm.bz2": "osm.bz2",
}  # fmt: skip
"""File suffixes of OpenStreetMap files, in any case, and osmium's name of the format."""

MOST_MEMBERS = 32_000
"""Highest number of members of a relation (OpenStreetMap's limit); relations with more are left out."""

MEMBERS_CHECKED_FROM = 1_000
"""From this many members on, relations are checked for repeated members, as building their outline would take minutes."""


def check_file(path: Path) -> None:
    """Check a file before an import begins. Places, routes and tiles accept the same files.

    Raises NotFoundError for a missing file, InvalidError for an unknown suffix, an empty file, a folder or a pipe.
    """
    if not path.exists():
        raise NotFoundError(f"There is no file '{path}'.")
    if not path.is_file():
        what = "a folder" if path.is_dir() else "no regular file"
        rule = "a file on disk, as it is read more than once"
        raise InvalidError("FILE", rule, example="region.osm.pbf", received=f"{path.name or path}, {what}")
    if format_of(path) is None:
        raise InvalidError(
            "FILE", f"an OpenStreetMap file ({', '.join(FORMATS)})", example="region.osm.pbf", received=path.name
        )
    if path.stat().st_size == 0:
        raise InvalidError(
            "FILE", "an OpenStreetMap file with data in it", example="region.osm.pbf", received=f"{path.name}, 0 bytes"
        )


def format_of(path: Path) -> str | None:
    """Return osmium's name for the format of a file, by its suffix; None for an unknown suffix."""
    name = path.name.lower()
    return next((told for suffix, told in FORMATS.items() if name.endswith(suffix)), None)


def as_input(path: Path) -> osmium.io.File:
    """Return a file for osmium with an explicit format, as osmium itself does not recognise `REGION.OSM.PBF`."""
    return osmium.io.File(str(path), format_of(path) or "")


def unreadable(path: Path, error: Exception) -> TrigpointError:
    """Make the error for a file that could not be read, from osmium's error; the file is not to blame for a full disk or memory."""
    told = str(error)
    if any(sign in told for sign in ("No space left", "Not enough space", "Disk quota exceeded")):
        return UnavailableError(
            f"The disk is full: '{path.name}' was not read to its end. Free some space, and repeat the command."
        )
    if any(sign in told for sign in ("Cannot allocate memory", "bad_alloc")):
        return UnavailableError(f"There is not enough memory to read '{path.name}'. The data in service stays.")
    rule = "an OpenStreetMap file"
    if any(sign in told for sign in ("EOF", "truncated", "close failed", "unexpected end", "no element found")):
        rule = "a complete OpenStreetMap file (this one is cut short; download it again)"
    return InvalidError("FILE", rule, example="region.osm.pbf", received=f"{path.name}: {told}")


def sort_file(path: Path, ordered: Path) -> None:
    """Write the objects of a file sorted by type, then by ID. Needs memory for all objects."""
    sort_files([path], ordered)


def sort_files(paths: Sequence[Path], ordered: Path) -> None:
    """Merge files into one sorted file, with the newest version of each object. Needs memory for all objects."""
    merge = osmium.MergeInputReader()
    for path in paths:
        if path.name.endswith(tuple(FORMATS)):
            merge.add_file(str(path))
        else:
            merge.add_buffer(path.read_bytes(), format_of(path) or "")
    with osmium.SimpleWriter(str(ordered), overwrite=True) as writer:
        merge.apply(writer, simplify=True)


def share_read(path: Path, size: int) -> float | None:
    """Return the share (0 to 1) of a file of `size` bytes that this process has read; None if unknown (not on Linux)."""
    with suppress(OSError, ValueError):
        wanted = os.path.realpath(path)
        for descriptor in Path("/proc/self/fd").iterdir():
            if os.path.realpath(descriptor) == wanted:
                position = Path(f"/proc/self/fdinfo/{descriptor.name}").read_text().split("\n", 1)[0]
                return min(1.0, int(position.split(":")[1]) / size)
    return None


def tags_of(item: osmium.osm.Node | osmium.osm.Way | osmium.osm.Area) -> dict[str, str]:
    """Return the tags of an object as a dictionary, without those that have no value.

    They are counted first: osmium says that there are no more tags with a C++ exception, which takes longer than ten tags.
    """
    tags = item.tags
    found = dict(islice(tags, len(tags)))
    return {key: value for key, value in found.items() if value} if "" in found.values() else found


class Endless:
    """An osmium filter that removes relations whose outline would take minutes to build."""

    def relation(self, relation: osmium.osm.Relation) -> bool:
        return is_endless(relation)


def is_endless(relation: osmium.osm.Relation) -> bool:
    """Tell whether a relation has more members than OpenStreetMap allows, or mostly repeated ones."""
    count = len(relation.members)
    if count < MEMBERS_CHECKED_FROM:
        return False
    return count > MOST_MEMBERS or 2 * len({(member.type, member.ref) for member in relation.members}) < count
