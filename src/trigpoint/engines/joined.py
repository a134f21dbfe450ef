"""Several place engines as one: which one answers, the order of fallbacks, and the joint status."""

import asyncio
import contextlib
import time
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TypeVar

from trigpoint.base.errors import UnavailableError
from trigpoint.maps.engines import CannotError, EngineStatus, PlaceEngine
from trigpoint.maps.explained import Explanation
from trigpoint.maps.place_ids import PlaceId
from trigpoint.maps.places import Completion, Place, SearchFound
from trigpoint.maps.queries import AutocompleteQuery, GeocodeQuery, ReverseQuery, SearchQuery

LOOKED_EACH_S = 2.0
"""Interval of checks for whether this server has imported regions, in seconds."""

Answer = TypeVar("Answer")


@dataclass(frozen=True, slots=True)
class Member:
    """One of the engines, with its name in `/readyz` and in the metrics."""

    name: str
    engine: PlaceEngine
    close: Callable[[], Awaitable[None]]


class JoinedPlaces:
    """Implements `maps.engines.PlaceEngine` with several engines.

    The first of `services` must be available. If it finds nothing, the next ones are asked, and at last `regions`, the
    imported data of this server. `completes` is the service for autocomplete; without one, the regions complete, if
    there are any. `looks_up` tells whether the first service can look up places by ID.
    """

    def __init__(
        self,
        services: Sequence[Member],
        regions: Member,
        *,
        completes: PlaceEngine | None,
        looks_up: bool,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._services = tuple(services)
        self._regions = regions
        self._completes = completes
        self._looks_up = looks_up
        self._clock = clock
        self._looked = float("-inf")
        self._holds_region = False

    @property
    def _first(self) -> PlaceEngine:
        return self._services[0].engine

    @property
    def _next(self) -> list[PlaceEngine]:
        return [member.engine for member in (*self._services[1:], self._regions)]

    async def close(self) -> None:
        """Close files and connections."""
        await asyncio.gather(*(member.close() for member in (*self._services, self._regions)))

    async def geocode(self, query: GeocodeQuery) -> tuple[Place, ...]:
        """Find the places that a text names, best first; empty when nothing matches."""
        return await self._ask(lambda engine: engine.geocode(query), bool)

    async def explain(self, query: GeocodeQuery) -> Explanation:
        """Explain the result of `geocode` for the same query."""
        return await self._ask(lambda engine: engine.explain(query), lambda found: bool(found.candidates))

    async def reverse(self, query: ReverseQuery) -> tuple[Place, ...]:
        """Find what is at a point: the address or road, else the area; empty where there is nothing."""
        return await self._ask(lambda engine: engine.reverse(query), bool)

    async def search(self, query: SearchQuery) -> SearchFound:
        """Find one page of places."""
        return await self._ask(lambda engine: engine.search(query), lambda found: found.total > 0)

    async def autocomplete(self, query: AutocompleteQuery) -> tuple[Completion, ...]:
        """Complete what is being typed. Raises CannotError if no engine can."""
        if self._completes is not None:
            return await self._completes.autocomplete(query)
        completes = self._regions.engine if await self._is_there_a_region() else self._first
        return await completes.autocomplete(query)

    async def find_places(self, ids: Sequence[PlaceId], *, lang: str) -> Mapping[PlaceId, Place]:
        """Look up well-formed IDs. Raises CannotError if no engine can look them up or has them in its cache."""
        engines = [self._first, *self._next] if self._looks_up else [self._regions.engine, self._first]
        found: dict[PlaceId, Place] = {}
        cannot: CannotError | None = None
        for at, engine in enumerate(engines):
            missing = [place_id for place_id in dict.fromkeys(ids) if place_id not in found]
            if not missing:
                break
            must = at == 0 and self._looks_up
            try:
                try:
                    found.update(await engine.find_places(missing, lang=lang))
                except CannotError as error:
                    cannot = error
                    await _find_each(engine, missing, lang, found)
            except UnavailableError:
                if must:
                    raise
        if cannot is not None and not found and not self._looks_up:
            raise cannot
        return found

    async def find_alternate_ids(self, ids: Sequence[PlaceId]) -> Mapping[PlaceId, tuple[PlaceId, ...]]:
        """Return the other IDs of the same places, from the regions of this server."""
        found = await self.find_places(ids, lang="en")
        others: Mapping[PlaceId, tuple[PlaceId, ...]] = {}
        with contextlib.suppress(UnavailableError):
            others = await self._regions.engine.find_alternate_ids(ids)
        return {place_id: others.get(place_id, ()) for place_id in ids if place_id in found or place_id in others}

    async def statuses(self) -> dict[str, EngineStatus]:
        """Return the status of the whole as `places`, and that of each service by its name; never raises."""
        engines = [member.engine for member in (*self._services, self._regions)]
        *services, regions = await asyncio.gather(*(engine.status() for engine in engines))
        sources = [source for status in (*services, regions) for source in status.sources]
        whole = replace(
            services[0],
            engine=" + ".join(status.engine for status in (*services, regions)),
            detail=" ".join([*(status.detail for status in services), f"Beside: {regions.detail}"]),
            sources=tuple(dict.fromkeys(sources)),
            counts=regions.counts,
            regions=regions.regions,
            example=regions.example if regions.holds_region else "",
        )
        names = [member.name for member in self._services]
        return {"places": whole} | dict(zip(names, services, strict=True))

    async def status(self) -> EngineStatus:
        """Return the joint status: that of the first service, with the details of the others; never raises."""
        return (await self.statuses())["places"]

    async def _ask(self, ask: Callable[[PlaceEngine], Awaitable[Answer]], is_found: Callable[[Answer], bool]) -> Answer:
        """Ask the first engine. If it finds nothing, ask the next ones; those that are unavailable are skipped."""
        answer = await ask(self._first)
        for engine in self._next:
            if is_found(answer):
                break
            with contextlib.suppress(UnavailableError):
                answer = await ask(engine)
        return answer

    async def _is_there_a_region(self) -> bool:
        now = self._clock()
        if now - self._looked >= LOOKED_EACH_S:
            self._looked = now
            self._holds_region = (await self._regions.engine.status()).holds_region
        return self._holds_region


async def _find_each(engine: PlaceEngine, ids: Iterable[PlaceId], lang: str, found: dict[PlaceId, Place]) -> None:
    """Look up IDs one by one, for an engine that cannot look up all of them, and add the places to `found`."""
    for place_id in ids:
        with contextlib.suppress(CannotError):
            found.update(await engine.find_places([place_id], lang=lang))
