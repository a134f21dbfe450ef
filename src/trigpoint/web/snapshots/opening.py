"""`GET /api/v1/snapshot` as an ASGI application (contract §6): the credential is verified first.

The numbered steps are those of `docs/snapshots.md`.
"""

from collections.abc import Awaitable, Callable
from time import perf_counter
from typing import NamedTuple, Protocol

from trigpoint.authority.grants import Grant
from trigpoint.authority.snapshot_access import SnapshotRequest
from trigpoint.credentials.snapshot_url import LONGEST, PATH
from trigpoint.maps.atlas import Atlas
from trigpoint.web.answering import Answering
from trigpoint.web.asgi import Header, Message, Receive, Send, send_whole
from trigpoint.web.calls import (
    CORS_HEADERS,
    ORIGIN_BYTES,
    PREFLIGHT_HEADERS,
    address_of,
    is_known,
    warn_of_ignored,
)
from trigpoint.web.errors import ERROR_HEADERS, MethodError, TooLongError
from trigpoint.web.request_ids import next_request_id
from trigpoint.web.snapshots.pictures import LOOK_EVERY_S, Pictures

READING = ("GET", "HEAD", "OPTIONS")
METHODS: Header = (b"access-control-allow-methods", ", ".join(READING).encode())
KEPT = f"{PATH} kept"
"""Label in the metrics for pictures that were not painted for their request: from the cache, or 304."""
REFERER_BYTES = LONGEST


class SnapshotGate(Protocol):
    """The part of the authority that snapshots need."""

    def recall(self, request: SnapshotRequest) -> Grant | None:
        """Admit a URL by its cached verdict, None if there is no valid one."""
        ...

    def admit(self, request: SnapshotRequest) -> Awaitable[Grant]:
        """Verify the credential of a URL, and count one snapshot."""
        ...


class Answer(NamedTuple):
    """A complete response. `headers` are without the request ID; `label` is its name in the metrics."""

    status: int
    headers: tuple[Header, ...] = ()
    body: bytes = b""
    label: str = PATH


class Snapshots:
    """Answers requests for snapshots. `settle` records an admitted one when the status of its response is known."""

    def __init__(
        self,
        *,
        gate: SnapshotGate,
        atlas: Atlas,
        settle: Callable[[Grant, int], None],
        answering: Answering,
        cache_seconds: int = 0,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        self._gate = gate
        self._pictures = Pictures(atlas, cache_seconds=cache_seconds, look_every_s=look_every_s)
        self._settle = settle
        self._answering = answering
        self._clock = answering.clock

    async def __call__(self, scope: Message, receive: Receive, sender: Send) -> None:
        """Answer one request."""
        del receive
        request_id, began, code = next_request_id(), perf_counter(), ""
        request, if_none_match = self._read(scope)
        grant: Grant | None = None
        try:
            if scope["method"] != "GET" and not check_method(scope["method"]):
                answer = Answer(204, (*PREFLIGHT_HEADERS, METHODS))
            else:
                # 1. How long is the URL? One that is too long is not parsed.
                check_length(request.query)
                # 2. Who sends the request? The credential is verified every time, and one snapshot is counted.
                grant = self._gate.recall(request) or await self._gate.admit(request)
                # 3. What is requested? 4. Paint it, unless it is cached or the client has it.
                answer = await self._find(request, if_none_match, scope, request_id)
        except BaseException as error:  # noqa: BLE001 (the outermost handler: a panic of native code gets a response too)
            code, answer = self._tell(error, request, scope, request_id)
        self._answering.note(answer.label, answer.status, began, code=code, scope=scope, request_id=request_id)
        if grant is not None:
            self._settle(grant, answer.status)
        await send_whole(scope, sender, answer.status, (*answer.headers, (b"x-rid", request_id)), answer.body)

    def _read(self, scope: Message) -> tuple[SnapshotRequest, bytes]:
        """Read the query as it was sent, and the relevant headers."""
        origin = referer = None
        if_none_match = b""
        for name, value in scope["headers"]:
            if name == b"referer":
                referer = value[:REFERER_BYTES].decode("latin-1")
            elif name == b"origin":
                origin = value[:ORIGIN_BYTES].decode("latin-1")
            elif name == b"if-none-match":
                if_none_match = value
        return SnapshotRequest(scope["query_string"], origin, referer, self._clock(), address_of(scope)), if_none_match

    async def _find(self, request: SnapshotRequest, if_none_match: bytes, scope: Message, request_id: bytes) -> Answer:
        query = self._pictures.read(request.query)
        if query.ignored:
            warn_of_ignored(request_id, scope, query.ignored)
        kept = self._pictures.recall(query, request.at)
        label = PATH if kept is None else KEPT
        if kept is None:
            unchanged = self._pictures.unchanged(query, if_none_match) if if_none_match else None
            if unchanged is not None:
                return Answer(304, unchanged, label=KEPT)
            kept = await self._pictures.paint(query, request.at)
        if if_none_match and is_known(if_none_match, kept.etag):
            return Answer(304, kept.headers[:-2], label=label)
        return Answer(200, kept.headers, kept.body, label)

    def _tell(
        self, error: BaseException, request: SnapshotRequest, scope: Message, request_id: bytes
    ) -> tuple[str, Answer]:
        """Convert an error to its code and response. Logs it, and stores a refusal under its request ID."""
        response = self._answering.respond(error, scope, request_id, base_url=self._answering.base_url)
        self._answering.keep(error, request.call, request_id, is_explained=response.is_explained)
        problem = response.problem
        length = (b"content-length", b"%d" % len(problem.body))
        return problem.code, Answer(
            problem.status, (*ERROR_HEADERS, *problem.headers, *CORS_HEADERS, length), problem.body
        )


def check_method(method: str) -> bool:
    """Whether a method requests the snapshot; False for a preflight. Raises MethodError for other methods."""
    if method not in READING:
        raise MethodError(method, ", ".join(READING))
    return method != "OPTIONS"


def check_length(query: bytes) -> None:
    """Raise TooLongError if the URL is longer than `LONGEST` characters."""
    if len(PATH) + 1 + len(query) > LONGEST:
        raise TooLongError(f"The URL of a snapshot has at most {LONGEST:,} characters, path and query.")
