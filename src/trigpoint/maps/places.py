"""Results: places, addresses, autocomplete rows, and failed lookups."""

from dataclasses import dataclass
from enum import StrEnum

import msgspec

from trigpoint.base.geo import Box, Point
from trigpoint.maps.categories import AddressCategory, PoiCategory, ResultType
from trigpoint.maps.place_ids import PlaceId


class PlaceKind(StrEnum):
    """The type of a place; filters and regions depend on it."""

    ADDRESS = "address"
    STREET = "street"
    POI = "poi"
    PHYSICAL_FEATURE = "physicalFeature"
    COUNTRY = "country"
    ADMINISTRATIVE_AREA = "administrativeArea"
    SUB_ADMINISTRATIVE_AREA = "subAdministrativeArea"
    LOCALITY = "locality"
    SUB_LOCALITY = "subLocality"
    POSTAL_CODE = "postalCode"

    @property
    def result_types(self) -> frozenset[ResultType]:
        """The values of `resultTypeFilter` that include this kind (contract §4.10)."""
        return _RESULT_TYPES.get(self, _ADDRESS_ONLY)

    @property
    def address_category(self) -> AddressCategory | None:
        """The address category of an area; none for a house, a street, a POI or a feature."""
        return _ADDRESS_CATEGORIES.get(self)


_ADDRESS_ONLY = frozenset({ResultType.ADDRESS})
_RESULT_TYPES = {
    PlaceKind.POI: frozenset({ResultType.POI, ResultType.POINT_OF_INTEREST}),
    PlaceKind.PHYSICAL_FEATURE: frozenset({ResultType.POI, ResultType.PHYSICAL_FEATURE}),
}
_ADDRESS_CATEGORIES = {
    PlaceKind.COUNTRY: AddressCategory.COUNTRY,
    PlaceKind.ADMINISTRATIVE_AREA: AddressCategory.ADMINISTRATIVE_AREA,
    PlaceKind.SUB_ADMINISTRATIVE_AREA: AddressCategory.SUB_ADMINISTRATIVE_AREA,
    PlaceKind.LOCALITY: AddressCategory.LOCALITY,
    PlaceKind.SUB_LOCALITY: AddressCategory.SUB_LOCALITY,
    PlaceKind.POSTAL_CODE: AddressCategory.POSTAL_CODE,
}


class StructuredAddress(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """The parts of an address, in Apple's names and order (contract §4.9). An absent part is None or empty.

    `full_thoroughfare` is the street with its number in the order of the country: `addresses.full_thoroughfare`.
    """

    administrative_area: str | None = None
    sub_administrative_area: str | None = None
    administrative_area_code: str | None = None
    locality: str | None = None
    post_code: str | None = None
    sub_locality: str | None = None
    thoroughfare: str | None = None
    sub_thoroughfare: str | None = None
    full_thoroughfare: str | None = None
    areas_of_interest: tuple[str, ...] = ()
    dependent_localities: tuple[str, ...] = ()


class Place(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One place, with names in the requested language as far as the data has them.

    `region` is `geo.region_around(coordinate)` for a point, and the extent of an area or a street.
    `address_lines` come from `addresses.format_lines`. `country` and `country_code` (ISO 3166-1 alpha-2) are None
    only where the ground belongs to no country. `urls` and `telephone` are those of the POI itself.
    """

    id: PlaceId
    kind: PlaceKind
    name: str
    coordinate: Point
    region: Box
    address: StructuredAddress
    address_lines: tuple[str, ...]
    country: str | None
    country_code: str | None
    alternate_ids: tuple[PlaceId, ...] = ()
    poi_category: PoiCategory | None = None
    telephone: str | None = None
    urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchFound:
    """One page of search results.

    `region` is the region to show; with None, the response has the box around the places. `total` is the number of
    places on all pages.
    """

    places: tuple[Place, ...]
    region: Box | None = None
    total: int = 0


class Completion(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One row of an autocomplete.

    The row of a place has `place_id` and `address`; opening it shows exactly that place. A query row ("Museum",
    "Search Nearby") has neither, but `query`, the text to search for. Every row has a location, since clients require
    one; for a query row it is the point to search around. The row of a crossing, which is no object in the data, has
    `address`, and a `query` that finds the crossing from the row's location.
    """

    display_lines: tuple[str, ...]
    location: Point
    address: StructuredAddress | None = None
    place_id: PlaceId | None = None
    query: str | None = None


class LookupErrorCode(StrEnum):
    """Why a place ID could not be looked up (contract §4.8)."""

    INVALID_ID = "FAILED_INVALID_ID"
    NOT_FOUND = "FAILED_NOT_FOUND"
    INTERNAL_ERROR = "FAILED_INTERNAL_ERROR"


@dataclass(frozen=True, slots=True)
class LookupFailure:
    """One place ID that could not be looked up, as it was sent."""

    code: LookupErrorCode
    id: str


@dataclass(frozen=True, slots=True)
class PlacesFound:
    """The places of a list of IDs, in the order of the request, and the IDs that failed."""

    places: tuple[Place, ...]
    errors: tuple[LookupFailure, ...] = ()


@dataclass(frozen=True, slots=True)
class AlternateIds:
    """The other IDs that open the same place."""

    id: PlaceId
    alternate_ids: tuple[PlaceId, ...]


@dataclass(frozen=True, slots=True)
class AlternateIdsFound:
    """The alternate IDs of a list of IDs, in the order of the request, and the IDs that failed."""

    results: tuple[AlternateIds, ...]
    errors: tuple[LookupFailure, ...] = ()
