"""The page Why this place?: how a query is parsed, its candidates, and the parts of each score."""

import asyncio
from typing import Annotated

from litestar import Response
from litestar.params import FromPath, QueryParameter

from trigpoint.base.errors import TrigpointError, shorten
from trigpoint.maps.coordinates import read_coordinates
from trigpoint.maps.explained import Explanation
from trigpoint.maps.queries import GeocodeQuery, Hints
from trigpoint.web.portal.frame.threads import get
from trigpoint.web.portal.frame.visits import HereVisit, Visit

LONGEST = 300
"""Most characters of a query, since noise of this length takes the engine a tenth of a second."""
PARTS = ("cover", "name", "importance", "nearness", "house", "spelling", "world")


@get("/teams/{team_id:str}/map/why")
def show_why(
    visit: HereVisit,
    team_id: FromPath[str],
    q: Annotated[str, QueryParameter()] = "",
    near: Annotated[str, QueryParameter()] = "",
) -> Response[bytes]:
    """Show the form, and the explanation of a query."""
    team = visit.find_team(team_id)
    found, wrong = _explain(visit, q.strip(), near.strip()) if q.strip() else (None, "")
    return visit.page(
        "maps/why.html", title="Why this place?", team=team, q=q, near=near, found=found, wrong=wrong, parts=PARTS
    )


def _explain(visit: Visit, text: str, near: str) -> tuple[Explanation | None, str]:
    if len(text) > LONGEST:
        return None, f"The search text may have at most {LONGEST} characters; this one has {len(text):,}."
    point = read_coordinates(near) if near else None
    if near and point is None:
        return None, f"'Near' must be a latitude and a longitude, for example 47.14,9.52; got '{shorten(near)}'."
    explain = visit.map_parts.explain
    if explain is None:
        return None, "This installation has no places."
    try:
        return asyncio.run(explain(GeocodeQuery(text=text, hints=Hints(search_location=point)))), ""
    except TrigpointError as error:
        return None, str(error)


HANDLERS = (show_why,)
