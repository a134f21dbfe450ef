"""`/v1/directions`: routes from an origin to a destination, in steps (contract §4.6)."""

import re
from itertools import starmap

import msgspec

from trigpoint.base.errors import InvalidError
from trigpoint.base.geo import Point
from trigpoint.maps.coordinates import read_coordinates
from trigpoint.maps.queries import Hints
from trigpoint.maps.routes import Avoid, Directions, DirectionsQuery, Journey, Route, Transport
from trigpoint.wire.parameters import Parameters, read_point
from trigpoint.wire.place import Location, PlaceBody, place_body

_LIKE_A_POINT = re.compile(r"[+-]?[0-9.]+\s*,\s*[+-]?[0-9.]+")
_EXAMPLE_END = "37.7857,-122.4011"


class RouteBody(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """A route; `stepIndexes` are positions in the `steps` of the response."""

    name: str | None = None
    distance_meters: int
    duration_seconds: int
    transport_type: str
    step_indexes: list[int]
    has_tolls: bool | None = None


class StepBody(msgspec.Struct, rename="camel", omit_defaults=True):
    """A step; `stepPathIndex` is a position in `stepPaths`. The first step of a route has no instructions."""

    step_path_index: int
    distance_meters: int
    duration_seconds: int
    instructions: str | None = None
    transport_type: str | None = None


class DirectionsResponse(msgspec.Struct, rename="camel", omit_defaults=True, kw_only=True):
    """The routes, with all their steps and paths in flat lists; the ends, if they were requested as text."""

    origin: PlaceBody | None = None
    destination: PlaceBody | None = None
    routes: list[RouteBody]
    steps: list[StepBody]
    step_paths: list[list[Location]]


def parse(parameters: Parameters) -> DirectionsQuery:
    """Read the query; raises InvalidError."""
    return DirectionsQuery(
        origin=parse_end(parameters, "origin"),
        destination=parse_end(parameters, "destination"),
        journey=parse_journey(parameters, without=frozenset({Transport.TRANSIT})),
        hints=Hints(
            search_location=parameters.point("searchLocation"),
            user_location=parameters.point("userLocation"),
            search_region=parameters.box("searchRegion"),
        ),
        avoid=parameters.known_choices("avoid", Avoid),
        alternates=parameters.boolean("requestsAlternateRoutes"),
        lang=parameters.lang(),
    )


def parse_end(parameters: Parameters, name: str) -> Point | str:
    """Read an origin or destination: a coordinate if it has the form of one, else an address or a name."""
    text = parameters.required_text(name, example=_EXAMPLE_END)
    return read_point(name, text) if _LIKE_A_POINT.fullmatch(text) else read_coordinates(text) or text


def parse_journey(parameters: Parameters, *, without: frozenset[Transport] = frozenset()) -> Journey:
    """Read the transport type and the date; raise InvalidError if both dates are given."""
    transport = parameters.choice("transportType", Transport, default=Transport.AUTOMOBILE, without=without)
    departure, arrival = parameters.instant("departureDate"), parameters.instant("arrivalDate")
    if departure is not None and arrival is not None:
        rule = "left out if 'departureDate' is given: only one of the two is possible"
        raise InvalidError(
            "arrivalDate", rule, example="departureDate=2026-11-23T16:42:00Z alone", received="both dates"
        )
    return Journey(transport=transport, departure=departure, arrival=arrival)


def render(found: Directions) -> bytes:
    """Write the response as JSON; steps and paths are in the order of the routes."""
    response = DirectionsResponse(
        origin=place_body(found.origin, with_center=True) if found.origin is not None else None,
        destination=place_body(found.destination, with_center=True) if found.destination is not None else None,
        routes=[],
        steps=[],
        step_paths=[],
    )
    for route in found.routes:
        add_route(response, route)
    return msgspec.json.encode(response)


def add_route(response: DirectionsResponse, route: Route) -> None:
    """Append a route, its steps and their paths to the response."""
    first = len(response.steps)
    response.routes.append(
        RouteBody(
            name=route.name,
            distance_meters=route.distance_m,
            duration_seconds=route.duration_s,
            transport_type=route.transport,
            step_indexes=list(range(first, first + len(route.steps))),
            has_tolls=route.has_tolls,
        )
    )
    for step in route.steps:
        response.steps.append(
            StepBody(
                step_path_index=len(response.step_paths),
                distance_meters=step.distance_m,
                duration_seconds=step.duration_s,
                instructions=step.instructions,
                transport_type=step.transport,
            )
        )
        response.step_paths.append([*starmap(Location, step.path)])
