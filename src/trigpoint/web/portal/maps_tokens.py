"""Maps tokens: issued here for sites that sign nothing themselves; listed, made, copied, revoked (contract §1.3)."""

from litestar import Response
from litestar.params import FromPath

from trigpoint.authority.maps_tokens import IssuedMapsToken
from trigpoint.base.errors import InvalidError, NotFoundError
from trigpoint.credentials.key import KeyState
from trigpoint.credentials.maps_token import MapsToken
from trigpoint.credentials.origin_lists import explain_origin
from trigpoint.credentials.origins import read_patterns
from trigpoint.credentials.roles import Permission
from trigpoint.credentials.services import Service
from trigpoint.web.portal.forms import Form, PostedForm
from trigpoint.web.portal.rendering import go_to
from trigpoint.web.portal.threads import get, post
from trigpoint.web.portal.visits import HereVisit, Visit

DURATIONS = {
    "never": "No expiration",
    "30d": "30 days",
    "90d": "90 days",
    "180d": "180 days",
    "other": "Other: the day below",
}


@get("/teams/{team_id:str}/tokens")
def list_tokens(visit: HereVisit, team_id: FromPath[str]) -> Response[bytes]:
    """List the team's Maps tokens."""
    return _page(visit, team_id, Form())


@post("/teams/{team_id:str}/tokens")
def create_token(visit: HereVisit, form: PostedForm, team_id: FromPath[str]) -> Response[bytes]:
    """Issue a Maps token."""
    team = visit.find_team(team_id)
    visit.actor.require(Permission.CHANGE_MAPS_TOKENS, team.team_id)
    is_restricted = form.text("restriction") != "none"
    duration = form.text("duration")
    expires = (form.text("day") if duration == "other" else duration) if is_restricted else None
    service = next((one for one in Service if one.value == form.text("service")), Service.MAPKIT_JS)
    try:
        issued = visit.authority.maps_tokens.create(
            visit.actor,
            team_id=team.team_id,
            service=service,
            origins=form.text("websites") if is_restricted else None,
            expires=expires,
            description=form.text("description"),
        )
    except InvalidError as error:
        fields = {"origins": "websites", "origin": "websites", "expires": "day"}
        wrong = {fields.get(error.name, error.name): f"It must be {error.rule}, for example {error.example}."}
        return _page(visit, team_id, form, errors=wrong, status=400)
    return _page(visit, team_id, Form(), issued=issued)


@get("/teams/{team_id:str}/tokens/{token_id:str}")
def show_token(visit: HereVisit, team_id: FromPath[str], token_id: FromPath[str]) -> Response[bytes]:
    """Show one token; its text for those who may create tokens."""
    team, record = visit.find_team(team_id), _find(visit, team_id, token_id)
    may_copy = visit.may(Permission.CREATE_TOKENS, team.team_id)
    return visit.page(
        "maps_token.html",
        title=f"Maps token {record.token_id}",
        team=team,
        record=record,
        state_word=state_of(record, int(visit.authority.clock() * 1000)),
        covers=[(pattern.text, explain_origin(pattern)) for pattern in read_patterns(record.origin or "")],
        text=visit.authority.maps_tokens.copy(visit.actor, record.token_id) if may_copy else "",
    )


@post("/teams/{team_id:str}/tokens/{token_id:str}/revoke")
def revoke_token(
    visit: HereVisit, form: PostedForm, team_id: FromPath[str], token_id: FromPath[str]
) -> Response[bytes]:
    """Revoke a token."""
    record = _find(visit, team_id, token_id)
    visit.actor.require(Permission.CHANGE_MAPS_TOKENS, record.team_id)
    visit.require_proof(form)
    visit.authority.maps_tokens.revoke(visit.actor, record.token_id)
    return go_to(f"/teams/{team_id}/tokens", notice="maps-token")


def state_of(record: MapsToken, now: int) -> str:
    """Name the state of a token as the list shows it."""
    if record.state is KeyState.ACTIVE:
        return "live" if record.is_live(now) else "expired"
    return record.state.value


def _find(visit: Visit, team_id: str, token_id: str) -> MapsToken:
    team = visit.find_team(team_id)
    record = visit.authority.maps_tokens.get(visit.actor, token_id)
    if record.team_id != team.team_id:
        raise NotFoundError(f"There is no Maps token with the ID {token_id} in this team.")
    return record


def _page(
    visit: Visit,
    team_id: str,
    form: Form,
    *,
    issued: IssuedMapsToken | None = None,
    errors: dict[str, str] | None = None,
    status: int = 200,
) -> Response[bytes]:
    team = visit.find_team(team_id)
    now = int(visit.authority.clock() * 1000)
    records = visit.authority.maps_tokens.list(visit.actor, team_id=team.team_id)
    return visit.page(
        "maps_tokens.html",
        title="Maps tokens",
        team=team,
        records=records,
        states={record.token_id: state_of(record, now) for record in records},
        issued=issued,
        form=form,
        errors=errors or {},
        services=list(Service),
        durations=DURATIONS,
        status=status,
    )


HANDLERS = (list_tokens, create_token, show_token, revoke_token)
