"""The embedded place engine: answers every query for places from the generations in service.

Queries are run in one thread of the engine's own. On the event loop there would be more of them per second, but a few take
tens of milliseconds, in which nobody else should wait (measured: docs/quality.md).
"""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TypeVar

from msgspec.structs import replace

from trigpoint.base.errors import UnavailableError
from trigpoint.engines.embedded.index.hot_swap import HotSwap, OpenRegion
from trigpoint.engines.embedded.index.reader import IndexReader, damage_told
from trigpoint.engines.embedded.index.records import ref_of
from trigpoint.engines.embedded.search.autocomplete import complete, recall
from trigpoint.engines.embedded.search.explain import explain
from trigpoint.engines.embedded.search.geocode import geocode
from trigpoint.engines.embedded.search.lost import geocode_beside, refuse_place, reverse_beside, search_beside, told_of
from trigpoint.engines.embedded.search.nearby import search
from trigpoint.engines.embedded.search.results import place_of_house, place_of_record
from trigpoint.engines.embedded.search.reverse import reverse
from trigpoint.engines.embedded.status import status_of
from trigpoint.engines.embedded.worker import Worker
from trigpoint.home import DataFolder
from trigpoint.maps.engines import EngineStatus
from trigpoint.maps.explained import Explanation
from trigpoint.maps.pasted import as_meant
from trigpoint.maps.place_ids import PlaceId, decode, split_address
from trigpoint.maps.places import Completion, Place, SearchFound
from trigpoint.maps.queries import AutocompleteQuery, GeocodeQuery, ReverseQuery, SearchQuery

Request = TypeVar("Request")
TextQuery = TypeVar("TextQuery", GeocodeQuery, SearchQuery, AutocompleteQuery)
Answer = TypeVar("Answer")


class EmbeddedPlaces:
    """Implements `maps.engines.PlaceEngine`. Only one thread reads the files."""

    def __init__(self, home: Path, *, world: Path | None = None) -> None:
        self._places = HotSwap(DataFolder(home).places, regions=DataFolder(home).regions)
        self._world = HotSwap(DataFolder(world or home).gazetteer)
        self._thread = Worker("places")

    def close(self) -> None:
        """Finish running queries, and close all files."""
        self._thread.close()
        self._places.close()
        self._world.close()

    def readers(self) -> list[IndexReader]:
        """Return the index readers for one request, the most detailed first.

        Raises UnavailableError if places were imported and none of them can be read, as answers from the world gazetteer
        alone would be wrong.
        """
        return self._take()[0]

    def _take(self) -> tuple[list[IndexReader], list[OpenRegion]]:
        """Return the index readers for one request, and the regions that cannot be read. Raises as `readers` does."""
        places = self._places.take_all()
        if places.reader is None and places.trouble is not None:
            raise UnavailableError(places.trouble)
        return [reader for reader in (places.reader, self._world.take()) if reader is not None], places.lost

    async def _do(self, work: Callable[[Request], Answer], request: Request) -> Answer:
        """Run `work` in the engine's thread. Raises UnavailableError if a file turns out to be damaged."""
        try:
            return await self._thread.do(work, request)
        except BaseException:
            with damage_told(self._places.read_from):
                raise

    async def geocode(self, query: GeocodeQuery) -> tuple[Place, ...]:
        """Find the places that a text names, best first; empty when nothing matches."""
        return await self._do(self._geocode, _as_meant(query))

    def _geocode(self, query: GeocodeQuery) -> tuple[Place, ...]:
        readers, lost = self._take()
        return geocode_beside(lost, readers, query) if lost else geocode(readers, query)

    async def explain(self, query: GeocodeQuery) -> Explanation:
        """Explain the result of `geocode` for the same query."""
        return await self._do(self._explain, _as_meant(query))

    def _explain(self, query: GeocodeQuery) -> Explanation:
        readers, lost = self._take()
        if lost:
            geocode_beside(lost, readers, query)
        return explain(readers, query)

    async def reverse(self, query: ReverseQuery) -> tuple[Place, ...]:
        """Find what is at a point: the address or road, else the area; empty where there is nothing."""
        return await self._do(self._reverse, query)

    def _reverse(self, query: ReverseQuery) -> tuple[Place, ...]:
        readers, lost = self._take()
        point, lang = query.point, query.lang
        place = reverse_beside(lost, readers, point, lang) if lost else reverse(readers, point, lang)
        return (place,) if place is not None else ()

    async def search(self, query: SearchQuery) -> SearchFound:
        """Find one page of places."""
        return await self._do(self._search, _as_meant(query))

    def _search(self, query: SearchQuery) -> SearchFound:
        readers, lost = self._take()
        return search_beside(lost, readers, query) if lost else search(readers, query)

    async def autocomplete(self, query: AutocompleteQuery) -> tuple[Completion, ...]:
        """Complete what is being typed, best first. Cached results are returned without waiting for the thread."""
        query = _as_meant(query)
        places, world = self._places.peek(), self._world.peek()
        remembered = recall([places, world], query) if places is not None and world is not None else None
        if remembered is not None:
            return remembered
        return await self._do(self._complete, query)

    def _complete(self, query: AutocompleteQuery) -> tuple[Completion, ...]:
        readers, lost = self._take()
        refuse_place(lost, query.hints)
        return complete(readers, query)

    async def find_places(self, ids: Sequence[PlaceId], *, lang: str) -> Mapping[PlaceId, Place]:
        """Look up well-formed IDs; those that are unknown are left out of the result."""

        def look_up(request: Sequence[PlaceId]) -> dict[PlaceId, Place | None]:
            readers, lost = self._take()
            found = {place_id: _look_up(readers, place_id, lang) for place_id in request}
            if lost and None in found.values():
                raise UnavailableError(told_of(lost))
            return found

        found = await self._do(look_up, ids)
        return {place_id: place for place_id, place in found.items() if place is not None}

    async def find_alternate_ids(self, ids: Sequence[PlaceId]) -> Mapping[PlaceId, tuple[PlaceId, ...]]:
        """Return the other IDs of the same places; unknown IDs are left out of the result."""
        found: dict[PlaceId, tuple[PlaceId, ...]] = {}
        for place_id, place in (await self.find_places(ids, lang="en")).items():
            others = dict.fromkeys((place.id, *place.alternate_ids))
            found[place_id] = tuple(other for other in others if other != place_id)
        return found

    async def status(self) -> EngineStatus:
        """Say what is loaded; never raises."""
        return await self._do(EmbeddedPlaces._status, self)

    def _status(self) -> EngineStatus:
        return status_of(self._places.take_all(), self._world.take())


def open_embedded(home: Path, *, world: Path | None = None) -> EmbeddedPlaces:
    """Open the place data in the folder `home`, and the gazetteer in `world` (None: in `home` as well).

    Later imports are noticed.
    """
    return EmbeddedPlaces(home, world=world)


def _as_meant(query: TextQuery) -> TextQuery:
    """Return a query without the pasted or spoken text around the place."""
    meant = as_meant(query.text)
    return query if meant is query.text else replace(query, text=meant)


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
    """Return the alternate IDs of a place that was requested by one of them; that one comes last."""
    return tuple(dict.fromkeys((*(other for other in place.alternate_ids if other != request), request)))
