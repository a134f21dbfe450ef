"""`/manage/v1/…/keys`: create, register, list, rename, download, revoke and limit keys."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Literal

from litestar import Response, get, patch, post, put
from litestar.params import JSONBody, QueryParameter

from trigpoint.api.keys import CreatedKey, Key
from trigpoint.api.shape import ServiceName, widen
from trigpoint.authority.possession import LIFETIME_S
from trigpoint.base.clock import Milliseconds, to_ms
from trigpoint.base.errors import ConflictError, InvalidError
from trigpoint.credentials.ceilings import read_ceilings
from trigpoint.credentials.key import Key as Record
from trigpoint.credentials.key import PrivateHalf, RevocationReason, read_services
from trigpoint.credentials.keypair import read_public_key
from trigpoint.credentials.once import RepeatedError
from trigpoint.credentials.services import MAPKIT_JS_SERVICE, Service
from trigpoint.web.manage.holders import AtDesk, Desk, IfMatch, KeyPath, OnceKey, TeamPath
from trigpoint.web.manage.operations import act
from trigpoint.web.manage.paging import DEFAULT, Cursor, Limit, cut_page
from trigpoint.web.manage.problems import problems
from trigpoint.web.manage.requests import KeyCeilings, KeyEdit, KeyRevocation, NewKey, NewPublicKey
from trigpoint.web.manage.responses import Challenge, DownloadedKey, Page
from trigpoint.web.manage.versions import etag_of, read_if_match

TAGS = ["Keys"]
State = Annotated[
    Literal["active", "suspended", "revoked"] | None,
    QueryParameter(name="state", description="Only keys in this state."),
]
OfMapsId = Annotated[str | None, QueryParameter(name="mapsId", description="Only keys of this Maps ID.")]
ForService = Annotated[ServiceName | None, QueryParameter(description="Only keys that are valid for this service.")]


@get("/teams/{team_id:str}/keys", sync_to_thread=True, responses=problems(400, 404), tags=TAGS)
def list_keys(
    desk: AtDesk,
    team_id: TeamPath,
    *,
    key_state: State = None,
    maps_id: OfMapsId = None,
    service: ForService = None,
    limit: Limit = DEFAULT,
    cursor: Cursor = None,
) -> Page[Key]:
    """List the keys of a team, the oldest first."""
    found = [
        key
        for key in desk.authority.keys.list(desk.actor, team_id=team_id, maps_id=maps_id)
        if key_state in {None, key.state.value} and (service is None or service in key.services)
    ]
    page, more = cut_page(found, lambda key: (key.created_at, key.key_id), cursor=cursor, limit=limit)
    return Page([Key.of(key) for key in page], more)


@post("/teams/{team_id:str}/keys", sync_to_thread=True, responses=problems(400, 403, 404, 409, 422), tags=TAGS)
def create_key(
    desk: AtDesk, team_id: TeamPath, data: JSONBody[NewKey], once_key: OnceKey = None
) -> Response[CreatedKey]:
    """Create a key pair. `privateKey` is returned only once; with `download` false, it can be downloaded later, once.

    A repetition with the same Idempotency-Key creates no second key. If the private key was returned before, the
    response is 409 with the Key ID as `subject`; the private key is not returned again.
    """
    once = desk.once(once_key, f"/teams/{team_id}/keys", data)
    try:
        key = desk.authority.keys.create(
            desk.actor,
            team_id=team_id,
            name=data.name,
            maps_id=data.maps_id,
            services=to_services(data.services),
            expires_at=to_milliseconds(data.expires_at),
            once=once,
        )
    except RepeatedError as error:
        key = desk.authority.keys.get(desk.actor, error.subject)
        if data.download and key.private_half is not PrivateHalf.WAITING:
            raise
    return hand_out(desk, key) if data.download else show_created(key)


@act("/teams/{team_id:str}/keys/challenge", responses=problems(400, 403, 404), tags=TAGS)
def challenge(desk: AtDesk, team_id: TeamPath) -> Challenge:
    """Get a text to sign with a private key that was generated elsewhere, and stays there."""
    return Challenge(
        challenge=desk.authority.keys.challenge(desk.actor, team_id=team_id), expires_in_seconds=LIFETIME_S
    )


@post("/teams/{team_id:str}/keys/register", sync_to_thread=True, responses=problems(400, 403, 404, 409, 422), tags=TAGS)
def register_key(
    desk: AtDesk, team_id: TeamPath, data: JSONBody[NewPublicKey], once_key: OnceKey = None
) -> Response[Key]:
    """Register a public key, with a proof of possession: a signature over the challenge."""
    once = desk.once(once_key, f"/teams/{team_id}/keys/register", data)
    try:
        key = desk.authority.keys.register(
            desk.actor,
            team_id=team_id,
            name=data.name,
            maps_id=data.maps_id,
            public_key=read_public_key(data.public_key),
            challenge=data.challenge,
            proof=read_proof(data.proof),
            services=to_services(data.services),
            expires_at=to_milliseconds(data.expires_at),
            once=once,
        )
    except RepeatedError as error:
        key = desk.authority.keys.get(desk.actor, error.subject)
    return show(key, {"Location": f"/manage/v1/keys/{key.key_id}"})


@get("/keys/{key_id:str}", sync_to_thread=True, responses=problems(400, 404), tags=TAGS)
def get_key(desk: AtDesk, key_id: KeyPath) -> Response[Key]:
    """Get one key. An edit needs its ETag."""
    return show(desk.authority.keys.get(desk.actor, key_id))


@patch("/keys/{key_id:str}", sync_to_thread=True, responses=problems(400, 403, 404, 409, 412, 428), tags=TAGS)
def rename_key(desk: AtDesk, key_id: KeyPath, data: JSONBody[KeyEdit], if_match: IfMatch = None) -> Response[Key]:
    """Rename a key."""
    version = read_if_match(if_match)
    return show(desk.authority.keys.rename(desk.actor, key_id, name=data.name, version=version))


@act("/keys/{key_id:str}/download", responses=problems(400, 403, 404, 409), tags=TAGS)
def download_key(desk: AtDesk, key_id: KeyPath) -> DownloadedKey:
    """Download the private key, once: it is erased on the server before the response is sent."""
    got = desk.authority.keys.download(desk.actor, key_id)
    return DownloadedKey(key_id=got.key.key_id, file_name=got.file_name, private_key=got.pem.decode("ascii"))


@act("/keys/{key_id:str}/revoke", responses=problems(400, 403, 404, 409), tags=TAGS)
def revoke_key(desk: AtDesk, key_id: KeyPath, data: JSONBody[KeyRevocation]) -> Response[Key]:
    """Revoke a key. After the response, no call with its tokens is accepted. This cannot be undone."""
    reason = RevocationReason(data.reason)
    return show(desk.authority.keys.revoke(desk.actor, key_id, reason=reason, note=data.note))


@act("/keys/{key_id:str}/resume", responses=problems(400, 403, 404, 409), tags=TAGS)
def resume_key(desk: AtDesk, key_id: KeyPath) -> Response[Key]:
    """Resume a suspended key, if the report that it leaked was wrong."""
    return show(desk.authority.keys.resume(desk.actor, key_id))


@put("/keys/{key_id:str}/ceilings", sync_to_thread=True, responses=problems(400, 403, 404, 412, 428), tags=TAGS)
def set_ceilings(desk: AtDesk, key_id: KeyPath, data: JSONBody[KeyCeilings], if_match: IfMatch = None) -> Response[Key]:
    """Set all ceilings of a key. An omitted ceiling is removed.

    They are shown with the key. From now on, tokens that exceed them are refused. For a limit on calls per minute, see
    the quotas of the team.
    """
    version = read_if_match(if_match)
    ceilings = read_ceilings(
        scopes=None if data.scopes is None else read_services(list(data.scopes)),
        lifetime_s=data.lifetime,
        origins=data.origins,
    )
    return show(desk.authority.keys.set_ceilings(desk.actor, key_id, ceilings, version=version))


def hand_out(desk: Desk, key: Record) -> Response[CreatedKey]:
    """Respond with a new key and its private half; if a request is repeated concurrently, only one response has it."""
    try:
        got = desk.authority.keys.download(desk.actor, key.key_id)
    except ConflictError:
        raise RepeatedError(key.key_id) from None
    return show_created(got.key, file_name=got.file_name, private_key=got.pem.decode("ascii"))


def show_created(key: Record, *, file_name: str | None = None, private_key: str | None = None) -> Response[CreatedKey]:
    """Respond with a new key, and with its private half if it was downloaded for this response."""
    created = widen(CreatedKey, Key.of(key), file_name=file_name, private_key=private_key)
    headers = etag_of(key.version) | {"Location": f"/manage/v1/keys/{key.key_id}"}
    return Response(created, headers=headers)


def show(key: Record, headers: dict[str, str] | None = None) -> Response[Key]:
    """Respond with a key and its ETag."""
    return Response(Key.of(key), headers=etag_of(key.version) | (headers or {}))


def to_services(names: list[ServiceName] | None) -> frozenset[Service]:
    """Read the services of a new key; all services if None."""
    return MAPKIT_JS_SERVICE if names is None else read_services(list(names))


def to_milliseconds(moment: datetime | None) -> Milliseconds | None:
    """Give a time in milliseconds since the epoch."""
    return None if moment is None else to_ms(moment.timestamp())


def read_proof(text: str) -> bytes:
    """Read a signature in Base64 or base64url, padded or not."""
    plain = text.strip().replace("-", "+").replace("_", "/").rstrip("=")
    try:
        return base64.b64decode(plain + "=" * (-len(plain) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise InvalidError("proof", "a signature in Base64", example="MEUCIQ…", received=text) from None


HANDLERS = (
    list_keys,
    create_key,
    challenge,
    register_key,
    get_key,
    rename_key,
    download_key,
    revoke_key,
    resume_key,
    set_ceilings,
)
