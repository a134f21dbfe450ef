"""The page Try it: search, directions and the address of a place on our own mapkit.js, each with request and answer."""

from litestar import Response
from litestar.params import FromPath

from trigpoint.credentials.maps_token import MapsToken
from trigpoint.credentials.roles import Permission
from trigpoint.credentials.services import Service
from trigpoint.maps.tiles import OSM
from trigpoint.web.portal.forms import Form, PostedForm
from trigpoint.web.portal.map_page import policy
from trigpoint.web.portal.rendering import go_to
from trigpoint.web.portal.threads import get, post
from trigpoint.web.portal.visits import HereVisit, Visit

SCRIPT = "/mk/5.x.x/mapkit.js"
DESCRIPTION = "Try it, in the portal"


@get("/teams/{team_id:str}/map/try")
def try_it(visit: HereVisit, team_id: FromPath[str]) -> Response[bytes]:
    """Show the page, with the text of a Maps token of the team for those who may have it."""
    team = visit.find_team(team_id)
    may_read = visit.may(Permission.CREATE_TOKENS, team.team_id)
    record = find_usable(visit, team.team_id) if may_read else None
    region = next((one for one in visit.map_parts.sets if one.name == OSM), None)
    answer = visit.page(
        "try.html",
        title="Try it",
        team=team,
        record=record,
        may_read=may_read,
        maps_token="" if record is None else visit.authority.maps_tokens.copy(visit.actor, record.token_id),
        script=SCRIPT,
        sets=visit.map_parts.sets,
        box=None if region is None else ",".join(f"{degrees:g}" for degrees in region.box),
    )
    answer.headers["content-security-policy"] = policy(visit.addresses.base_url, visit.host)
    answer.headers["cache-control"] = "no-store"
    return answer


@post("/teams/{team_id:str}/map/try")
def make_token(visit: HereVisit, form: PostedForm, team_id: FromPath[str]) -> Response[bytes]:
    """Make the Maps token that the page uses, unless there is one: it ends on the seventh day."""
    return make_token_for(visit, form, team_id, page="try")


def make_token_for(visit: Visit, form: Form, team_id: str, *, page: str) -> Response[bytes]:
    """Make the Maps token that pages with a live map use, unless there is one, and go to such a page."""
    team = visit.find_team(team_id)
    visit.actor.require(Permission.CHANGE_MAPS_TOKENS, team.team_id)
    visit.require_proof(form)
    if find_usable(visit, team.team_id) is None:
        visit.authority.maps_tokens.create(
            visit.actor, team_id=team.team_id, service=Service.MAPKIT_JS, origins=None, description=DESCRIPTION
        )
    return go_to(f"/teams/{team.team_id}/map/{page}")


def find_usable(visit: Visit, team_id: str) -> MapsToken | None:
    """Find a live Maps token for MapKit JS that no site has for itself; the newest one."""
    now = int(visit.authority.clock() * 1000)
    tokens = visit.authority.maps_tokens.list(visit.actor, team_id=team_id)
    return next(
        (one for one in tokens if one.service is Service.MAPKIT_JS and one.origin is None and one.is_live(now)), None
    )


HANDLERS = (try_it, make_token)
