"""The overview page of a team: its IDs, warnings, usage, and recent events."""

from litestar import Response
from litestar.params import FromPath

from trigpoint.base.clock import now_ms
from trigpoint.credentials.key import KeyState
from trigpoint.credentials.quota import Meter
from trigpoint.web.portal.frame.event_words import WORDS
from trigpoint.web.portal.frame.rendering import go_to
from trigpoint.web.portal.frame.threads import get
from trigpoint.web.portal.frame.visits import HereVisit
from trigpoint.web.portal.usage.quotas import alarms_of, list_gauges, today_of

ENDED_DAYS = 7
"""Days for which the overview shows an expired key or Maps token."""


@get("/")
def find_home(visit: HereVisit) -> Response[bytes]:
    """Redirect to the person's first team, or say that there is none."""
    if visit.signed_in is None:
        return go_to("/sign-in")
    teams = visit.authority.teams.list(visit.actor)
    if not teams:
        return visit.page("no_team.html", title="No team yet")
    return go_to(f"/teams/{teams[0].team_id}")


@get("/teams/{team_id:str}")
def show_team(visit: HereVisit, team_id: FromPath[str]) -> Response[bytes]:
    """Show the overview of a team."""
    team = visit.find_team(team_id)
    authority, actor = visit.authority, visit.actor
    now = now_ms(authority.clock)
    keys = authority.keys.list(actor, team_id=team.team_id)
    tokens = authority.maps_tokens.list(actor, team_id=team.team_id)
    gauges = list_gauges(visit, team.team_id)
    return visit.page(
        "overview.html",
        title=team.name,
        team=team,
        alarms=alarms_of(gauges),
        today=today_of(gauges).state.used,
        views=today_of(gauges, Meter.MAP_VIEWS).state.used,
        snapshots=today_of(gauges, Meter.SNAPSHOTS).state.used,
        maps_ids=authority.maps_ids.list(actor, team_id=team.team_id),
        live=[key for key in keys if key.is_live(now)],
        keys=keys,
        suspended=[key for key in keys if key.state is KeyState.SUSPENDED],
        suspended_tokens=[token for token in tokens if token.state is KeyState.SUSPENDED],
        endings=[one for one in authority.rotation.endings(actor, team_id=team.team_id) if one.days >= -ENDED_DAYS],
        entries=authority.audit.events(actor, team_id=team.team_id, limit=6),
        words=WORDS,
        members=authority.members.list(actor, team_id=team.team_id),
    )


HANDLERS = (find_home, show_team)
