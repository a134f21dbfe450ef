"""The services that a key can open, named by the scope values of Apple's tokens (contract §2.1)."""

from enum import StrEnum


class Service(StrEnum):
    """One framework of Apple Maps; its value is the word in a token's `scope`."""

    MAPKIT_JS = "mapkit_js"
    SERVER_API = "server_api"
    WEB_SNAPSHOTS = "web_snapshots"
    EMBED_API = "embed_api"

    @property
    def words(self) -> str:
        """The name that Apple gives it."""
        return _WORDS[self]


_WORDS = {
    Service.MAPKIT_JS: "MapKit JS",
    Service.SERVER_API: "Maps Server API",
    Service.WEB_SNAPSHOTS: "Maps Web Snapshots",
    Service.EMBED_API: "Maps Embed API",
}

MAPKIT_JS_SERVICE = frozenset(Service)
"""What the portal's one checkbox "MapKit JS" enables on a key: all four (contract §1.2)."""

NEEDS_ORIGIN = frozenset({Service.MAPKIT_JS, Service.WEB_SNAPSHOTS, Service.EMBED_API})
"""Scopes for which Apple requires an `origin` claim (contract §2.1)."""
