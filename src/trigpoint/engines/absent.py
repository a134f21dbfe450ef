"""Stand-ins for engines that are not installed: they raise UnavailableError, which says what to install."""

from dataclasses import dataclass
from typing import NoReturn

from trigpoint.base.errors import UnavailableError
from trigpoint.maps.engines import EngineStatus
from trigpoint.maps.routes import EtaQuery, RouteQuery


@dataclass(frozen=True, slots=True)
class AbsentRoutes:
    """The stand-in for a route engine. `remedy` is the message, which says what to do."""

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
        """Do nothing."""

    async def close(self) -> None:
        """Do nothing."""
