"""The embedded place engine: answers every question about places from the generations in service.

Answers are worked out in one thread of the engine's own. On the event loop there would be more of them, but a few take
tens of milliseconds, in which nobody else should wait (measured: docs/quality.md).
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from trigpoint.base.errors import UnavailableError
from trigpoint.engines.embedded.index.hot_swap import HotSwap
from trigpoint.engines.embedded.index.reader import IndexReader, damage_told
from trigpoint.engines.embedded.index.records import ref_of
from trigpoint.engines.embedded.retrieve.candidates import find_best_known
from trigpoint.engines.embedded.search.autocomplete import complete, recall
from trigpoint.engines.embedded.search.explain import explain
from trigpoint.engines.embedded.search.geocode import geocode
from trigpoint.engines.embedded.search.nearby import search
from trigpoint.engines.embedded.search.results import place_of_house, place_of_record
from trigpoint.engines.embedded.search.reverse import reverse
from trigpoint.engines.embedded.worker import Worker
from trigpoint.home import DataFolder
from trigpoint.maps.engines import DataSource, EngineStatus
from trigpoint.maps.explained import Explanation
from trigpoint.maps.place_ids import PlaceId, decode, split_address
from trigpoint.maps.places import Completion, Place, SearchFound
from trigpoint.maps.queries import AutocompleteQuery, GeocodeQuery, ReverseQuery, SearchQuery

Request = TypeVar("Request")
Answer = TypeVar("Answer")


class EmbeddedPlaces:
    """Implements `maps.engines.PlaceEngine`. The files are read by one thread only."""

    def __init__(self, home: Path, *, world: Path | None = None) -> None:
        self._places = HotSwap(DataFolder(home).places)
        self._world = HotSwap(DataFolder(world or home).gazetteer)
        self._thread = Worker("places")

    def close(self) -> None:
        """Finish what is being answered, and let go of all files."""
        self._thread.close()
        self._places.close()
        self._world.close()

    def readers(self) -> list[IndexReader]:
        """Give what to answer one request from, the most detailed first.

        Raises UnavailableError if places were imported and cannot be read: the world alone would answer as if they
        held nothing.
        """
        places = self._places.take()
        if places is None and self._places.trouble is not None:
            raise UnavailableError(self._places.trouble)
        return [reader for reader in (places, self._world.take()) if reader is not None]

    async def _do(self, work: Callable[[Request], Answer], request: Request) -> Answer:
        """Work an answer out in the engine's thread. Raises UnavailableError if a file turns out to be damaged."""
        with damage_told(self._places.folder):
            return await self._thread.do(work, request)

    async def geocode(self, query: GeocodeQuery) -> tuple[Place, ...]:
        """Find the places that a text names, best first; empty when nothing matches."""
        return await self._do(lambda request: geocode(self.readers(), request), query)

    async def explain(self, query: GeocodeQuery) -> Explanation:
        """Say why a text is answered as `geocode` answers it."""
        return await self._do(lambda request: explain(self.readers(), request), query)

    async def reverse(self, query: ReverseQuery) -> tuple[Place, ...]:
        """Find what is at a point: the address or road, else the area; empty where there is nothing."""
        return await self._do(self._reverse, query)

    def _reverse(self, query: ReverseQuery) -> tuple[Place, ...]:
        place = reverse(self.readers(), query.point, query.lang)
        return (place,) if place is not None else ()

    async def search(self, query: SearchQuery) -> SearchFound:
        """Find one page of places."""
        return await self._do(lambda request: search(self.readers(), request), query)

    async def autocomplete(self, query: AutocompleteQuery) -> tuple[Completion, ...]:
        """Complete what is being typed, best first. What is remembered waits for no turn of the thread."""
        places, world = self._places.peek(), self._world.peek()
        remembered = recall([places, world], query) if places is not None and world is not None else None
        if remembered is not None:
            return remembered
        return await self._do(lambda request: complete(self.readers(), request), query)

    async def find_places(self, ids: Sequence[PlaceId], *, lang: str) -> Mapping[PlaceId, Place]:
        """Look up well-formed IDs; those that are unknown are left out of the answer."""

        def look_up(request: Sequence[PlaceId]) -> dict[PlaceId, Place | None]:
            readers = self.readers()
            return {place_id: _look_up(readers, place_id, lang) for place_id in request}

        found = await self._do(look_up, ids)
        return {place_id: place for place_id, place in found.items() if place is not None}

    async def find_alternate_ids(self, ids: Sequence[PlaceId]) -> Mapping[PlaceId, tuple[PlaceId, ...]]:
        """Give the other IDs of the same places; unknown IDs are left out of the answer."""
        found: dict[PlaceId, tuple[PlaceId, ...]] = {}
        for place_id, place in (await self.find_places(ids, lang="en")).items():
            others = dict.fromkeys((place.id, *place.alternate_ids))
            found[place_id] = tuple(other for other in others if other != place_id)
        return found

    async def status(self) -> EngineStatus:
        """Say what is loaded; never raises."""
        return await self._do(EmbeddedPlaces._status, self)

    def _status(self) -> EngineStatus:
        readers = [reader for reader in (self._places.take(), self._world.take()) if reader is not None]
        trouble = self._places.trouble
        counts: dict[str, int] = {}
        for reader in readers:
            for name, count in reader.about.counts.items():
                counts[name] = counts.get(name, 0) + count
        names = [file.name for reader in readers for file in reader.about.files]
        return EngineStatus(
            engine="embedded",
            ready=bool(readers) and (trouble is None or self._places.take() is not None),
            detail=trouble or (f"Answers from {', '.join(names)}." if names else "No places have been imported."),
            sources=tuple(_source(reader) for reader in readers),
            counts=counts,
            example=_example(readers[0]) if readers else "",
            holds_region=self._places.take() is not None,
        )


def open_embedded(home: Path, *, world: Path | None = None) -> EmbeddedPlaces:
    """Open the place data under a folder, and the gazetteer under `world`, if that is another one.

    An import that comes later is noticed.
    """
    return EmbeddedPlaces(home, world=world)


def _source(reader: IndexReader) -> DataSource:
    times = [file.timestamp for file in reader.about.files if file.timestamp]
    return DataSource(
        name=", ".join(file.name for file in reader.about.files),
        attribution=reader.about.attribution,
        licence=reader.about.licence,
        as_of=max(times) if times and not reader.about.world else None,
    )


def _example(reader: IndexReader) -> str:
    """Choose something to ask for: an address in one line, else the best known thing."""
    house = reader.data.some_house()
    if house is not None:
        lines = place_of_house(reader, house, reader.data.record(house.street), "").address_lines
        return ", ".join(lines[:-1] or lines)
    best = next(iter(find_best_known(reader, count=1)), None)
    return reader.data.record(best).names.get("", "") if best is not None else ""


def _look_up(readers: Sequence[IndexReader], place_id: PlaceId, lang: str) -> Place | None:
    ref, is_address = split_address(decode(place_id))
    number = ref_of(ref.source, ref.number)
    for reader in readers:
        found = reader.data.record_by_ref(number) if not is_address else None
        if found is not None:
            place = place_of_record(reader, found[1], lang)
            return place if place.id == place_id else replace(place, alternate_ids=_others(place, place_id))
        house = reader.data.house_by_ref(number)
        if house is not None:
            street = reader.data.record(house.street) if house.street else None
            return place_of_house(reader, house, street, lang)
    return None


def _others(place: Place, request: PlaceId) -> tuple[PlaceId, ...]:
    """Give the IDs of a place that was asked for by one of its other IDs."""
    return tuple(dict.fromkeys((*(other for other in place.alternate_ids if other != request), request)))
