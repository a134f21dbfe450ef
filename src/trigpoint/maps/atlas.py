"""Front door 2: one method for each endpoint, answered by whichever engine is configured."""

import contextlib
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from msgspec.structs import replace

from trigpoint.base.errors import InvalidError, NotFoundError, UnavailableError
from trigpoint.base.geo import Point
from trigpoint.maps.engines import CannotError, PlaceEngine, RouteEngine, SnapshotEngine, TileEngine
from trigpoint.maps.explained import Explanation
from trigpoint.maps.kind_queries import read_category
from trigpoint.maps.place_ids import PlaceId, decode
from trigpoint.maps.places import (
    AlternateIds,
    AlternateIdsFound,
    Completion,
    LookupErrorCode,
    LookupFailure,
    Place,
    PlaceKind,
    PlacesFound,
    SearchFound,
)
from trigpoint.maps.queries import AutocompleteQuery, GeocodeQuery, Hints, PlaceQuery, ReverseQuery, SearchQuery
from trigpoint.maps.routes import Directions, DirectionsQuery, Eta, EtaQuery
from trigpoint.maps.snapshots.pictures import compose
from trigpoint.maps.snapshots.queries import Annotation, Keyword, SnapshotQuery

THINGS = frozenset({PlaceKind.POI, PlaceKind.PHYSICAL_FEATURE})
TOWNS = frozenset({PlaceKind.LOCALITY, PlaceKind.ADMINISTRATIVE_AREA, PlaceKind.COUNTRY})


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """A page of search results, with its query, from which the next page tokens are made."""

    query: SearchQuery
    found: SearchFound


@dataclass(frozen=True, slots=True)
class AutocompleteAnswer:
    """The rows of an autocomplete, with their query, from which the URLs of the rows are made."""

    query: AutocompleteQuery
    rows: tuple[Completion, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Atlas:
    """The engines of this installation. Every method raises UnavailableError when its engine is missing or down."""

    places: PlaceEngine | None = None
    routes: RouteEngine | None = None
    tiles: TileEngine | None = None
    snapshots: SnapshotEngine | None = None

    async def geocode(self, query: GeocodeQuery) -> tuple[Place, ...]:
        """Find the places that a text names."""
        return await self._place_engine().geocode(query)

    async def reverse(self, query: ReverseQuery) -> tuple[Place, ...]:
        """Find what is at a point."""
        return await self._place_engine().reverse(query)

    async def search(self, query: SearchQuery) -> SearchAnswer:
        """Find one page of places. A query made from an autocomplete row finds the row's place, if it still exists."""
        engine = self._place_engine()
        if query.place_id is not None:
            place = None
            with contextlib.suppress(CannotError):  # then it is sought by what the row says, where the row was
                place = (await engine.find_places([query.place_id], lang=query.lang)).get(query.place_id)
            if place is not None:
                return SearchAnswer(query, SearchFound(places=(place,), region=place.region, total=1))
        return SearchAnswer(query, await engine.search(query))

    async def autocomplete(self, query: AutocompleteQuery) -> AutocompleteAnswer:
        """Complete what is being typed."""
        return AutocompleteAnswer(query, await self._place_engine().autocomplete(query))

    async def place(self, query: PlaceQuery) -> Place:
        """Look up one ID. Raises InvalidError for a malformed one and NotFoundError for an unknown one."""
        (unverified_id,) = query.unverified_ids
        decode(unverified_id)
        place_id = PlaceId(unverified_id)
        found = await self._place_engine().find_places([place_id], lang=query.lang)
        if place_id not in found:
            raise NotFoundError(f"No place has the ID '{place_id}' in the data that this server holds.")
        return found[place_id]

    async def places_by_id(self, query: PlaceQuery) -> PlacesFound:
        """Look up several IDs; failures are reported beside the places."""
        wanted, malformed = _split(query.unverified_ids)
        found = await self._place_engine().find_places(wanted, lang=query.lang)
        errors = _failures(query.unverified_ids, malformed, found.keys())
        return PlacesFound(tuple(found[place_id] for place_id in wanted if place_id in found), errors)

    async def alternate_ids(self, query: PlaceQuery) -> AlternateIdsFound:
        """Return the other IDs of several places; failures are reported beside them."""
        wanted, malformed = _split(query.unverified_ids)
        found = await self._place_engine().find_alternate_ids(wanted)
        results = tuple(AlternateIds(place_id, found[place_id]) for place_id in wanted if place_id in found)
        return AlternateIdsFound(results, _failures(query.unverified_ids, malformed, found.keys()))

    async def explain(self, query: GeocodeQuery) -> Explanation:
        """Explain the result of `geocode` for the same query."""
        return await self._place_engine().explain(query)

    async def directions(self, query: DirectionsQuery) -> Directions:
        """Find routes between two ends; none if an end is a text for which no place is found."""
        engine = self._route_engine()
        origin = await self._find_end(query.origin, query, other=query.destination)
        destination = await self._find_end(query.destination, query, other=origin)
        places = {
            "origin": origin if isinstance(origin, Place) else None,
            "destination": destination if isinstance(destination, Place) else None,
        }
        if origin is None or destination is None:
            return Directions(routes=(), **places)
        return Directions(routes=await engine.routes(query.between(_ground(origin), _ground(destination))), **places)

    async def etas(self, query: EtaQuery) -> tuple[Eta, ...]:
        """Return the travel time to each destination."""
        return await self._route_engine().etas(query)

    async def snapshot(self, query: SnapshotQuery) -> bytes:
        """Paint a picture of the map, as the bytes of a PNG.

        Raises InvalidError for a text for which no place is found, NotPaintedError if painting fails.
        """
        if self.snapshots is None:
            raise UnavailableError("No engine for snapshots is configured.")
        texts = dict.fromkeys(one.point for one in query.annotations if not isinstance(one.point, (Point, Keyword)))
        found: dict[str, Point] = {}
        center: Point | None = None
        if not isinstance(query.center, Keyword):
            center = await self._find_ground("center", query.center, query.lang)
        for text in texts:
            index = next(index for index, one in enumerate(query.annotations) if one.point == text)
            found[text] = await self._find_ground(f"annotations[{index}].point", text, query.lang)
        picture = compose(
            query,
            center=center,
            points=[_place_of(one, found) for one in query.annotations],
            images=await self.snapshots.load_images(query.images) if query.images else (),
        )
        return await self.snapshots.paint(picture)

    async def _find_ground(self, name: str, place: Point | str, lang: str) -> Point:
        """Return the coordinate of a point, or that of the best place for a text. `name` is the parameter's name."""
        if isinstance(place, Point):
            return place
        found = await self._find_best(place, Hints(), lang)
        if found is None:
            rule = "an address or a place that is known here, or a coordinate"
            raise InvalidError(name, rule, example="47.1410,9.5215", received=place)
        return found.coordinate

    async def _find_end(
        self, end: Point | str, query: DirectionsQuery, *, other: Place | Point | str | None = None
    ) -> Place | Point | None:
        """Return an end of a journey: a point as it is, for a text the best place, by address first and then by name.

        It is sought around the focus point, else around the other end if that is known: "pharmacy" is the nearest one,
        and "Main Street" that of the same town; but "Barcelona" is the city, and not a shop there that is called so.
        """
        if isinstance(end, Point):
            return end
        hints = query.hints
        if hints.focus is None and isinstance(other, (Place, Point)):
            hints = replace(hints, search_location=_ground(other))
        kind = read_category(end, query.lang)
        if kind is None or kind.rest:
            found = await self._find_best(end, hints, query.lang)
            if found is None or query.hints.focus is not None or hints.focus is None or found.kind not in THINGS:
                return found
            anywhere = await self._find_best(end, query.hints, query.lang)
            return anywhere if anywhere is not None and anywhere.kind in TOWNS else found
        if hints.focus is not None:
            asked = SearchQuery(text=end, hints=hints, lang=query.lang)
            places = (await self._place_engine().search(asked)).places
            return places[0] if places else None
        return await self._find_best(end, hints, query.lang)

    async def _find_best(self, text: str, hints: Hints, lang: str) -> Place | None:
        """Find the best place for a text, by address first and then by name."""
        engine = self._place_engine()
        found = await engine.geocode(GeocodeQuery(text=text, hints=hints, lang=lang))
        if not found:
            found = (await engine.search(SearchQuery(text=text, hints=hints, lang=lang))).places
        return found[0] if found else None

    def _route_engine(self) -> RouteEngine:
        if self.routes is None:
            raise UnavailableError("No route engine is configured; build routes with 'trigpoint routes build FILE'.")
        return self.routes

    def _place_engine(self) -> PlaceEngine:
        if self.places is None:
            raise UnavailableError("No place engine is configured; import a map with 'trigpoint places import FILE'.")
        return self.places


def _place_of(annotation: Annotation, found: Mapping[str, Point]) -> Point | None:
    """Return the coordinate of an annotation; None means the centre of the map."""
    if isinstance(annotation.point, Keyword):
        return None
    return found[annotation.point] if isinstance(annotation.point, str) else annotation.point


def _ground(end: Place | Point) -> Point:
    return end.coordinate if isinstance(end, Place) else end


def _split(unverified_ids: tuple[str, ...]) -> tuple[list[PlaceId], set[str]]:
    """Split IDs into well-formed ones (in order, without duplicates) and malformed ones."""
    wanted: dict[PlaceId, None] = {}
    malformed: set[str] = set()
    for unverified_id in unverified_ids:
        try:
            decode(unverified_id)
        except InvalidError:
            malformed.add(unverified_id)
        else:
            wanted[PlaceId(unverified_id)] = None
    return list(wanted), malformed


def _failures(
    unverified_ids: tuple[str, ...], malformed: AbstractSet[str], found: AbstractSet[PlaceId]
) -> tuple[LookupFailure, ...]:
    """List the IDs that were not found or are malformed, in the order of the request, without duplicates."""
    return tuple(
        LookupFailure(LookupErrorCode.INVALID_ID if wanted in malformed else LookupErrorCode.NOT_FOUND, wanted)
        for wanted in dict.fromkeys(unverified_ids)
        if wanted not in found
    )
