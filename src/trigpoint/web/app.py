"""The ASGI application: `/v1/*` in front of everything else, and the pages beside it."""

import gc
from collections.abc import Awaitable, Callable

from trigpoint.base.errors import ForbiddenError
from trigpoint.credentials.snapshot_url import PATH as SNAPSHOT_PATH
from trigpoint.web import health, metrics, refusals, wellknown
from trigpoint.web.asgi import Application, Header, Message, Receive, Send, send_answer
from trigpoint.web.calls import CORS_HEADERS
from trigpoint.web.embed.framing import is_embed
from trigpoint.web.errors import CONTENT_TYPE, ERROR_HEADERS, MethodError, NoSuchPathError, Problem, to_problem
from trigpoint.web.proxies import Proxies, is_from_this_machine
from trigpoint.web.request_ids import next_request_id
from trigpoint.web.request_limits import Limits
from trigpoint.web.stopping import Stopping
from trigpoint.wire.openapi import render_openapi

OPENAPI_PATH = "/openapi.json"
OPENAPI_HEADERS: tuple[Header, ...] = (CONTENT_TYPE, (b"cache-control", b"public, max-age=300"))

PORTAL_PATHS = frozenset(
    ("", "account", "assets", "invitations", "new-team", "passkeys", "reset", "set-up", "sign-in", "sign-out", "teams")
)
"""First segments of the paths of the portal."""

MAP_PATHS = ("/ti/", "/ma/", "/mk/")
"""Prefixes of the paths of maps on pages."""

Hook = Callable[[], Awaitable[None]]
Scrape = Callable[[], Awaitable[bytes]]
METRICS_PATH = "/metrics"
OPERATION_PATHS = frozenset(("/healthz", "/readyz", METRICS_PATH, OPENAPI_PATH, refusals.PATH)) | wellknown.PATHS
"""Paths that this module answers, for programs and browsers alike."""
YOUNG = 300
"""Threshold of the garbage collector for its youngest generation, in objects. Cached answers survive: at Python's default of
2,000, one collection visits twenty thousand objects, and one response in a hundred waits 7 ms for it."""

WHOLE_SERVER = "*"
"""The target of OPTIONS that asks about the server itself (RFC 9110, 9.3.7)."""
OPTIONS_ANSWER: tuple[int, tuple[Header, ...], bytes] = (
    204,
    ((b"allow", b"GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS"),),
    b"",
)


class App:
    """The server as uvicorn sees it. `limits` and `stopping` are read by the protocol below (`web/limits.py`)."""

    def __init__(
        self,
        *,
        v1: Application,
        readiness: health.Readiness,
        start: Hook,
        stop: Hook,
        manage: Application | None = None,
        scrape: Scrape | None = None,
        metrics_token: str | None = None,
        explain: bool = False,
        is_local: bool = True,
        proxies: Proxies | None = None,
        stopping: Stopping | None = None,
        limits: Limits | None = None,
        portal: Application | None = None,
        mapkit: Application | None = None,
        snapshots: Application | None = None,
        embed: Application | None = None,
        embed_hosts: frozenset[bytes] = frozenset(),
    ) -> None:
        self.limits = limits or Limits()
        self._v1 = v1
        self._manage = manage
        self._portal = portal
        self._mapkit = mapkit
        self._snapshots = snapshots
        self._embed = embed
        self._embed_hosts = embed_hosts
        self._readiness = readiness
        self._start = start
        self._stop = stop
        self._scrape = scrape
        self._metrics_token = metrics_token
        self._explain = explain
        self._is_local = is_local
        self.stopping = stopping or Stopping()
        self._proxies = proxies if proxies is not None and proxies.is_needed else None
        self._files = {refusals.PATH: (refusals.HEADERS, refusals.render_refusals()), **wellknown.read_files()}

    def __call__(self, scope: Message, receive: Receive, send: Send) -> Awaitable[None]:
        """Route a request to the part that owns its path, and give its coroutine: one around it would take time."""
        if scope["type"] == "lifespan":
            return self._live(receive, send)
        path = scope["path"]
        if path[:2] == "//":  # a base URL that ends in a slash, and a path that begins with one
            path = scope["path"] = "/" + path.lstrip("/")
        if self._proxies is not None and (odd := self._proxies.look_behind(scope)) is not None:
            status, headers, body = self._tell(Problem(400, "forwarded", odd, (odd,)))
            return send_answer(send, status, (*headers, (b"x-rid", next_request_id())), body)
        if self._embed is not None and is_embed(path, scope["headers"], self._embed_hosts):
            return self._embed(scope, receive, send)
        if path[:4] == "/v1/":
            return self._v1(scope, receive, send)
        return (self._find_application(scope) or self._answer_page)(scope, receive, send)

    def _find_application(self, scope: Message) -> Application | None:
        """Find the part that owns a path which is not an endpoint's."""
        if self._mapkit is not None and scope["path"].startswith(MAP_PATHS):
            return self._mapkit
        if scope["path"] == SNAPSHOT_PATH and self._snapshots is not None:
            return self._snapshots
        if is_managed(scope["path"]) and self._manage is not None:
            return self._manage
        return self._portal if is_for_people(scope) else None

    async def _answer_page(self, scope: Message, receive: Receive, send: Send) -> None:
        del receive
        is_about_server = scope["path"] == WHOLE_SERVER and scope["method"] == "OPTIONS"
        status, headers, body = OPTIONS_ANSWER if is_about_server else await self._find_page(scope)
        open_to_pages = CORS_HEADERS if status >= 400 else ()  # so that a page can read what is wrong with its address
        await send_answer(send, status, (*headers, *open_to_pages, (b"x-rid", next_request_id())), body)

    async def _find_page(self, scope: Message) -> tuple[int, tuple[Header, ...], bytes]:
        path, method = scope["path"], scope["method"]
        if path not in OPERATION_PATHS:
            return self._tell(to_problem(NoSuchPathError(f"There is nothing at {path}."), explain=self._explain))
        if method not in {"GET", "HEAD"}:
            return self._tell(to_problem(MethodError(method, "GET, HEAD"), explain=self._explain))
        if path == "/healthz":
            return 200, health.HEADERS, health.ALIVE
        if path == "/readyz":
            status, body = await health.tell_readiness(self._readiness, is_stopping=self.stopping.is_near)
            return status, health.HEADERS, body
        if path == METRICS_PATH:
            return await self._find_metrics(scope)
        return 200, *((OPENAPI_HEADERS, render_openapi()) if path == OPENAPI_PATH else self._files[path])

    async def _find_metrics(self, scope: Message) -> tuple[int, tuple[Header, ...], bytes]:
        here = self._is_local and is_from_this_machine(scope)
        if not metrics.may_scrape(scope["headers"], token=self._metrics_token, here=here):
            text = "Metrics are only for requests from this machine, or with the token in TRIGPOINT_METRICS_TOKEN."
            return self._tell(to_problem(ForbiddenError(text), explain=self._explain))
        body = metrics.render(metrics.Metrics().sums(), []) if self._scrape is None else await self._scrape()
        return 200, metrics.HEADERS, body

    @staticmethod
    def _tell(problem: Problem) -> tuple[int, tuple[Header, ...], bytes]:
        return problem.status, (*ERROR_HEADERS, *problem.headers), problem.body

    async def _live(self, receive: Receive, send: Send) -> None:
        """Start and stop with the worker (ASGI lifespan)."""
        await receive()
        await self._start()
        gc.collect()
        self.stopping.prepare()
        gc.freeze()  # objects of the start live until the stop: the collector need not visit them again
        gc.set_threshold(YOUNG)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self.stopping.forget()
        await self._stop()
        await send({"type": "lifespan.shutdown.complete"})


def is_managed(path: str) -> bool:
    """Tell whether a path belongs to the management API, its documentation, or the public keys."""
    return path == "/manage" or path.startswith("/manage/") or path.endswith("/.well-known/jwks.json")


def is_for_people(scope: Message) -> bool:
    """Tell whether a request is for the portal: by its path, or because a browser requests an unknown page."""
    path: str = scope["path"]
    if path in OPERATION_PATHS:
        return False
    if path != WHOLE_SERVER and path[1:].split("/", 1)[0] in PORTAL_PATHS:
        return True
    return any(name == b"accept" and b"text/html" in value for name, value in scope["headers"])
