"""How a request of the Maps Server API is processed, from its first byte to its last, for all endpoints.

The numbered steps are those of `docs/flows.md`.
"""

import logging
from collections.abc import Awaitable, Iterable
from time import perf_counter
from typing import Any, Protocol

from trigpoint.authority.grants import Grant
from trigpoint.credentials.bearer import read_bearer
from trigpoint.credentials.call import Call
from trigpoint.credentials.services import Service
from trigpoint.maps.atlas import Atlas
from trigpoint.web.answering import Answering
from trigpoint.web.asgi import WHEN_GONE, WHOLE_ANSWER, Header, Message, Receive, Send, send_parts
from trigpoint.web.calls import (
    CORS_HEADERS,
    PREFLIGHT_HEADERS,
    address_of,
    printable,
    read_fields,
    read_headers,
    warn_of_ignored,
)
from trigpoint.web.errors import CONTENT_TYPE, ERROR_HEADERS, MethodError, NoSuchPathError
from trigpoint.web.log_lines import log_request
from trigpoint.web.request_ids import next_request_id
from trigpoint.web.v1.endpoints import Endpoint
from trigpoint.web.v1.hangups import ClientGoneError, while_connected
from trigpoint.wire.parameters import Parameters
from trigpoint.wire.token import render_token

TOKEN_PATH = "/v1/token"  # noqa: S105 (a path)
READING = ("GET", "HEAD", "OPTIONS")
EXCHANGING = ("GET", "HEAD", "POST", "OPTIONS")
OTHER_PATHS = "other"
"""Label in the metrics for requests whose path is not an endpoint."""
GONE = 499
"""Status under which an admitted call is counted if its client disconnected before the response."""

FOUND_HEADERS: tuple[Header, ...] = (CONTENT_TYPE, (b"cache-control", b"private, max-age=0"))
TOKEN_HEADERS: tuple[Header, ...] = (CONTENT_TYPE, (b"cache-control", b"no-store"))


class Exchanged(Protocol):
    """An access token and its lifetime in seconds."""

    @property
    def token(self) -> str: ...
    @property
    def expires_in_seconds(self) -> int: ...


class Gate(Protocol):
    """The part of the authority that the pipeline uses. `credential` is the token in the Authorization header."""

    def recall(self, credential: str, call: Call) -> Grant | None:
        """Admit a call by its cached verdict; None if there is no valid one."""
        ...

    def admit(self, credential: str | None, call: Call) -> Awaitable[Grant]:
        """Admit a call by its access token, and spend one call of the quota. Raises RefusedError or QuotaExceededError."""
        ...

    def settle(self, grant: Grant, status: int) -> None:
        """Count an admitted call with the status of its response."""
        ...

    def exchange(self, credential: str | None, call: Call) -> Awaitable[Exchanged]:
        """Exchange an auth token for an access token. Raises RefusedError."""
        ...


class Pipeline:
    """The ASGI application of `/v1/*`."""

    def __init__(
        self,
        *,
        gate: Gate,
        atlas: Atlas,
        endpoints: Iterable[Endpoint[Any, Any]],
        answering: Answering,
    ) -> None:
        self._gate = gate
        self._atlas = atlas
        self._answering = answering
        self._clock = answering.clock
        rows = list(endpoints)
        self._exact = {row.path: row for row in rows if not row.path.endswith("/{id}")}
        self._templates = {row.path.removesuffix("{id}"): row for row in rows if row.path.endswith("/{id}")}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request. The body of a POST is not needed, and not read."""
        del receive
        request_id = next_request_id()
        authorization, origin, accept_language = read_headers(scope["headers"])
        grant: Grant | None = None
        call: Call | None = None
        endpoint, code, began = OTHER_PATHS, "", perf_counter()
        extensions = scope.get("extensions") or {}
        try:
            # 1. Find the row of the path, and check the method.
            row, path_id = self._find_row(scope["path"])
            endpoint = TOKEN_PATH if row is None else row.path
            if scope["method"] != "GET" and not check_method(scope["method"], row):
                await send_preflight(send, row, request_id)
                return
            # 2. Who asks? A token is exchanged; every other call is admitted, which spends one call of the quota.
            call = Call(Service.SERVER_API, origin, self._clock(), address_of(scope))
            credential = read_bearer(authorization)
            if row is None:
                token = await self._gate.exchange(credential, call)
                headers, body = TOKEN_HEADERS, render_token(token.token, expires_in_seconds=token.expires_in_seconds)
            else:
                grant = self._gate.recall(credential, call) or await self._gate.admit(credential, call)
                # 3. What is asked? The row reads the parameters; a broken rule is an InvalidError.
                fields = read_fields(scope["query_string"], path_id, strict=True)
                query = parse(row, Parameters(fields, accept_language=accept_language), request_id, scope)
                # 4. The atlas asks its engine.
                answer = row.ask(self._atlas, query)
                found = await (while_connected(answer, extensions.get(WHEN_GONE)) if row.may_wait else answer)
                # 5. The row writes the answer.
                headers, body = FOUND_HEADERS, row.render(found)
            status = 200
        except ClientGoneError:
            note_hang_up(request_id, scope)
            self._answering.metrics.note(endpoint, GONE, perf_counter() - began)
            if grant is not None:
                self._gate.settle(grant, GONE)
            return
        except BaseException as error:  # noqa: BLE001 (the border: also a panic of an engine's native code is answered)
            code, status, headers, body = self._tell(error, scope, request_id, call)
        self._answering.note(endpoint, status, began, code=code, scope=scope, request_id=request_id)
        if grant is not None:
            self._gate.settle(grant, status)
        cors = CORS_HEADERS if origin is not None else ()
        headers = (*headers, *cors, (b"content-length", b"%d" % len(body)), (b"x-rid", request_id))
        write_whole = extensions.get(WHOLE_ANSWER)
        if write_whole is None or not write_whole(status, headers, body):
            await send_parts(send, status, headers, body)

    def _tell(
        self, error: BaseException, scope: Message, request_id: bytes, call: Call | None
    ) -> tuple[str, int, tuple[Header, ...], bytes]:
        """Turn an error into its code, status, headers and body; store a refusal under its request ID."""
        response = self._answering.respond(error, scope, request_id, base_url=self._answering.base_url)
        if call is not None:
            self._answering.keep(error, call, request_id, is_explained=response.is_explained)
        problem = response.problem
        return problem.code, problem.status, (*ERROR_HEADERS, *problem.headers), problem.body

    def _find_row(self, path: str) -> tuple[Endpoint[Any, Any] | None, str | None]:
        """Find the row of a path, and the `id` in the path; no row means `/v1/token`. Raises NoSuchPathError."""
        row = self._exact.get(path)
        if row is not None:
            return row, None
        if path == TOKEN_PATH:
            return None, None
        start, _, last = path.rpartition("/")
        row = self._templates.get(start + "/")
        if row is None or not last:
            raise NoSuchPathError(f"There is nothing at {path}.")
        return row, last


def parse(row: Endpoint[Any, Any], parameters: Parameters, request_id: bytes, scope: Message) -> Any:
    """Parse the parameters of a row's query, and log ignored values. Raises InvalidError."""
    query = row.parse(parameters)
    if parameters.ignored:
        warn_of_ignored(request_id, scope, parameters.ignored)
    return query


def check_method(method: str, row: Endpoint[Any, Any] | None) -> bool:
    """Tell whether a method requests the response itself; False for a preflight. Raises MethodError for other methods."""
    allowed = READING if row is not None else EXCHANGING
    if method not in allowed:
        raise MethodError(method, ", ".join(allowed))
    return method != "OPTIONS"


def note_hang_up(request_id: bytes, scope: Message) -> None:
    """Log that a client disconnected before its response."""
    fields = {"requestId": request_id.decode(), "method": scope["method"], "path": printable(scope["path"])}
    log_request(logging.INFO, "%s client disconnected: %s %s", fields)


async def send_preflight(send: Send, row: Endpoint[Any, Any] | None, request_id: bytes) -> None:
    """Send the response to a CORS preflight (Fetch, "CORS-preflight")."""
    methods = ", ".join(READING if row is not None else EXCHANGING).encode()
    headers = (*PREFLIGHT_HEADERS, (b"access-control-allow-methods", methods), (b"x-rid", request_id))
    await send({"type": "http.response.start", "status": 204, "headers": headers})
    await send({"type": "http.response.body", "body": b""})
