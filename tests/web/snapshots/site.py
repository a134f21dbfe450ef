"""A site with a key, and a server whose snapshots are one pixel, over real HTTP."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from conftest import NOON
from places_fakes import FakePlaces
from running import Raw, a_running_app
from snapshots_fakes import FakeSnapshots
from trigpoint.authority.opening import Authority
from trigpoint.credentials import auth_token, keypair
from trigpoint.credentials.key import Key
from trigpoint.credentials.keypair import PrivateKey
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.snapshot_signature import sign_message, sign_url
from trigpoint.maps.atlas import Atlas
from trigpoint.web.app import App
from trigpoint.web.health import Part
from trigpoint.web.metrics import Metrics
from trigpoint.web.snapshots.opening import Snapshots
from web.answers import with_answering

OPERATOR = Actor.as_operator("test")
PATH = "/api/v1/snapshot"


@dataclass(frozen=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass
class SnapshotSite:
    """A key of a team, and what its pages ask of the server."""

    authority: Authority
    key: Key
    private: PrivateKey
    engine: FakeSnapshots = field(default_factory=FakeSnapshots)
    places: FakePlaces = field(default_factory=FakePlaces)
    metrics: Metrics = field(default_factory=Metrics)
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def app(self) -> App:
        given: dict[str, Any] = {
            "gate": self.authority.snapshot_access,
            "atlas": Atlas(places=self.places, snapshots=self.engine),
            "clock": self.authority.clock,
            "settle": self.authority.settle,
            "explain": True,
            "look_every_s": 0.0,
            "base_url": "http://maps.test",
            "metrics": self.metrics,
            "note_refusal": self.authority.refusals.note,
        }

        async def nothing() -> None:
            return None

        async def readiness() -> Mapping[str, Part]:
            return {}

        async def v1(*_: Any) -> None:
            raise AssertionError("not a call of the API")

        snapshots = Snapshots(**with_answering(given | self.options))
        return App(v1=v1, readiness=readiness, start=nothing, stop=nothing, snapshots=snapshots)

    @contextmanager
    def served(self) -> Iterator["SnapshotServer"]:
        with a_running_app(self.app) as port:
            yield SnapshotServer(self, port)

    def signed(self, query: str = "center=47.14,9.52&z=14", **more: Any) -> str:
        """Sign a query that may stand in a URL as it is; give path and query."""
        return sign_url(self.private, f"{PATH}?{query}", team_id=self.key.team_id, key_id=self.key.key_id, **more)

    def raw_signed(self, query: str) -> str:
        """Sign a query as it stands, whatever is in it."""
        query = query.format(team=self.key.team_id, key=self.key.key_id) if "{team}" in query else query
        return f"{PATH}?{query}&signature={sign_message(self.private, f'{PATH}?{query}'.encode())}"

    def token(self, **claims: Any) -> str:
        given: dict[str, Any] = {
            "key_id": self.key.key_id,
            "team_id": self.key.team_id,
            "issued_at": int(NOON),
            "expires_at": int(NOON) + 600,
            "scope": "web_snapshots",
        }
        return auth_token.sign(self.private, **(given | claims))


@dataclass
class SnapshotServer:
    """The server on its port."""

    site: SnapshotSite
    port: int

    def get(self, target: str | bytes, *, method: str = "GET", **headers: str) -> Answer:
        """Ask for a target, byte for byte, on a connection of its own."""
        raw = target.encode("latin-1") if isinstance(target, str) else target
        lines = [f"{name.replace('_', '-')}: {value}\r\n".encode() for name, value in headers.items()]
        connection = Raw(self.port)
        connection.send(method.encode() + b" " + raw + b" HTTP/1.1\r\nhost: maps.test\r\n" + b"".join(lines) + b"\r\n")
        if method == "HEAD":
            while b"\r\n\r\n" not in connection.buffer:
                connection._more()
            head = connection.buffer.decode().partition("\r\n\r\n")[0].split("\r\n")
            fields = dict(line.lower().split(": ", 1) for line in head[1:])
            return Answer(int(head[0].split()[1]), fields, connection.buffer.partition(b"\r\n\r\n")[2])
        return Answer(*connection.read_answer())


def a_snapshot_site(authority: Authority) -> SnapshotSite:
    team = authority.teams.create(OPERATOR, "My Company")
    authority.maps_ids.register(OPERATOR, team_id=team.team_id, identifier="maps.com.my.site", description="Mine")
    key = authority.keys.create(OPERATOR, team_id=team.team_id, name="Web", maps_id="maps.com.my.site")
    return SnapshotSite(key=key, authority=authority, private=keypair.read_private_key(authority.keys.download(OPERATOR, key.key_id).pem))  # fmt: skip
