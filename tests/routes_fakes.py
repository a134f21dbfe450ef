"""A route engine for tests that remembers what it was asked, and builders of routes that are valid by default."""

from dataclasses import dataclass, field
from typing import Any

from trigpoint.maps.engines import EngineStatus
from trigpoint.maps.routes import Eta, EtaQuery, Route, RouteQuery, Step, Transport

START, CORNER, GOAL = (37.7856, -122.401214), (37.785801, -122.401471), (37.7753881, -122.3931773)


def a_route(**changes: Any) -> Route:
    parts: dict[str, Any] = {
        "name": "4th St",
        "distance_m": 2033,
        "duration_s": 506,
        "transport": Transport.AUTOMOBILE,
        "has_tolls": True,
        "steps": (
            Step(path=(START,), distance_m=0, duration_s=0),
            Step(path=(START, CORNER), distance_m=37, duration_s=11, instructions="Turn right onto Minna St"),
            Step(
                path=(CORNER, GOAL),
                distance_m=1996,
                duration_s=495,
                instructions="The destination is on your right",
            ),
        ),
    }
    return Route(**(parts | changes))


@dataclass
class FakeRoutes:
    """Returns the given results; `asked` has the queries, in order."""

    found: tuple[Route, ...] = field(default_factory=lambda: (a_route(),))
    reachable: bool = True
    asked: list[Any] = field(default_factory=list)

    async def routes(self, query: RouteQuery) -> tuple[Route, ...]:
        self.asked.append(query)
        return self.found

    async def etas(self, query: EtaQuery) -> tuple[Eta, ...]:
        self.asked.append(query)
        times = {"distance_m": 9550, "expected_s": 975, "static_s": 540} if self.reachable else {}
        return tuple(Eta(destination=one, transport=query.journey.transport, **times) for one in query.destinations)

    async def start(self) -> None:
        pass

    async def close(self) -> None:
        pass

    async def status(self) -> EngineStatus:
        return EngineStatus(engine="fake", ready=True, detail="Made for a test.", counts={})
