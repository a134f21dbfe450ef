"""`/v1/etas`: the travel times from one origin to one to ten destinations (contract §4.7)."""

import msgspec

from trigpoint.maps.routes import Eta, EtaQuery
from trigpoint.wire.directions import parse_journey
from trigpoint.wire.parameters import Parameters
from trigpoint.wire.place import Location

MAX_DESTINATIONS = 10


class EtaBody(msgspec.Struct, rename="camel", omit_defaults=True):
    """The travel time to one destination; without a route, only the destination and the transport type are present."""

    destination: Location
    transport_type: str
    distance_meters: int | None = None
    expected_travel_time_seconds: int | None = None
    static_travel_time_seconds: int | None = None


class EtaResponse(msgspec.Struct):
    """One entry for each destination, in the order of the request."""

    etas: list[EtaBody]


def parse(parameters: Parameters) -> EtaQuery:
    """Read the query; raises InvalidError."""
    return EtaQuery(
        origin=parameters.required_point("origin"),
        destinations=parameters.required_points("destinations", at_most=MAX_DESTINATIONS),
        journey=parse_journey(parameters),
    )


def render(found: tuple[Eta, ...]) -> bytes:
    """Write the response as JSON; destinations are written as they were requested."""
    return msgspec.json.encode(
        EtaResponse(
            [
                EtaBody(
                    destination=Location(eta.destination.latitude, eta.destination.longitude),
                    transport_type=eta.transport,
                    distance_meters=eta.distance_m,
                    expected_travel_time_seconds=eta.expected_s,
                    static_travel_time_seconds=eta.static_s,
                )
                for eta in found
            ]
        )
    )
