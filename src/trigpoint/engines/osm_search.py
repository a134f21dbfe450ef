"""Geocoding, search and reverse geocoding with an external service: queries to it, and selection of its results."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from trigpoint.base.geo import Point
from trigpoint.engines.osm_kinds import is_of_kind
from trigpoint.engines.osm_things import ORDER, POINTS, Thing, place_of
from trigpoint.maps.categories import ResultType
from trigpoint.maps.coordinates import read_coordinates, read_plus_code
from trigpoint.maps.explained import Candidate, Explanation
from trigpoint.maps.kind_queries import CategoryQuery, read_category
from trigpoint.maps.kinds import Kind, fold_word
from trigpoint.maps.places import Place, PlaceKind, SearchFound
from trigpoint.maps.postal import leave_aside
from trigpoint.maps.queries import Filters, GeocodeQuery, Hints, ReverseQuery, SearchQuery
from trigpoint.maps.regions import region_of_answer

MOST_GEOCODED, MOST_FOUND = 10, 40
CLOSE_M, FAR_M = 1_000.0, 330_000.0
"""Distances in metres for places whose name equals a kind's word: closer ones come first, farther ones are left out."""

LEAST_PARTS = 3
"""From this many comma-separated parts on, one of them may be a flat, a floor or the name of a building."""

WANTED = frozenset({ResultType.POI, ResultType.POINT_OF_INTEREST})


class Finder(Protocol):
    """A service that finds OpenStreetMap objects. Every method may raise UnavailableError."""

    async def find_named(self, text: str, hints: Hints, *, lang: str, most: int) -> list[Thing]:
        """Find the objects that a text names, best first."""
        ...

    async def find_kind_in(self, kinds: frozenset[Kind], where: str, hints: Hints, *, lang: str) -> list[Thing]:
        """Find objects of some kinds in a place named by a text; none if the service cannot do that."""
        ...

    async def find_kind_around(self, kinds: frozenset[Kind], point: Point, hints: Hints, *, lang: str) -> list[Thing]:
        """Find objects of some kinds around a point."""
        ...

    async def find_at(self, point: Point, *, lang: str) -> Thing | None:
        """Find the address, the street or the area at a point."""
        ...


@dataclass(frozen=True, slots=True)
class Reading:
    """How a text was parsed: as a point with the object there, or as a name with the objects found."""

    point: Point | None
    things: tuple[Thing, ...]


async def geocode(finder: Finder, query: GeocodeQuery) -> tuple[Place, ...]:
    """Find the places that a text names, best first; empty when nothing matches."""
    read = await _read(finder, query)
    return tuple(place_of(thing, query.lang) for thing in read.things)


async def reverse(finder: Finder, query: ReverseQuery) -> tuple[Place, ...]:
    """Find what is at a point."""
    found = await finder.find_at(query.point, lang=query.lang)
    return (place_of(found, query.lang),) if found is not None else ()


async def search(finder: Finder, query: SearchQuery) -> SearchFound:
    """Find one page of places, of as many in total as the service returns for one query."""
    point = await _find_point(finder, query.text, query.lang)
    if point is not None:
        at = await finder.find_at(point, lang=query.lang)
        things = [at] if at is not None else []
    else:
        things = await _find_all(finder, query)
    places = [place_of(thing, query.lang) for thing in things]
    shown = [
        place
        for place in places
        if query.filters.admits(place.kind, place.poi_category)
        and (point is not None or query.hints.admits(place.coordinate, place.country_code))
    ]
    page = tuple(shown[query.offset : query.offset + query.page_size])
    region = region_of_answer([place.region for place in page], query.hints) if page else None
    return SearchFound(places=page, region=region, total=len(shown))


async def explain(finder: Finder, query: GeocodeQuery, *, service: str) -> Explanation:
    """Explain a geocoding result: how the text was parsed, and the service's results in its own order, without scores."""
    read = await _read(finder, query)
    category = read_category(query.text, query.lang)
    readings = [f"a point: {read.point.latitude:.6f}, {read.point.longitude:.6f}"] if read.point is not None else []
    if category is not None:
        readings.append(f"a search for things of the kind {', '.join(sorted(category.kinds))}")
    candidates = tuple(_explained(thing, query.lang, service) for thing in read.things)
    decided = f"'{candidates[0].name}', the first result of {service}." if candidates else f"{service} finds nothing."
    left = leave_aside(query.text).left
    return Explanation(
        text=query.text, set_aside=left, words=(), readings=tuple(readings), candidates=candidates, decided=decided
    )


def _explained(thing: Thing, lang: str, service: str) -> Candidate:
    place = place_of(thing, lang)
    return Candidate(
        name=place.name,
        where=", ".join(place.address_lines),
        kind=place.kind,
        source=service,
        found_by="its own search",
        at=place.coordinate,
        score=0.0,
        parts={},
        words={},
        cover=1.0,
    )


async def _read(finder: Finder, query: GeocodeQuery) -> Reading:
    point = await _find_point(finder, query.text, query.lang)
    if point is not None:
        found = await finder.find_at(point, lang=query.lang)
        return Reading(point, (found,) if found is not None else ())
    things = await _find_named(finder, query.text, query.hints, lang=query.lang, most=MOST_GEOCODED)
    meant = [as_meant(thing, query.text) for thing in things]
    admitted = [one for one in meant if query.hints.admits(one.point, one.parts.country_code or None)]
    return Reading(None, tuple(without_doubles(admitted)))


async def _find_named(finder: Finder, text: str, hints: Hints, *, lang: str, most: int) -> list[Thing]:
    """Find the objects that a text names, without postal parts; if nothing is found, also without other unknown parts.

    These are the flat or floor after the house number, "Städtle 6, 2. Stock, 9490 Vaduz", or the name of a building
    before the street, "Asemahalli, Kaivokatu 1, 00100 Helsinki".
    """
    parts = [" ".join(part.split()) for part in leave_aside(text).text.split(",") if part.strip()]
    found = await finder.find_named(", ".join(parts), hints, lang=lang, most=most)
    if found or len(parts) < LEAST_PARTS:
        return found
    if _has_digit(parts[0]):
        return await finder.find_named(", ".join((parts[0], *parts[2:])), hints, lang=lang, most=most)
    return await _find_named(finder, ", ".join(parts[1:]), hints, lang=lang, most=most) if _has_digit(parts[1]) else []


def _has_digit(text: str) -> bool:
    return any(map(str.isdigit, text))


async def _find_point(finder: Finder, text: str, lang: str) -> Point | None:
    """Parse a coordinate or plus code; the town of a short plus code is looked up. None if the text is none."""
    code = read_plus_code(text)
    if code is None or code.is_whole:
        return read_coordinates(text)
    towns = await finder.find_named(code.rest, Hints(), lang=lang, most=1) if code.rest else []
    return code.near(towns[0].point) if towns else None


async def _find_all(finder: Finder, query: SearchQuery) -> list[Thing]:
    """Find objects whose name matches a text, and objects of the kind that the text asks for."""
    category = read_category(query.text, query.lang)
    named = _find_named(finder, query.text, query.hints, lang=query.lang, most=MOST_FOUND)
    if category is None:
        return without_doubles([as_meant(thing, query.text) for thing in await named])
    things, of_kind = await asyncio.gather(named, _find_kind(finder, category, query))
    focus, called = query.hints.focus, fold_word(query.text)
    if not category.rest and focus is not None:
        things = [one for one in things if one.kind in ORDER or one.point.distance_to(focus) < FAR_M]
    exact = [
        one
        for one in things
        if fold_word(one.name) == called and (focus is None or one.point.distance_to(focus) < CLOSE_M)
    ]
    return without_doubles([*exact, *of_kind, *things])[:MOST_FOUND]


async def _find_kind(finder: Finder, category: CategoryQuery, query: SearchQuery) -> list[Thing]:
    hints, lang = query.hints, query.lang
    if not _admits_things(query.filters):
        return []
    if not category.rest:
        if hints.focus is None:
            return []
        return _nearest(
            await finder.find_kind_around(category.kinds, hints.focus, hints, lang=lang), category, hints.focus
        )
    if not category.is_near:
        found = await finder.find_kind_in(category.kinds, category.rest, hints, lang=lang)
        of_kind = [thing for thing in found if is_of_kind(category.kinds, thing.tags)]
        if of_kind:
            return _nearest(of_kind, category, hints.focus) if hints.focus is not None else of_kind
    anchors = await finder.find_named(category.rest, hints, lang=lang, most=1)
    if not anchors:
        return []
    anchor = anchors[0]
    around = await finder.find_kind_around(category.kinds, anchor.point, hints, lang=lang)
    box = anchor.box if anchor.kind in ORDER and not category.is_near else None
    inside = [thing for thing in around if box is None or box.contains(thing.point)]
    return _nearest(inside, category, anchor.point)


def _admits_things(filters: Filters) -> bool:
    return not filters.result_types or bool(filters.result_types & WANTED)


def _nearest(things: Sequence[Thing], category: CategoryQuery, point: Point) -> list[Thing]:
    of_kind = [thing for thing in things if is_of_kind(category.kinds, thing.tags)]
    return sorted(of_kind, key=lambda thing: thing.point.distance_to(point))


def as_meant(thing: Thing, text: str) -> Thing:
    """Return the object's address instead of the object, if the text has its house number, but no word of its name."""
    if thing.kind not in POINTS or not thing.parts.number:
        return thing
    said = _words(text)
    parts = thing.parts
    around = _words(" ".join((parts.street, parts.locality, parts.county, parts.state, *parts.quarters)))
    if _words(parts.number) <= said and not (_words(thing.name) - around) & said:
        return thing.as_address()
    return thing


def _words(text: str) -> set[str]:
    return set(fold_word(text.replace(",", " ")).split())


def without_doubles(things: Sequence[Thing]) -> list[Thing]:
    """Remove duplicates: the same object, further ways of one street, and further objects at one address."""
    kept: dict[object, Thing] = {}
    for thing in things:
        parts = thing.parts
        key: object = (thing.ref, thing.kind)
        if thing.kind is PlaceKind.STREET:
            key = (thing.name, parts.locality, parts.state, parts.country_code)
        elif thing.kind is PlaceKind.ADDRESS:
            key = (parts.street, parts.number, parts.locality, parts.post_code, parts.country_code)
        kept.setdefault(key, thing)
    return list(kept.values())
