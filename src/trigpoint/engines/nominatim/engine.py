"""The place engine on a Nominatim service: geocoding, reverse geocoding, search and lookups, but no autocomplete."""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from trigpoint.base.errors import UnavailableError
from trigpoint.base.geo import Point
from trigpoint.engines import osm_search
from trigpoint.engines.calling import STATUS_S, Caller, Note, RefusedCallError, note_nothing
from trigpoint.engines.nominatim.answers import LETTERS, Row, all_of, read_row, read_rows, read_status, thing_of
from trigpoint.engines.nominatim.questions import (
    Question,
    ask_country,
    ask_kind,
    ask_lookup,
    ask_reverse,
    ask_search,
)
from trigpoint.engines.osm_kinds import Tag, tags_to_ask
from trigpoint.engines.osm_things import POINTS, Thing, place_of
from trigpoint.engines.remembered import Remembered, text_of
from trigpoint.maps.countries import country_name
from trigpoint.maps.engines import CannotError, DataSource, EngineStatus
from trigpoint.maps.explained import Explanation
from trigpoint.maps.kinds import Kind
from trigpoint.maps.place_ids import PlaceId, PlaceRef, Source, country_of, country_ref, decode, split_address
from trigpoint.maps.places import Completion, Place, SearchFound
from trigpoint.maps.queries import AutocompleteQuery, GeocodeQuery, Hints, ReverseQuery, SearchQuery

NAME = "Nominatim"
MOST_LOOKED_UP = 50
"""Highest number of IDs in one `/lookup` request."""

NO_COMPLETION = (
    "Nominatim does not complete what is being typed. Set TRIGPOINT_PHOTON_URL, or import a region "
    "(trigpoint import FILE) for it to be completed from."
)


class NominatimPlaces:
    """Implements `maps.engines.PlaceEngine` and `engines.osm_search.Finder`. Bound to the event loop of its first query."""

    def __init__(self, url: str, *, note: Note = note_nothing, clock: Callable[[], float] = time.monotonic) -> None:
        self._caller = Caller(NAME, url, probe="/status?format=json", note=note, clock=clock)
        self._remembered = Remembered()

    async def close(self) -> None:
        """Close the connections."""
        await self._caller.close()

    async def geocode(self, query: GeocodeQuery) -> tuple[Place, ...]:
        """Find the places that a text names, best first; empty when nothing matches."""
        found = await osm_search.geocode(self, query)
        self._keep(found, query.lang)
        return found

    async def explain(self, query: GeocodeQuery) -> Explanation:
        """Explain the result of `geocode` for the same query."""
        return await osm_search.explain(self, query, service=NAME)

    async def reverse(self, query: ReverseQuery) -> tuple[Place, ...]:
        """Find what is at a point: the address or road, else the area; empty where there is nothing."""
        found = await osm_search.reverse(self, query)
        self._keep(found, query.lang)
        return found

    async def search(self, query: SearchQuery) -> SearchFound:
        """Find one page of places, of at most 40 in all."""
        found = await osm_search.search(self, query)
        self._keep(found.places, query.lang)
        return found

    async def autocomplete(self, query: AutocompleteQuery) -> tuple[Completion, ...]:
        """Raise CannotError, as Nominatim has no autocomplete."""
        del query
        raise CannotError(NO_COMPLETION)

    async def find_places(self, ids: Sequence[PlaceId], *, lang: str) -> Mapping[PlaceId, Place]:
        """Look up IDs of OpenStreetMap objects and of countries; other IDs only as long as they are in the cache."""
        refs = {place_id: split_address(decode(place_id)) for place_id in ids}
        objects = list(dict.fromkeys(ref for ref, _ in refs.values() if ref.source in LETTERS))
        others = [place_id for place_id, (ref, _) in refs.items() if ref.source not in LETTERS]
        things, found = await asyncio.gather(self._find_objects(objects, lang), self._find_others(others, lang))
        for place_id, (ref, is_address) in refs.items():
            thing = things.get(ref)
            if thing is not None and (thing.parts.number or not is_address):
                found[place_id] = place_of(thing.as_address() if is_address else thing, lang)
        return found

    async def find_alternate_ids(self, ids: Sequence[PlaceId]) -> Mapping[PlaceId, tuple[PlaceId, ...]]:
        """Return no other IDs, as each object has only one in Nominatim."""
        return dict.fromkeys(await self.find_places(ids, lang="en"), ())

    async def status(self) -> EngineStatus:
        """Return the service's version and the date of its data; never raises."""
        source = DataSource(name=self._caller.name, attribution="© OpenStreetMap contributors", licence="ODbL 1.0")
        try:
            told = read_status(await self._caller.ask("/status", (("format", "json"),), seconds=STATUS_S))
        except UnavailableError as error:
            return EngineStatus(engine=NAME, ready=False, detail=str(error), sources=(source,), counts={})
        version = f"{NAME} {told.software_version or ''}".strip()
        date = f", data of {told.data_updated}" if told.data_updated else ""
        is_well = told.status == 0
        detail = (
            f"{version} at {self._caller.place} answers{date}."
            if is_well
            else f"{self._caller.name} reports a problem."
        )
        dated = DataSource(
            name=source.name, attribution=source.attribution, licence=source.licence, as_of=told.data_updated
        )
        return EngineStatus(engine=version, ready=is_well, detail=detail, sources=(dated,), counts={})

    async def find_named(self, text: str, hints: Hints, *, lang: str, most: int) -> list[Thing]:
        """Find the objects that a text names, best first."""
        questions = ask_search(text, hints, lang=lang, most=most)
        return all_of(list(await asyncio.gather(*map(self._ask_rows, questions))))[:most]

    async def find_kind_in(self, kinds: frozenset[Kind], where: str, hints: Hints, *, lang: str) -> list[Thing]:
        """Find objects of some kinds in a place named by a text."""
        return await self._find_tags(kinds, where, hints, lang=lang)

    async def find_kind_around(self, kinds: frozenset[Kind], point: Point, hints: Hints, *, lang: str) -> list[Thing]:
        """Find objects of some kinds at most 11 km from a point."""
        return await self._find_tags(kinds, point, hints, lang=lang)

    async def find_at(self, point: Point, *, lang: str) -> Thing | None:
        """Find the address, the street or the area at a point."""
        question = ask_reverse(point, lang=lang)
        row = read_row(await self._caller.ask(question.path, question.parameters))
        thing = thing_of(row) if row is not None else None
        if thing is None:
            return None
        return thing.as_address() if thing.parts.number and thing.kind in POINTS else thing

    async def _find_tags(self, kinds: frozenset[Kind], near: str | Point, hints: Hints, *, lang: str) -> list[Thing]:
        """Search for each tag of some kinds. A query that Nominatim refuses counts as empty; other errors are raised."""
        questions = [ask_kind(tag, near, hints, lang=lang) for tag in tags_to_ask(kinds) if _can_be_asked(tag)]
        answers = await asyncio.gather(*map(self._ask_rows, questions), return_exceptions=True)
        pages = []
        for answer in answers:
            if isinstance(answer, list):
                pages.append(answer)
            elif not isinstance(answer, RefusedCallError):
                raise answer
        return all_of(pages)

    async def _ask_rows(self, question: Question) -> list[Row]:
        return read_rows(await self._caller.ask(question.path, question.parameters))

    async def _find_objects(self, refs: Sequence[PlaceRef], lang: str) -> dict[PlaceRef, Thing]:
        pages = await asyncio.gather(*(self._look_up(some, lang) for some in _in_portions(refs)))
        return {thing.ref: thing for page in pages for thing in page}

    async def _find_others(self, ids: Sequence[PlaceId], lang: str) -> dict[PlaceId, Place]:
        found = await asyncio.gather(*(self._find_other(place_id, lang) for place_id in ids))
        return {place.id: place for place in found if place is not None}

    async def _look_up(self, refs: Sequence[PlaceRef], lang: str) -> list[Thing]:
        question = ask_lookup([f"{LETTERS[ref.source]}{ref.number}" for ref in refs], lang=lang)
        return [thing for row in await self._ask_rows(question) if (thing := thing_of(row)) is not None]

    async def _find_other(self, place_id: PlaceId, lang: str) -> Place | None:
        """Look up a country by its name; a postal code or an interpolated house from the cache."""
        ref = decode(place_id)
        if ref.source is Source.COUNTRY:
            code = country_of(ref)
            rows = await self._ask_rows(ask_country(code, country_name(code, "en"), lang=lang))
            thing = next((found for row in rows if (found := thing_of(row)) is not None), None)
            return None if thing is None else place_of(replace(thing, ref=country_ref(code)), lang)
        remembered = self._remembered.find(place_id)
        if remembered is None or remembered[0] == lang:
            return None if remembered is None else remembered[1]
        again = await self.geocode(GeocodeQuery(text=text_of(remembered[1]), lang=lang))
        return next((place for place in again if place.id == place_id), remembered[1])

    def _keep(self, places: Sequence[Place], lang: str) -> None:
        self._remembered.keep((place for place in places if decode(place.id).source not in LETTERS), lang)


def _in_portions(refs: Sequence[PlaceRef]) -> list[Sequence[PlaceRef]]:
    return [refs[at : at + MOST_LOOKED_UP] for at in range(0, len(refs), MOST_LOOKED_UP)]


def _can_be_asked(tag: Tag) -> bool:
    """Tell whether a tag can be written in brackets in a query: it must consist of letters and underscores."""
    return all(text.isascii() and text.replace("_", "").isalpha() for text in tag)
