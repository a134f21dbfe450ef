"""`/manage/v1/…/ledger`: the history of changes, and its verification."""

from typing import Annotated

from litestar import get
from litestar.params import QueryParameter

from trigpoint.api.events import Event, Verification
from trigpoint.credentials.ledger import read_head
from trigpoint.web.manage.holders import AtDesk, Desk, TeamPath
from trigpoint.web.manage.paging import DEFAULT, Cursor, Limit, read_cursor, write_cursor
from trigpoint.web.manage.problems import problems
from trigpoint.web.manage.responses import Page

TAGS = ["Ledger"]
Subject = Annotated[str | None, QueryParameter(description="Only events about this Key ID, Maps ID or other ID.")]
Kind = Annotated[str | None, QueryParameter(description="Only events of this kind, such as `key.revoked`.")]


@get("/teams/{team_id:str}/ledger", sync_to_thread=True, responses=problems(400, 404), tags=TAGS)
def list_team_events(
    desk: AtDesk,
    team_id: TeamPath,
    *,
    subject: Subject = None,
    kind: Kind = None,
    limit: Limit = DEFAULT,
    cursor: Cursor = None,
) -> Page[Event]:
    """List the events of a team, the newest first."""
    return list_events(desk, team_id, subject=subject, kind=kind, limit=limit, cursor=cursor)


@get("/ledger", sync_to_thread=True, responses=problems(400, 403), tags=TAGS)
def list_all_events(
    desk: AtDesk, subject: Subject = None, kind: Kind = None, limit: Limit = DEFAULT, cursor: Cursor = None
) -> Page[Event]:
    """List the events of the whole installation, the newest first. Needs a token of the installation."""
    return list_events(desk, None, subject=subject, kind=kind, limit=limit, cursor=cursor)


@get("/ledger/verification", sync_to_thread=True, responses=problems(400), tags=TAGS)
def verify_ledger(
    desk: AtDesk,
    head: Annotated[
        str | None, QueryParameter(description="The `head` of an earlier verification, which the chain must contain.")
    ] = None,
) -> Verification:
    """Verify the hash chain of all events, and find the first event that was altered, removed or reordered.

    If the chain is intact, compare the database with it: find what was changed, added or removed without an event. What
    belongs to other teams is not named.
    """
    expected = read_head(head, name="head") if head is not None else None
    return Verification.of(desk.authority.audit.verify(desk.actor, expected=expected))


def list_events(
    desk: Desk, team_id: str | None, *, subject: str | None, kind: str | None, limit: int, cursor: str | None
) -> Page[Event]:
    """Give a page of the ledger; its cursor is the sequence number of its last event."""
    before = read_cursor(cursor, like=(1,))[0] if cursor is not None else None
    found = desk.authority.audit.events(
        desk.actor,
        team_id=team_id,
        subject=subject,
        kind=kind,
        before=before if isinstance(before, int) else None,
        limit=limit + 1,
    )
    page = [Event.of(entry) for entry in found[:limit]]
    return Page(page, write_cursor((page[-1].sequence,)) if len(found) > limit else None)


HANDLERS = (list_team_events, list_all_events, verify_ledger)
