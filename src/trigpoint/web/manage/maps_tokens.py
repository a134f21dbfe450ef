"""`/manage/v1/…/maps-tokens`: Maps tokens that the server issues, for websites that do not sign tokens themselves."""

from litestar import Response, get, post
from litestar.params import JSONBody

from trigpoint.api.shape import widen
from trigpoint.api.tokens import IssuedMapsToken, MapsToken
from trigpoint.credentials.once import RepeatedError
from trigpoint.credentials.services import Service
from trigpoint.web.manage.holders import AtDesk, MapsTokenPath, OnceKey, TeamPath
from trigpoint.web.manage.operations import act
from trigpoint.web.manage.paging import DEFAULT, Cursor, Limit, cut_page
from trigpoint.web.manage.problems import problems
from trigpoint.web.manage.requests import NewMapsToken
from trigpoint.web.manage.responses import Page

TAGS = ["Tokens"]


@get("/teams/{team_id:str}/maps-tokens", sync_to_thread=True, responses=problems(400, 404), tags=TAGS)
def list_maps_tokens(desk: AtDesk, team_id: TeamPath, limit: Limit = DEFAULT, cursor: Cursor = None) -> Page[MapsToken]:
    """List the Maps tokens that were issued for a team, including revoked ones; the newest first."""
    found = sorted(
        desk.authority.maps_tokens.list(desk.actor, team_id=team_id),
        key=lambda token: (-token.created_at, token.token_id),
    )
    page, more = cut_page(found, lambda token: (-token.created_at, token.token_id), cursor=cursor, limit=limit)
    return Page([MapsToken.of(token, desk.now) for token in page], more)


@post("/teams/{team_id:str}/maps-tokens", sync_to_thread=True, responses=problems(400, 403, 404, 409, 422), tags=TAGS)
def issue_maps_token(
    desk: AtDesk, team_id: TeamPath, data: JSONBody[NewMapsToken], once_key: OnceKey = None
) -> Response[IssuedMapsToken]:
    """Issue a Maps token. It is signed with a new key pair whose private key is discarded."""
    once = desk.once(once_key, f"/teams/{team_id}/maps-tokens", data)
    try:
        issued = desk.authority.maps_tokens.create(
            desk.actor,
            team_id=team_id,
            service=Service(data.type),
            origins=data.origins,
            expires=data.expires,
            description=data.description,
            once=once,
        )
        record, text = issued.record, issued.text
    except RepeatedError as error:
        record = desk.authority.maps_tokens.get(desk.actor, error.subject)
        text = desk.authority.maps_tokens.copy(desk.actor, record.token_id)
    issued_token = widen(IssuedMapsToken, MapsToken.of(record, desk.now), token=text)
    return Response(issued_token, headers={"Location": f"/manage/v1/maps-tokens/{record.token_id}"})


@get("/maps-tokens/{maps_token_id:str}", sync_to_thread=True, responses=problems(400, 404), tags=TAGS)
def get_maps_token(desk: AtDesk, maps_token_id: MapsTokenPath) -> MapsToken:
    """Get one Maps token, without the token itself."""
    return MapsToken.of(desk.authority.maps_tokens.get(desk.actor, maps_token_id), desk.now)


@act("/maps-tokens/{maps_token_id:str}/copy", responses=problems(400, 403, 404), tags=TAGS)
def copy_maps_token(desk: AtDesk, maps_token_id: MapsTokenPath) -> IssuedMapsToken:
    """Get the text of a Maps token again. Viewers may not."""
    text = desk.authority.maps_tokens.copy(desk.actor, maps_token_id)
    record = desk.authority.maps_tokens.get(desk.actor, maps_token_id)
    return widen(IssuedMapsToken, MapsToken.of(record, desk.now), token=text)


@act("/maps-tokens/{maps_token_id:str}/revoke", responses=problems(400, 403, 404, 409), tags=TAGS)
def revoke_maps_token(desk: AtDesk, maps_token_id: MapsTokenPath) -> MapsToken:
    """Revoke a Maps token. After the response, it is refused everywhere. This cannot be undone."""
    return MapsToken.of(desk.authority.maps_tokens.revoke(desk.actor, maps_token_id), desk.now)


@act("/maps-tokens/{maps_token_id:str}/resume", responses=problems(400, 403, 404, 409), tags=TAGS)
def resume_maps_token(desk: AtDesk, maps_token_id: MapsTokenPath) -> MapsToken:
    """Resume a suspended Maps token, if the report that it leaked was wrong."""
    return MapsToken.of(desk.authority.maps_tokens.resume(desk.actor, maps_token_id), desk.now)


HANDLERS = (list_maps_tokens, issue_maps_token, get_maps_token, copy_maps_token, revoke_maps_token, resume_maps_token)
