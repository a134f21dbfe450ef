"""Queries and results of routing: directions, routes, steps and travel times."""

from dataclasses import dataclass, field
from enum import StrEnum

from trigpoint.base.geo import Point
from trigpoint.maps.places import Place
from trigpoint.maps.queries import DEFAULT_LANG, Hints

Line = tuple[tuple[float, float], ...]
"""A line on the ground as (latitude, longitude) pairs in degrees; pairs and not Points, as routes have thousands."""


class Transport(StrEnum):
    """Transport types, in Apple's documented words (contract §4.10)."""

    AUTOMOBILE = "Automobile"
    TRANSIT = "Transit"
    WALKING = "Walking"
    CYCLING = "Cycling"


class Avoid(StrEnum):
    """Features that a route should avoid."""

    TOLLS = "Tolls"


@dataclass(frozen=True, slots=True, kw_only=True)
class Journey:
    """How and when one travels. Times are seconds since the epoch, at most one of the two; without one it is now."""

    transport: Transport = Transport.AUTOMOBILE
    departure: float | None = None
    arrival: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectionsQuery:
    """A way from one end to another; an end that is a text is looked for with the hints."""

    origin: Point | str
    destination: Point | str
    journey: Journey = field(default_factory=Journey)
    hints: Hints = field(default_factory=Hints)
    avoid: frozenset[Avoid] = frozenset()
    alternates: bool = False
    lang: str = DEFAULT_LANG

    def between(self, origin: Point, destination: Point) -> "RouteQuery":
        """Give the query for the route engine, once both ends are known."""
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
    """A way from one point to another."""

    origin: Point
    destination: Point
    journey: Journey = field(default_factory=Journey)
    avoid: frozenset[Avoid] = frozenset()
    alternates: bool = False
    lang: str = DEFAULT_LANG


@dataclass(frozen=True, slots=True, kw_only=True)
class EtaQuery:
    """The travel times from one origin to one to ten destinations."""

    origin: Point
    destinations: tuple[Point, ...]
    journey: Journey = field(default_factory=Journey)


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A stretch of a route, and what to do at its end: "Turn right onto Minna St".

    `path` starts where the step before ended. `transport` is set only where it differs from the route's.
    """

    path: Line
    distance_m: int
    duration_s: int
    instructions: str | None = None
    transport: Transport | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """One way. The first step has length 0; the steps' distances and durations add up to the route's exactly.

    `name` is the road that it follows longest, None if no road of it has a name. `has_tolls` is None when unknown.
    """

    name: str | None
    distance_m: int
    duration_s: int
    transport: Transport
    steps: tuple[Step, ...]
    has_tolls: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Directions:
    """The routes, the best first; empty if there is no way. The ends are set where they were asked as text."""

    routes: tuple[Route, ...]
    origin: Place | None = None
    destination: Place | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Eta:
    """The travel time to one destination, in seconds; all three are None when no way leads there.

    `expected_s` counts the traffic of the asked time where the engine knows it, `static_s` never does.
    """

    destination: Point
    transport: Transport
    distance_m: int | None = None
    expected_s: int | None = None
    static_s: int | None = None
