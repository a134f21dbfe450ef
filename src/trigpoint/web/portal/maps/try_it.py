"""The page Try it: search, directions and addresses with mapkit.js, each with its request and response."""

from litestar import Response
from litestar.params import FromPath

from trigpoint.web.portal.frame.forms import PostedForm
from trigpoint.web.portal.frame.threads import get, post
from trigpoint.web.portal.frame.visits import HereVisit
from trigpoint.web.portal.maps.live_maps import make_token_for, show_live_map


@get("/teams/{team_id:str}/map/try")
def try_it(visit: HereVisit, team_id: FromPath[str]) -> Response[bytes]:
    """Show the page."""
    return show_live_map(visit, visit.find_team(team_id), "maps/try_it.html", title="Try it")


@post("/teams/{team_id:str}/map/try")
def make_token(visit: HereVisit, form: PostedForm, team_id: FromPath[str]) -> Response[bytes]:
    """Create the Maps token for the page, unless there is one; it expires after seven days."""
    return make_token_for(visit, form, team_id, page="try")


HANDLERS = (try_it, make_token)
