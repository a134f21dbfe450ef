"""Measures what quota, usage and metrics add to the CPU time of an admitted call: at most a tenth.

The same calls go through the server's HTTP protocol and pipeline, without sockets and with an engine that takes no time, in
alternation: as in production, and without quota, usage and metrics. Compared is the CPU time of the process, including
reserving blocks and writing counters. The rounds are short, so that other work on the machine affects both.
"""

import asyncio
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from uvicorn.server import ServerState

from trigpoint.authority.opening import Authority, open_authority
from trigpoint.credentials import auth_token, keypair
from trigpoint.credentials.call import Call
from trigpoint.credentials.quota import Meter
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.services import Service
from trigpoint.maps.atlas import Atlas
from trigpoint.web.answering import Answering
from trigpoint.web.app import App
from trigpoint.web.limits import LimitedProtocol
from trigpoint.web.metrics import Metrics
from trigpoint.web.server import server_config
from trigpoint.web.v1.endpoints import Endpoint
from trigpoint.web.v1.pipeline import Pipeline
from trigpoint.wire.parameters import Parameters

LIMIT = 1.10
CALLS = 250
ROUNDS = 300
OPERATOR = Actor.as_operator("bench")


class Uncounted(Metrics):
    """Measures nothing."""

    def note(self, path: str, status: int, seconds: float, *, code: str = "") -> None:
        del path, status, seconds, code


async def never() -> Any:
    raise NotImplementedError


async def echo(atlas: Atlas, query: str) -> str:
    del atlas
    return query


def read_query(parameters: Parameters) -> str:
    return parameters.required_text("q", example="Helsinki")


def an_app(authority: Authority, metrics: Metrics) -> App:
    row: Endpoint[Any, Any] = Endpoint("/v1/geocode", read_query, echo, lambda found: b'{"q":"%s"}' % found.encode())
    pipeline = Pipeline(
        gate=authority,
        atlas=Atlas(),
        endpoints=[row],
        answering=Answering(clock=time.time, explain=False, base_url="http://127.0.0.1", metrics=metrics),
    )
    return App(v1=pipeline, readiness=never, start=never, stop=never)


def open_customer(home: Path) -> tuple[Authority, str]:
    """Open an installation with one key; give an auth token of it."""
    authority = open_authority(home=home)
    team = authority.teams.create(OPERATOR, "Bench").team_id
    authority.maps_ids.register(OPERATOR, team_id=team, identifier="maps.com.bench", description="Bench")
    key = authority.keys.create(OPERATOR, team_id=team, name="Bench", maps_id="maps.com.bench")
    private = keypair.read_private_key(authority.keys.download(OPERATOR, key.key_id).pem)
    authority.quotas.set(OPERATOR, team, meter=Meter.SERVICE_CALLS, daily=25_000_000)
    now = int(time.time())
    token = auth_token.sign(private, key_id=key.key_id, team_id=team, issued_at=now, expires_at=now + 900)
    return authority, token


def admit_without_counting(authority: Authority) -> None:
    """Let every call pass without spending and without counting."""
    authority._spending.spend = lambda *_: True  # type: ignore[method-assign]
    authority._tally.settle = lambda *_: None  # type: ignore[method-assign]
    authority._tally.count = lambda *_: None  # type: ignore[method-assign]


class Wire(asyncio.Transport):
    """A connection without a socket: counts the answers that are written."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = 0

    def write(self, data: Any) -> None:
        if not data.startswith(b"HTTP/1.1 "):
            return
        if not data.startswith(b"HTTP/1.1 200"):
            raise RuntimeError(data)
        self.answers += 1

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return {"peername": ("127.0.0.1", 50_000), "sockname": ("127.0.0.1", 8060)}.get(name, default)

    def is_closing(self) -> bool:
        return False

    def pause_reading(self) -> None: ...
    def resume_reading(self) -> None: ...
    def close(self) -> None: ...
    def set_protocol(self, protocol: Any) -> None: ...


async def measure(app: App, access: str) -> float:
    """Give the microseconds of CPU that a call takes, from the bytes of its request to those of its answer."""
    config = server_config(app)
    config.load()
    protocol = LimitedProtocol(config, ServerState(), {}, asyncio.get_running_loop())
    wire = Wire()
    protocol.connection_made(wire)
    request = (
        "GET /v1/geocode?q=Mannerheimintie%201&lang=fi-FI HTTP/1.1\r\nHost: 127.0.0.1:8060\r\n"
        f"Authorization: Bearer {access}\r\nOrigin: https://a.example\r\nAccept: application/json\r\n\r\n"
    ).encode()
    began = time.process_time()
    for number in range(1, CALLS + 1):
        protocol.data_received(request)
        while wire.answers < number:  # noqa: ASYNC110 (the answer is written by a task of this loop)
            await asyncio.sleep(0)
    spent = time.process_time() - began
    protocol.connection_lost(None)
    return spent / CALLS * 1e6


async def compare(home: Path) -> tuple[float, float]:
    counted, token = open_customer(home / "counted")
    bare, bare_token = open_customer(home / "bare")
    call = Call(Service.SERVER_API, "https://a.example", time.time())
    access = (await counted.exchange(token, call)).token
    bare_access = (await bare.exchange(bare_token, call)).token
    admit_without_counting(bare)
    await counted.start()
    with_counting, without = an_app(counted, Metrics()), an_app(bare, Uncounted())
    spent = [0.0, 0.0]
    for number in range(ROUNDS):
        for form in (0, 1) if number % 2 else (1, 0):
            spent[form] += await (measure(without, bare_access) if form else measure(with_counting, access))
    await counted.stop()
    counted.close()
    bare.close()
    return spent[0] / ROUNDS, spent[1] / ROUNDS


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        with_counting, without = asyncio.run(compare(Path(folder)))
    ratio = with_counting / without
    print(f"an admitted call: {with_counting:.1f} us with quota, usage and metrics; {without:.1f} us without")
    print(f"ratio {ratio:.3f}, limit {LIMIT}")
    return 0 if ratio <= LIMIT else 1


if __name__ == "__main__":
    sys.exit(main())
