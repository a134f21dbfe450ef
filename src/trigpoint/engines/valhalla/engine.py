"""The route engine on Valhalla: sends queries through a transporter (worker processes, or HTTP) and parses responses."""

import asyncio
import logging
from dataclasses import dataclass, replace
from typing import Protocol

from trigpoint.base.clock import Clock
from trigpoint.base.errors import UnavailableError
from trigpoint.base.geo import METRES_PER_KILOMETRE, Point
from trigpoint.engines.valhalla import answers, requests
from trigpoint.engines.valhalla.local_time import find_zone
from trigpoint.engines.valhalla.refusals import RefusedByEngineError
from trigpoint.engines.valhalla.worker import Action
from trigpoint.maps.engines import EngineStatus
from trigpoint.maps.routes import Avoid, Eta, EtaQuery, Journey, Route, RouteQuery, Transport

NO_TIMETABLE = "Transit needs a timetable: build routes with 'trigpoint routes build FILE.osm.pbf --gtfs FEED.zip'."
_LOG = logging.getLogger("trigpoint.routes")


FIRST_GUESS_S = 1800.0
ARRIVAL_TRIES = 8
MINUTE_S = 60.0
"""For an arrival time by transit: the first guess of the duration, the number of departures tried, the tolerance."""


class Transporter(Protocol):
    """Sends queries to Valhalla."""

    async def ask(self, action: Action, question: bytes) -> bytes:
        """Send one query in Valhalla's JSON; return the response. Raises RefusedByEngineError or UnavailableError."""
        ...

    async def start(self) -> None:
        """Start now, so that the first query does not wait. Never raises."""
        ...

    async def close(self) -> None:
        """Close connections and end processes."""
        ...

    async def status(self) -> EngineStatus:
        """Say what is loaded; never raises."""
        ...

    def has_timetable(self) -> bool:
        """Tell whether there is a timetable for transit, as far as is known."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class ValhallaRoutes:
    """Routes and travel times from Valhalla. `knows_traffic` asks for times without traffic as well."""

    transporter: Transporter
    clock: Clock
    knows_traffic: bool = False

    async def routes(self, query: RouteQuery) -> tuple[Route, ...]:
        """Find routes between two points, best first; empty if there is none."""
        try:
            answer = await self._ask_route(query)
        except RefusedByEngineError as refusal:
            return no_way_or_fault(refusal)
        found = answers.read_routes(answer, query.journey.transport)
        if Avoid.TOLLS in query.avoid and found[0].has_tolls:
            return await self._without_tolls(query) or found
        return found

    async def etas(self, query: EtaQuery) -> tuple[Eta, ...]:
        """Return the travel time to each destination, from one query if the engine can do that, else from one for each."""
        transport = query.journey.transport
        if transport is Transport.TRANSIT and not self.transporter.has_timetable():
            _LOG.warning(NO_TIMETABLE)
            return tuple(Eta(destination=destination, transport=transport) for destination in query.destinations)
        if transport is Transport.TRANSIT or query.journey.arrival is not None:
            return await self._one_by_one(query)
        try:
            found = await self._at_once(query)
        except RefusedByEngineError as refusal:
            if not refusal.means_no_way:
                return no_way_or_fault(refusal)
            return await self._one_by_one(query)  # one bad destination makes the whole query fail
        return tuple(
            [eta if eta.expected_s is not None else await self._time_to(eta.destination, query) for eta in found]
        )

    async def status(self) -> EngineStatus:
        """Say what is loaded; never raises."""
        return await self.transporter.status()

    async def start(self) -> None:
        """Start the engine now, so that the first request does not wait. Never raises."""
        find_zone(Point(0.0, 0.0))  # loads the time zone borders, which takes a third of a second
        await self.transporter.start()

    async def close(self) -> None:
        """Close the transporter."""
        await self.transporter.close()

    async def _ask_route(self, query: RouteQuery) -> bytes:
        """Ask for routes between roads near the ends, and only if there are none, between any roads within reach."""
        try:
            near = requests.write_route(query, self.clock, within=requests.NEAR_M)
            return await self.transporter.ask(Action.ROUTE, near)
        except RefusedByEngineError as refusal:
            if not refusal.is_about_roads:
                raise
        return await self.transporter.ask(Action.ROUTE, requests.write_route(query, self.clock))

    async def _without_tolls(self, query: RouteQuery) -> tuple[Route, ...]:
        """Find routes without any tolls; empty if there is none, or if the engine does not allow hard exclusions."""
        question = requests.write_route(query, self.clock, exclude_tolls=True)
        try:
            found = answers.read_routes(await self.transporter.ask(Action.ROUTE, question), query.journey.transport)
        except RefusedByEngineError:
            return ()
        return tuple(route for route in found if not route.has_tolls)

    async def _at_once(self, query: EtaQuery) -> tuple[Eta, ...]:
        """Get all travel times from one query: first between roads near the ends, then between any roads within reach.

        The engine's search for many destinations gives up earlier than that for one, so destinations that it did not
        reach are asked for again, one by one.
        """
        try:
            found = await self._between(query, within=requests.NEAR_M)
            if all(eta.expected_s is not None for eta in found):
                return found
        except RefusedByEngineError as refusal:
            if not refusal.is_about_roads:
                raise
        return await self._between(query, within=requests.SEARCH_CUTOFF_M)

    async def _between(self, query: EtaQuery, *, within: int) -> tuple[Eta, ...]:
        """Get all travel times in one query, or, if the engine knows traffic, in two: with and without it."""
        if not self.knows_traffic:
            return answers.read_times(await self._ask_times(requests.write_times(query, within=within)), query)
        both = [requests.write_times(query, with_traffic=traffic, within=within) for traffic in (True, False)]
        answer, quiet = await asyncio.gather(*(self._ask_times(question) for question in both))
        return answers.read_times(answer, query, quiet)

    async def _ask_times(self, question: bytes) -> bytes:
        return await self.transporter.ask(Action.SOURCES_TO_TARGETS, question)

    async def _one_by_one(self, query: EtaQuery) -> tuple[Eta, ...]:
        arrival = query.journey.arrival
        if query.journey.transport is Transport.TRANSIT and arrival is not None:
            tasks = [self._arrive_by_transit(arrival, destination, query) for destination in query.destinations]
        else:
            tasks = [self._time_to(destination, query) for destination in query.destinations]
        return tuple(await asyncio.gather(*tasks))

    async def _arrive_by_transit(self, arrival: float, destination: Point, query: EtaQuery) -> Eta:
        """Find a journey that arrives in time, although the engine only plans transit from a departure time.

        Several departures are tried: earlier ones after a late arrival, later ones to avoid waiting. The result is the
        shortest of the journeys that arrive in time.
        """
        best = Eta(destination=destination, transport=Transport.TRANSIT)
        departure = arrival - FIRST_GUESS_S
        for _ in range(ARRIVAL_TRIES):
            journey = Journey(transport=Transport.TRANSIT, departure=departure)
            eta = await self._time_to(destination, replace(query, journey=journey))
            if eta.expected_s is None:
                departure -= FIRST_GUESS_S  # no service runs at that time
                continue
            late = departure + eta.expected_s - arrival
            if late <= 0 and (best.expected_s is None or eta.expected_s < best.expected_s):
                best = eta
            if -MINUTE_S < late <= 0:
                break
            departure -= late
        return best

    async def _time_to(self, destination: Point, query: EtaQuery) -> Eta:
        transport = query.journey.transport
        try:
            question = requests.write_time_to(query, destination, self.clock)
            summary = answers.read_summary(await self.transporter.ask(Action.ROUTE, question))
        except RefusedByEngineError as refusal:
            no_way_or_fault(refusal)
            return Eta(destination=destination, transport=transport)
        seconds = round(summary.time)
        metres = round(summary.length * METRES_PER_KILOMETRE)
        return Eta(
            destination=destination, transport=transport, distance_m=metres, expected_s=seconds, static_s=seconds
        )


def no_way_or_fault(refusal: RefusedByEngineError) -> tuple[()]:
    """Return no routes for a refusal that means "no route found"; raise UnavailableError for any other."""
    if refusal.means_no_way:
        return ()
    raise UnavailableError(f"The route engine refused the query: {refusal}") from refusal
