"""The Embed API as one ASGI application: `/embed/…` on every host, and Apple's bare paths on an embed host."""

from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import Protocol

from trigpoint import __version__
from trigpoint.authority.map_access import OpenedEmbed
from trigpoint.base.errors import InvalidError, NotFoundError
from trigpoint.credentials import reasons
from trigpoint.credentials.bearer import read_bearer
from trigpoint.credentials.call import Call
from trigpoint.credentials.origins import frame_ancestors
from trigpoint.credentials.services import Service
from trigpoint.credentials.verdict import Outcome, RefusedError, refuse
from trigpoint.maps.atlas import Atlas
from trigpoint.maps.places import Place
from trigpoint.web.answering import Answering
from trigpoint.web.asgi import Message, Receive, Send, send_whole
from trigpoint.web.calls import address_of, read_fields, read_headers
from trigpoint.web.embed.framing import BARE_PATHS, MAP, PLACE, Framing, read_framing
from trigpoint.web.embed.pages import REFUSED_HEADERS, map_headers, render_map, render_refusal
from trigpoint.web.errors import CONTENT_TYPE, ERROR_HEADERS, MethodError, NoSuchPathError, Problem, title
from trigpoint.web.mapkit.answers import NO_STORE, Answer
from trigpoint.web.mapkit.assets import FIVE_MINUTES, File, read_folder_file
from trigpoint.web.mapkit.request_headers import read_request_headers
from trigpoint.web.request_ids import next_request_id
from trigpoint.wire import bootstrap, embed
from trigpoint.wire.bootstrap import Bootstrap
from trigpoint.wire.embed import EmbedQuery
from trigpoint.wire.parameters import Parameters

BOOTSTRAP, ASSETS = "/embed/v1/bootstrap", "/embed/assets"
PARSERS: dict[str, Callable[[Parameters], EmbedQuery]] = {PLACE: embed.parse_place, MAP: embed.parse_map}
READING = ("GET", "HEAD")
OLD_TOKEN = b"x-maps-access-token"
TOKEN_CHECK = "The address has a token"  # noqa: S105 (the words of a check)
SIGNED = "The signature verifies with the key"
"""Once this check has passed, the caller holds a token that the team signed, and is told why it is refused."""
SENTENCES = {
    400: "The URL of this map is not valid.",
    401: "This map's token was refused. The owner of the page can look up the reason in the portal, by the request ID below.",
    404: "This place was not found.",
    429: "Today's map views are used up. Try again later.",
}
UNAVAILABLE = "The map server is not available at the moment. Try again later."
OTHER = "other"


class EmbedGate(Protocol):
    """The part of the authority that embedded maps use."""

    def open_embedded(self, credential: str, call: Call, *, old_key: str | None = None) -> Awaitable[OpenedEmbed]:
        """Admit an embedded map by its auth token or Maps token. Spends a map view, unless `old_key` is still valid."""
        ...


class Embed:
    """The ASGI application that serves the pages of iframes, their bootstrap and their files."""

    def __init__(
        self,
        *,
        gate: EmbedGate,
        atlas: Atlas,
        answering: Answering,
    ) -> None:
        self._gate = gate
        self._atlas = atlas
        self._answering = answering
        self._clock = answering.clock

    async def __call__(self, scope: Message, receive: Receive, sender: Send) -> None:
        """Answer one request."""
        del receive
        request_id, began, code = next_request_id(), perf_counter(), ""
        path: str = BARE_PATHS.get(scope["path"]) or scope["path"]
        framing = read_framing(scope)
        call = Call(Service.EMBED_API, framing.origin, self._clock(), address_of(scope))
        try:
            answer = await self._find(scope, path, call, framing)
        except BaseException as error:  # noqa: BLE001 (the outermost handler: a panic of native code is answered, too)
            code, answer = self._tell(error, scope, call, request_id, as_page=path in PARSERS)
        self._answering.note(label_of(path), answer.status, began, code=code, scope=scope, request_id=request_id)
        length = () if answer.status == 304 else ((b"content-length", b"%d" % len(answer.body)),)
        await send_whole(scope, sender, answer.status, (*answer.headers, *length, (b"x-rid", request_id)), answer.body)

    async def _find(self, scope: Message, path: str, call: Call, framing: Framing) -> Answer:
        if scope["method"] not in READING:
            raise MethodError(scope["method"], ", ".join(READING))
        if path in PARSERS:
            return await self._show(scope, path, call, framing)
        if path == BOOTSTRAP:
            return await self._renew(scope, call)
        folder, _, name = path.rpartition("/")
        if folder == ASSETS:
            return find_asset(name).answer(read_request_headers(scope["headers"]), FIVE_MINUTES)
        raise NoSuchPathError(f"There is nothing at {scope['path']}.")

    async def _show(self, scope: Message, path: str, call: Call, framing: Framing) -> Answer:
        """Render the page of a map.

        1. Who asks: the token is judged for the Embed API, and a map view is spent.
        2. What is asked: places are looked up on the server, so that the page needs no token for `/v1/*`.
        3. The page contains its bootstrap, and only the token's origins may frame it.
        """
        _, _, accept_language = read_headers(scope["headers"])
        parameters = Parameters(read_fields(scope["query_string"], None), accept_language=accept_language)
        token = parameters.text("token", max_length=len(scope["query_string"]) + 1)
        if token is None:
            raise refuse(TOKEN_CHECK, reasons.EMBED_TOKEN_MISSING)
        opened = await self._gate.open_embedded(token, call)
        query = PARSERS[path](parameters)
        places = await self._look_up(query, is_card=path == PLACE)
        root = "../" * (scope["path"].count("/") - 1)
        body = render_map(
            query, places, root=root, is_card=path == PLACE, bootstrap=self._bootstrap(scope, opened, parameters)
        )
        ancestors = None if opened.origin is None else frame_ancestors(opened.origin, framing.origin)
        return Answer(
            200, map_headers(self._answering.base_url_for(scope), host=framing.host, ancestors=ancestors), body
        )

    async def _look_up(self, query: EmbedQuery, *, is_card: bool) -> tuple[Place, ...]:
        """Look up the places by ID. Unknown ones are left out; a card's only place raises NotFoundError instead."""
        if query.places is None:
            return ()
        if is_card:
            try:
                return (await self._atlas.place(query.places),)
            except InvalidError as error:  # the Server API calls this parameter `id`
                raise InvalidError("place", error.rule, example=error.example, received=error.received) from error
        return (await self._atlas.places_by_id(query.places)).places

    async def _renew(self, scope: Message, call: Call) -> Answer:
        """Return a new bootstrap for a page that is open. With its valid access key, no further map view is spent."""
        authorization, _, accept_language = read_headers(scope["headers"])
        credential = read_bearer(authorization)
        parameters = Parameters(read_fields(scope["query_string"], None), accept_language=accept_language)
        old = next((value.decode("latin-1") for name, value in scope["headers"] if name == OLD_TOKEN), None)
        opened = await self._gate.open_embedded(
            credential, call, old_key=None if old is None else old[len("Bearer ") :]
        )
        return Answer(200, (CONTENT_TYPE, NO_STORE), self._bootstrap(scope, opened, parameters))

    def _bootstrap(self, scope: Message, opened: OpenedEmbed, parameters: Parameters) -> bytes:
        """Render the bootstrap. Its access token is the access key, since an embedded page makes no `/v1/*` calls."""
        tiles = self._atlas.tiles
        found = Bootstrap(
            base_url=self._answering.base_url_for(scope),
            team_id=opened.team_id,
            access_token=opened.access_key,
            access_key=opened.access_key,
            expires_in_seconds=opened.expires_in_seconds,
            sets=() if tiles is None else tiles.tile_sets(),
            version=__version__,
        )
        return bootstrap.render(bootstrap.parse(parameters), found)

    def _tell(
        self, error: BaseException, scope: Message, call: Call, request_id: bytes, *, as_page: bool
    ) -> tuple[str, Answer]:
        """Turn an error into its code and response: a page for a frame, JSON for a script. Refusals are kept by request ID."""
        response = self._answering.respond(error, scope, request_id, base_url=self._answering.base_url_for(scope))
        self._answering.keep(error, call, request_id, is_explained=response.is_explained)
        problem = response.problem
        if not as_page:
            return problem.code, Answer(problem.status, (*ERROR_HEADERS, *problem.headers), problem.body)
        sentence, hint = explain_refusal(response.error, problem, explain=response.explain)
        body = render_refusal(
            root="../" * (scope["path"].count("/") - 1),
            title=title(problem.status),
            sentence=sentence,
            hint=hint,
            request_id=request_id.decode(),
        )
        return problem.code, Answer(problem.status, (*REFUSED_HEADERS, *problem.headers), body)


def explain_refusal(error: BaseException, problem: Problem, *, explain: bool) -> tuple[str, str]:
    """Return the sentence and the hint (or "") for the page of a refusal; only as much as this caller may know."""
    if isinstance(error, RefusedError):
        is_signed = any(one.check == SIGNED and one.outcome is Outcome.PASSED for one in error.verdict.findings)
        if explain or is_signed or error.reason is reasons.EMBED_TOKEN_MISSING:
            return error.detail, error.hint
    if isinstance(error, InvalidError):
        return SENTENCES[400], str(error)
    if isinstance(error, NotFoundError) and not isinstance(error, NoSuchPathError):
        return SENTENCES[404], ""
    return SENTENCES.get(problem.status, UNAVAILABLE), ""


def find_asset(name: str) -> File:
    """Return a static file of the page. Raises NotFoundError."""
    return read_folder_file("trigpoint.web.embed", "static", name)


def label_of(path: str) -> str:
    """Return the label of a path in the metrics."""
    if path in {PLACE, MAP, BOOTSTRAP}:
        return path
    return ASSETS if path.startswith(ASSETS + "/") else OTHER
