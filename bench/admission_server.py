"""The server for `bench_admission.py`: the real pipeline and authority, and paths with a constant response."""

import json
import os
import time
from collections.abc import Awaitable
from pathlib import Path
from typing import Any

from trigpoint.authority.grants import Grant, IssuedAccessToken
from trigpoint.base.clock import to_iso
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials.call import Call
from trigpoint.credentials.roles import SYSTEM
from trigpoint.credentials.verdict import RefusedError
from trigpoint.gate import open_gate
from trigpoint.maps.atlas import Atlas
from trigpoint.settings import read_settings
from trigpoint.web.answering import Answering
from trigpoint.web.app import App
from trigpoint.web.asgi import WHOLE_ANSWER, Message, Receive, Send
from trigpoint.web.v1.endpoints import Endpoint
from trigpoint.web.v1.pipeline import FOUND_HEADERS, Pipeline
from trigpoint.wire.parameters import Parameters

BODY = b'{"results":[]}'
HEADERS = (
    *FOUND_HEADERS,
    (b"content-length", b"%d" % len(BODY)),
    (b"x-rid", b"00000000-0000-4000-8000-000000000000"),
)
BARE = {"type": "http.response.start", "status": 200, "headers": HEADERS}
ANSWER = {"type": "http.response.body", "body": BODY}


def parse(parameters: Parameters) -> None:
    del parameters


async def ask(atlas: Atlas, query: None) -> None:
    del atlas, query


def render(found: None) -> bytes:
    del found
    return BODY


class OpenGate:
    """A gate that admits every call without any check."""

    def recall(self, credential: str, call: Call) -> Grant:
        del credential
        return Grant(TeamId(""), "", KeyId(""), call)

    def count_unread(self, call: Call, error: RefusedError) -> None:
        raise RuntimeError(f"the load has tokens: {call}, {error}")

    def settle(self, grant: Grant, status: int) -> None:
        del grant, status

    async def admit(self, credential: str | None, call: Call) -> Grant:
        return self.recall(credential or "", call)

    async def exchange(self, credential: str | None, call: Call) -> IssuedAccessToken:
        raise RuntimeError(f"nothing is exchanged here: {credential}, {call}")


class BenchApp(App):
    """The real application, and three paths that send the same bytes without admission.

    `/open` goes through a pipeline without admission. `/bare` is sent as ordinary ASGI messages, `/whole` in one write as
    responses of the API are; both do nothing else.
    """

    open_pipeline: Pipeline

    def __call__(self, scope: Message, receive: Receive, send: Send) -> Awaitable[None]:
        path = scope.get("path")
        if path == "/bare":
            return send_bare(send)
        if path == "/whole":
            return write_whole(scope)
        if path == "/open":
            scope["path"] = "/v1/constant"
            return self.open_pipeline(scope, receive, send)
        return super().__call__(scope, receive, send)


async def send_bare(send: Send) -> None:
    await send(BARE)
    await send(ANSWER)


async def write_whole(scope: Message) -> None:
    scope["extensions"][WHOLE_ANSWER](200, HEADERS, BODY)


def create_app() -> App:
    settings = read_settings()
    authority = open_gate(settings)
    create_installation(authority, settings.home)

    async def nothing() -> dict[str, Any]:
        return {}

    async def stop() -> None:
        await authority.stop()
        authority.close()

    def pipeline_behind(gate: Any) -> Pipeline:
        return Pipeline(
            gate=gate,
            atlas=Atlas(),
            endpoints=[Endpoint("/v1/constant", parse, ask, render)],
            answering=Answering(clock=time.time, explain=False, base_url=""),
        )

    app = BenchApp(v1=pipeline_behind(authority), readiness=nothing, start=authority.start, stop=stop)
    app.open_pipeline = pipeline_behind(OpenGate())
    return app


def create_installation(authority: Any, home: Path) -> None:
    """Create a team with a key and a high limit, and store its private key for the benchmark."""
    from trigpoint.credentials.quota import Meter

    team = authority.teams.create(SYSTEM, "Bench")
    authority.maps_ids.register(SYSTEM, team_id=team.team_id, identifier="maps.com.bench", description=to_iso(0))
    key = authority.keys.create(SYSTEM, team_id=team.team_id, name="Bench", maps_id="maps.com.bench")
    authority.quotas.set(SYSTEM, team.team_id, meter=Meter.SERVICE_CALLS, daily=10**12)
    pem = authority.keys.download(SYSTEM, key.key_id).pem.decode()
    told = {"teamId": team.team_id, "keyId": key.key_id, "pem": pem, "pid": os.getpid()}
    (home / "bench.json").write_text(json.dumps(told))
