"""The responses of the API, as types. Unknown members are ignored, and absent ones are None, or an empty tuple.

Members have the names of the API in Python's spelling (`formattedAddressLines` is `formatted_address_lines`).
Coordinates are WGS 84 in degrees, distances in metres, times in seconds. An answer can also be read like the JSON object
that it came from: `place["coordinate"]["latitude"]`.
"""

import msgspec
from msgspec.structs import fields


class Answer(msgspec.Struct, rename="camel", frozen=True, kw_only=True):
    """A JSON object in a response."""

    def __getitem__(self, name: str) -> object:
        """Give a member by its name in JSON; raise KeyError if it is absent."""
        for field in fields(self):
            if field.encode_name == name and (value := getattr(self, field.name)) is not None:
                return value
        raise KeyError(name)


class Coordinate(Answer, frozen=True, kw_only=True):
    """A point."""

    latitude: float
    longitude: float


class MapRegion(Answer, frozen=True, kw_only=True):
    """An area between two latitudes and two longitudes."""

    south_latitude: float
    west_longitude: float
    north_latitude: float
    east_longitude: float


class StructuredAddress(Answer, frozen=True, kw_only=True):
    """The parts of an address, as far as they are known."""

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


class Place(Answer, frozen=True, kw_only=True):
    """A place. Searches and lookups give `poi_category`; only directions give `center`, for ends that were requested as text."""

    id: str = ""
    alternate_ids: tuple[str, ...] = ()
    name: str = ""
    coordinate: Coordinate
    center: Coordinate | None = None
    display_map_region: MapRegion | None = None
    formatted_address_lines: tuple[str, ...] = ()
    structured_address: StructuredAddress = StructuredAddress()
    country: str | None = None
    country_code: str | None = None
    poi_category: str | None = None
    telephone: str | None = None
    urls: tuple[str, ...] = ()


class PlaceResults(Answer, frozen=True, kw_only=True):
    """The places of geocode and reverseGeocode, best first."""

    results: tuple[Place, ...]


class PaginationInfo(Answer, frozen=True, kw_only=True):
    """The tokens of the next and previous pages of a search, and the numbers of pages and results."""

    next_page_token: str | None = None
    prev_page_token: str | None = None
    total_page_count: int = 0
    total_results: int = 0


class SearchPage(Answer, frozen=True, kw_only=True):
    """The results of a search, or one page of them, best first; `pagination_info` is None unless pages were requested."""

    display_map_region: MapRegion | None = None
    pagination_info: PaginationInfo | None = None
    results: tuple[Place, ...] = ()

    @property
    def next_page_token(self) -> str | None:
        """The token of the next page; None on the last page."""
        return self.pagination_info.next_page_token if self.pagination_info is not None else None


class Completion(Answer, frozen=True, kw_only=True):
    """A completion of a query that is being typed; `completion_url` is the path and query of the search that it stands for."""

    completion_url: str
    display_lines: tuple[str, ...] = ()
    location: Coordinate | None = None
    structured_address: StructuredAddress | None = None


class Completions(Answer, frozen=True, kw_only=True):
    """The completions of autocomplete, best first."""

    results: tuple[Completion, ...]


class Route(Answer, frozen=True, kw_only=True):
    """A route from the origin to the destination; `step_indexes` are positions in `Directions.steps`."""

    name: str | None = None
    distance_meters: int = 0
    duration_seconds: int = 0
    transport_type: str | None = None
    step_indexes: tuple[int, ...] = ()
    has_tolls: bool | None = None


class Step(Answer, frozen=True, kw_only=True):
    """The part of a route for one instruction; `step_path_index` is a position in `Directions.step_paths`."""

    step_path_index: int | None = None
    distance_meters: int = 0
    duration_seconds: int = 0
    instructions: str | None = None
    transport_type: str | None = None


class Directions(Answer, frozen=True, kw_only=True):
    """Routes, and the steps and paths of all routes in flat lists; `steps_of` and `path_of` give those of one route."""

    origin: Place | None = None
    destination: Place | None = None
    routes: tuple[Route, ...] = ()
    steps: tuple[Step, ...] = ()
    step_paths: tuple[tuple[Coordinate, ...], ...] = ()

    def steps_of(self, route: Route) -> tuple[Step, ...]:
        """Give the steps of a route, in order."""
        return tuple(self.steps[index] for index in route.step_indexes)

    def path_of(self, route: Route) -> tuple[Coordinate, ...]:
        """Give the line of a route, from the origin to the destination."""
        indexes = (step.step_path_index for step in self.steps_of(route))
        return tuple(point for index in indexes if index is not None for point in self.step_paths[index])


class Eta(Answer, frozen=True, kw_only=True):
    """The travel time to one destination; distance and times are None if there is no route to it."""

    destination: Coordinate
    transport_type: str | None = None
    distance_meters: int | None = None
    expected_travel_time_seconds: int | None = None
    static_travel_time_seconds: int | None = None


class Etas(Answer, frozen=True, kw_only=True):
    """One entry for each destination, in the order of the request."""

    etas: tuple[Eta, ...]


class PlaceLookupError(Answer, frozen=True, kw_only=True):
    """An ID that could not be looked up, and why."""

    error_code: str
    id: str


class Places(Answer, frozen=True, kw_only=True):
    """The places of several IDs, and the IDs without a place."""

    results: tuple[Place, ...] = ()
    errors: tuple[PlaceLookupError, ...] = ()


class AlternateIds(Answer, frozen=True, kw_only=True):
    """An ID, and the other IDs of the same place."""

    id: str
    alternate_ids: tuple[str, ...] = ()


class AlternateIdsFound(Answer, frozen=True, kw_only=True):
    """The alternate IDs of several IDs, and the IDs without a place."""

    results: tuple[AlternateIds, ...] = ()
    errors: tuple[PlaceLookupError, ...] = ()
