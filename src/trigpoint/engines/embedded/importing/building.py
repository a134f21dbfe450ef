"""An import from beginning to end: read, place, write, and take into service."""

import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from pathlib import Path

from trigpoint.base.clock import to_iso
from trigpoint.base.errors import InvalidError
from trigpoint.engines.embedded.importing.areas import load_areas, load_interests
from trigpoint.engines.embedded.importing.extract_reader import Progress, SourceFile, read_files, street_key
from trigpoint.engines.embedded.importing.hierarchy import Hierarchy
from trigpoint.engines.embedded.importing.interpolation import fill_interpolations
from trigpoint.engines.embedded.importing.places import PlaceMaker
from trigpoint.engines.embedded.importing.settlements import Settlements
from trigpoint.engines.embedded.importing.staging import Staging, decode_tags, pack_tags
from trigpoint.engines.embedded.importing.streets import StreetMaker
from trigpoint.engines.embedded.index.data_writer import DataWriter
from trigpoint.engines.embedded.index.datafile import DataFile
from trigpoint.engines.embedded.index.generation import (
    DATA,
    TEXT,
    About,
    ImportedFile,
    new_generation,
    write_about,
)
from trigpoint.engines.embedded.index.records import OsmBox
from trigpoint.engines.embedded.index.textindex import TextWriter
from trigpoint.engines.extracts import check_file
from trigpoint.engines.generations import size_of

EACH = 500


def import_files(places: Path, files: Sequence[Path], *, progress: Progress) -> About:
    """Make a new generation from OpenStreetMap files, and take it into service.

    Several files are merged; an object that more than one holds is kept once. Whatever goes wrong, the generation
    that was in service stays. Raises NotFoundError, InvalidError, or ConflictError while another import runs.
    """
    for file in files:
        check_file(file)
    started = time.monotonic()
    with new_generation(places) as folder:
        staging = Staging(folder / "staging.sqlite")
        try:
            sources = read_files(list(files), staging, nodes=folder / "nodes", progress=progress)
            counts = write_generation(staging, folder, progress=progress)
        finally:
            staging.close()
        if not any(counts.values()):
            names = ", ".join(source.name for source in sources)
            rule = "a file with addresses, streets or named places in it"
            raise InvalidError("FILE", rule, example="region.osm.pbf", received=names)
        with closing(DataFile(folder / DATA)) as written:
            box = written.extent()
        about = describe(folder, sources, counts, seconds=time.monotonic() - started, box=box)
        write_about(folder, about)
    return about


def write_generation(staging: Staging, folder: Path, *, progress: Progress) -> dict[str, int]:
    """Write the data file and the index of words from what was read; gives how many of each kind there are."""
    hang_associated(staging)
    interpolated = fill_interpolations(staging)
    data = DataWriter(folder / DATA)
    try:
        return write_records(staging, data, TextWriter(folder / TEXT), interpolated=interpolated, progress=progress)
    finally:
        data.close()


def write_records(
    staging: Staging, data: DataWriter, text: TextWriter, *, interpolated: int, progress: Progress
) -> dict[str, int]:
    """Write streets with their houses, then areas, names and postal codes."""
    hierarchy = Hierarchy(load_areas(staging), load_interests(staging), Settlements(staging), data)
    streets = StreetMaker(staging, hierarchy, data, text)
    report(
        streets.make_all(), staging.count("street") + staging.count("house"), "Joining streets and addresses", progress
    )
    street_count = data.records
    places = PlaceMaker(staging, hierarchy, data, text)
    places.make_areas()
    area_count = data.records - street_count
    report(places.make_all(), staging.count("named"), "Placing names", progress)
    named_count = data.records - street_count - area_count
    places.make_postcodes(streets.postcodes)
    progress("Finishing the index", None)
    text.finish()
    data.finish({"made": to_iso(time.time())})
    return {
        "addresses": data.houses,
        "interpolated": interpolated,
        "streets": street_count,
        "areas": area_count,
        "named": named_count,
        "postcodes": data.records - street_count - area_count - named_count,
    }


def hang_associated(staging: Staging) -> None:
    """Give the street of its `associatedStreet` relation to each address that names none itself."""
    rows = staging.rows(
        "SELECT house.ref, house.tags, member.role FROM member JOIN house ON house.ref = member.ref"
        " WHERE house.key IS NULL AND member.role LIKE 'street:%'"
    )
    for ref, packed, role in list(rows):
        street = role.removeprefix("street:")
        tags = {**decode_tags(packed), "addr:street": street}
        staging.db.execute(
            "UPDATE house SET key = ?, tags = ? WHERE ref = ?", (street_key(street), pack_tags(tags), ref)
        )


def report(steps: Iterable[int], total: int, words: str, progress: Progress) -> None:
    """Run steps to their end, and tell from time to time how far they are."""
    told = 0
    for done in steps:
        if done - told >= EACH:
            told = done
            progress(words, min(1.0, done / max(1, total)))
    progress(words, 1.0)


def describe(
    folder: Path, sources: Sequence[SourceFile], counts: dict[str, int], *, seconds: float, box: OsmBox | None
) -> About:
    """Put together what the generation says of itself."""
    return About(
        made_at=to_iso(time.time()),
        seconds=round(seconds, 2),
        bytes=size_of(folder),
        counts=counts,
        files=[ImportedFile(source.name, source.size, source.timestamp) for source in sources],
        box=box,
    )
