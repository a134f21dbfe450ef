"""`/manage/v1/teams`, and the quotas of a team."""

from typing import Annotated, Literal

from litestar import Response, get, post, put
from litestar.params import JSONBody, PathParameter

from trigpoint.api.teams import Team
from trigpoint.api.usage import Quota
from trigpoint.authority.quotas import QuotaState
from trigpoint.base.errors import ForbiddenError, InvalidError, NotFoundError
from trigpoint.credentials.key import read_key_id
from trigpoint.credentials.once import RepeatedError
from trigpoint.credentials.quota import Meter, key_account, maps_id_account, team_account
from trigpoint.credentials.team import read_team_id
from trigpoint.web.manage.holders import AtDesk, Desk, OnceKey, TeamPath
from trigpoint.web.manage.paging import DEFAULT, Cursor, Limit, cut_page
from trigpoint.web.manage.problems import problems
from trigpoint.web.manage.requests import NewTeam, QuotaEdit
from trigpoint.web.manage.responses import Page

MeterPath = Annotated[Literal["service_calls", "map_views", "snapshots"], PathParameter(description="What is counted.")]
TAGS = ["Teams"]


@get("/teams", sync_to_thread=True, responses=problems(400), tags=TAGS)
def list_teams(desk: AtDesk, limit: Limit = DEFAULT, cursor: Cursor = None) -> Page[Team]:
    """List the teams that you may see, sorted by name."""
    found = sorted(desk.authority.teams.list(desk.actor), key=lambda team: (team.name, team.team_id))
    page, more = cut_page(found, lambda team: (team.name, team.team_id), cursor=cursor, limit=limit)
    return Page([Team.of(team) for team in page], more)


@post("/teams", sync_to_thread=True, responses=problems(400, 403, 409, 422), tags=TAGS)
def create_team(desk: AtDesk, data: JSONBody[NewTeam], once_key: OnceKey = None) -> Response[Team]:
    """Create a team. Needs a token of the installation."""
    if not desk.actor.operator:
        raise ForbiddenError("Only a token of the installation may create teams.")
    once = desk.once(once_key, "/teams", data)
    try:
        team = desk.authority.teams.create(desk.actor, data.name, team_id=data.team_id, once=once)
    except RepeatedError as error:
        team = desk.authority.teams.get(desk.actor, error.subject)
    return Response(Team.of(team), headers={"Location": f"/manage/v1/teams/{team.team_id}"})


@get("/teams/{team_id:str}", sync_to_thread=True, responses=problems(400, 404), tags=TAGS)
def get_team(desk: AtDesk, team_id: TeamPath) -> Team:
    """Get one team."""
    return Team.of(desk.authority.teams.get(desk.actor, team_id))


@get("/teams/{team_id:str}/quotas", sync_to_thread=True, responses=problems(400, 404), tags=TAGS)
def list_quotas(desk: AtDesk, team_id: TeamPath, limit: Limit = DEFAULT, cursor: Cursor = None) -> Page[Quota]:
    """List the limits of a team, its own first, and how much of each is used. Days are in UTC."""
    found = sorted(desk.authority.quotas.show(desk.actor, team_id), key=place_of)
    page, more = cut_page(found, place_of, cursor=cursor, limit=limit)
    return Page([Quota.of(state) for state in page], more)


@put("/teams/{team_id:str}/quotas/{meter:str}", sync_to_thread=True, responses=problems(400, 403, 404), tags=TAGS)
def set_quota(desk: AtDesk, team_id: TeamPath, meter: MeterPath, data: JSONBody[QuotaEdit]) -> Page[Quota]:
    """Set or remove a limit per day, or the limit per minute of a key; running servers apply it at once.

    The limit of a team needs a token of the installation; limits of its Maps IDs and keys are set by the team. The
    response has all limits of the same team, Maps ID or key, on one page.
    """
    if data.period == "minute":
        set_calls_a_minute(desk, team_id, Meter(meter), data)
    else:
        desk.authority.quotas.set(
            desk.actor, team_id, meter=Meter(meter), daily=data.limit, maps_id=data.maps_id, key_id=data.key_id
        )
    return show_holder(desk, team_id, data)


def set_calls_a_minute(desk: Desk, team_id: str, meter: Meter, data: QuotaEdit) -> None:
    """Set how many service calls a key of the team may make per minute."""
    if data.key_id is None or data.maps_id is not None or meter is not Meter.SERVICE_CALLS:
        raise InvalidError("period", "'minute' only for the service calls of a key", example="day", received="minute")
    team = desk.authority.teams.get(desk.actor, team_id).team_id
    if desk.authority.keys.get(desk.actor, data.key_id).team_id != team:
        raise NotFoundError(f"The team {team} has no key with the Key ID {data.key_id}.")
    desk.authority.quotas.set_calls_a_minute(desk.actor, data.key_id, most=data.limit)


def show_holder(desk: Desk, team_id: str, data: QuotaEdit) -> Page[Quota]:
    """Give every limit of the team, the Maps ID or the key of a request: at most three."""
    team = read_team_id(team_id)
    subject = team_account(team, Meter.SERVICE_CALLS).subject
    if data.maps_id is not None:
        subject = maps_id_account(data.maps_id, Meter.SERVICE_CALLS).subject
    if data.key_id is not None:
        subject = key_account(read_key_id(data.key_id), Meter.SERVICE_CALLS).subject
    found = [state for state in desk.authority.quotas.show(desk.actor, team_id) if state.account.subject == subject]
    return Page([Quota.of(state) for state in sorted(found, key=place_of)])


def place_of(state: QuotaState) -> tuple[int | str, ...]:
    """Give the sort key of a limit: the team's own first, then by Maps ID or key, service calls per day first."""
    account = state.account
    is_within = int(not account.subject.startswith("team:"))
    return (is_within, account.subject, list(Meter).index(account.meter), -account.period)


HANDLERS = (list_teams, create_team, get_team, list_quotas, set_quota)
