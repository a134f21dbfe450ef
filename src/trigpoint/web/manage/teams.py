"""`/manage/v1/teams`, and the limits of a team."""

from typing import Annotated, Literal

from litestar import Response, get, post, put
from litestar.params import JSONBody, PathParameter

from trigpoint.authority.quotas import quota_members
from trigpoint.base.errors import ForbiddenError, InvalidError, NotFoundError
from trigpoint.credentials.once import RepeatedError
from trigpoint.credentials.quota import Meter
from trigpoint.credentials.shown import team_members
from trigpoint.web.manage.asked import NewTeam, QuotaEdit
from trigpoint.web.manage.holders import AtDesk, Desk, OnceKey, TeamPath
from trigpoint.web.manage.paging import DEFAULT, Cursor, Limit, cut_page
from trigpoint.web.manage.problems import problems
from trigpoint.web.manage.schemas import Page, Quota, Team, told

MeterPath = Annotated[Literal["service_calls", "map_views"], PathParameter(description="What is counted.")]
TAGS = ["Teams"]


@get("/teams", sync_to_thread=True, responses=problems(400), tags=TAGS)
def list_teams(desk: AtDesk, limit: Limit = DEFAULT, cursor: Cursor = None) -> Page[Team]:
    """List the teams that this token reaches, by name."""
    found = sorted(desk.authority.teams.list(desk.actor), key=lambda team: (team.name, team.team_id))
    page, more = cut_page(found, lambda team: (team.name, team.team_id), cursor=cursor, limit=limit)
    return Page([told(Team, team_members(team)) for team in page], more)


@post("/teams", sync_to_thread=True, responses=problems(400, 403, 409, 422), tags=TAGS)
def create_team(desk: AtDesk, data: JSONBody[NewTeam], once_key: OnceKey = None) -> Response[Team]:
    """Create a team. Only a token of the installation may."""
    if not desk.actor.operator:
        raise ForbiddenError("Only a token of the installation may create teams.")
    once = desk.once(once_key, "/teams", data)
    try:
        team = desk.authority.teams.create(desk.actor, data.name, team_id=data.team_id, once=once)
    except RepeatedError as error:
        team = desk.authority.teams.get(desk.actor, error.subject)
    return Response(told(Team, team_members(team)), headers={"Location": f"/manage/v1/teams/{team.team_id}"})


@get("/teams/{team_id:str}", sync_to_thread=True, responses=problems(400, 404), tags=TAGS)
def get_team(desk: AtDesk, team_id: TeamPath) -> Team:
    """Find one team."""
    return told(Team, team_members(desk.authority.teams.get(desk.actor, team_id)))


@get("/teams/{team_id:str}/quotas", sync_to_thread=True, responses=problems(400, 404), tags=TAGS)
def list_quotas(desk: AtDesk, team_id: TeamPath) -> list[Quota]:
    """Show the limits of a team, and what of them is taken today. The day is that of UTC."""
    return show_quotas(desk, team_id)


@put("/teams/{team_id:str}/quotas/{meter:str}", sync_to_thread=True, responses=problems(400, 403, 404), tags=TAGS)
def set_quota(desk: AtDesk, team_id: TeamPath, meter: MeterPath, data: JSONBody[QuotaEdit]) -> list[Quota]:
    """Set or remove a limit a day, or a key's limit a minute; running servers follow at once.

    A team's own limit is set by a token of the installation only; those within it are the team's.
    """
    if data.period == "minute":
        set_calls_a_minute(desk, team_id, Meter(meter), data)
    else:
        desk.authority.quotas.set(
            desk.actor, team_id, meter=Meter(meter), daily=data.limit, maps_id=data.maps_id, key_id=data.key_id
        )
    return show_quotas(desk, team_id)


def set_calls_a_minute(desk: Desk, team_id: str, meter: Meter, data: QuotaEdit) -> None:
    """Set how many calls a key of the team may make in a minute."""
    if data.key_id is None or data.maps_id is not None or meter is not Meter.SERVICE_CALLS:
        raise InvalidError("period", "'minute' for the service calls of a key only", example="day", received="minute")
    team = desk.authority.teams.get(desk.actor, team_id).team_id
    if desk.authority.keys.get(desk.actor, data.key_id).team_id != team:
        raise NotFoundError(f"The team {team} has no key with the Key ID {data.key_id}.")
    desk.authority.quotas.set_calls_a_minute(desk.actor, data.key_id, most=data.limit)


def show_quotas(desk: Desk, team_id: str) -> list[Quota]:
    """Give every limit of a team, and of its Maps IDs and keys."""
    return [told(Quota, quota_members(state)) for state in desk.authority.quotas.show(desk.actor, team_id)]


HANDLERS = (list_teams, create_team, get_team, list_quotas, set_quota)
