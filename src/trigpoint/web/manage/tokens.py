"""`/manage/v1/tokens`, `…/snapshots` and `…/refusals`: why a token or a call is refused, and introspection (RFC 7662)."""

from typing import Annotated

import msgspec
from litestar import get
from litestar.params import JSONBody, PathParameter, URLEncodedBody
from msgspec import Meta

from trigpoint.api.judging import Diagnosis, Refusal
from trigpoint.base.errors import InvalidError
from trigpoint.credentials.call import Call
from trigpoint.credentials.services import Service
from trigpoint.web.manage.holders import AtDesk
from trigpoint.web.manage.operations import act
from trigpoint.web.manage.problems import problems
from trigpoint.web.manage.requests import SnapshotToDiagnose, TokenToDiagnose
from trigpoint.web.manage.responses import Introspection

TAGS = ["Tokens"]
RequestPath = Annotated[str, PathParameter(description="The X-Rid header of the response.")]


class IntrospectionForm(msgspec.Struct):
    """A form (RFC 7662 §2.1), with two parameters of ours. Others are ignored."""

    token: Annotated[str, Meta(description="An auth token or an access token.")]
    token_type_hint: Annotated[str, Meta(description="Not needed, and ignored.")] | None = None
    service: (
        Annotated[str, Meta(description="Ask about one service only.", examples=["server_api", "mapkit_js"])] | None
    ) = None
    origin: Annotated[str, Meta(description="The Origin header of the request that brought the token.")] | None = None


@act("/tokens/diagnose", responses=problems(400), tags=TAGS)
def diagnose_token(desk: AtDesk, data: JSONBody[TokenToDiagnose]) -> Diagnosis:
    """Check a token as a call would, and get the result of every check. Nothing is stored, admitted or counted.

    A key of a team that you may not see counts as unknown.
    """
    call = Call(Service(data.service), data.origin, desk.authority.clock())
    return Diagnosis.of(desk.authority.diagnose(strip_bearer(data.token), call, actor=desk.actor))


@act("/snapshots/diagnose", responses=problems(400), tags=TAGS)
def diagnose_snapshot(desk: AtDesk, data: JSONBody[SnapshotToDiagnose]) -> Diagnosis:
    """Check the URL of a Web Snapshot as a request would, and get the result of every check.

    If the signature is wrong, the response says what was signed instead, if that is known. Nothing is stored, admitted
    or counted; neither signature nor token is in the response. A key of a team that you may not see counts as unknown.
    """
    at, gate = desk.authority.clock(), desk.authority.snapshot_access
    return Diagnosis.of(gate.diagnose(data.url, at=at, origin=data.origin, referer=data.referer, actor=desk.actor))


@act("/tokens/introspect", responses=problems(400), tags=TAGS)
def introspect_token(desk: AtDesk, data: URLEncodedBody[IntrospectionForm]) -> Introspection:
    """Tell a gateway whether a token is valid now, and for which services (OAuth 2.0 Token Introspection, RFC 7662).

    `scope` has the services. If the request has no `origin`, the response has the allowed origins, which are not checked; a
    token for Web Snapshots that names origins is then not valid for that service.
    """
    services = list(Service) if data.service is None else [read_service(data.service)]
    found, opened = desk.authority.find_opened(strip_bearer(data.token), services, origin=data.origin, actor=desk.actor)
    if not opened or found.key is None:
        return Introspection(active=False)
    origin = found.claims.get("origin")
    return Introspection(
        active=True,
        scope=" ".join(sorted(opened)),
        client_id=found.key.maps_id,
        token_type=found.kind,
        exp=to_seconds(found.claims.get("exp")),
        iat=to_seconds(found.claims.get("iat")),
        iss=found.key.team_id,
        sub=found.key.key_id,
        origin=origin if isinstance(origin, str) else None,
    )


@get("/refusals/{request_id:str}", sync_to_thread=True, responses=problems(400, 404), tags=TAGS)
def get_refusal(desk: AtDesk, request_id: RequestPath) -> Refusal:
    """Get why a call of the last 24 hours was refused, by the request ID of its response."""
    return Refusal.of(desk.authority.refusals.find(desk.actor, request_id))


def read_service(name: str) -> Service:
    """Read the name of a service; raises InvalidError for others."""
    try:
        return Service(name)
    except ValueError:
        rule = "one of " + ", ".join(Service)
        raise InvalidError("service", rule, example=Service.SERVER_API, received=name) from None


def strip_bearer(text: str) -> str:
    """Remove white space and the word Bearer, which people paste with a token."""
    return text.strip().removeprefix("Bearer ").strip()


def to_seconds(claim: object) -> int | None:
    """Convert a time claim of a valid token to whole seconds."""
    return int(float(claim)) if isinstance(claim, int | float | str) else None


HANDLERS = (diagnose_token, diagnose_snapshot, introspect_token, get_refusal)
