"""The ASGI application of maps: `/ma/`, `/ti/` and `/mk/`."""

from time import perf_counter
from typing import NamedTuple

from trigpoint.credentials.call import Call
from trigpoint.credentials.services import Service
from trigpoint.maps.engines import TileEngine
from trigpoint.web.answering import Answering
from trigpoint.web.asgi import Message, Receive, Send, send_whole
from trigpoint.web.calls import address_of, read_fields, read_headers
from trigpoint.web.errors import ERROR_HEADERS, NoSuchPathError
from trigpoint.web.mapkit import assets, bootstrap
from trigpoint.web.mapkit.answers import OPEN_HEADERS, PREFLIGHT, Answer, caching, check_method
from trigpoint.web.mapkit.bootstrap import MapGate
from trigpoint.web.mapkit.request_headers import RequestHeaders, find_access_key, read_request_headers
from trigpoint.web.mapkit.styles import Styles
from trigpoint.web.mapkit.tiles import Tiles
from trigpoint.web.request_ids import next_request_id
from trigpoint.wire.parameters import Parameters

BOOTSTRAP = "/ma/bootstrap"
OTHER = "other"
TILE_DEPTH = 5
"""Slashes in the path of a tile: /ti/osm/14/8567/5712.mvt."""
FILE_DEPTH = 4
BODILESS = frozenset({204, 304})


class MapRequest(NamedTuple):
    """A request: the segments of its path, its headers, and its time."""

    scope: Message
    parts: list[str]
    request_headers: RequestHeaders
    at: float

    @property
    def call(self) -> Call:
        """The request as a call to be judged."""
        return call_of(self.scope, self.request_headers, self.at)


class MapKit:
    """Answers pages that show a map."""

    def __init__(
        self,
        *,
        gate: MapGate,
        tiles: TileEngine | None,
        answering: Answering,
        cache_seconds: int = 0,
    ) -> None:
        self._gate = gate
        self._tiles = Tiles(tiles, cache_seconds=cache_seconds)
        self._styles = Styles()
        self._answering = answering
        self._clock = answering.clock
        self._caching = caching(cache_seconds)

    async def __call__(self, scope: Message, receive: Receive, sender: Send) -> None:
        """Answer one request."""
        del receive
        request_id, began, code = next_request_id(), perf_counter(), ""
        path, method = scope["path"], scope["method"]
        request_headers, at = read_request_headers(scope["headers"]), self._clock()
        name = path.split("/", 3)[2] if path.startswith("/ti/") and path.count("/") == TILE_DEPTH else ""
        tiles = self._tiles.find_set(name) if name else None
        try:
            if name and method == "GET":
                text = find_access_key(scope["query_string"])
                if text is None or self._gate.recall(text, at) is None:
                    await self._gate.admit(text, call_of(scope, request_headers, at))
                answer = await self._tiles.find(tiles, path, request_headers, at=at)
            elif method == "GET" or check_method(method):
                answer = await self._find(MapRequest(scope, path.split("/"), request_headers, at))
            else:
                answer = PREFLIGHT
        except BaseException as error:  # noqa: BLE001 (the border: also a panic of native code is answered)
            code, answer = self._tell(error, MapRequest(scope, path.split("/"), request_headers, at), request_id)
        label = tiles.label if tiles is not None else answer.label or label_of(path)
        self._answering.note(label, answer.status, began, code=code, scope=scope, request_id=request_id)
        if answer.status in BODILESS:
            headers = (*answer.headers, (b"x-rid", request_id))
        else:
            headers = (*answer.headers, (b"content-length", b"%d" % len(answer.body)), (b"x-rid", request_id))
        await send_whole(scope, sender, answer.status, headers, answer.body)

    async def _find(self, request: MapRequest) -> Answer:
        match request.parts:
            case ["", "ti", "fonts" | "sprites" as folder, name]:
                await self._admit(request)
                return assets.read_file(folder, name).answer(request.request_headers, self._caching)
            case ["", "ti", "style", name]:
                await self._admit(request)
                return self._find_style(name, request)
            case ["", "ti", name, _, _, _]:  # a HEAD; a GET took the short way
                await self._admit(request)
                return await self._tiles.find(
                    self._tiles.find_set(name), request.scope["path"], request.request_headers, at=request.at
                )
            case ["", "ma", "bootstrap"]:
                base_url = self._answering.base_url_for(request.scope)
                return await bootstrap.answer(
                    self._gate, request.scope, request.call, base_url=base_url, sets=self._tiles.sets()
                )
            case ["", "mk", "assets", name]:
                return assets.find_chunk(name).answer(request.request_headers, assets.FOR_EVER)
            case ["", "mk", version, name]:
                return assets.find_script(version, name).answer(request.request_headers, assets.FIVE_MINUTES)
        raise NoSuchPathError(f"There is nothing at {request.scope['path']}.")

    def _find_style(self, name: str, request: MapRequest) -> Answer:
        _, _, accept_language = read_headers(request.scope["headers"])
        parameters = Parameters(read_fields(request.scope["query_string"], None), accept_language=accept_language)
        return self._styles.find(
            name,
            language=parameters.lang(),
            base_url=self._answering.base_url_for(request.scope),
            access_key=find_access_key(request.scope["query_string"]) or "",
            sets=self._tiles.sets(),
            request_headers=request.request_headers,
        )

    async def _admit(self, request: MapRequest) -> None:
        """Admit a request by its access key: from the cache, or judged now."""
        text = find_access_key(request.scope["query_string"])
        if text is None or self._gate.recall(text, request.at) is None:
            await self._gate.admit(text, request.call)

    def _tell(self, error: BaseException, request: MapRequest, request_id: bytes) -> tuple[str, Answer]:
        """Turn an error into its code and answer; keep a refusal."""
        response = self._answering.respond(
            error, request.scope, request_id, base_url=self._answering.base_url_for(request.scope)
        )
        self._answering.keep(error, request.call, request_id, is_explained=response.is_explained)
        problem = response.problem
        return problem.code, Answer(problem.status, (*ERROR_HEADERS, *problem.headers, *OPEN_HEADERS), problem.body)


def call_of(scope: Message, request_headers: RequestHeaders, at: float) -> Call:
    """Give a request as a call to be judged."""
    return Call(Service.MAPKIT_JS, request_headers.origin, at, address_of(scope))


def label_of(path: str) -> str:
    """Give the label of a path in the metrics, if it is no tile: labels are few, paths are not."""
    if path == BOOTSTRAP:
        return path
    parts = path.split("/")
    if parts[1] == "mk":
        return "/mk"
    return f"/ti/{parts[2]}" if parts[2] in {"fonts", "sprites", "style"} and len(parts) == FILE_DEPTH else OTHER
