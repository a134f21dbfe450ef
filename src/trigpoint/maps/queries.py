"""Queries for places, after a request was parsed and before an engine is asked."""

from dataclasses import dataclass

import msgspec

from trigpoint.base.geo import Box, Point
from trigpoint.maps.categories import AddressCategory, PoiCategory, ResultType
from trigpoint.maps.place_ids import PlaceId
from trigpoint.maps.places import PlaceKind

DEFAULT_LANG = "en-US"
PAGE_SIZE = 20
COMPLETION_ROWS = 15


class Hints(msgspec.Struct, frozen=True, kw_only=True, gc=False, cache_hash=True):
    """Where to look (contract §4.1). Hints affect the ranking; only `countries` and a required region exclude places.

    `countries` are ISO 3166-1 alpha-2 codes; empty means every country.
    """

    search_location: Point | None = None
    user_location: Point | None = None
    search_region: Box | None = None
    region_required: bool = False
    countries: frozenset[str] = frozenset()

    @property
    def focus(self) -> Point | None:
        """The point to rank around: the app's hint, else the user if inside the region, else the region's centre."""
        if self.search_location is not None:
            return self.search_location
        region, user = self.search_region, self.user_location
        if region is not None and (user is None or not region.contains(user)):
            return region.centre
        return user

    def admits(self, point: Point, country_code: str | None) -> bool:
        """Tell whether a place at a point, in a country, may be in the results."""
        if self.region_required and self.search_region is not None and not self.search_region.contains(point):
            return False
        return not self.countries or country_code in self.countries


class Filters(msgspec.Struct, frozen=True, kw_only=True, gc=False, cache_hash=True):
    """Which types of result are wanted. An empty set does not filter.

    A list of POI categories to include limits the results to POIs, unless `result_types` names other types. Address
    categories apply to areas; a list of categories to include also excludes houses and streets.
    """

    result_types: frozenset[ResultType] = frozenset()
    include_poi: frozenset[PoiCategory] = frozenset()
    exclude_poi: frozenset[PoiCategory] = frozenset()
    include_address: frozenset[AddressCategory] = frozenset()
    exclude_address: frozenset[AddressCategory] = frozenset()

    def admits(self, kind: PlaceKind, category: PoiCategory | None = None) -> bool:
        """Tell whether a place of this kind and POI category may be in the results."""
        if self.result_types and not self.result_types & kind.result_types:
            return False
        if kind is PlaceKind.POI:
            return category not in self.exclude_poi and (not self.include_poi or category in self.include_poi)
        if self.include_poi and not self.result_types:
            return False
        if kind is PlaceKind.PHYSICAL_FEATURE:
            return True
        area = kind.address_category
        return area not in self.exclude_address and (not self.include_address or area in self.include_address)

    @property
    def admits_queries(self) -> bool:
        """Tell whether an autocomplete may have query rows."""
        return not self.result_types or ResultType.QUERY in self.result_types


class GeocodeQuery(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """An address, or the name of a place, as text."""

    text: str
    hints: Hints = Hints()
    lang: str = DEFAULT_LANG


class ReverseQuery(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A point whose address is wanted."""

    point: Point
    lang: str = DEFAULT_LANG


class SearchQuery(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """A search. `page` counts from one; `place_id` is set when a row of an autocomplete is opened."""

    text: str
    hints: Hints = Hints()
    filters: Filters = Filters()
    lang: str = DEFAULT_LANG
    paginated: bool = False
    page: int = 1
    page_size: int = PAGE_SIZE
    place_id: PlaceId | None = None

    @property
    def offset(self) -> int:
        """Number of places on earlier pages."""
        return (self.page - 1) * self.page_size


class AutocompleteQuery(msgspec.Struct, frozen=True, kw_only=True, gc=False, cache_hash=True):
    """The text typed so far; at most `rows` rows are returned."""

    text: str
    hints: Hints = Hints()
    filters: Filters = Filters()
    lang: str = DEFAULT_LANG
    rows: int = COMPLETION_ROWS


@dataclass(frozen=True, slots=True, kw_only=True)
class PlaceQuery:
    """Place IDs as they were sent, in the order of the request, not validated yet."""

    unverified_ids: tuple[str, ...]
    lang: str = DEFAULT_LANG
