"""A place engine for tests that remembers what it was asked, and builders of places that are valid by default."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from trigpoint.base.geo import Point, region_around
from trigpoint.maps.engines import EngineStatus
from trigpoint.maps.explained import Explanation
from trigpoint.maps.place_ids import PlaceId, PlaceRef, Source, encode
from trigpoint.maps.places import Completion, Place, PlaceKind, SearchFound, StructuredAddress
from trigpoint.maps.queries import AutocompleteQuery, GeocodeQuery, ReverseQuery, SearchQuery

GRIMALDI = Point(43.7338, 7.4208)


def an_id(number: int = 1) -> PlaceId:
    return encode(PlaceRef(Source.NODE, number))


def a_place(number: int = 1, **changes: Any) -> Place:
    point = changes.pop("coordinate", GRIMALDI)
    parts: dict[str, Any] = {
        "id": an_id(number),
        "kind": PlaceKind.ADDRESS,
        "name": "12 Rue Grimaldi",
        "coordinate": point,
        "region": region_around(point),
        "address": StructuredAddress(
            locality="Monaco",
            post_code="98000",
            thoroughfare="Rue Grimaldi",
            sub_thoroughfare="12",
            full_thoroughfare="12 Rue Grimaldi",
        ),
        "address_lines": ("12 Rue Grimaldi", "98000 Monaco", "Monaco"),
        "country": "Monaco",
        "country_code": "MC",
    }
    return Place(**(parts | changes))


def a_row(**changes: Any) -> Completion:
    parts: dict[str, Any] = {
        "display_lines": ("Musée océanographique", "Avenue Saint-Martin, 98000 Monaco"),
        "location": GRIMALDI,
        "address": StructuredAddress(locality="Monaco"),
        "place_id": an_id(7),
    }
    return Completion(**(parts | changes))


def a_query_row(**changes: Any) -> Completion:
    parts: dict[str, Any] = {
        "display_lines": ("Museum", "Search Nearby"),
        "location": GRIMALDI,
        "query": "Museum",
    }
    return Completion(**(parts | changes))


@dataclass
class FakePlaces:
    """Returns the given results; `asked` has the queries, in order."""

    places: tuple[Place, ...] = field(default_factory=lambda: (a_place(),))
    rows: tuple[Completion, ...] = field(default_factory=lambda: (a_query_row(), a_row()))
    alternates: Mapping[PlaceId, tuple[PlaceId, ...]] = field(default_factory=dict)
    asked: list[Any] = field(default_factory=list)

    async def geocode(self, query: GeocodeQuery) -> tuple[Place, ...]:
        self.asked.append(query)
        return self.places

    async def explain(self, query: GeocodeQuery) -> Explanation:
        self.asked.append(query)
        return Explanation(
            text=query.text, set_aside=(), words=(), readings=(), candidates=(), decided="Made for a test."
        )

    async def reverse(self, query: ReverseQuery) -> tuple[Place, ...]:
        self.asked.append(query)
        return self.places

    async def search(self, query: SearchQuery) -> SearchFound:
        self.asked.append(query)
        page = self.places[query.offset : query.offset + query.page_size]
        return SearchFound(places=page, total=len(self.places))

    async def autocomplete(self, query: AutocompleteQuery) -> tuple[Completion, ...]:
        self.asked.append(query)
        return self.rows

    async def find_places(self, ids: Sequence[PlaceId], *, lang: str) -> Mapping[PlaceId, Place]:
        self.asked.append((tuple(ids), lang))
        return {place.id: place for place in self.places if place.id in ids}

    async def find_alternate_ids(self, ids: Sequence[PlaceId]) -> Mapping[PlaceId, tuple[PlaceId, ...]]:
        self.asked.append(tuple(ids))
        return {place_id: others for place_id, others in self.alternates.items() if place_id in ids}

    async def status(self) -> EngineStatus:
        return EngineStatus(engine="fake", ready=True, detail="Made for a test.", counts={})
