"""The page of API tokens, the credentials for the management API."""

from litestar import Response
from litestar.params import FromPath

from trigpoint.authority.api_tokens import IssuedApiToken
from trigpoint.base.clock import days, later, now_ms
from trigpoint.base.errors import InvalidError
from trigpoint.credentials.once import RepeatedError
from trigpoint.credentials.person import read_role
from trigpoint.credentials.roles import Permission, Role
from trigpoint.web.portal.frame.forms import Form, PostedForm, say_rule
from trigpoint.web.portal.frame.rendering import go_to
from trigpoint.web.portal.frame.threads import get, post
from trigpoint.web.portal.frame.visits import HereVisit, Visit

LIFETIMES = (7, 30, 90, 366)
"""Lifetimes that can be chosen, in days."""


@get("/teams/{team_id:str}/api-tokens")
def list_api_tokens(visit: HereVisit, team_id: FromPath[str]) -> Response[bytes]:
    """List the API tokens that the person may see."""
    return _page(visit, team_id, Form())


@post("/teams/{team_id:str}/api-tokens")
def create_api_token(visit: HereVisit, form: PostedForm, team_id: FromPath[str]) -> Response[bytes]:
    """Create an API token and show it, once. A double click creates one token."""
    visit.require_proof(form)
    lifetime = form.whole("days")
    try:
        issued = visit.authority.api_tokens.create(
            visit.actor,
            name=form.text("name"),
            team_id=visit.find_team(team_id).team_id,
            role=read_role(form.text("role")),
            owner=None if form.text("kind") == "service" else visit.actor.name,
            expires_at=later(now_ms(visit.authority.clock), days(lifetime if lifetime in LIFETIMES else 90)),
            once=visit.once(form),
        )
    except RepeatedError:
        return go_to(f"/teams/{team_id}/api-tokens", notice="api-token-again")
    except InvalidError as error:
        return _page(visit, team_id, form, errors={error.name: say_rule(error)}, status=400)
    return _page(visit, team_id, Form(), issued=issued)


@post("/teams/{team_id:str}/api-tokens/{token_id:str}/revoke")
def revoke_api_token(
    visit: HereVisit, form: PostedForm, team_id: FromPath[str], token_id: FromPath[str]
) -> Response[bytes]:
    """Revoke an API token."""
    visit.find_team(team_id)
    visit.require_proof(form)
    visit.authority.api_tokens.revoke(visit.actor, token_id)
    return go_to(f"/teams/{team_id}/api-tokens", notice="api-token")


def _page(
    visit: Visit,
    team_id: str,
    form: Form,
    *,
    issued: IssuedApiToken | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response[bytes]:
    team = visit.find_team(team_id)
    own = visit.actor.roles.get(team.team_id)
    now = now_ms(visit.authority.clock)
    tokens = visit.authority.api_tokens.list(visit.actor, team_id=team.team_id)
    return visit.page(
        "tokens/api_tokens.html",
        title="API tokens",
        team=team,
        tokens=[token for token in tokens if token.is_live(now)],
        ended=[token for token in tokens if not token.is_live(now)],
        issued=issued,
        form=form,
        errors=errors or {},
        given_roles=[one for one in Role if own is not None and own.covers(one)],
        may_make_service=visit.may(Permission.CHANGE_API_TOKENS, team.team_id),
        lifetimes=LIFETIMES,
        status=status,
    )


HANDLERS = (list_api_tokens, create_api_token, revoke_api_token)
