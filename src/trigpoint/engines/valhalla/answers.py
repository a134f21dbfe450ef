"""Read Valhalla's answers: its manoeuvres become steps that end where something is to be done, as Apple's do."""

from collections.abc import Sequence
from typing import TypeVar

import msgspec

from trigpoint.base.errors import UnavailableError
from trigpoint.base.geo import METRES_PER_KILOMETRE
from trigpoint.engines.valhalla.polyline import decode
from trigpoint.maps.routes import Eta, EtaQuery, Route, Step, Transport

T = TypeVar("T")

MODES = {
    "drive": Transport.AUTOMOBILE,
    "pedestrian": Transport.WALKING,
    "bicycle": Transport.CYCLING,
    "transit": Transport.TRANSIT,
}


FULL_STOPS = ".。।"
"""Apple's instructions are no sentences: they end without a full stop."""


class Manoeuvre(msgspec.Struct):
    """Something to do at the begin of a stretch, and the stretch: `length` in kilometres, `time` in seconds."""

    instruction: str
    time: float
    length: float
    begin_shape_index: int
    end_shape_index: int
    travel_mode: str
    street_names: list[str] = []


class Summary(msgspec.Struct):
    """A whole: `length` in kilometres, `time` in seconds."""

    time: float
    length: float
    has_toll: bool = False


class Leg(msgspec.Struct):
    """The way between two locations; we ask for two, so a trip has one."""

    shape: str
    maneuvers: list[Manoeuvre] = []


class Trip(msgspec.Struct):
    """One way."""

    summary: Summary
    legs: list[Leg]


class Alternate(msgspec.Struct):
    """Another way."""

    trip: Trip


class RouteAnswer(msgspec.Struct):
    """The answer to a question for routes."""

    trip: Trip
    alternates: list[Alternate] = []


class Times(msgspec.Struct):
    """Seconds and kilometres by source and target; null where no way leads."""

    durations: list[list[float | None]]
    distances: list[list[float | None]]


class TimesAnswer(msgspec.Struct):
    """The answer to a question for times."""

    sources_to_targets: Times


class UnreadableAnswerError(UnavailableError):
    """The engine answered, but not in the shape that we know."""


route_decoder = msgspec.json.Decoder(RouteAnswer)
times_decoder = msgspec.json.Decoder(TimesAnswer)


def read(decoder: "msgspec.json.Decoder[T]", answer: bytes) -> T:
    """Decode an answer. Raises UnreadableAnswerError."""
    try:
        return decoder.decode(answer)
    except msgspec.DecodeError as error:
        raise UnreadableAnswerError(f"The route engine gave an answer that cannot be read: {error}.") from error


def read_routes(answer: bytes, transport: Transport) -> tuple[Route, ...]:
    """Read the best way and its alternates."""
    found = read(route_decoder, answer)
    return tuple(read_trip(trip, transport) for trip in (found.trip, *(other.trip for other in found.alternates)))


def read_trip(trip: Trip, transport: Transport) -> Route:
    """Read one way.

    Valhalla says at the begin of a stretch what to do there; Apple's step says what to do at its end. So the
    instruction of each manoeuvre goes to the stretch before it, and a first step of length 0 opens the route.
    """
    (leg,) = trip.legs
    path = decode(leg.shape)
    distance_m, duration_s = round(trip.summary.length * METRES_PER_KILOMETRE), round(trip.summary.time)
    stretches = leg.maneuvers[:-1]
    distances = share([stretch.length for stretch in stretches], distance_m)
    durations = share([stretch.time for stretch in stretches], duration_s)
    steps = [Step(path=path[:1], distance_m=0, duration_s=0)]
    for stretch, action, metres, seconds in zip(stretches, leg.maneuvers[1:], distances, durations, strict=True):
        mode = MODES.get(stretch.travel_mode, transport)
        steps.append(
            Step(
                path=path[stretch.begin_shape_index : stretch.end_shape_index + 1],
                distance_m=metres,
                duration_s=seconds,
                instructions=action.instruction.rstrip(FULL_STOPS),
                transport=None if mode is transport else mode,
            )
        )
    return Route(
        name=name_route(leg.maneuvers),
        distance_m=distance_m,
        duration_s=duration_s,
        transport=transport,
        steps=tuple(steps),
        has_tolls=judge_tolls(trip.summary, transport),
    )


def share(parts: Sequence[float], total: int) -> list[int]:
    """Round parts to whole numbers that add up to `total`: each running sum is rounded, not each part."""
    whole = sum(parts)
    shares, running, given = [], 0.0, 0
    for part in parts:
        running += part
        upto = round(running / whole * total) if whole else 0
        shares.append(upto - given)
        given = upto
    return shares


def name_route(manoeuvres: Sequence[Manoeuvre]) -> str | None:
    """Name a route after the road that it follows longest."""
    lengths: dict[str, float] = {}
    for manoeuvre in manoeuvres:
        for name in manoeuvre.street_names[:1]:
            lengths[name] = lengths.get(name, 0.0) + manoeuvre.length
    return max(lengths, key=lengths.__getitem__) if lengths else None


def judge_tolls(summary: Summary, transport: Transport) -> bool | None:
    """Tell whether the route has tolls. OpenStreetMap's `toll` speaks of vehicles: for others it is unknown."""
    if transport is Transport.AUTOMOBILE or not summary.has_toll:
        return summary.has_toll
    return None


def read_times(answer: bytes, query: EtaQuery, without_traffic: bytes | None = None) -> tuple[Eta, ...]:
    """Read the times to all destinations; `without_traffic` is a second answer where traffic is known."""
    found = read(times_decoder, answer).sources_to_targets
    static = read(times_decoder, without_traffic).sources_to_targets if without_traffic is not None else found
    rows = zip(query.destinations, found.distances[0], found.durations[0], static.durations[0], strict=True)
    return tuple(
        Eta(
            destination=destination,
            transport=query.journey.transport,
            distance_m=None if length is None else round(length * METRES_PER_KILOMETRE),
            expected_s=None if seconds is None else round(seconds),
            static_s=None if seconds is None else round(seconds if quiet is None else quiet),
        )
        for destination, length, seconds, quiet in rows
    )


def read_summary(answer: bytes) -> Summary:
    """Read the length and time of the best way, of an answer that may lack directions."""
    return read(route_decoder, answer).trip.summary
