"""The parameters that geocode, search and searchAutocomplete share: hints on where to search, and filters of results."""

from enum import StrEnum

from trigpoint.base.errors import InvalidError
from trigpoint.maps.categories import AddressCategory, PoiCategory, ResultType
from trigpoint.maps.queries import Filters, Hints
from trigpoint.wire.parameters import Parameters


class RegionPriority(StrEnum):
    """Whether results outside the search region are ranked lower, or left out."""

    DEFAULT = "default"
    REQUIRED = "required"


def parse_hints(parameters: Parameters, *, otherwise: Hints | None = None, with_priority: bool = True) -> Hints:
    """Read the hints; missing ones are taken from `otherwise`. Geocode has no `searchRegionPriority`."""
    base = otherwise if otherwise is not None else Hints()
    region = parameters.box("searchRegion")
    usual = RegionPriority.REQUIRED if base.region_required and region is None else RegionPriority.DEFAULT
    priority = parameters.choice("searchRegionPriority", RegionPriority, default=usual) if with_priority else usual
    return Hints(
        search_location=parameters.point("searchLocation") or base.search_location,
        user_location=parameters.point("userLocation") or base.user_location,
        search_region=region or base.search_region,
        region_required=priority is RegionPriority.REQUIRED,
        countries=parameters.countries() or base.countries,
    )


def parse_filters(parameters: Parameters, *, otherwise: Filters | None = None, with_queries: bool = False) -> Filters:
    """Read the filters; missing ones are taken from `otherwise`. Only autocomplete has the result type `query`."""
    base = otherwise if otherwise is not None else Filters()
    without = frozenset() if with_queries else frozenset({ResultType.QUERY})
    filters = Filters(
        result_types=parameters.choices("resultTypeFilter", ResultType, without=without) or base.result_types,
        include_poi=parameters.choices("includePoiCategories", PoiCategory) or base.include_poi,
        exclude_poi=parameters.choices("excludePoiCategories", PoiCategory) or base.exclude_poi,
        include_address=parameters.choices("includeAddressCategories", AddressCategory) or base.include_address,
        exclude_address=parameters.choices("excludeAddressCategories", AddressCategory) or base.exclude_address,
    )
    by_address = filters.include_address or filters.exclude_address
    if by_address and filters.result_types and ResultType.ADDRESS not in filters.result_types:
        rule = "given with 'address' among its values when address categories are filtered"
        received = ",".join(sorted(filters.result_types))
        raise InvalidError("resultTypeFilter", rule, example="address", received=received)
    return filters
