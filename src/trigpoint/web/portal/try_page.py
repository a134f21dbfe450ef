"""The page Try it: search, directions and the address of a place on our own mapkit.js, each with request and answer."""

from litestar import Response
from litestar.params import FromPath

from trigpoint.web.portal.forms import PostedForm
from trigpoint.web.portal.live_maps import make_token_for, show_live_map
from trigpoint.web.portal.threads import get, post
from trigpoint.web.portal.visits import HereVisit


@get("/teams/{team_id:str}/map/try")
def try_it(visit: HereVisit, team_id: FromPath[str]) -> Response[bytes]:
    """Show the page."""
    return show_live_map(visit, visit.find_team(team_id), "try.html", title="Try it")


@post("/teams/{team_id:str}/map/try")
def make_token(visit: HereVisit, form: PostedForm, team_id: FromPath[str]) -> Response[bytes]:
    """Make the Maps token that the page uses, unless there is one: it ends on the seventh day."""
    return make_token_for(visit, form, team_id, page="try")


HANDLERS = (try_it, make_token)
