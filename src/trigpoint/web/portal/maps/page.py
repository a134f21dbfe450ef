"""The page Map: a map of the installation's region, and how to put a map on your own page."""

from collections.abc import Sequence
from urllib.parse import urlsplit

from litestar import Response
from litestar.params import FromPath

from trigpoint.credentials.access_key import PORTAL_LIFETIME_S
from trigpoint.maps.tiles import OSM, WORLD, TileSet
from trigpoint.web.portal.frame.threads import get
from trigpoint.web.portal.frame.visits import HereVisit

RENEW_BEFORE_S = 60
"""How long before the expiry of its access key the page asks for a new one."""
NAMES = {OSM: "Map", WORLD: "World", "imagery": "Imagery"}
SCHEMAS = {
    "shortbread": "Shortbread",
    "openmaptiles": "OpenMapTiles",
    "protomaps": "Protomaps",
    "world": "oceans, borders, towns",
    "raster": "images",
}


@get("/teams/{team_id:str}/map")
def show_map(visit: HereVisit, team_id: FromPath[str]) -> Response[bytes]:
    """Show the map."""
    team = visit.find_team(team_id)
    sets = visit.map_parts.sets
    region = region_of(sets)
    answer = visit.page(
        "maps/page.html",
        title="Map",
        team=team,
        sets=sets,
        names=NAMES,
        schemas=SCHEMAS,
        region=region,
        box=box_of(sets),
        parts=visit.map_parts,
        ages=visit.map_parts.ages(),
        attributions={line.text: line.url for one in sets for line in one.attributions},
        access=f"/teams/{team.team_id}/map/access",
    )
    answer.headers["content-security-policy"] = policy(visit.addresses.base_url, visit.host)
    return answer


@get("/teams/{team_id:str}/map/access")
def give_access(visit: HereVisit, team_id: FromPath[str]) -> Response[dict[str, object]]:
    """Give the page an access key; the page renews it before it expires."""
    team = visit.find_team(team_id)
    key = visit.authority.map_access.open_for_member(team.team_id, visit.authority.clock())
    return Response({"accessKey": key, "renewInSeconds": PORTAL_LIFETIME_S - RENEW_BEFORE_S})


def region_of(sets: Sequence[TileSet]) -> TileSet | None:
    """Give the tile set of the installation's region, if it has one."""
    return next((one for one in sets if one.name == OSM), None)


def box_of(sets: Sequence[TileSet]) -> str | None:
    """Write the bounding box of the region for the page's script: south, west, north, east in degrees."""
    region = region_of(sets)
    return None if region is None else ",".join(f"{degrees:g}" for degrees in region.box)


def policy(base_url: str, host: str) -> str:
    """Write the Content-Security-Policy of the page: MapLibre runs in a worker, and fetches tiles, fonts and icons.

    Their URLs begin with the public URL, which can differ from the one by which the portal was opened.
    """
    parts = urlsplit(base_url)
    here = "'self'" if parts.netloc == host else f"'self' {parts.scheme}://{parts.netloc}"
    return (
        f"default-src 'none'; script-src 'self'; style-src 'self'; img-src {here} data: blob:; connect-src {here}; "
        f"font-src {here}; worker-src 'self' blob:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


HANDLERS = (show_map, give_access)
