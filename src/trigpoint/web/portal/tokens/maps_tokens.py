"""Pages of Maps tokens, which the server issues for websites that do not sign tokens themselves (contract §1.3)."""

from litestar import Response
from litestar.params import FromPath, FromQuery

from trigpoint.base.clock import now_ms
from trigpoint.base.errors import ConflictError, InvalidError
from trigpoint.credentials.key import KeyState
from trigpoint.credentials.maps_token import UNRESTRICTED_DAYS, MapsToken
from trigpoint.credentials.once import RepeatedError
from trigpoint.credentials.roles import Permission
from trigpoint.credentials.services import Service
from trigpoint.web.portal.frame.credentials import count_by_origin, state_of
from trigpoint.web.portal.frame.forms import Form, PostedForm, say_rule
from trigpoint.web.portal.frame.origins import EXAMPLES, explain_origins
from trigpoint.web.portal.frame.rendering import go_to
from trigpoint.web.portal.frame.threads import get, post
from trigpoint.web.portal.frame.visits import HereVisit, Visit

DURATIONS = {
    "never": "No expiration",
    "30d": "30 days",
    "90d": "90 days",
    "180d": "180 days",
    "other": "Until a day (below)",
}
FIELDS = {"origins": "websites", "expires": "day"}
"""Form fields by the names in errors of `authority.maps_tokens`."""
ORIGINS_SHOWN = 5


@get("/teams/{team_id:str}/tokens")
def list_tokens(visit: HereVisit, team_id: FromPath[str]) -> Response[bytes]:
    """List the team's Maps tokens."""
    return _page(visit, team_id, Form())


@post("/teams/{team_id:str}/tokens")
def create_token(visit: HereVisit, form: PostedForm, team_id: FromPath[str]) -> Response[bytes]:
    """Issue a Maps token (a double click issues one), or test a page against the typed websites."""
    team = visit.find_team(team_id)
    visit.actor.require(Permission.CHANGE_MAPS_TOKENS, team.team_id)
    if form.has("test"):
        return _page(visit, team_id, form)
    errors = _check_choices(form)
    if errors:
        return _page(visit, team_id, form, errors=errors, status=400)
    visit.require_proof(form)
    try:
        issued = visit.authority.maps_tokens.create(
            visit.actor,
            team_id=team.team_id,
            service=Service(form.text("service")),
            origins=form.text("websites") if _is_restricted(form) else None,
            expires=_duration_of(form) if _is_restricted(form) else None,
            description=form.text("description"),
            once=visit.once(form),
        )
    except RepeatedError as error:
        return go_to(f"/teams/{team_id}/tokens/{error.subject}", notice="already")
    except InvalidError as error:
        wrong = {FIELDS.get(error.name, error.name): say_rule(error, with_example=True)}
        return _page(visit, team_id, form, errors=wrong, status=400)
    return go_to(_address_of(issued.record), notice="maps-token-made")


@get("/teams/{team_id:str}/tokens/{token_id:str}")
def show_token(
    visit: HereVisit, team_id: FromPath[str], token_id: FromPath[str], page: FromQuery[str] = ""
) -> Response[bytes]:
    """Show one token, and its text to those who may create tokens. `page` is tested against its websites."""
    return _token_page(visit, _find(visit, team_id, token_id), tested=page)


@get("/teams/{team_id:str}/tokens/{token_id:str}/revoke")
def ask_before_revocation(visit: HereVisit, team_id: FromPath[str], token_id: FromPath[str]) -> Response[bytes]:
    """Show recent calls with the token, and ask for confirmation before it is revoked."""
    record = _find(visit, team_id, token_id)
    visit.actor.require(Permission.CHANGE_MAPS_TOKENS, record.team_id)
    if record.state is KeyState.REVOKED:
        return _token_page(visit, record, wrong=f"The Maps token {record.token_id} is already revoked.", status=409)
    uses = count_by_origin(visit, record.team_id, record.token_id)
    return visit.page(
        "tokens/maps_token_revoke.html",
        title=f"Revoke the Maps token {record.token_id}",
        team=visit.find_team(record.team_id),
        record=record,
        calls=sum(calls for _, calls in uses),
        origins=[origin for origin, _ in uses if origin][:ORIGINS_SHOWN],
    )


@post("/teams/{team_id:str}/tokens/{token_id:str}/revoke")
def revoke_token(
    visit: HereVisit, form: PostedForm, team_id: FromPath[str], token_id: FromPath[str]
) -> Response[bytes]:
    """Revoke a token."""
    record = _find(visit, team_id, token_id)
    visit.actor.require(Permission.CHANGE_MAPS_TOKENS, record.team_id)
    visit.require_proof(form)
    try:
        visit.authority.maps_tokens.revoke(visit.actor, record.token_id)
    except ConflictError as error:
        return _token_page(visit, _find(visit, team_id, token_id), wrong=str(error), status=409)
    return go_to(_address_of(record), notice="maps-token")


@post("/teams/{team_id:str}/tokens/{token_id:str}/resume")
def resume_token(
    visit: HereVisit, form: PostedForm, team_id: FromPath[str], token_id: FromPath[str]
) -> Response[bytes]:
    """Resume a suspended token."""
    record = _find(visit, team_id, token_id)
    visit.actor.require(Permission.CHANGE_MAPS_TOKENS, record.team_id)
    if record.state is KeyState.ACTIVE:
        return go_to(_address_of(record), notice="resumed")
    visit.require_proof(form)
    try:
        visit.authority.maps_tokens.resume(visit.actor, record.token_id)
    except ConflictError as error:
        return _token_page(visit, _find(visit, team_id, token_id), wrong=str(error), status=409)
    return go_to(_address_of(record), notice="resumed")


def _is_restricted(form: Form) -> bool:
    return form.text("restriction") != "none"


def _duration_of(form: Form) -> str:
    return form.text("day") if form.text("duration") == "other" else form.text("duration")


def _check_choices(form: Form) -> dict[str, str]:
    """Check the choices. "Until a day" without a day is an error: it must not mean "never"."""
    errors = {}
    if form.text("service") not in set(Service):
        errors["service"] = "Choose one of the four types."
    if _is_restricted(form) and form.text("duration") not in DURATIONS:
        errors["duration"] = "Choose one of the durations."
    elif _is_restricted(form) and form.text("duration") == "other" and not form.text("day").strip():
        errors["day"] = "Choose the day of expiry, or another duration."
    return errors


def _find(visit: Visit, team_id: str, token_id: str) -> MapsToken:
    return visit.find_in_team(team_id, token_id, visit.authority.maps_tokens.get, what="Maps token with the ID")


def _address_of(record: MapsToken) -> str:
    return f"/teams/{record.team_id}/tokens/{record.token_id}"


def _token_page(
    visit: Visit, record: MapsToken, *, tested: str = "", wrong: str = "", status: int = 200
) -> Response[bytes]:
    authority, actor = visit.authority, visit.actor
    word = state_of(record, now_ms(authority.clock))
    may_copy = visit.may(Permission.CREATE_TOKENS, record.team_id)
    reports = authority.audit.events(
        actor, team_id=record.team_id, subject=record.token_id, kind="leak.reported", limit=1
    )
    ends = authority.rotation.endings(actor, team_id=record.team_id)
    return visit.page(
        "tokens/maps_token.html",
        title=f"Maps token {record.token_id}",
        team=visit.find_team(record.team_id),
        record=record,
        state_word=word,
        explained=explain_origins(record.origin or "", tested),
        tested=tested,
        text=authority.maps_tokens.copy(actor, record.token_id) if may_copy else "",
        ending=next((one for one in ends if one.subject == record.token_id), None),
        report=reports[0] if reports and word == "suspended" else None,
        wrong=wrong,
        status=status,
    )


def _page(
    visit: Visit, team_id: str, form: Form, *, errors: dict[str, str] | None = None, status: int = 200
) -> Response[bytes]:
    team = visit.find_team(team_id)
    now = now_ms(visit.authority.clock)
    records = visit.authority.maps_tokens.list(visit.actor, team_id=team.team_id)
    states = {record.token_id: state_of(record, now) for record in records}
    may_copy = visit.may(Permission.CREATE_TOKENS, team.team_id)
    return visit.page(
        "tokens/maps_tokens.html",
        title="Maps tokens",
        team=team,
        records=records,
        states=states,
        texts={
            token_id: visit.authority.maps_tokens.copy(visit.actor, token_id)
            for token_id, word in states.items()
            if may_copy and word == "live"
        },
        form=form,
        errors=errors or {},
        services=list(Service),
        durations=DURATIONS,
        explained=explain_origins(form.text("websites"), form.text("page")),
        examples=EXAMPLES,
        unrestricted_days=UNRESTRICTED_DAYS,
        status=status,
    )


HANDLERS = (list_tokens, create_token, show_token, ask_before_revocation, revoke_token, resume_token)
