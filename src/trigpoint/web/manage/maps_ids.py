"""`/manage/v1/…/maps-ids`: register, list, edit and remove Maps IDs."""

from typing import Annotated

from litestar import Response, delete, get, patch, post
from litestar.params import JSONBody, QueryParameter

from trigpoint.api.teams import MapsId
from trigpoint.credentials.maps_id import MapsId as Record
from trigpoint.credentials.maps_id import same_identifier
from trigpoint.credentials.once import RepeatedError
from trigpoint.web.manage.holders import AtDesk, IfMatch, MapsIdPath, OnceKey, TeamPath
from trigpoint.web.manage.paging import DEFAULT, Cursor, Limit, cut_page
from trigpoint.web.manage.problems import problems
from trigpoint.web.manage.requests import MapsIdEdit, NewMapsId
from trigpoint.web.manage.responses import Page
from trigpoint.web.manage.versions import etag_of, read_if_match

TAGS = ["Maps IDs"]
Search = Annotated[
    str | None,
    QueryParameter(description="Only Maps IDs whose identifier or description contains this; not case-sensitive."),
]


@get("/teams/{team_id:str}/maps-ids", sync_to_thread=True, responses=problems(400, 404), tags=TAGS)
def list_maps_ids(
    desk: AtDesk, team_id: TeamPath, search: Search = None, limit: Limit = DEFAULT, cursor: Cursor = None
) -> Page[MapsId]:
    """List the Maps IDs of a team, by identifier."""
    wanted = (search or "").casefold()
    found = [
        maps_id
        for maps_id in desk.authority.maps_ids.list(desk.actor, team_id=team_id)
        if wanted in maps_id.identifier.casefold() or wanted in maps_id.description.casefold()
    ]
    found.sort(key=lambda maps_id: same_identifier(maps_id.identifier))
    page, more = cut_page(found, lambda one: (same_identifier(one.identifier),), cursor=cursor, limit=limit)
    return Page([MapsId.of(maps_id) for maps_id in page], more)


@post("/teams/{team_id:str}/maps-ids", sync_to_thread=True, responses=problems(400, 403, 404, 409, 422), tags=TAGS)
def register_maps_id(
    desk: AtDesk, team_id: TeamPath, data: JSONBody[NewMapsId], once_key: OnceKey = None
) -> Response[MapsId]:
    """Register a Maps ID. Its identifier is unique in the installation, and never changes."""
    once = desk.once(once_key, f"/teams/{team_id}/maps-ids", data)
    try:
        maps_id = desk.authority.maps_ids.register(
            desk.actor, team_id=team_id, identifier=data.maps_id, description=data.description, once=once
        )
    except RepeatedError as error:
        maps_id = desk.authority.maps_ids.get(desk.actor, error.subject)
    return show(maps_id, {"Location": f"/manage/v1/maps-ids/{maps_id.identifier}"})


@get("/maps-ids/{maps_id:str}", sync_to_thread=True, responses=problems(400, 404), tags=TAGS)
def get_maps_id(desk: AtDesk, maps_id: MapsIdPath) -> Response[MapsId]:
    """Get one Maps ID. An edit needs its ETag."""
    return show(desk.authority.maps_ids.get(desk.actor, maps_id))


@patch("/maps-ids/{maps_id:str}", sync_to_thread=True, responses=problems(400, 403, 404, 412, 428), tags=TAGS)
def edit_maps_id(
    desk: AtDesk, maps_id: MapsIdPath, data: JSONBody[MapsIdEdit], if_match: IfMatch = None
) -> Response[MapsId]:
    """Change the description of a Maps ID."""
    version = read_if_match(if_match)
    return show(desk.authority.maps_ids.edit(desk.actor, maps_id, description=data.description, version=version))


@delete("/maps-ids/{maps_id:str}", sync_to_thread=True, responses=problems(400, 403, 404, 409), tags=TAGS)
def remove_maps_id(desk: AtDesk, maps_id: MapsIdPath) -> None:
    """Remove a Maps ID. This fails with 409 while it has live keys; the response names them."""
    desk.authority.maps_ids.remove(desk.actor, maps_id)


def show(maps_id: Record, headers: dict[str, str] | None = None) -> Response[MapsId]:
    """Respond with a Maps ID and its ETag."""
    return Response(MapsId.of(maps_id), headers=etag_of(maps_id.version) | (headers or {}))


HANDLERS = (list_maps_ids, register_maps_id, get_maps_id, edit_maps_id, remove_maps_id)
