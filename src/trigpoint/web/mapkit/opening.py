"""The map's part of the server as one ASGI application: `/ma/`, `/ti/` and `/mk/`, and nothing else."""

import asyncio
from collections.abc import Callable
from time import perf_counter
from typing import NamedTuple

from trigpoint.base.clock import Clock
from trigpoint.credentials.call import Call
from trigpoint.credentials.services import Service
from trigpoint.credentials.verdict import RefusedError
from trigpoint.maps.engines import TileEngine
from trigpoint.web.asgi import Message, Receive, Send
from trigpoint.web.calls import address_of, log_problem, logger, printable, read_fields, read_headers
from trigpoint.web.errors import ERROR_HEADERS, NoSuchPathError, to_problem
from trigpoint.web.floods import Refusals, TooManyRefusalsError
from trigpoint.web.mapkit import assets, bootstrap
from trigpoint.web.mapkit.answers import OPEN_HEADERS, PREFLIGHT, Answer, caching, check_method, send
from trigpoint.web.mapkit.asking import Asked, base_of, find_access_key, read_asked
from trigpoint.web.mapkit.bootstrap import MapGate
from trigpoint.web.mapkit.styles import Styles
from trigpoint.web.mapkit.tiles import Tiles
from trigpoint.web.metrics import Metrics
from trigpoint.web.proxies import is_from_this_machine
from trigpoint.web.request_ids import next_request_id
from trigpoint.wire.parameters import Parameters

BOOTSTRAP = "/ma/bootstrap"
OTHER = "other"
TILE_DEPTH = 5
"""How many slashes the address of a tile has: /ti/osm/14/8567/5712.mvt."""
FILE_DEPTH = 4
BODILESS = frozenset({204, 304})
NoteRefusal = Callable[[str, Call, RefusedError], None]


class Asking(NamedTuple):
    """One request, as far as it was looked at: the parts of its path, its headers, and when it came."""

    scope: Message
    parts: list[str]
    asked: Asked
    at: float

    @property
    def call(self) -> Call:
        """The request as the judge sees it."""
        return call_of(self.scope, self.asked, self.at)


class MapKit:
    """Answers pages that show a map. `public_url` is where clients reach this server; "" is where each says it does."""

    def __init__(
        self,
        *,
        gate: MapGate,
        tiles: TileEngine | None,
        clock: Clock,
        explain: bool,
        public_url: str,
        fallback_url: str,
        cache_seconds: int = 0,
        log_requests: bool = False,
        metrics: Metrics | None = None,
        note_refusal: NoteRefusal | None = None,
        count_unread: Callable[[Call, RefusedError], None] | None = None,
        explain_here_only: bool = False,
        refusals: Refusals | None = None,
    ) -> None:
        self._explain_here_only = explain_here_only
        self._refusals = refusals or Refusals()
        self._gate = gate
        self._tiles = Tiles(tiles, cache_seconds=cache_seconds)
        self._styles = Styles()
        self._clock = clock
        self._explain = explain
        self._public_url = public_url
        self._fallback_url = fallback_url
        self._caching = caching(cache_seconds)
        self._log_requests = log_requests
        self._metrics = metrics or Metrics()
        self._note_refusal = note_refusal
        self._count_unread = count_unread

    async def __call__(self, scope: Message, receive: Receive, sender: Send) -> None:
        """Answer one request."""
        del receive
        request_id, began, code = next_request_id(), perf_counter(), ""
        path, method = scope["path"], scope["method"]
        asked, at = read_asked(scope["headers"]), self._clock()
        name = path.split("/", 3)[2] if path.startswith("/ti/") and path.count("/") == TILE_DEPTH else ""
        tiles = self._tiles.find_set(name) if name else None
        try:
            if name and method == "GET":
                text = find_access_key(scope["query_string"])
                if text is None or self._gate.recall(text, at) is None:
                    await self._gate.admit(text, call_of(scope, asked, at))
                answer = await self._tiles.find(tiles, path, asked, at=at)
            elif method == "GET" or check_method(method):
                answer = await self._find(Asking(scope, path.split("/"), asked, at))
            else:
                answer = PREFLIGHT
        except BaseException as error:  # the border: also a panic of native code is answered
            if isinstance(error, (asyncio.CancelledError, KeyboardInterrupt, SystemExit)):
                raise
            code, answer = self._tell(error, Asking(scope, path.split("/"), asked, at), request_id)
        if self._log_requests:
            logger.info("%s %d %s %s", request_id.decode(), answer.status, method, printable(path))
        label = tiles.label if tiles is not None else answer.label or label_of(path)
        self._metrics.note(label, answer.status, perf_counter() - began, code=code)
        if answer.status in BODILESS:
            headers = (*answer.headers, (b"x-rid", request_id))
        else:
            headers = (*answer.headers, (b"content-length", b"%d" % len(answer.body)), (b"x-rid", request_id))
        await send(scope, sender, answer.status, headers, answer.body)

    async def _find(self, asking: Asking) -> Answer:
        match asking.parts:
            case ["", "ti", "fonts" | "sprites" as folder, name]:
                await self._admit(asking)
                return assets.read_file(folder, name).answer(asking.asked, self._caching)
            case ["", "ti", "style", name]:
                await self._admit(asking)
                return self._find_style(name, asking)
            case ["", "ti", name, _, _, _]:  # a HEAD; a GET took the short way
                await self._admit(asking)
                return await self._tiles.find(
                    self._tiles.find_set(name), asking.scope["path"], asking.asked, at=asking.at
                )
            case ["", "ma", "bootstrap"]:
                base_url = self._base_url(asking.scope)
                return await bootstrap.answer(
                    self._gate, asking.scope, asking.call, base_url=base_url, sets=self._tiles.sets()
                )
            case ["", "mk", "assets", name]:
                return assets.find_chunk(name).answer(asking.asked, assets.FOR_EVER)
            case ["", "mk", version, name]:
                return assets.find_script(version, name).answer(asking.asked, assets.FIVE_MINUTES)
        raise NoSuchPathError(f"There is nothing at {asking.scope['path']}.")

    def _find_style(self, name: str, asking: Asking) -> Answer:
        _, _, accept_language = read_headers(asking.scope["headers"])
        parameters = Parameters(read_fields(asking.scope["query_string"], None), accept_language=accept_language)
        return self._styles.find(
            name,
            language=parameters.lang(),
            base_url=self._base_url(asking.scope),
            access_key=find_access_key(asking.scope["query_string"]) or "",
            sets=self._tiles.sets(),
            asked=asking.asked,
        )

    async def _admit(self, asking: Asking) -> None:
        """Let a request pass that has an access key whose verdict stands, or that is judged well now."""
        text = find_access_key(asking.scope["query_string"])
        if text is None or self._gate.recall(text, asking.at) is None:
            await self._gate.admit(text, asking.call)

    def _base_url(self, scope: Message) -> str:
        return self._public_url or base_of(scope) or self._fallback_url

    def _tell(self, error: BaseException, asking: Asking, request_id: bytes) -> tuple[str, Answer]:
        """Turn an error into its code and answer; log it, and keep a refusal under its request id."""
        explain = self._explain and (not self._explain_here_only or is_from_this_machine(asking.scope))
        is_told = not isinstance(error, RefusedError) or self._refusals.may_tell(asking.scope)
        told = error if is_told else TooManyRefusalsError()
        problem = to_problem(told, explain=explain, base_url=self._base_url(asking.scope))
        if is_told:
            log_problem(request_id, asking.scope, problem, error)
        if isinstance(error, RefusedError):
            if self._count_unread is not None and bootstrap.is_unread(error):
                self._count_unread(asking.call, error)
            if is_told and self._note_refusal is not None:
                self._note_refusal(request_id.decode(), asking.call, error)
        return problem.code, Answer(problem.status, (*ERROR_HEADERS, *problem.headers, *OPEN_HEADERS), problem.body)


def call_of(scope: Message, asked: Asked, at: float) -> Call:
    """Give a request as the judge sees it."""
    return Call(Service.MAPKIT_JS, asked.origin, at, address_of(scope))


def label_of(path: str) -> str:
    """Name the endpoint of a path that is no tile's, for the metrics: they are few, what is asked for is not."""
    if path == BOOTSTRAP:
        return path
    parts = path.split("/")
    if parts[1] == "mk":
        return "/mk"
    return f"/ti/{parts[2]}" if parts[2] in {"fonts", "sprites", "style"} and len(parts) == FILE_DEPTH else OTHER
