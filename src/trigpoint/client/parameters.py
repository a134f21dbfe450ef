"""The optional parameters of the endpoints, as typed dictionaries, and the query that they become."""

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
    """The language of the response: `lang`, a BCP 47 tag such as `en-GB`."""

    lang: str


class GeocodeOptions(LookUpOptions, total=False):
    """Where to look: countries as ISO 3166-1 alpha-2 codes, points, and a region that is preferred."""

    limit_to_countries: Sequence[str]
    search_location: Point
    search_region: Region
    user_location: Point


class SearchOptions(GeocodeOptions, total=False):
    """Where to look, and which results to return.

    `search_region_priority` is `default`, or `required` to leave out results that are not in the region.
    """

    search_region_priority: str
    result_type_filter: Sequence[str]
    include_poi_categories: Sequence[str]
    exclude_poi_categories: Sequence[str]
    include_address_categories: Sequence[str]
    exclude_address_categories: Sequence[str]


class JourneyOptions(TypedDict, total=False):
    """How and when to travel: `Automobile`, `Walking`, `Cycling`, or `Transit` (only in `etas`); at most one of the dates.

    A date is a datetime with its time zone, or text in ISO 8601.
    """

    transport_type: str
    departure_date: datetime | str
    arrival_date: datetime | str


class DirectionsOptions(JourneyOptions, total=False):
    """How, when and on which roads to travel: `avoid` is a list such as `["Tolls"]`."""

    lang: str
    avoid: Sequence[str]
    requests_alternate_routes: bool
    search_location: Point
    search_region: Region
    user_location: Point


def to_point(latitude: float | Point, longitude: float | None) -> Point:
    """Give the point that is meant by two numbers, or by one Point. Raises InvalidError for a half or for both at once."""
    if isinstance(latitude, (int, float)):
        if longitude is not None:
            return latitude, longitude
        received = "one number"
    else:
        if longitude is None:
            return latitude
        received = "a point and a number"
    raise InvalidError(
        "latitude, longitude", "two numbers, or one point", example="60.1699, 24.9384", received=received
    )


def to_query(parameters: Mapping[str, object]) -> dict[str, str]:
    """Write parameters as the API reads them; None is left out. Names may be in Python's spelling or in the API's.

    A point becomes `lat,lng`, a list has commas, a list of points has `|`, a time is in RFC 3339. Raises InvalidError for
    a time without a zone.
    """
    return {_to_camel(name): _write(name, value) for name, value in parameters.items() if value is not None}


def _write(name: str, value: object) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Coordinate):
        value = (value.latitude, value.longitude)
    if isinstance(value, MapRegion):
        value = (value.north_latitude, value.east_longitude, value.south_latitude, value.west_longitude)
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
