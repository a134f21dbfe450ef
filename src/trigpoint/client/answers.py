"""What the API answers, typed. Apple may add members, and leave out most: what is unknown is ignored, what is absent is None.

Members have the names of the API in Python's spelling (`formattedAddressLines` is `formatted_address_lines`).
Coordinates are WGS 84 in degrees, distances in metres, times in seconds. An answer can also be read like the JSON object
that it was: `place["coordinate"]["latitude"]`.
"""

import msgspec
from msgspec.structs import fields


class Answer(msgspec.Struct, rename="camel", frozen=True, kw_only=True):
    """A part of an answer."""

    def __getitem__(self, name: str) -> object:
        """Give a member by its name on the wire; one that is absent is a KeyError."""
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
    """A place. `poi_category` is known in searches, `center` at the ends of directions that were asked as text."""

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
    """How to go on in a search, and how much there is."""

    next_page_token: str | None = None
    prev_page_token: str | None = None
    total_page_count: int = 0
    total_results: int = 0


class SearchPage(Answer, frozen=True, kw_only=True):
    """A page of a search, best first; `pagination_info` is there when pages were asked for."""

    display_map_region: MapRegion | None = None
    pagination_info: PaginationInfo | None = None
    results: tuple[Place, ...] = ()

    @property
    def next_page_token(self) -> str | None:
        """The token of the page after this one; None after the last."""
        return self.pagination_info.next_page_token if self.pagination_info is not None else None


class Completion(Answer, frozen=True, kw_only=True):
    """A row under what is being typed; `completion_url`, relative to the server, opens it."""

    completion_url: str
    display_lines: tuple[str, ...] = ()
    location: Coordinate | None = None
    structured_address: StructuredAddress | None = None


class Completions(Answer, frozen=True, kw_only=True):
    """The rows, best first."""

    results: tuple[Completion, ...]


class Route(Answer, frozen=True, kw_only=True):
    """A way from the origin to the destination."""

    name: str | None = None
    distance_meters: int = 0
    duration_seconds: int = 0
    transport_type: str | None = None
    step_indexes: tuple[int, ...] = ()
    has_tolls: bool | None = None


class Step(Answer, frozen=True, kw_only=True):
    """A part of a route that one instruction covers."""

    step_path_index: int | None = None
    distance_meters: int = 0
    duration_seconds: int = 0
    instructions: str | None = None
    transport_type: str | None = None


class Directions(Answer, frozen=True, kw_only=True):
    """Routes, and the steps and paths of all of them in flat lists; `steps_of` and `path_of` take them apart."""

    origin: Place | None = None
    destination: Place | None = None
    routes: tuple[Route, ...] = ()
    steps: tuple[Step, ...] = ()
    step_paths: tuple[tuple[Coordinate, ...], ...] = ()

    def steps_of(self, route: Route) -> tuple[Step, ...]:
        """Give the steps of a route, in order."""
        return tuple(self.steps[index] for index in route.step_indexes)

    def path_of(self, route: Route) -> tuple[Coordinate, ...]:
        """Give the line of a route, from end to end."""
        indexes = (step.step_path_index for step in self.steps_of(route))
        return tuple(point for index in indexes if index is not None for point in self.step_paths[index])


class Eta(Answer, frozen=True, kw_only=True):
    """The travel time to one destination; distance and times are None when no way leads there."""

    destination: Coordinate
    transport_type: str | None = None
    distance_meters: int | None = None
    expected_travel_time_seconds: int | None = None
    static_travel_time_seconds: int | None = None


class Etas(Answer, frozen=True, kw_only=True):
    """One entry for each destination, in the order asked."""

    etas: tuple[Eta, ...]


class PlaceLookupError(Answer, frozen=True, kw_only=True):
    """Why an ID was not answered."""

    error_code: str
    id: str


class Places(Answer, frozen=True, kw_only=True):
    """The places of several IDs, and the IDs that failed."""

    results: tuple[Place, ...] = ()
    errors: tuple[PlaceLookupError, ...] = ()


class AlternateIds(Answer, frozen=True, kw_only=True):
    """An ID, and the others that open the same place."""

    id: str
    alternate_ids: tuple[str, ...] = ()


class AlternateIdsFound(Answer, frozen=True, kw_only=True):
    """The alternate IDs of several IDs, and the IDs that failed."""

    results: tuple[AlternateIds, ...] = ()
    errors: tuple[PlaceLookupError, ...] = ()
