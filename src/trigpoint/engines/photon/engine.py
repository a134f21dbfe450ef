"""The place engine on a Photon service: autocomplete, geocoding and search with typing errors, reverse geocoding."""

import asyncio
import re
import time
from collections.abc import Callable, Mapping, Sequence
from http import HTTPStatus

from trigpoint.base.errors import UnavailableError
from trigpoint.base.geo import Point
from trigpoint.engines import osm_search
from trigpoint.engines.calling import STATUS_S, Caller, Note, RefusedCallError, note_nothing
from trigpoint.engines.osm_kinds import tags_to_ask
from trigpoint.engines.osm_things import POINTS, Thing
from trigpoint.engines.photon.answers import read_features, read_status, things_of
from trigpoint.engines.photon.completing import area_rows, area_typed, kind_row, kinds_offered, place_rows
from trigpoint.engines.photon.questions import (
    ADDRESS_LAYERS,
    AREA_LAYERS,
    MOST_ROWS,
    OPTIONAL,
    Question,
    ask_reverse,
    ask_search,
)
from trigpoint.engines.remembered import Remembered, text_of
from trigpoint.maps.coordinates import read_coordinates
from trigpoint.maps.engines import CannotError, DataSource, EngineStatus
from trigpoint.maps.explained import Explanation
from trigpoint.maps.kinds import Kind
from trigpoint.maps.place_ids import PlaceId
from trigpoint.maps.places import Completion, Place, SearchFound
from trigpoint.maps.queries import AutocompleteQuery, GeocodeQuery, Hints, ReverseQuery, SearchQuery

NAME = "Photon"
ADDRESS_KM, AREA_KM, KIND_KM = 0.15, 15.0, 30.0
"""Radius in kilometres for the address at a point, for its area, and for objects of a kind around it."""

MOST_UNKNOWN = 200
"""Highest number of refused languages and parameters that one worker remembers."""

MOST_KINDS = 10_000
"""Highest number of cached answers of one worker on whether there are objects of a kind around a place."""

RECALLED_AT_ONCE = 8
"""Highest number of concurrent searches for cached places in one lookup, so that connections remain for other requests."""

NO_LOOKUP = (
    "Photon cannot look up a place by its ID, and this place is no longer in the cache of this server. Set TRIGPOINT_NOMINATIM_URL, "
    "which can, beside TRIGPOINT_PHOTON_URL."
)


class PhotonPlaces:
    """Implements `maps.engines.PlaceEngine` and `engines.osm_search.Finder`. Bound to the event loop of its first query."""

    def __init__(self, url: str, *, note: Note = note_nothing, clock: Callable[[], float] = time.monotonic) -> None:
        self._caller = Caller(NAME, url, probe="/status", note=note, clock=clock)
        self._remembered = Remembered()
        self._unknown: set[tuple[str, str]] = set()
        self._kinds: dict[tuple[Kind, float, float], bool] = {}

    async def close(self) -> None:
        """Close the connections."""
        await self._caller.close()

    async def geocode(self, query: GeocodeQuery) -> tuple[Place, ...]:
        """Find the places that a text names, best first; empty when nothing matches."""
        found = await osm_search.geocode(self, query)
        self._remembered.keep(found, query.lang)
        return found

    async def explain(self, query: GeocodeQuery) -> Explanation:
        """Explain the result of `geocode` for the same query."""
        return await osm_search.explain(self, query, service=NAME)

    async def reverse(self, query: ReverseQuery) -> tuple[Place, ...]:
        """Find what is at a point: the address or road, else the area; empty where there is nothing."""
        found = await osm_search.reverse(self, query)
        self._remembered.keep(found, query.lang)
        return found

    async def search(self, query: SearchQuery) -> SearchFound:
        """Find one page of places, of at most 40 in all."""
        found = await osm_search.search(self, query)
        self._remembered.keep(found.places, query.lang)
        return found

    async def autocomplete(self, query: AutocompleteQuery) -> tuple[Completion, ...]:
        """Complete what is being typed, best first."""
        if not any(character.isalnum() for character in query.text):
            return ()
        point = read_coordinates(query.text)
        if point is not None:
            return await self._complete_point(query, point)
        things, offered, areas = await asyncio.gather(
            self.find_named(query.text, query.hints, lang=query.lang, most=2 * query.rows),
            self._offer_kinds(query),
            self._offer_areas(query),
        )
        rows = {row.display_lines: row for row in (*offered, *areas)}
        shown = []
        for place, row in place_rows(things, query):
            if len(rows) >= query.rows:
                break
            if rows.setdefault(row.display_lines, row) is row:
                shown.append(place)
        self._remembered.keep(shown, query.lang)
        return tuple(rows.values())

    async def find_places(self, ids: Sequence[PlaceId], *, lang: str) -> Mapping[PlaceId, Place]:
        """Return places from the cache of recently returned ones. Raises CannotError if an ID is not in it."""
        remembered = {place_id: self._remembered.find(place_id) for place_id in ids}
        known = {place_id: one for place_id, one in remembered.items() if one is not None}
        if len(known) < len(remembered):
            raise CannotError(NO_LOOKUP)
        found: dict[PlaceId, Place] = {}
        for start in range(0, len(known), RECALLED_AT_ONCE):
            some = list(known)[start : start + RECALLED_AT_ONCE]
            places = await asyncio.gather(*(self._recall(known[place_id], lang) for place_id in some))
            found.update(zip(some, places, strict=True))
        return found

    async def find_alternate_ids(self, ids: Sequence[PlaceId]) -> Mapping[PlaceId, tuple[PlaceId, ...]]:
        """Return no other IDs, as each object has only one in Photon."""
        return dict.fromkeys(await self.find_places(ids, lang=""), ())

    async def status(self) -> EngineStatus:
        """Return the service's version and the date of its data; never raises."""
        name, attribution, licence = self._caller.name, "© OpenStreetMap contributors", "ODbL 1.0"
        try:
            told = read_status(await self._caller.ask("/status", seconds=STATUS_S))
        except UnavailableError as error:
            source = DataSource(name=name, attribution=attribution, licence=licence)
            return EngineStatus(engine=NAME, ready=False, detail=str(error), sources=(source,), counts={})
        version = f"{NAME} {told.version or ''}".strip()
        date = f", data of {told.import_date}" if told.import_date else ""
        is_well = told.status.casefold() == "ok"
        detail = f"{version} at {self._caller.place} answers{date}." if is_well else f"{name} reports a problem."
        source = DataSource(name=name, attribution=attribution, licence=licence, as_of=told.import_date)
        return EngineStatus(engine=version, ready=is_well, detail=detail, sources=(source,), counts={})

    async def find_named(self, text: str, hints: Hints, *, lang: str, most: int) -> list[Thing]:
        """Find the objects that a text names, best first."""
        answers = await asyncio.gather(*map(self._ask, ask_search(text, hints, lang=lang, most=most)))
        return [thing for things in answers for thing in things][:most]

    async def find_kind_in(self, kinds: frozenset[Kind], where: str, hints: Hints, *, lang: str) -> list[Thing]:
        """Return nothing. The caller then finds the place first, and searches around it."""
        del kinds, where, hints, lang
        return []

    async def find_kind_around(self, kinds: frozenset[Kind], point: Point, hints: Hints, *, lang: str) -> list[Thing]:
        """Find objects of some kinds at most 30 km from a point, the nearest first."""
        del hints
        tags = tags_to_ask(kinds)
        return await self._ask(ask_reverse(point, lang=lang, km=KIND_KM, most=MOST_ROWS, tags=tags)) if tags else []

    async def find_at(self, point: Point, *, lang: str) -> Thing | None:
        """Find the address, the street or the area at a point, by the distance to its centre, as Photon has no outlines."""
        for layers, km in ((ADDRESS_LAYERS, ADDRESS_KM), (AREA_LAYERS, AREA_KM)):
            things = await self._ask(ask_reverse(point, lang=lang, km=km, most=5, layers=layers))
            if things:
                thing = next((one for one in things if one.parts.number), things[0])
                return thing.as_address() if thing.parts.number and thing.kind in POINTS else thing
        return None

    async def _ask(self, question: Question) -> list[Thing]:
        """Send a request. If the service refuses an optional parameter, retry without it, and remember that."""
        parameters = [one for one in question.parameters if not self._unknown & {one, (one[0], "")}]
        try:
            body = await self._caller.ask(question.path, parameters)
        except RefusedCallError as error:
            refused = _refused(error, parameters)
            if not refused:
                raise
            self._unknown |= refused if len(self._unknown) < MOST_UNKNOWN else set()
            kept = [one for one in parameters if not refused & {one, (one[0], "")}]
            body = await self._caller.ask(question.path, kept)
        return things_of(read_features(body))

    async def _complete_point(self, query: AutocompleteQuery, point: Point) -> tuple[Completion, ...]:
        """Return the row of a point that was typed as a coordinate, with the place there."""
        text = query.text.strip()
        found = await osm_search.reverse(self, ReverseQuery(point=point, lang=query.lang))
        lines = (text, *(", ".join(place.address_lines or (place.name,)) for place in found))
        address = found[0].address if found else None
        return (Completion(display_lines=lines, location=point, address=address, query=text),)

    async def _offer_kinds(self, query: AutocompleteQuery) -> list[Completion]:
        """Return rows that search for kinds of place, if there is any around the focus point."""
        focus = query.hints.focus
        if focus is None:
            return []
        offered = kinds_offered(query)
        found = await asyncio.gather(*(self._is_there(kind, focus) for _, kind in offered))
        rows = (kind_row(word, query) for (word, _), is_there in zip(offered, found, strict=True) if is_there)
        return [row for row in rows if row is not None]

    async def _is_there(self, kind: Kind, point: Point) -> bool:
        """Tell whether there is an object of a kind around a point; cached for squares of a tenth of a degree."""
        where = (kind, round(point.latitude, 1), round(point.longitude, 1))
        known = self._kinds.get(where)
        if known is None:
            tags = tags_to_ask((kind,))
            known = bool(tags) and bool(await self._ask(ask_reverse(point, lang="", km=KIND_KM, most=1, tags=tags)))
            if len(self._kinds) >= MOST_KINDS:
                del self._kinds[next(iter(self._kinds))]
            self._kinds[where] = known
        return known

    async def _offer_areas(self, query: AutocompleteQuery) -> list[Completion]:
        typed = area_typed(query)
        if typed is None:
            return []
        questions = ask_search(typed[1], query.hints, lang=query.lang, most=4, layers=("city", "district", "locality"))
        areas = [thing for things in await asyncio.gather(*map(self._ask, questions)) for thing in things]
        return list(area_rows(*typed, areas, query))

    async def _recall(self, remembered: tuple[str, Place], lang: str) -> Place:
        """Return a cached place; for another language, search for it again by its cached text."""
        shown_in, place = remembered
        if lang in {"", shown_in}:
            return place
        near = Hints(search_location=place.coordinate)
        again = await osm_search.search(self, SearchQuery(text=text_of(place), hints=near, lang=lang))
        return next((one for one in again.places if one.id == place.id), place)


def _refused(error: RefusedCallError, parameters: Sequence[tuple[str, str]]) -> set[tuple[str, str]]:
    """Return which optional parameters a refusal (400) complains about: a language, or a parameter as a whole."""
    if error.status != HTTPStatus.BAD_REQUEST:
        return set()
    text = error.body[:2000].decode(errors="replace").lower()
    asked = {name for name, _ in parameters}
    if "language" in text or "'lang'" in text:
        return {one for one in parameters if one[0] == "lang"}
    return {(name, "") for name in OPTIONAL & asked if re.search(rf"(unknown|invalid)[^.]*\b{name}\b", text)}
