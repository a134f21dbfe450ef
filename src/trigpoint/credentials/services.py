"""The services for which a key can be enabled, named by the scope values of Apple's tokens (contract §2.1)."""

from enum import StrEnum


class Service(StrEnum):
    """One service of Apple Maps; its value is used in the `scope` of tokens."""

    MAPKIT_JS = "mapkit_js"
    SERVER_API = "server_api"
    WEB_SNAPSHOTS = "web_snapshots"
    EMBED_API = "embed_api"

    @property
    def words(self) -> str:
        """Apple's name of the service."""
        return _WORDS[self]


_WORDS = {
    Service.MAPKIT_JS: "MapKit JS",
    Service.SERVER_API: "Maps Server API",
    Service.WEB_SNAPSHOTS: "Maps Web Snapshots",
    Service.EMBED_API: "Maps Embed API",
}

MAPKIT_JS_SERVICE = frozenset(Service)
"""The services that the checkbox "MapKit JS" of the portal enables on a key: all four (contract §1.2)."""

NEEDS_ORIGIN = frozenset({Service.MAPKIT_JS, Service.WEB_SNAPSHOTS, Service.EMBED_API})
"""Services for which Apple requires an `origin` claim (contract §2.1)."""
