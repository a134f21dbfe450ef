"""Requests in Valhalla's JSON: for routes, and for travel times from one origin to several destinations."""

import msgspec

from trigpoint.base.clock import Clock
from trigpoint.base.geo import Point
from trigpoint.engines.valhalla.languages import choose_language
from trigpoint.engines.valhalla.local_time import to_local
from trigpoint.maps.routes import Avoid, EtaQuery, Journey, RouteQuery, Transport

COSTINGS = {
    Transport.AUTOMOBILE: "auto",
    Transport.WALKING: "pedestrian",
    Transport.CYCLING: "bicycle",
    Transport.TRANSIT: "multimodal",
}
ALTERNATES = 2
"""Number of alternative routes to request, as Apple returns up to three routes."""

SEARCH_CUTOFF_M = 10_000
"""Highest distance of an end from a road, in metres; beyond it there is no route (docs/divergences.md)."""
NEAR_M = 200
"""Distance within which roads near an end are looked for first, as that takes a third less time (`docs/performance.md`)."""
MOST_REACHABILITY = 100
"""Number of crossings that a road must lead to, and be reached from, if there is no route between near roads. Valhalla's
default is 50, its highest 100: a block of streets that all leave the extract has more than 50."""

DEPART_AT, ARRIVE_BY, INVARIANT = 1, 2, 3
"""Valhalla's `date_time` types. With INVARIANT, time does not advance along the route; alternatives require that."""

WITHOUT_TRAFFIC = ("freeflow", "constrained")

encode = msgspec.json.Encoder().encode


def write_route(
    query: RouteQuery, clock: Clock, *, exclude_tolls: bool = False, within: int = SEARCH_CUTOFF_M
) -> bytes:
    """Make the request for routes that begin and end on roads `within` so many metres of the ends.

    `exclude_tolls` excludes toll roads entirely, if the engine allows that.
    """
    costing = COSTINGS[query.journey.transport]
    request: dict[str, object] = {
        "locations": [locate(query.origin, within), locate(query.destination, within)],
        "costing": costing,
        "language": choose_language(query.lang),
        "units": "kilometers",
        "date_time": write_time(query, clock),
    }
    options: dict[str, object] = {}
    if Avoid.TOLLS in query.avoid and query.journey.transport is Transport.AUTOMOBILE:
        options = {"exclude_tolls": True} if exclude_tolls else {"use_tolls": 0.0}
    if options:
        request["costing_options"] = {costing: options}
    if query.alternates:
        request["alternates"] = ALTERNATES
    return encode(request)


def write_times(query: EtaQuery, *, with_traffic: bool = True, within: int = SEARCH_CUTOFF_M) -> bytes:
    """Make one request for the travel times to all destinations, on roads `within` so many metres of all ends."""
    costing = COSTINGS[query.journey.transport]
    request: dict[str, object] = {
        "sources": [locate(query.origin, within)],
        "targets": [locate(destination, within) for destination in query.destinations],
        "costing": costing,
        "units": "kilometers",
        "verbose": False,
    }
    if query.journey.departure is not None:
        request["date_time"] = {"type": DEPART_AT, "value": to_local(query.journey.departure, query.origin)}
    if not with_traffic:
        request["costing_options"] = {costing: {"speed_types": WITHOUT_TRAFFIC}}
    return encode(request)


def write_time_to(query: EtaQuery, destination: Point, clock: Clock) -> bytes:
    """Make the request for the travel time to one destination, as a route without directions."""
    return encode(
        {
            "locations": [locate(query.origin), locate(destination)],
            "costing": COSTINGS[query.journey.transport],
            "units": "kilometers",
            "directions_type": "none",
            "date_time": write_fixed_time(query.journey, query.origin, destination)
            or {"type": DEPART_AT, "value": to_local(clock(), query.origin)},
        }
    )


def write_time(query: RouteQuery, clock: Clock) -> dict[str, object]:
    """Return `date_time` of a route. A requested time advances along the route, unless alternatives are requested."""
    at = write_fixed_time(query.journey, query.origin, query.destination)
    if at is None:
        return {"type": INVARIANT, "value": to_local(clock(), query.origin)}
    return {**at, "type": INVARIANT} if query.alternates else at


def write_fixed_time(journey: Journey, origin: Point, destination: Point) -> dict[str, object] | None:
    """Return `date_time` of a requested departure or arrival; None for a journey now."""
    if journey.departure is not None:
        return {"type": DEPART_AT, "value": to_local(journey.departure, origin)}
    if journey.arrival is not None:
        return {"type": ARRIVE_BY, "value": to_local(journey.arrival, destination)}
    return None


def locate(point: Point, within: int = SEARCH_CUTOFF_M) -> dict[str, object]:
    """Return one location, which is matched to roads and not to ferry lines, even if those are nearer."""
    location: dict[str, object] = {
        "lat": point.latitude,
        "lon": point.longitude,
        "search_cutoff": within,
        "search_filter": {"exclude_ferry": True},
    }
    if within > NEAR_M:
        location["minimum_reachability"] = MOST_REACHABILITY
    return location
