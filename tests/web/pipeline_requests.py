"""A pipeline with a fake gate and test endpoints, and requests to it."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx

from trigpoint.base.errors import NotFoundError, UnavailableError
from trigpoint.credentials import reasons
from trigpoint.credentials.call import Call
from trigpoint.credentials.services import Service
from trigpoint.credentials.verdict import RefusedError, refuse
from trigpoint.maps.atlas import Atlas
from trigpoint.web.answering import Answering
from trigpoint.web.v1.endpoints import Endpoint
from trigpoint.web.v1.pipeline import Pipeline
from trigpoint.wire.parameters import Parameters

NOW = 86_400.0 * 20_780 + 32_400  # 09:00 UTC: the day has 54,000 seconds left
APPLE_401 = b'{"error":{"message":"Not Authorized","details":[]}}'


@dataclass(frozen=True)
class AToken:
    token: str = "a.b.c"
    expires_in_seconds: int = 1800


@dataclass
class FakeGate:
    """Admits the token `good`; refuses the rest as unknown, or raises what it was given."""

    error: Exception | None = None
    calls: list[tuple[str | None, Call]] = field(default_factory=list)
    settled: list[tuple[object, int]] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)

    def recall(self, credential: str, call: object) -> None:
        del credential, call

    async def admit(self, credential: str | None, call: Call) -> object:
        self.calls.append((credential, call))
        if self.error is not None:
            raise self.error
        if credential != "good":
            error = refuse("check", reasons.KEY_UNKNOWN, "No key with the Key ID ABCDEFGHIJ is registered here.")
            error.is_counted = True  # as the authority does
            raise error
        return object()

    def count_unread(self, call: Call, error: RefusedError) -> None:
        assert call.service is Service.SERVER_API
        self.unread.append(error.reason.code)

    def settle(self, grant: object, status: int) -> None:
        self.settled.append((grant, status))

    async def exchange(self, credential: str | None, call: Call) -> AToken:
        await self.admit(credential, call)
        return AToken()


class PanicError(BaseException):
    """What native code raises when it gives up: no Exception."""


async def echo(atlas: Atlas, query: str) -> str:
    del atlas
    if query == "down":
        raise UnavailableError("No place engine is configured.")
    if query == "crash":
        raise RuntimeError("what no user may see")
    if query == "panic":
        raise PanicError
    if query == "unknown":
        raise NotFoundError("No place has that ID.")
    return query


def a_row(path: str, parameter: str = "q") -> Endpoint[Any, Any]:
    def parse(parameters: Parameters) -> str:
        return f"{parameters.required_text(parameter, example='x')}" + (
            f" in {parameters.lang()}" if parameters.text("with") == "lang" else ""
        )

    return Endpoint(path, parse, echo, lambda found: f'{{"found":"{found}"}}'.encode())


ROWS = (a_row("/v1/echo"), a_row("/v1/thing/{id}", "id"), a_row("/v1/thing/all"))


def an_answering(**changes: Any) -> Answering:
    given: dict[str, Any] = {"clock": lambda: NOW, "explain": False, "base_url": "http://maps.test"}
    return Answering(**(given | changes))


def ask(
    method: str = "GET",
    path: str = "/v1/echo?q=x",
    *,
    gate: FakeGate | None = None,
    explain: bool = False,
    authorization: str | None = "Bearer good",
    **headers: str,
) -> httpx.Response:
    gate = gate or FakeGate()
    answering = an_answering(explain=explain, count_unread=gate.count_unread)
    app: Any = Pipeline(gate=gate, atlas=Atlas(), endpoints=ROWS, answering=answering)
    sent: dict[str, Any] = {name.replace("_", "-"): value for name, value in headers.items()}
    if authorization is not None:
        sent["authorization"] = authorization.encode("latin-1")

    async def send() -> httpx.Response:
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://maps.test") as client:
            return await client.request(method, path, headers=sent)

    return asyncio.run(send())
