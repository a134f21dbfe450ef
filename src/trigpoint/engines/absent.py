"""Engines that are not there: they answer that they are unavailable, and say what to install."""

from dataclasses import dataclass
from typing import NoReturn

from trigpoint.base.errors import UnavailableError
from trigpoint.maps.engines import EngineStatus
from trigpoint.maps.routes import EtaQuery, RouteQuery


@dataclass(frozen=True, slots=True)
class AbsentRoutes:
    """No route engine. `remedy` is the sentence that says what to do."""

    remedy: str

    async def routes(self, query: RouteQuery) -> NoReturn:
        """Raise UnavailableError."""
        del query
        raise UnavailableError(self.remedy)

    async def etas(self, query: EtaQuery) -> NoReturn:
        """Raise UnavailableError."""
        del query
        raise UnavailableError(self.remedy)

    async def status(self) -> EngineStatus:
        """Say what is missing."""
        return EngineStatus(engine="none", ready=False, detail=self.remedy, counts={})

    async def start(self) -> None:
        """There is nothing to start."""

    async def close(self) -> None:
        """There is nothing to close."""
