"""What pages with a live map (mapkit.js) share: their Maps token, their policy, and the region that they show first."""

from typing import Any

from litestar import Response

from trigpoint.base.clock import now_ms
from trigpoint.credentials.maps_token import MapsToken
from trigpoint.credentials.roles import Permission
from trigpoint.credentials.services import Service
from trigpoint.credentials.team import Team
from trigpoint.web.portal.frame.forms import Form
from trigpoint.web.portal.frame.rendering import go_to
from trigpoint.web.portal.frame.visits import Visit
from trigpoint.web.portal.maps.page import box_of, policy

SCRIPT = "/mk/5.x.x/mapkit.js"
DESCRIPTION = "Try it, in the portal"


def show_live_map(visit: Visit, team: Team, template: str, *, title: str, **more: Any) -> Response[bytes]:
    """Show a page with a live map; those who may create tokens get the text of a Maps token of the team in it."""
    may_read = visit.may(Permission.CREATE_TOKENS, team.team_id)
    record = find_usable(visit, team.team_id) if may_read else None
    answer = visit.page(
        template,
        title=title,
        team=team,
        record=record,
        may_read=may_read,
        maps_token="" if record is None else visit.authority.maps_tokens.copy(visit.actor, record.token_id),
        script=SCRIPT,
        sets=visit.map_parts.sets,
        box=box_of(visit.map_parts.sets),
        **more,
    )
    answer.headers["content-security-policy"] = policy(visit.addresses.base_url, visit.host)
    answer.headers["cache-control"] = "no-store"
    return answer


def make_token_for(visit: Visit, form: Form, team_id: str, *, page: str) -> Response[bytes]:
    """Create the Maps token for pages with a live map, unless there is one, and redirect to such a page."""
    team = visit.find_team(team_id)
    visit.actor.require(Permission.CHANGE_MAPS_TOKENS, team.team_id)
    visit.require_proof(form)
    if find_usable(visit, team.team_id) is None:
        visit.authority.maps_tokens.create(
            visit.actor, team_id=team.team_id, service=Service.MAPKIT_JS, origins=None, description=DESCRIPTION
        )
    return go_to(f"/teams/{team.team_id}/map/{page}")


def find_usable(visit: Visit, team_id: str) -> MapsToken | None:
    """Find the newest live Maps token for MapKit JS that is not restricted to websites."""
    now = now_ms(visit.authority.clock)
    tokens = visit.authority.maps_tokens.list(visit.actor, team_id=team_id)
    return next(
        (one for one in tokens if one.service is Service.MAPKIT_JS and one.origin is None and one.is_live(now)), None
    )
