"""A site with a token, and the map's part of the server before it, in one process."""

import asyncio
from dataclasses import dataclass, field
from typing import Any

import httpx

from conftest import NOON
from tiles_fakes import FakeTiles
from trigpoint.authority.opening import Authority
from trigpoint.credentials import auth_token, keypair
from trigpoint.credentials.key import Key
from trigpoint.credentials.keypair import PrivateKey
from trigpoint.credentials.roles import Actor
from trigpoint.web.mapkit.opening import MapKit
from trigpoint.web.metrics import Metrics
from web.answers import with_answering

OPERATOR = Actor.as_operator("test")
ORIGIN = "https://a.example"
TILE = "/ti/osm/14/8567/5712.mvt"


@dataclass
class MapSite:
    """A key of a team, and what a page of its site asks of the server."""

    authority: Authority
    key: Key
    private: PrivateKey
    engine: FakeTiles | None = field(default_factory=FakeTiles)
    metrics: Metrics = field(default_factory=Metrics)
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def app(self) -> MapKit:
        given: dict[str, Any] = {
            "gate": self.authority.map_access,
            "tiles": self.engine,
            "clock": self.authority.clock,
            "explain": False,
            "public_url": "https://maps.example/base",
            "base_url": "http://127.0.0.1:8060",
            "metrics": self.metrics,
            "note_refusal": self.authority.refusals.note,
            "count_unread": self.authority.count_unread,
        }
        return MapKit(**with_answering(given | self.options))

    def token(self, **claims: Any) -> str:
        given: dict[str, Any] = {
            "key_id": self.key.key_id,
            "team_id": self.key.team_id,
            "issued_at": int(NOON),
            "expires_at": int(NOON) + 600,
            "scope": "mapkit_js",
            "origin": "a.example",
        }
        return auth_token.sign(self.private, **(given | claims))

    def ask(self, path: str, *, method: str = "GET", app: MapKit | None = None, **headers: str) -> httpx.Response:
        served: Any = app or self.app
        sent = {name.replace("_", "-"): value for name, value in headers.items()}

        async def send() -> httpx.Response:
            transport = httpx.ASGITransport(app=served)
            async with httpx.AsyncClient(transport=transport, base_url="http://page.test") as client:
                client.headers.clear()
                return await client.request(method, path, headers=sent)

        return asyncio.run(send())

    def bootstrap(self, token: str | None = None, *, path: str = "/ma/bootstrap", **headers: str) -> httpx.Response:
        given = {"authorization": f"Bearer {self.token() if token is None else token}", "origin": ORIGIN}
        return self.ask(path, **(given | headers))

    def access_key(self) -> str:
        answer = self.bootstrap()
        assert answer.status_code == 200, answer.text
        return str(answer.json()["accessKey"])


def a_map_site(authority: Authority) -> MapSite:
    team = authority.teams.create(OPERATOR, "My Company")
    authority.maps_ids.register(OPERATOR, team_id=team.team_id, identifier="maps.com.my.site", description="Mine")
    key = authority.keys.create(OPERATOR, team_id=team.team_id, name="Web", maps_id="maps.com.my.site")
    return MapSite(authority, key, keypair.read_private_key(authority.keys.download(OPERATOR, key.key_id).pem))
