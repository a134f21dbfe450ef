"""The management API as one ASGI application: `/manage/…` and the public keys below `/.well-known/`."""

from functools import cache
from urllib.parse import urlsplit

from litestar import Litestar, Router
from litestar.di import Provide
from litestar.handlers import BaseRouteHandler
from litestar.openapi.config import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.openapi.spec import Components, SecurityScheme, Tag
from litestar.types import Message as LitestarMessage
from litestar.types import Scope

from trigpoint import __version__
from trigpoint.authority.opening import Authority
from trigpoint.base.errors import NotFoundError
from trigpoint.web.asgi import Application, Message, Receive, Send
from trigpoint.web.floods import Refusals
from trigpoint.web.manage import (
    api_tokens,
    jwks,
    keys,
    leaks,
    ledger,
    maps_ids,
    maps_tokens,
    members,
    places,
    reading,
    rotation,
    teams,
    tokens,
    usage,
    webhooks,
)
from trigpoint.web.manage.holders import (
    LIMIT,
    AnyConnection,
    Explainer,
    Rate,
    Rates,
    Serving,
    admit_holder,
    stand_at_desk,
)
from trigpoint.web.manage.problems import tell_problem
from trigpoint.web.request_ids import next_request_id

DESCRIPTION = """\
Everything that the portal does, as an API. Send an API token as `Authorization: Bearer tp_…`; create one in the portal or
with `trigpoint api-token create`. Errors are problem details (RFC 9457), lists have cursors, edits need `If-Match` with
the `ETag` of the last response, and requests that create something accept an `Idempotency-Key`."""
TAGS = (
    Tag("Teams", "Teams own Maps IDs and keys. Also: their quotas."),
    Tag("Members", "The members of a team with their roles, and open invitations."),
    Tag("Maps IDs", "The identifiers of apps and websites."),
    Tag("Keys", "The private keys that sign tokens."),
    Tag("Tokens", "Maps tokens; diagnosis and introspection of any token; leaked credentials."),
    Tag("API tokens", "The credentials for this API."),
    Tag("Usage", "How many calls were made, and with which credential; refusals; the last use of each key."),
    Tag("Webhooks", "Events of the ledger, signed and sent to a URL."),
    Tag("Places", "Explanations of search results."),
    Tag("Ledger", "The history of all changes: who did what and when, with a hash chain that shows manipulation."),
    Tag("Public keys", "The public keys that verify tokens. No API token is needed."),
)
NO_STORE = ((b"cache-control", b"no-store"), (b"x-content-type-options", b"nosniff"))


PARTS = (
    teams,
    members,
    maps_ids,
    keys,
    rotation,
    tokens,
    usage,
    maps_tokens,
    api_tokens,
    webhooks,
    leaks,
    ledger,
    places,
)


def build_manage(
    authority: Authority,
    *,
    base_url: str = "/",
    limit: int = LIMIT,
    refusals: Refusals | None = None,
    explain: Explainer = places.explain_nothing,
) -> Application:
    """Build the management API. `limit`: requests per minute for each API token on this worker."""
    serving = Serving(authority, Rates(limit), refusals or Refusals(), base_url, explain)
    app = open_routes()

    async def answer(scope: Message, receive: Receive, send: Send) -> None:
        request_id = next_request_id().decode()
        state = {"request_id": request_id, "serving": serving}
        await app({**scope, "state": state}, receive, send)  # type: ignore[arg-type]

    return answer


@cache
def open_routes() -> Litestar:
    """Build the routes, once for a process: each request brings the `Serving` of its server."""
    v1 = Router(
        "/manage/v1",
        route_handlers=[handler for part in PARTS for handler in part.HANDLERS],
        guards=[admit_holder],
        dependencies={"desk": Provide(stand_at_desk, sync_to_thread=False)},
        security=[{"apiToken": []}],
    )
    app = Litestar(
        route_handlers=[v1, *jwks.HANDLERS, *reading.HANDLERS],
        exception_handlers={Exception: tell_problem},
        openapi_config=describe_api(),
        before_send=[add_fields],
        logging_config=None,
        pdb_on_exception=False,
    )
    app.state.methods = {}
    for route in app.routes:
        app.state.methods.setdefault(route.path_format, set()).update(getattr(route, "methods", ()))
    return app


def describe_api() -> OpenAPIConfig:
    """Configure the OpenAPI document, apart from the operations."""
    return OpenAPIConfig(
        title="Trigpoint management API",
        version=__version__,
        description=DESCRIPTION,
        openapi_router=Router("/manage/-", route_handlers=[], guards=[hide], include_in_schema=False),
        render_plugins=[JsonRenderPlugin()],
        tags=list(TAGS),
        use_handler_docstrings=True,
        operation_id_creator=lambda handler, _method, _path: handler.handler_name,
        components=Components(
            security_schemes={"apiToken": SecurityScheme(type="http", scheme="bearer", bearer_format="tp_…")}
        ),
    )


async def hide(connection: AnyConnection, _: BaseRouteHandler) -> None:
    """Disable the framework's own pages with a 404 as problem details; `reading` serves the document."""
    path = connection.scope["path"]
    raise NotFoundError(f"There is nothing at {path}.")


async def add_fields(message: LitestarMessage, scope: Scope) -> None:
    """Add to every response: the request ID, the rate limit, `no-store`; and the path of the public URL to Location."""
    if message["type"] != "http.response.start":
        return
    fields = list(message.get("headers", ()))
    names = {name.lower() for name, _ in fields}
    if b"location" in names:
        path = urlsplit(scope["state"]["serving"].base_url).path.rstrip("/").encode()
        fields = [(name, path + value if name.lower() == b"location" else value) for name, value in fields]
    fields += [(name, value) for name, value in NO_STORE if name not in names]
    fields.append((b"x-rid", scope["state"]["request_id"].encode()))
    rate = scope["state"].get("rate")
    if isinstance(rate, Rate):
        fields += rate.fields
    if scope.get("method") == "OPTIONS":
        fields = [(name, value) for name, value in fields if name.lower() != b"allow"]
        methods = scope["litestar_app"].state.methods.get(scope.get("path_template"), ())
        fields.append((b"allow", ", ".join(sorted(methods)).encode()))
    message["headers"] = fields
