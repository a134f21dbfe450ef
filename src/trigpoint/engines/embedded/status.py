"""The status of the embedded engine: its regions, their data, and problems with it."""

from collections import Counter

from trigpoint.engines.embedded.index.hot_swap import InService, OpenRegion
from trigpoint.engines.embedded.index.reader import IndexReader
from trigpoint.engines.embedded.retrieve.candidates import find_best_known
from trigpoint.engines.embedded.search.results import place_of_house
from trigpoint.maps.engines import DataSource, EngineStatus, RegionStatus


def status_of(places: InService, world: IndexReader | None) -> EngineStatus:
    """Return the engine's status. It is ready while any region can be read, even if others cannot."""
    regions = [region.reader for region in places.regions if region.reader is not None]
    readers = [*regions, world] if world is not None else regions
    counts: Counter[str] = Counter()
    for reader in readers:
        counts.update(reader.about.counts)
    names = ", ".join(file.name for reader in readers for file in reader.about.files)
    detail = f"Answers from {names}." if names else "No places have been imported."
    if places.trouble is not None:
        detail = f"{places.trouble} {detail}" if regions else places.trouble
    whole = places.reader or world
    return EngineStatus(
        engine="embedded",
        ready=bool(readers) and (places.trouble is None or bool(regions)),
        detail=detail,
        sources=tuple(_source(reader) for reader in readers),
        counts=dict(counts),
        example=_example(whole) if whole is not None else "",
        holds_region=bool(regions),
        regions=tuple(map(_region, places.regions)),
    )


def _region(region: OpenRegion) -> RegionStatus:
    reader = region.reader
    return RegionStatus(
        name=region.name,
        source=_source(reader) if reader is not None else None,
        counts=reader.about.counts if reader is not None else {},
        answers=reader is not None,
        trouble=region.trouble,
    )


def _source(reader: IndexReader) -> DataSource:
    times = [file.timestamp for file in reader.about.files if file.timestamp]
    return DataSource(
        name=", ".join(file.name for file in reader.about.files),
        attribution=reader.about.attribution,
        licence=reader.about.licence,
        as_of=max(times) if times and not reader.about.world else None,
    )


def _example(reader: IndexReader) -> str:
    """Return an example query: an address on one line, else the name of the most important record."""
    house = reader.data.some_house()
    if house is not None:
        lines = place_of_house(reader, house, reader.data.record(house.street), "").address_lines
        return ", ".join(lines[:-1] or lines)
    best = next(iter(find_best_known(reader, count=1)), None)
    return reader.data.record(best).names.get("", "") if best is not None else ""
