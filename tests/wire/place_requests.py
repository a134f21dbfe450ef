"""Parameters of the place endpoints, as written in a URL and as parsed."""

import asyncio
import json
from collections.abc import Mapping
from typing import Any

from places_fakes import FakePlaces
from trigpoint.base.geo import Box, Point
from trigpoint.maps.atlas import Atlas
from trigpoint.maps.categories import AddressCategory, PoiCategory, ResultType
from trigpoint.maps.queries import Filters, Hints
from trigpoint.web.v1.endpoints import Endpoint
from trigpoint.wire.parameters import Parameters

HINTS = {
    "limitToCountries": "mc,FR",
    "searchLocation": "43.7,7.4",
    "userLocation": "43.8,7.5",
    "searchRegion": "44,8,43,7",
}


READ_HINTS = Hints(
    search_location=Point(43.7, 7.4),
    user_location=Point(43.8, 7.5),
    search_region=Box(south=43, west=7, north=44, east=8),
    countries=frozenset({"MC", "FR"}),
)


FILTERS = {
    "resultTypeFilter": "Poi,Address",
    "includePoiCategories": "Cafe,EVCharger",
    "excludePoiCategories": "Nightlife",
    "includeAddressCategories": "Locality",
    "excludeAddressCategories": "PostalCode",
}


READ_FILTERS = Filters(
    result_types=frozenset({ResultType.POI, ResultType.ADDRESS}),
    include_poi=frozenset({PoiCategory.CAFE, PoiCategory.EV_CHARGER}),
    exclude_poi=frozenset({PoiCategory.NIGHTLIFE}),
    include_address=frozenset({AddressCategory.LOCALITY}),
    exclude_address=frozenset({AddressCategory.POSTAL_CODE}),
)


def answer(endpoint: Endpoint[Any, Any], parameters: Mapping[str, str], places: FakePlaces | None = None) -> Any:
    """Take a request through a row, without HTTP around it; give the decoded body."""
    atlas = Atlas(places=places or FakePlaces())
    query = endpoint.parse(Parameters({name: [value] for name, value in parameters.items()}))
    body = endpoint.render(asyncio.run(_ask(endpoint, atlas, query)))
    assert b'":null' not in body  # a text may say null
    return json.loads(body)


async def _ask(endpoint: Endpoint[Any, Any], atlas: Atlas, query: Any) -> Any:
    return await endpoint.ask(atlas, query)


def asked(endpoint: Endpoint[Any, Any], parameters: Mapping[str, str]) -> Any:
    """Give what the engine was asked."""
    places = FakePlaces()
    answer(endpoint, parameters, places)
    return places.asked[-1]
