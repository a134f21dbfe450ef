"""Parsing Valhalla's responses. Its manoeuvres become steps, which, like Apple's, end where the instruction applies."""

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
"""Full stops to remove from the end of instructions, as Apple's have none."""


ROUNDABOUT_EXIT = 27
"""Valhalla's type of the manoeuvre that leaves a roundabout."""


class Manoeuvre(msgspec.Struct):
    """An instruction and the section of road that follows it: `length` in kilometres, `time` in seconds."""

    instruction: str
    time: float
    length: float
    begin_shape_index: int
    end_shape_index: int
    travel_mode: str
    street_names: list[str] = []
    begin_street_names: list[str] = []
    type: int = 0


class Summary(msgspec.Struct):
    """The totals of a trip or leg: `length` in kilometres, `time` in seconds."""

    time: float
    length: float
    has_toll: bool = False


class Leg(msgspec.Struct):
    """The route between two locations. We always ask for two, so a trip has one leg."""

    shape: str
    maneuvers: list[Manoeuvre] = []


class Trip(msgspec.Struct):
    """One route, with its status and summary."""

    summary: Summary
    legs: list[Leg]


class Alternate(msgspec.Struct):
    """An alternative route."""

    trip: Trip


class RouteAnswer(msgspec.Struct):
    """The response of `/route`."""

    trip: Trip
    alternates: list[Alternate] = []


class Times(msgspec.Struct):
    """Seconds and kilometres by source and target; null if there is no route."""

    durations: list[list[float | None]]
    distances: list[list[float | None]]


class TimesAnswer(msgspec.Struct):
    """The response of `/sources_to_targets`."""

    sources_to_targets: Times


class UnreadableAnswerError(UnavailableError):
    """The engine's response does not have the expected shape."""


route_decoder = msgspec.json.Decoder(RouteAnswer)
times_decoder = msgspec.json.Decoder(TimesAnswer)


def read(decoder: "msgspec.json.Decoder[T]", answer: bytes) -> T:
    """Decode a response. Raises UnreadableAnswerError."""
    try:
        return decoder.decode(answer)
    except msgspec.DecodeError as error:
        raise UnreadableAnswerError(f"The response of the route engine cannot be read: {error}.") from error


def read_routes(answer: bytes, transport: Transport) -> tuple[Route, ...]:
    """Parse the best route and its alternatives, best first."""
    found = read(route_decoder, answer)
    return tuple(read_trip(trip, transport) for trip in (found.trip, *(other.trip for other in found.alternates)))


def read_trip(trip: Trip, transport: Transport) -> Route:
    """Parse one route.

    Valhalla's instruction is for the start of a section, Apple's is for the end of a step. So the instruction of each
    manoeuvre goes to the section before it, and the route begins with a step of length 0.
    """
    (leg,) = trip.legs
    path = decode(leg.shape)
    distance_m, duration_s = round(trip.summary.length * METRES_PER_KILOMETRE), round(trip.summary.time)
    manoeuvres = join_roundabouts(leg.maneuvers)
    stretches = manoeuvres[:-1]
    distances = share([stretch.length for stretch in stretches], distance_m)
    durations = share([stretch.time for stretch in stretches], duration_s)
    steps = [Step(path=path[:1], distance_m=0, duration_s=0)]
    for stretch, action, metres, seconds in zip(stretches, manoeuvres[1:], distances, durations, strict=True):
        mode = MODES.get(stretch.travel_mode, transport)
        steps.append(
            Step(
                path=path[stretch.begin_shape_index : stretch.end_shape_index + 1],
                distance_m=metres,
                duration_s=seconds,
                instructions=name_once(action).rstrip(FULL_STOPS),
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


def name_once(manoeuvre: Manoeuvre) -> str:
    """Return the instruction without names that differ from an earlier one in case only ("onto Elm Street/ELM STREET")."""
    instruction = manoeuvre.instruction
    for names in (manoeuvre.begin_street_names, manoeuvre.street_names):
        different: dict[str, str] = {}
        for name in names:
            different.setdefault(name.casefold(), name)
        if len(different) < len(names):
            instruction = instruction.replace("/".join(names), "/".join(different.values()))
    return instruction


def join_roundabouts(manoeuvres: Sequence[Manoeuvre]) -> list[Manoeuvre]:
    """Join the exit of each roundabout with its entry, whose instruction says which exit to take.

    Valhalla's `roundabout_exits` would do the same, but then nothing tells the name of the road behind the roundabout.
    """
    joined: list[Manoeuvre] = []
    for manoeuvre in manoeuvres:
        if manoeuvre.type != ROUNDABOUT_EXIT or not joined:
            joined.append(manoeuvre)
            continue
        entry = joined[-1]
        joined[-1] = msgspec.structs.replace(
            entry,
            time=entry.time + manoeuvre.time,
            length=entry.length + manoeuvre.length,
            end_shape_index=manoeuvre.end_shape_index,
        )
    return joined


def share(parts: Sequence[float], total: int) -> list[int]:
    """Round parts to integers that add up to `total`, by rounding the running sums instead of the parts."""
    whole = sum(parts)
    shares, running, given = [], 0.0, 0
    for part in parts:
        running += part
        upto = round(running / whole * total) if whole else 0
        shares.append(upto - given)
        given = upto
    return shares


def name_route(manoeuvres: Sequence[Manoeuvre]) -> str | None:
    """Return the name of the road that a route follows longest; None if no road has a name."""
    lengths: dict[str, float] = {}
    for manoeuvre in manoeuvres:
        for name in manoeuvre.street_names[:1]:
            lengths[name] = lengths.get(name, 0.0) + manoeuvre.length
    return max(lengths, key=lengths.__getitem__) if lengths else None


def judge_tolls(summary: Summary, transport: Transport) -> bool | None:
    """Tell whether a route has tolls; None without a car on a toll road, as OpenStreetMap's `toll` is for vehicles."""
    if transport is Transport.AUTOMOBILE or not summary.has_toll:
        return summary.has_toll
    return None


def read_times(answer: bytes, query: EtaQuery, without_traffic: bytes | None = None) -> tuple[Eta, ...]:
    """Parse the travel times to all destinations. `without_traffic` is a second response, if the engine knows traffic."""
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
    """Parse length and time of the best route, from a response that may lack directions."""
    return read(route_decoder, answer).trip.summary
