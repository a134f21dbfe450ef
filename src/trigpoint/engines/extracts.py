"""Files of OpenStreetMap as they are brought: which are refused, what is wrong with them, how far they are read."""

import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import osmium

from trigpoint.base.errors import InvalidError, NotFoundError

FORMATS = {
    ".osm.pbf": "pbf", ".pbf": "pbf", ".osm": "osm", ".osm.xml": "osm", ".osm.gz": "osm.gz", ".osm.bz2": "osm.bz2",
}  # fmt: skip
"""How a file of OpenStreetMap is called, in letters of either case, and what osmium calls what is in it."""

MOST_MEMBERS = 32_000
"""How many members a relation of OpenStreetMap has at most; a longer one is left out."""

MEMBERS_CHECKED_FROM = 1_000
"""A relation of so many members that names most of them again and again is left out: its outline takes minutes."""


def check_file(path: Path) -> None:
    """Refuse early what cannot be read: places, routes and tiles take the same files.

    Raises NotFoundError for a file that is not there, InvalidError for its name and for an empty one.
    """
    if not path.exists():
        raise NotFoundError(f"There is no file '{path}'.")
    if not path.is_file() or format_of(path) is None:
        raise InvalidError(
            "FILE", f"an OpenStreetMap file ({', '.join(FORMATS)})", example="region.osm.pbf", received=path.name
        )
    if path.stat().st_size == 0:
        raise InvalidError(
            "FILE", "an OpenStreetMap file with data in it", example="region.osm.pbf", received=f"{path.name}, 0 bytes"
        )


def format_of(path: Path) -> str | None:
    """Give the format that the name of a file tells, as osmium calls it; None for another name."""
    name = path.name.lower()
    return next((told for suffix, told in FORMATS.items() if name.endswith(suffix)), None)


def as_input(path: Path) -> osmium.io.File:
    """Name a file and its format to osmium, which itself does not know the format of `REGION.OSM.PBF`."""
    return osmium.io.File(str(path), format_of(path) or "")


def unreadable(path: Path, error: Exception) -> InvalidError:
    """Say in our words why a file could not be read."""
    told = str(error)
    rule = "an OpenStreetMap file"
    if any(sign in told for sign in ("EOF", "truncated", "close failed", "unexpected end", "no element found")):
        rule = "a complete OpenStreetMap file (this one is cut short; download it again)"
    return InvalidError("FILE", rule, example="region.osm.pbf", received=f"{path.name}: {told}")


def sort_file(path: Path, ordered: Path) -> None:
    """Write the objects of a file in the usual order: by type, then by number. Takes memory for all of it."""
    sort_files([path], ordered)


def sort_files(paths: Sequence[Path], ordered: Path) -> None:
    """Join files into one in the usual order, of each object the newest version. Takes memory for all of them."""
    merge = osmium.MergeInputReader()
    for path in paths:
        if path.name.endswith(tuple(FORMATS)):
            merge.add_file(str(path))
        else:
            merge.add_buffer(path.read_bytes(), format_of(path) or "")
    with osmium.SimpleWriter(str(ordered), overwrite=True) as writer:
        merge.apply(writer, simplify=True)


def share_read(path: Path, size: int) -> float | None:
    """Tell how far into the file the reader is, where the system says so (Linux), else None."""
    with suppress(OSError, ValueError):
        wanted = os.path.realpath(path)
        for descriptor in Path("/proc/self/fd").iterdir():
            if os.path.realpath(descriptor) == wanted:
                position = Path(f"/proc/self/fdinfo/{descriptor.name}").read_text().split("\n", 1)[0]
                return min(1.0, int(position.split(":")[1]) / size)
    return None


class Endless:
    """Filters out the relations of which no outline is made, because it would take minutes."""

    def relation(self, relation: osmium.osm.Relation) -> bool:
        return is_endless(relation)


def is_endless(relation: osmium.osm.Relation) -> bool:
    """Tell whether a relation has more members than OpenStreetMap allows, or the same ones again and again."""
    count = len(relation.members)
    if count < MEMBERS_CHECKED_FROM:
        return False
    return count > MOST_MEMBERS or 2 * len({(member.type, member.ref) for member in relation.members}) < count
