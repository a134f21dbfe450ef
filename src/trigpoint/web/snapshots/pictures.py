"""A cache of pictures by URL. Concurrent requests for the same picture wait for one painting of it.

Credentials are not checked here: each request was admitted before.
"""

import asyncio
import hashlib
from dataclasses import dataclass
from time import perf_counter

from trigpoint import __version__
from trigpoint.base.errors import UnavailableError
from trigpoint.maps.atlas import Atlas
from trigpoint.maps.snapshots.queries import SnapshotQuery
from trigpoint.web.asgi import Header
from trigpoint.web.calls import CORS_HEADERS, is_known, read_fields
from trigpoint.wire import snapshot
from trigpoint.wire.parameters import Parameters

PNG: Header = (b"content-type", b"image/png")
SHOWN_ANYWHERE: tuple[Header, ...] = (
    *CORS_HEADERS,
    (b"cross-origin-resource-policy", b"cross-origin"),  # pages of other origins must be able to show pictures
    (b"x-content-type-options", b"nosniff"),
)
MOST_BYTES = 48 * 1024 * 1024
"""Size limit of the cache of a worker, in bytes."""
MOST_URLS_BYTES = 16 * 1024 * 1024
URL_BYTES = 1_500
"""Approximate memory of a parsed URL besides its text, in bytes: the query with its markers and lines."""
LOOSE_S = 300.0
"""TTL in seconds of a picture that depends on more than its URL and the map: on an address search, or on images."""
LOOK_EVERY_S = 0.1
"""Interval between two checks of the map's version, in seconds."""
ETAG_BYTES = 12


@dataclass(slots=True)
class Kept:
    """A cached picture, its ETag, the version of the map that it shows, and its expiry."""

    version: str
    until: float
    body: bytes
    etag: bytes
    headers: tuple[Header, ...]


@dataclass(slots=True, eq=False)
class PictureRequest:
    """A parsed snapshot request. URLs that differ only in their credentials have the same one.

    `is_fixed`: the picture depends only on the query and the map.
    """

    query: SnapshotQuery
    is_fixed: bool
    ignored: tuple[str, ...] = ()
    etag: bytes = b""
    etag_version: str = ""
    kept: Kept | None = None
    painting: asyncio.Task[bytes] | None = None
    painted_for: str = ""


class Pictures:
    """The picture cache of one worker, limited in bytes. `cache_seconds` is the max-age for browsers."""

    def __init__(
        self,
        atlas: Atlas,
        *,
        cache_seconds: int,
        most_bytes: int = MOST_BYTES,
        most_urls_bytes: int = MOST_URLS_BYTES,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._atlas = atlas
        caching = b"private, max-age=%d" % cache_seconds if cache_seconds else b"private, no-cache"
        self._headers: tuple[Header, ...] = (*SHOWN_ANYWHERE, (b"cache-control", caching))
        self._most_bytes, self._most_urls_bytes = most_bytes, most_urls_bytes
        self._by_url: dict[bytes, PictureRequest] = {}
        self._by_query: dict[SnapshotQuery, PictureRequest] = {}
        self._filled: dict[PictureRequest, None] = {}  # in the order in which they were painted
        self._look_every_s = look_every_s
        self._known_version, self._look_at = "", 0.0
        self.weight = 0
        self.urls_weight = 0

    def read(self, query: bytes) -> PictureRequest:
        """Parse the query of a URL; cached. Raises InvalidError."""
        request = self._by_url.get(query)
        if request is None:
            parameters = Parameters(read_fields(query, None))
            snapshot_query = snapshot.parse(parameters)
            request = self._by_query.get(snapshot_query)
            if request is None:
                request = PictureRequest(snapshot_query, _is_fixed(snapshot_query), tuple(parameters.ignored))
            self._remember(query, request)
        return request

    def recall(self, request: PictureRequest, at: float) -> Kept | None:
        """Return the cached picture, None if there is none, it is expired, or it shows an older version of the map."""
        kept = request.kept
        if kept is None or at >= kept.until or kept.version != self._version():
            return None
        return kept

    def unchanged(self, request: PictureRequest, if_none_match: bytes) -> tuple[Header, ...] | None:
        """Return the headers of a 304 if it is certain without painting that the client has the current picture."""
        if not request.is_fixed:
            return None
        version = self._version()
        if request.etag_version != version:
            request.etag, request.etag_version = _etag(repr(request.query).encode(), version), version
        return self._with(request.etag) if is_known(if_none_match, request.etag) else None

    async def paint(self, request: PictureRequest, at: float) -> Kept:
        """Paint and cache the picture. Concurrent calls for the same picture share one painting."""
        version = self._version()
        if request.painting is None or request.painting.done() or request.painted_for != version:
            request.painting, request.painted_for = asyncio.create_task(self._atlas.snapshot(request.query)), version
            request.painting.add_done_callback(_retrieve)
        body = await asyncio.shield(request.painting)
        kept = request.kept
        if kept is not None and kept.body is body and kept.version == version:
            return kept
        etag = _etag(repr(request.query).encode(), version) if request.is_fixed else _etag(body, "")
        until = float("inf") if request.is_fixed else at + LOOSE_S
        kept = Kept(version, until, body, etag, (*self._with(etag), PNG, (b"content-length", b"%d" % len(body))))
        self._keep(request, kept)
        return kept

    def _version(self) -> str:
        """Return the version of the map. It is read from the engine at most every `LOOK_EVERY_S`, because that checks the tile files."""
        now = perf_counter()
        if now >= self._look_at:
            if self._atlas.snapshots is None:
                raise UnavailableError("No engine for snapshots is configured.")
            self._known_version, self._look_at = self._atlas.snapshots.version(), now + self._look_every_s
        return self._known_version

    def _with(self, etag: bytes) -> tuple[Header, ...]:
        return (*self._headers, (b"etag", etag))

    def _remember(self, query: bytes, request: PictureRequest) -> None:
        """Cache a parsed URL. If there are too many, the older half is dropped, with its pictures."""
        self._by_url[query] = request
        self._by_query[request.query] = request
        self.urls_weight += _weigh(query)
        if self.urls_weight > self._most_urls_bytes:
            for old in list(self._by_url)[: (len(self._by_url) + 1) // 2]:
                del self._by_url[old]
            self.urls_weight = sum(map(_weigh, self._by_url))
            self._by_query = {one.query: one for one in self._by_url.values()}
            for gone in [one for one in self._filled if one.query not in self._by_query]:
                self._drop(gone)

    def _keep(self, request: PictureRequest, kept: Kept) -> None:
        """Cache a picture, and drop the oldest if needed. A very large one is not cached."""
        self._drop(request)
        if len(kept.body) > self._most_bytes // 8 or self._by_query.get(request.query) is not request:
            return
        request.kept = kept
        self._filled[request] = None
        self.weight += len(kept.body)
        while self.weight > self._most_bytes:
            self._drop(next(iter(self._filled)))

    def _drop(self, request: PictureRequest) -> None:
        if request.kept is not None:
            self.weight -= len(request.kept.body)
            request.kept = None
        self._filled.pop(request, None)


def _retrieve(painting: asyncio.Task[bytes]) -> None:
    """Retrieve the result of a painting without a waiting request, so that asyncio does not log its exception."""
    if not painting.cancelled():
        painting.exception()


def _is_fixed(query: SnapshotQuery) -> bool:
    """Whether a picture needs neither an address search nor images from other servers."""
    texts = [query.center, *(one.point for one in query.annotations)]
    is_text = any(type(place) is str for place in texts)  # a keyword is a subclass of str
    return not is_text and all(image.url[:5].lower() == "data:" for image in query.images)


def _etag(content: bytes, version: str) -> bytes:
    digest = hashlib.blake2b(content, digest_size=ETAG_BYTES, person=b"snapshot")
    digest.update(f"\n{version}\n{__version__}".encode())
    return b'"%b"' % digest.hexdigest().encode()


def _weigh(query: bytes) -> int:
    return 3 * len(query) + URL_BYTES
