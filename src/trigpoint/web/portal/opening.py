"""The portal as one ASGI application: its pages, its guards, and the headers of every response."""

from functools import cache

from litestar import Litestar, Response, get
from litestar.di import Provide
from litestar.exceptions import HTTPException, NotFoundException
from litestar.params import FromPath

from trigpoint.authority.opening import Authority
from trigpoint.base.errors import TrigpointError
from trigpoint.web.asgi import Application, Message, Receive, Send
from trigpoint.web.portal import events, keys, maps, overview, people, refusals, tokens, usage
from trigpoint.web.portal.frame import origins
from trigpoint.web.portal.frame.addresses import Addresses
from trigpoint.web.portal.frame.below import put_below
from trigpoint.web.portal.frame.forms import read_form
from trigpoint.web.portal.frame.guards import REQUEST_ID, SECRET_LINKS, AnyRequest, Guards
from trigpoint.web.portal.frame.map_parts import MapParts
from trigpoint.web.portal.frame.rendering import MEDIA_TYPES, assets
from trigpoint.web.portal.frame.threads import in_thread
from trigpoint.web.portal.frame.visits import OtherSessionError, ProofNeededError, SignInNeededError, Visit
from trigpoint.web.request_ids import next_request_id

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
)
ORIGIN_ONLY = (b"referrer-policy", b"strict-origin")
"""Replaces the policy on pages whose URL has the secret of a link: their assets' requests would carry it into the log of a proxy."""
HSTS = (b"strict-transport-security", b"max-age=31536000")
NO_STORE = (b"cache-control", b"no-store")
PAGES = (
    *overview.HANDLERS,
    *people.HANDLERS,
    *keys.HANDLERS,
    *tokens.HANDLERS,
    *usage.HANDLERS,
    *maps.HANDLERS,
    *refusals.HANDLERS,
    *events.HANDLERS,
    *origins.HANDLERS,
)


class Portal:
    """The portal behind `web/app.py`."""

    def __init__(self, authority: Authority, *, base_url: str, map_parts: MapParts | None = None) -> None:
        addresses = Addresses(base_url)
        self._path = addresses.path
        self._always = (*HEADERS, HSTS) if addresses.is_https else HEADERS
        self._always_on_links = (ORIGIN_ONLY, *(field for field in self._always if field[0] != ORIGIN_ONLY[0]))
        self._guards = Guards(authority, addresses, map_parts or MapParts())
        self._app: Application = open_pages()  # type: ignore[assignment]

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Respond, with the headers that every page has."""
        is_head = scope["method"] == "HEAD"
        if is_head:
            scope["method"] = "GET"
        request_id = next_request_id()
        scope[REQUEST_ID] = request_id.decode()
        scope["state"] = {"guards": self._guards}

        always_here = self._always_on_links if _has_secret_address(scope["path"]) else self._always

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name for name, _ in message["headers"]}
                always = [field for field in always_here if field[0] not in own]
                headers = [*message["headers"], *always, (b"x-rid", request_id)]
                if not any(name == b"cache-control" for name, _ in headers):
                    headers.append(NO_STORE)
                message = {**message, "headers": headers}
            elif is_head:
                message = {**message, "body": b""}
            await send(message)

        sender = put_below(self._path, send_with_headers) if self._path else send_with_headers
        await self._app(scope, receive, sender)


def _has_secret_address(path: str) -> bool:
    """Tell whether the URL of a page has the secret of a link in its path, or can have it in its query, to return there."""
    return path[1:].split("/", 1)[0] in {*SECRET_LINKS, "sign-in"}


@get("/assets/{name:str}", sync_to_thread=False)
def give_asset(name: FromPath[str]) -> Response[bytes]:
    """Send a static file."""
    body = assets().get(name)
    if body is None:
        raise NotFoundException
    headers = {"cache-control": "public, max-age=31536000, immutable"}
    return Response(body, media_type=MEDIA_TYPES[name.rsplit(".", 1)[-1]], headers=headers)


@cache
def open_pages() -> Litestar:
    """Build the routes, once for a process: each request brings the `Guards` of its portal."""
    return Litestar(
        route_handlers=[give_asset, *PAGES],
        dependencies={"visit": Provide(in_thread(find_visit)), "form": Provide(read_form)},
        before_request=refuse_forged,
        exception_handlers={
            SignInNeededError: ask_to_sign_in,
            OtherSessionError: ask_to_send_again,
            ProofNeededError: ask_for_proof,
            TrigpointError: tell,
            HTTPException: tell,
            Exception: tell,
        },
        openapi_config=None,
        logging_config=None,
    )


def guards_of(request: AnyRequest) -> Guards:
    """Give the guards of the portal that a request came to."""
    guards: Guards = request.state.guards
    return guards


def find_visit(request: AnyRequest) -> Visit:
    """Find who asks, and from where."""
    return guards_of(request).find_visit(request)


async def refuse_forged(request: AnyRequest) -> None:
    """Refuse a request that another site sent with the person's cookie."""
    await guards_of(request).refuse_forged(request)


def ask_to_sign_in(request: AnyRequest, error: Exception) -> Response[bytes]:
    """Send the browser to sign in."""
    return guards_of(request).ask_to_sign_in(request, error)


def ask_to_send_again(request: AnyRequest, error: OtherSessionError) -> Response[bytes]:
    """Keep a form of another session."""
    return guards_of(request).ask_to_send_again(request, error)


def ask_for_proof(request: AnyRequest, error: ProofNeededError) -> Response[bytes]:
    """Ask for password or passkey."""
    return guards_of(request).ask_for_proof(request, error)


def tell(request: AnyRequest, error: Exception) -> Response[bytes]:
    """Render an error as a page."""
    return guards_of(request).tell(request, error)
