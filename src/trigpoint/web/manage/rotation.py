"""`/manage/v1/keys/{key}/rotate`, `…/traffic`, `…/end` and `/manage/v1/…/endings`: replacing keys, and expiry."""

from typing import Annotated

from litestar import Response, get, post, put
from litestar.params import JSONBody, QueryParameter

from trigpoint.api.keys import CreatedKey, Ending, Key, KeyTraffic
from trigpoint.credentials.key import PrivateHalf
from trigpoint.credentials.once import RepeatedError
from trigpoint.web.manage.holders import AtDesk, Desk, IfMatch, KeyPath, OnceKey, TeamPath
from trigpoint.web.manage.keys import hand_out, show, show_created, to_milliseconds
from trigpoint.web.manage.paging import DEFAULT, Cursor, Limit, cut_page
from trigpoint.web.manage.problems import problems
from trigpoint.web.manage.requests import KeyEnd, KeyRotation
from trigpoint.web.manage.responses import Page
from trigpoint.web.manage.versions import read_if_match

TAGS = ["Keys"]
Days = Annotated[int, QueryParameter(ge=1, le=3650, description="How many days to look ahead.")]


@post("/keys/{key_id:str}/rotate", sync_to_thread=True, responses=problems(400, 403, 404, 409, 422), tags=TAGS)
def rotate_key(
    desk: AtDesk, key_id: KeyPath, data: JSONBody[KeyRotation], once_key: OnceKey = None
) -> Response[CreatedKey]:
    """Create a key that replaces another one: with its Maps ID, services, ceilings and limits. Both are live at first.

    `privateKey` of the new key is returned only once; a repetition creates no second key.
    """
    once = desk.once(once_key, f"/keys/{key_id}/rotate", data)
    try:
        key = desk.authority.rotation.rotate(
            desk.actor, key_id, name=data.name, revoke_at=to_milliseconds(data.revoke_at), once=once
        )
    except RepeatedError as error:
        key = desk.authority.keys.get(desk.actor, error.subject)
        if data.download and key.private_half is not PrivateHalf.WAITING:
            raise
    return hand_out(desk, key) if data.download else show_created(key)


@get("/keys/{key_id:str}/traffic", sync_to_thread=True, responses=problems(400, 404), tags=TAGS)
def show_traffic(desk: AtDesk, key_id: KeyPath) -> list[KeyTraffic]:
    """Get each live key's share of the calls of the last 24 hours, for the Maps ID of a key, and which are safe to revoke."""
    return [KeyTraffic.of(one) for one in desk.authority.rotation.traffic(desk.actor, key_id)]


@put("/keys/{key_id:str}/end", sync_to_thread=True, responses=problems(400, 403, 404, 409, 412, 428), tags=TAGS)
def set_key_end(desk: AtDesk, key_id: KeyPath, data: JSONBody[KeyEnd], if_match: IfMatch = None) -> Response[Key]:
    """Set, change or remove (null) the time at which a key expires. Until then it is accepted."""
    version = read_if_match(if_match)
    return show(desk.authority.keys.set_expiry(desk.actor, key_id, to_milliseconds(data.expires_at), version=version))


@get("/teams/{team_id:str}/endings", sync_to_thread=True, responses=problems(400, 404), tags=TAGS)
def list_team_endings(
    desk: AtDesk, team_id: TeamPath, days: Days = 30, limit: Limit = DEFAULT, cursor: Cursor = None
) -> Page[Ending]:
    """List the keys and Maps tokens of a team that expire soon, or expired in the last 30 days; the earliest first."""
    return list_endings(desk, team_id, days=days, limit=limit, cursor=cursor)


@get("/endings", sync_to_thread=True, responses=problems(400), tags=TAGS)
def list_all_endings(desk: AtDesk, days: Days = 30, limit: Limit = DEFAULT, cursor: Cursor = None) -> Page[Ending]:
    """List the keys and Maps tokens of all teams you may see that expire soon, or expired in the last 30 days."""
    return list_endings(desk, None, days=days, limit=limit, cursor=cursor)


def list_endings(desk: Desk, team_id: str | None, *, days: int, limit: int, cursor: str | None) -> Page[Ending]:
    """Give a page of keys and Maps tokens that expire soon."""
    found = desk.authority.rotation.endings(desk.actor, team_id=team_id, within_days=days)
    page, more = cut_page(found, lambda one: (one.expires_at, one.subject), cursor=cursor, limit=limit)
    return Page([Ending.of(one) for one in page], more)


HANDLERS = (rotate_key, show_traffic, set_key_end, list_team_endings, list_all_endings)
