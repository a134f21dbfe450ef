"""The page Activity: the ledger, with filters, export and verification."""

import csv
import io
import json
from collections.abc import Iterator, Sequence

from litestar import Response
from litestar.params import FromPath, FromQuery
from litestar.response import Stream

from trigpoint.base.clock import to_iso, to_seconds
from trigpoint.base.errors import NotFoundError
from trigpoint.base.ids import TeamId
from trigpoint.credentials.events import EventKind
from trigpoint.credentials.ledger import Entry
from trigpoint.web.portal.frame.event_words import WORDS
from trigpoint.web.portal.frame.threads import get
from trigpoint.web.portal.frame.visits import HereVisit, Visit

PAGE = 50
BATCH = 500
COLUMNS = ("sequence", "at", "actor", "kind", "subject", "details", "previous", "hash")


@get("/teams/{team_id:str}/activity")
def show_activity(
    visit: HereVisit,
    team_id: FromPath[str],
    kind: FromQuery[str] = "",
    subject: FromQuery[str] = "",
    before: FromQuery[int | None] = None,
) -> Response[bytes]:
    """Show a page of the ledger, the newest first."""
    team = visit.find_team(team_id)
    entries = visit.authority.audit.events(
        visit.actor,
        team_id=team.team_id,
        kind=kind or None,
        subject=subject.strip() or None,
        before=before,
        limit=PAGE + 1,
    )
    return visit.page(
        "events/activity.html",
        title="Activity",
        team=team,
        entries=entries[:PAGE],
        older=entries[PAGE - 1].sequence if len(entries) > PAGE else None,
        kinds=[one.value for one in EventKind if one.value in WORDS],
        words=WORDS,
        kind=kind,
        subject=subject,
        before=before,
    )


@get("/teams/{team_id:str}/activity/verification")
def verify(visit: HereVisit, team_id: FromPath[str]) -> Response[bytes]:
    """Verify the hash chain of the whole ledger."""
    team = visit.find_team(team_id)
    return visit.page(
        "events/verification.html", title="Verification", team=team, found=visit.authority.audit.verify(visit.actor)
    )


@get("/teams/{team_id:str}/activity/export/{kind:str}")
def export(visit: HereVisit, team_id: FromPath[str], kind: FromPath[str]) -> Stream:
    """Send all events of the team, the oldest last, as CSV or JSON Lines."""
    team = visit.find_team(team_id)
    write = {"csv": to_csv, "jsonl": to_json_lines}.get(kind)
    if write is None:
        raise NotFoundError("The export formats are csv and jsonl.")
    media = "text/csv" if kind == "csv" else "application/jsonl; charset=utf-8"
    headers = {"content-disposition": f'attachment; filename="activity-{team.team_id}.{kind}"'}
    return Stream(write(_walk(visit, team.team_id)), media_type=media, headers=headers)


def to_csv(batches: Iterator[Sequence[Entry]]) -> Iterator[bytes]:
    """Write entries as CSV (RFC 4180). A cell that a spreadsheet would execute as a formula is prefixed with an apostrophe."""
    yield (",".join(COLUMNS) + "\r\n").encode()
    for batch in batches:
        out = io.StringIO()
        writer = csv.writer(out)
        for entry in batch:
            writer.writerow(_harmless(value) for value in _members(entry, details_as_text=True).values())
        yield out.getvalue().encode()


def to_json_lines(batches: Iterator[Sequence[Entry]]) -> Iterator[bytes]:
    """Write entries as JSON, one per line."""
    for batch in batches:
        for entry in batch:
            yield (json.dumps(_members(entry), ensure_ascii=False) + "\n").encode()


def _walk(visit: Visit, team_id: TeamId) -> Iterator[Sequence[Entry]]:
    before = None
    while batch := visit.authority.audit.events(visit.actor, team_id=team_id, before=before, limit=BATCH):
        yield batch
        before = batch[-1].sequence


def _members(entry: Entry, *, details_as_text: bool = False) -> dict[str, object]:
    return {
        "sequence": entry.sequence,
        "at": to_iso(to_seconds(entry.at)),
        "actor": entry.actor,
        "kind": entry.kind,
        "subject": entry.subject,
        "details": json.dumps(entry.details, ensure_ascii=False) if details_as_text else entry.details,
        "previous": entry.previous,
        "hash": entry.hash,
    }


def _harmless(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"} else value


HANDLERS = (show_activity, verify, export)
