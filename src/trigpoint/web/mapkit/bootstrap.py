"""`/ma/bootstrap`: exchanges a page's token for everything that a map needs (contract §7.2)."""

from collections.abc import Awaitable
from typing import Protocol

from trigpoint import __version__
from trigpoint.authority.map_access import OpenedMap
from trigpoint.credentials.bearer import read_bearer
from trigpoint.credentials.call import Call
from trigpoint.credentials.facts import KeyFacts
from trigpoint.maps.tiles import TileSet
from trigpoint.web.asgi import Message
from trigpoint.web.calls import read_fields, read_headers
from trigpoint.web.errors import CONTENT_TYPE
from trigpoint.web.mapkit.answers import NO_STORE, OPEN_HEADERS, Answer
from trigpoint.wire import bootstrap
from trigpoint.wire.bootstrap import Bootstrap
from trigpoint.wire.parameters import Parameters

OLD_TOKEN = b"x-maps-access-token"
"""The header with the access token of a page that refreshes its map."""
REFRESHED = "/ma/bootstrap refreshed"
"""Label of refreshed maps in the metrics; initialized maps are the map views."""
HEADERS = (*OPEN_HEADERS, CONTENT_TYPE, NO_STORE)


class MapGate(Protocol):
    """What the map needs of the authority."""

    def open(self, credential: str | None, call: Call, *, old_token: str | None = None) -> Awaitable[OpenedMap]:
        """Open a map with an auth token or a Maps token, and spend a map view unless `old_token` makes it a refresh."""
        ...

    def recall(self, text: str, at: float) -> KeyFacts | None:
        """Admit an access key from the cache, if its verdict is valid; else None."""
        ...

    def admit(self, text: str | None, call: Call) -> Awaitable[KeyFacts]:
        """Judge an access key."""
        ...


async def answer(gate: MapGate, scope: Message, call: Call, *, base_url: str, sets: tuple[TileSet, ...]) -> Answer:
    """Answer a page that initializes or refreshes a map.

    1. Who asks? An auth token or Maps token is judged for MapKit JS; a map view is spent, or the map is refreshed.
    2. The page gets an access token, an access key, and the addresses of everything.
    """
    authorization, _, accept_language = read_headers(scope["headers"])
    # 1. Who asks? An auth token or Maps token is judged for MapKit JS; a map view is spent, or the map is refreshed.
    credential = read_bearer(authorization)
    fields = read_fields(scope["query_string"], None)
    query = bootstrap.parse(Parameters(fields, accept_language=accept_language))
    opened = await gate.open(credential, call, old_token=find_old_token(scope))
    # 2. The page gets an access token, an access key, and the addresses of everything.
    found = Bootstrap(
        base_url=base_url,
        team_id=opened.team_id,
        access_token=opened.access_token,
        access_key=opened.access_key,
        expires_in_seconds=opened.expires_in_seconds,
        sets=sets,
        version=__version__,
    )
    return Answer(200, HEADERS, bootstrap.render(query, found), "" if opened.is_view else REFRESHED)


def find_old_token(scope: Message) -> str | None:
    """Find the header of a refresh; if it came more than once, it is ignored."""
    found = [value.decode("latin-1") for name, value in scope["headers"] if name == OLD_TOKEN]
    return found[0] if len(found) == 1 else None
