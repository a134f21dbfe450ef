"""The transporter to a Valhalla HTTP service, with one connection pool."""

import httpx

from trigpoint.base.errors import UnavailableError
from trigpoint.engines.fetching import shown
from trigpoint.engines.valhalla.refusals import raise_refusal
from trigpoint.engines.valhalla.worker import Action
from trigpoint.maps.engines import DataSource, EngineStatus

PATHS = {
    Action.ROUTE: "/route",
    Action.SOURCES_TO_TARGETS: "/sources_to_targets",
    Action.STATUS: "/status",
}
CONNECTIONS = 64
REFUSALS = (400, 404)


class ServiceTransporter:
    """Sends queries to a Valhalla service. Bound to the event loop of its first query.

    The attribute `url` is the URL without user and password, for messages.
    """

    def __init__(self, url: str, *, seconds: float = 30.0, queue_seconds: float = 10.0) -> None:
        self.url = shown(url).rstrip("/")
        self._client = httpx.AsyncClient(
            base_url=url.rstrip("/"),
            timeout=httpx.Timeout(seconds, pool=queue_seconds, connect=5.0),
            limits=httpx.Limits(max_connections=CONNECTIONS, max_keepalive_connections=CONNECTIONS),
            headers={"content-type": "application/json"},
            trust_env=False,
        )

    async def ask(self, action: Action, question: bytes) -> bytes:
        """Send one query. If the service had closed the connection, it is retried once on a new one."""
        try:
            answer = await self._post(action, question)
        except httpx.PoolTimeout:
            raise UnavailableError("All connections to the Valhalla service are busy; try again later.") from None
        except httpx.TimeoutException:
            raise UnavailableError(f"The Valhalla service at {self.url} did not respond in time.") from None
        except httpx.HTTPError as error:
            raise UnavailableError(f"The Valhalla service at {self.url} cannot be reached: {error}.") from error
        if answer.status_code in REFUSALS and answer.content.startswith(b"{") and b'"error_code"' in answer.content:
            raise_refusal(answer.content)
        if answer.status_code != httpx.codes.OK:
            raise UnavailableError(f"The Valhalla service at {self.url} answered {answer.status_code}.")
        return answer.content

    async def start(self) -> None:
        """Do nothing: there is nothing to start."""

    async def close(self) -> None:
        """Close the connections."""
        await self._client.aclose()

    async def status(self) -> EngineStatus:
        """Ask the service for its status; never raises."""
        try:
            status = (await self.ask(Action.STATUS, b"{}")).decode()
        except (UnavailableError, UnicodeDecodeError) as error:
            return EngineStatus(engine="Valhalla service", ready=False, detail=str(error), counts={})
        source = DataSource(name=self.url, attribution="© OpenStreetMap contributors", licence="ODbL 1.0")
        return EngineStatus(
            engine="Valhalla service",
            ready=True,
            detail=f"{self.url} answers: {status[:200]}",
            sources=(source,),
            counts={},
        )

    def has_timetable(self) -> bool:
        """Return True: whether a service has a timetable only shows in its responses."""
        return True

    async def _post(self, action: Action, question: bytes) -> httpx.Response:
        try:
            return await self._client.post(PATHS[action], content=question)
        except (httpx.RemoteProtocolError, httpx.ReadError):
            return await self._client.post(PATHS[action], content=question)
