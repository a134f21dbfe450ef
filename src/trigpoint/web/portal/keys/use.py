"""The page "Use it": the IDs that a program needs, and code examples that sign with the key."""

from functools import partial

from litestar import Response
from litestar.params import FromPath, FromQuery

from trigpoint.credentials.key import PrivateHalf
from trigpoint.web.portal.frame.recipes import RECIPES, SNAPSHOT_RECIPES, render_recipe
from trigpoint.web.portal.frame.threads import get
from trigpoint.web.portal.frame.visits import HereVisit
from trigpoint.web.portal.keys.pages import find_key


@get("/teams/{team_id:str}/keys/{key_id:str}/use")
def show_use(
    visit: HereVisit, team_id: FromPath[str], key_id: FromPath[str], language: FromQuery[str] = "python"
) -> Response[bytes]:
    """Show how to use a key."""
    key = find_key(visit, team_id, key_id)
    chosen = language if language in RECIPES else "python"
    render = partial(render_recipe, team_id=key.team_id, key_id=key.key_id, base_url=visit.addresses.base_url)
    return visit.page(
        "keys/use.html",
        title=f"Use {key.name}",
        team=visit.find_team(team_id),
        key=key,
        recipes=RECIPES,
        language=chosen,
        recipe=RECIPES[chosen],
        text=render(chosen),
        snapshot_recipe=SNAPSHOT_RECIPES[chosen],
        snapshot_text=render(chosen, SNAPSHOT_RECIPES),
        is_waiting=key.private_half is PrivateHalf.WAITING,
    )


HANDLERS = (show_use,)
