"""The embedded place engine: answers every question about places from the generations in service.

Answers are worked out in one thread of the engine's own. On the event loop there would be more of them, but a few take
tens of milliseconds, in which nobody else should wait (measured: docs/quality.md).
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from trigpoint.base.errors import UnavailableError
from trigpoint.engines.embedded.index.reader import Opened, damage_told
from trigpoint.engines.embedded.index.records import ref_of
from trigpoint.engines.embedded.rank.score import Hit
from trigpoint.engines.embedded.retrieve.candidates import Limits, find_best_known
from trigpoint.engines.embedded.search.autocomplete import complete, recall
from trigpoint.engines.embedded.search.crossings import find_crossing
from trigpoint.engines.embedded.search.explain import explain
from trigpoint.engines.embedded.search.forward import find_hits, find_point
from trigpoint.engines.embedded.search.meaning import place_meant, place_of_crossing
from trigpoint.engines.embedded.search.nearby import search
from trigpoint.engines.embedded.search.results import place_of_house, place_of_record
from trigpoint.engines.embedded.search.reverse import reverse
from trigpoint.engines.embedded.shelves import Shelf
from trigpoint.engines.embedded.worker import OwnThread
from trigpoint.maps.engines import DataSource, EngineStatus
from trigpoint.maps.explained import Explanation
from trigpoint.maps.place_ids import PlaceId, decode, split_address
from trigpoint.maps.places import Completion, Place, SearchFound
from trigpoint.maps.queries import AutocompleteQuery, GeocodeQuery, ReverseQuery, SearchQuery

Asked = TypeVar("Asked")
Answer = TypeVar("Answer")

MOST_GEOCODED = 10
LEAST_GEOCODED, LEAST_COVER = 0.5, 0.58
LEAST_NAME, LEAST_COVER_OF_STREET = 0.8, 0.5
"""How much of the name of a street must be said, and of the question, whose number the data lacks: an error in the name
may stand beside a number that is not there."""

GAP = 0.12
"""What scores this much less than the best is not what was meant."""


class EmbeddedPlaces:
    """Implements `maps.engines.PlaceEngine`. The files are read by one thread only."""

    def __init__(self, home: Path) -> None:
        self._places = Shelf(home / "places")
        self._world = Shelf(home / "gazetteer")
        self._thread = OwnThread("places")

    def close(self) -> None:
        """Finish what is being answered, and let go of all files."""
        self._thread.close()
        self._places.close()
        self._world.close()

    def shelves(self) -> list[Opened]:
        """Give what to answer one request from, the most detailed first.

        Raises UnavailableError if places were imported and cannot be read: the world alone would answer as if they
        held nothing.
        """
        places = self._places.take()
        if places is None and self._places.trouble is not None:
            raise UnavailableError(self._places.trouble)
        return [opened for opened in (places, self._world.take()) if opened is not None]

    async def _do(self, work: Callable[[Asked], Answer], asked: Asked) -> Answer:
        """Work an answer out in the engine's thread. Raises UnavailableError if a file turns out to be damaged."""
        with damage_told(self._places.folder):
            return await self._thread.do(work, asked)

    async def geocode(self, query: GeocodeQuery) -> tuple[Place, ...]:
        """Find the places that a text names, best first; empty when nothing matches."""
        return await self._do(self._geocode, query)

    def _geocode(self, query: GeocodeQuery) -> tuple[Place, ...]:
        shelves = self.shelves()
        point = find_point(shelves, query.text)
        if point is not None:
            place = reverse(shelves, point, query.lang)
            return (place,) if place is not None else ()
        hints = query.hints
        limits = Limits(
            focus=hints.focus, countries=hints.countries, box=hints.search_region if hints.region_required else None
        )
        hits = find_hits(shelves, query.text, limits)
        crossing = find_crossing(shelves, query.text, limits, hits=hits)
        if crossing is not None and crossing.crossing is not None:
            return (place_of_crossing(*crossing.crossing, query.lang),)
        hits = hits if crossing is None else crossing.streets
        if not hits:
            return ()
        least = max(LEAST_GEOCODED, hits[0].score - GAP)
        chosen = [hit for hit in hits[:MOST_GEOCODED] if hit.score >= least and _is_explained(hit)]
        return tuple(place_meant(shelves, hit, query.text, query.lang) for hit in chosen)

    async def explain(self, query: GeocodeQuery) -> Explanation:
        """Say why a text is answered as `geocode` answers it."""
        return await self._do(lambda asked: explain(self.shelves(), asked, self._geocode(asked)), query)

    async def reverse(self, query: ReverseQuery) -> tuple[Place, ...]:
        """Find what is at a point: the address or road, else the area; empty where there is nothing."""
        return await self._do(self._reverse, query)

    def _reverse(self, query: ReverseQuery) -> tuple[Place, ...]:
        place = reverse(self.shelves(), query.point, query.lang)
        return (place,) if place is not None else ()

    async def search(self, query: SearchQuery) -> SearchFound:
        """Find one page of places."""
        return await self._do(lambda asked: search(self.shelves(), asked), query)

    async def autocomplete(self, query: AutocompleteQuery) -> tuple[Completion, ...]:
        """Complete what is being typed, best first. What is remembered waits for no turn of the thread."""
        places, world = self._places.peek(), self._world.peek()
        remembered = recall([places, world], query) if places is not None and world is not None else None
        if remembered is not None:
            return remembered
        return await self._do(lambda asked: complete(self.shelves(), asked), query)

    async def find_places(self, ids: Sequence[PlaceId], *, lang: str) -> Mapping[PlaceId, Place]:
        """Look up well-formed IDs; those that are unknown are left out of the answer."""

        def look_up(asked: Sequence[PlaceId]) -> dict[PlaceId, Place | None]:
            shelves = self.shelves()
            return {place_id: _look_up(shelves, place_id, lang) for place_id in asked}

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
        shelves = [opened for opened in (self._places.take(), self._world.take()) if opened is not None]
        trouble = self._places.trouble
        counts: dict[str, int] = {}
        for opened in shelves:
            for name, count in opened.about.counts.items():
                counts[name] = counts.get(name, 0) + count
        names = [file.name for opened in shelves for file in opened.about.files]
        return EngineStatus(
            engine="embedded",
            ready=bool(shelves) and (trouble is None or self._places.take() is not None),
            detail=trouble or (f"Answers from {', '.join(names)}." if names else "No places have been imported."),
            sources=tuple(_source(opened) for opened in shelves),
            counts=counts,
            example=_example(shelves[0]) if shelves else "",
        )


def open_embedded(home: Path) -> EmbeddedPlaces:
    """Open the place data under a TRIGPOINT_HOME; an import that comes later is noticed."""
    return EmbeddedPlaces(home)


def _is_explained(hit: Hit) -> bool:
    """Tell whether enough of the question is explained to say that this is what it means."""
    lacks_number = hit.number_left and hit.name >= LEAST_NAME
    return hit.cover >= (LEAST_COVER_OF_STREET if lacks_number else LEAST_COVER)


def _source(opened: Opened) -> DataSource:
    times = [file.timestamp for file in opened.about.files if file.timestamp]
    return DataSource(
        name=", ".join(file.name for file in opened.about.files),
        attribution=opened.about.attribution,
        licence=opened.about.licence,
        as_of=max(times) if times and not opened.about.world else None,
    )


def _example(opened: Opened) -> str:
    """Choose something to ask for: an address in one line, else the best known thing."""
    house = opened.data.some_house()
    if house is not None:
        lines = place_of_house(opened, house, opened.data.record(house.street), "").address_lines
        return ", ".join(lines[:-1] or lines)
    best = next(iter(find_best_known(opened, count=1)), None)
    return opened.data.record(best).names.get("", "") if best is not None else ""


def _look_up(shelves: Sequence[Opened], place_id: PlaceId, lang: str) -> Place | None:
    ref, is_address = split_address(decode(place_id))
    number = ref_of(ref.source, ref.number)
    for opened in shelves:
        found = opened.data.record_by_ref(number) if not is_address else None
        if found is not None:
            place = place_of_record(opened, found[1], lang)
            return place if place.id == place_id else replace(place, alternate_ids=_others(place, place_id))
        house = opened.data.house_by_ref(number)
        if house is not None:
            street = opened.data.record(house.street) if house.street else None
            return place_of_house(opened, house, street, lang)
    return None


def _others(place: Place, asked: PlaceId) -> tuple[PlaceId, ...]:
    """Give the IDs of a place that was asked for by one of its other IDs."""
    return tuple(dict.fromkeys((*(other for other in place.alternate_ids if other != asked), asked)))
