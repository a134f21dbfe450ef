"""The optional parameters of the endpoints, typed, and how they are written into a query."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypedDict

from trigpoint.base.errors import InvalidError
from trigpoint.client.answers import Coordinate, MapRegion

Point = Coordinate | tuple[float, float]
"""A coordinate, or latitude and longitude in degrees."""
Region = MapRegion | tuple[float, float, float, float]
"""A region, or its north, east, south and west in degrees, which is the API's order."""
Value = (
    str
    | int
    | float
    | bool
    | None
    | datetime
    | Point
    | Region
    | list[str]
    | tuple[str, ...]
    | Sequence[str]
    | Sequence[Point]
)


class LookUpOptions(TypedDict, total=False):
    """What a look-up may be told: `lang`, a BCP 47 tag such as `en-GB`."""

    lang: str


class GeocodeOptions(LookUpOptions, total=False):
    """Where to look: countries as ISO 3166-1 alpha-2 codes, points, and a region that is preferred."""

    limit_to_countries: Sequence[str]
    search_location: Point
    search_region: Region
    user_location: Point


class SearchOptions(GeocodeOptions, total=False):
    """And what to show; `search_region_priority` is `default`, or `required` to leave out what lies elsewhere."""

    search_region_priority: str
    result_type_filter: Sequence[str]
    include_poi_categories: Sequence[str]
    exclude_poi_categories: Sequence[str]
    include_address_categories: Sequence[str]
    exclude_address_categories: Sequence[str]


class JourneyOptions(TypedDict, total=False):
    """How and when: `Automobile`, `Walking`, `Cycling` or (ETAs) `Transit`; one of the two dates, with their zone."""

    transport_type: str
    departure_date: datetime | str
    arrival_date: datetime | str


class DirectionsOptions(JourneyOptions, total=False):
    """And which ways: `avoid` is a list such as `["Tolls"]`."""

    lang: str
    avoid: Sequence[str]
    requests_alternate_routes: bool
    search_location: Point
    search_region: Region
    user_location: Point


def to_query(parameters: Mapping[str, object]) -> dict[str, str]:
    """Write parameters as the API reads them; None is left out. Names may be in Python's spelling or in the API's.

    `lat,lng` for a point, commas in a list, `|` between points, RFC 3339 for a time. Raises InvalidError for a time
    without a zone.
    """
    return {_to_camel(name): _write(name, value) for name, value in parameters.items() if value is not None}


def _write(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Coordinate):
        return f"{value.latitude},{value.longitude}"
    if isinstance(value, MapRegion):
        return f"{value.north_latitude},{value.east_longitude},{value.south_latitude},{value.west_longitude}"
    if isinstance(value, datetime):
        return _write_time(name, value)
    if isinstance(value, (tuple, list)):
        between = "|" if value and isinstance(value[0], (tuple, Coordinate)) else ","
        return between.join(_write(name, item) for item in value)
    is_tiny = isinstance(value, float) and "e" in repr(value)
    return f"{value:.9f}" if is_tiny else str(value)  # the API reads no exponents: 1e-05 is 0.000010000


def _write_time(name: str, time: datetime) -> str:
    if time.tzinfo is None:
        rule = "a time with its zone"
        raise InvalidError(name, rule, example="datetime.now(UTC)", received=time.isoformat())
    return time.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def _to_camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
