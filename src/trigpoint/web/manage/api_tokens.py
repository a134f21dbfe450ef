"""`/manage/v1/me` and `/manage/v1/…/api-tokens`: the credentials for this API."""

from litestar import Response, delete, get, post
from litestar.params import JSONBody

from trigpoint.api.shape import to_moment, widen, word_of
from trigpoint.api.tokens import ApiToken, CreatedApiToken
from trigpoint.credentials.roles import Role
from trigpoint.web.manage.holders import ApiTokenPath, AtDesk, OnceKey, TeamPath
from trigpoint.web.manage.keys import to_milliseconds
from trigpoint.web.manage.paging import DEFAULT, Cursor, Limit, cut_page
from trigpoint.web.manage.problems import problems
from trigpoint.web.manage.requests import NewApiToken
from trigpoint.web.manage.responses import Me, Page

TAGS = ["API tokens"]


@get("/me", sync_to_thread=True, responses=problems(), tags=TAGS)
def get_me(desk: AtDesk) -> Me:
    """Get the name, the role and the team of the API token of this request."""
    token = desk.holder.token
    return Me(
        api_token_id=token.token_id,
        name=token.name,
        role="operator" if token.team_id is None or desk.actor.operator else word_of(desk.actor.roles[token.team_id]),
        expires_at=to_moment(token.expires_at),
        team_id=token.team_id,
        owner=token.owner,
    )


@get("/teams/{team_id:str}/api-tokens", sync_to_thread=True, responses=problems(400, 404), tags=TAGS)
def list_api_tokens(desk: AtDesk, team_id: TeamPath, limit: Limit = DEFAULT, cursor: Cursor = None) -> Page[ApiToken]:
    """List the API tokens of a team that you may see, the oldest first; never the tokens themselves."""
    found = desk.authority.api_tokens.list(desk.actor, team_id=team_id)
    page, more = cut_page(found, lambda token: (token.created_at, token.token_id), cursor=cursor, limit=limit)
    return Page([ApiToken.of(token, desk.now) for token in page], more)


@post("/teams/{team_id:str}/api-tokens", sync_to_thread=True, responses=problems(400, 403, 404, 409, 422), tags=TAGS)
def create_api_token(
    desk: AtDesk, team_id: TeamPath, data: JSONBody[NewApiToken], once_key: OnceKey = None
) -> Response[CreatedApiToken]:
    """Create an API token for the team, with at most your own role. `token` is returned only once."""
    once = desk.once(once_key, f"/teams/{team_id}/api-tokens", data)
    issued = desk.authority.api_tokens.create(
        desk.actor,
        name=data.name,
        team_id=team_id,
        role=Role(data.role),
        expires_at=to_milliseconds(data.expires_at),
        once=once,
    )
    created = widen(CreatedApiToken, ApiToken.of(issued.record, desk.now), token=issued.token)
    location = f"/manage/v1/api-tokens/{issued.record.token_id}"
    return Response(created, headers={"Location": location})


@get("/api-tokens/{api_token_id:str}", sync_to_thread=True, responses=problems(400, 404), tags=TAGS)
def get_api_token(desk: AtDesk, api_token_id: ApiTokenPath) -> ApiToken:
    """Get one API token, without the token itself."""
    return ApiToken.of(desk.authority.api_tokens.get(desk.actor, api_token_id), desk.now)


@delete("/api-tokens/{api_token_id:str}", sync_to_thread=True, responses=problems(400, 404, 409), tags=TAGS)
def revoke_api_token(desk: AtDesk, api_token_id: ApiTokenPath) -> None:
    """Revoke an API token: its next call is refused. It stays in the list."""
    desk.authority.api_tokens.revoke(desk.actor, api_token_id)


HANDLERS = (get_me, list_api_tokens, create_api_token, get_api_token, revoke_api_token)
