"""Queries and results of routing: directions, routes, steps and travel times."""

from dataclasses import dataclass, field
from enum import StrEnum
from typing import NamedTuple

from trigpoint.base.geo import Point
from trigpoint.maps.places import Place
from trigpoint.maps.queries import DEFAULT_LANG, Hints

Line = tuple[tuple[float, float], ...]
"""A line as (latitude, longitude) pairs in degrees. They are tuples rather than Points, as a route has thousands."""


class Transport(StrEnum):
    """Transport types, with Apple's documented values (contract §4.10)."""

    AUTOMOBILE = "Automobile"
    TRANSIT = "Transit"
    WALKING = "Walking"
    CYCLING = "Cycling"


class Avoid(StrEnum):
    """Features that a route should avoid."""

    TOLLS = "Tolls"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """How and when to travel. Times are seconds since the epoch, at most one of the two; without one it is now."""

    transport: Transport = Transport.AUTOMOBILE
    departure: float | None = None
    arrival: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionsQuery:
    """A request for routes between two ends. An end that is a text is geocoded with the hints."""

    origin: Point | str
    destination: Point | str
    journey: Journey = field(default_factory=Journey)
    hints: Hints = field(default_factory=Hints)
    avoid: frozenset[Avoid] = frozenset()
    alternates: bool = False
    lang: str = DEFAULT_LANG

    def between(self, origin: Point, destination: Point) -> "RouteQuery":
        """Return the query for the route engine, once the coordinates of both ends are known."""
        return RouteQuery(
            origin=origin,
            destination=destination,
            journey=self.journey,
            avoid=self.avoid,
            alternates=self.alternates,
            lang=self.lang,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteQuery:
    """A query for routes from one point to another."""

    origin: Point
    destination: Point
    journey: Journey = field(default_factory=Journey)
    avoid: frozenset[Avoid] = frozenset()
    alternates: bool = False
    lang: str = DEFAULT_LANG


@dataclass(frozen=True, slots=True, kw_only=True)
class EtaQuery:
    """A query for the travel times from one origin to one to ten destinations."""

    origin: Point
    destinations: tuple[Point, ...]
    journey: Journey = field(default_factory=Journey)


class Step(NamedTuple):
    """A section of a route, and the instruction for its end: "Turn right onto Minna St". A tuple, as a route has many.

    `path` starts where the previous step ended. `transport` is set only if it differs from the route's.
    """

    path: Line
    distance_m: int
    duration_s: int
    instructions: str | None = None
    transport: Transport | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One route. The first step has length 0; the steps' distances and durations add up to exactly the route's.

    `name` is the named road that it follows longest, None if no road has a name. `has_tolls` is None if unknown.
    """

    name: str | None
    distance_m: int
    duration_s: int
    transport: Transport
    steps: tuple[Step, ...]
    has_tolls: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Directions:
    """The routes, best first; empty if there is none. `origin` and `destination` are set for ends given as text."""

    routes: tuple[Route, ...]
    origin: Place | None = None
    destination: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Eta:
    """The distance and travel time to one destination; all are None if there is no route.

    `expected_s` includes traffic at the requested time if the engine knows it, `static_s` never does. Both are seconds.
    """

    destination: Point
    transport: Transport
    distance_m: int | None = None
    expected_s: int | None = None
    static_s: int | None = None
