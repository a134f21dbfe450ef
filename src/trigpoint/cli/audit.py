"""`trigpoint audit`: the events of credentials, and the verification that none of them was changed."""

from typing import Annotated

import typer

from trigpoint.api.events import Event, Verification
from trigpoint.cli import output
from trigpoint.cli.desk import open_desk
from trigpoint.cli.labels import EVENT_COLUMNS
from trigpoint.credentials.ledger import read_head

app = typer.Typer(no_args_is_help=True, help="The audit trail: who did what and when, and its verification.")


@app.command(epilog="Example: trigpoint audit show --team K5GNLXS2QT --limit 20")
def show(
    team: Annotated[str | None, typer.Option("--team", help="Only events of this team (Team ID).")] = None,
    subject: Annotated[str | None, typer.Option("--subject", help="Only events about this Key ID or Maps ID.")] = None,
    kind: Annotated[str | None, typer.Option("--kind", help="Only events of this kind, such as key.revoked.")] = None,
    before: Annotated[
        int | None, typer.Option("--before", min=1, help="Only events before this sequence number.")
    ] = None,
    limit: Annotated[
        int, typer.Option("--limit", min=1, max=10_000, help="The most events to show, the newest first.")
    ] = 100,
    as_json: output.Json = False,
) -> None:
    """Show the newest events first."""
    with open_desk() as (authority, actor):
        found = authority.audit.events(actor, team_id=team, subject=subject, kind=kind, before=before, limit=limit)
        rows = [Event.of(entry) for entry in found]
    output.show_list(rows, as_json=as_json, columns=EVENT_COLUMNS, empty="There are no events yet.")


@app.command(epilog="Example: trigpoint audit verify --head 42:9f86d081…")
def verify(
    head: Annotated[
        str | None, typer.Option("--head", help="An earlier head, as number:hash; the chain must contain it.")
    ] = None,
    as_json: output.Json = False,
) -> None:
    """Verify the whole hash chain of events; fail at the first one that was altered, removed or reordered.

    Then check the database: fail if a key, a token, a member, a limit or another record in the ledger was changed,
    added or removed without an event.
    """
    expected = read_head(head, name="--head") if head is not None else None
    with open_desk() as (authority, _):
        found = authority.audit.verify(expected=expected)
    labels = {"holds": "Intact", "entries": "Entries", "head": "Head", "fault": "Fault", "detail": "Detail"}
    output.show_one(Verification.of(found), as_json=as_json, labels=labels)
    if not found.holds:
        raise typer.Exit(output.ExitCode.REFUSED)
    if not as_json:
        output.say(
            "Store the head elsewhere: with it, a later verification proves that earlier events are unchanged.",
            style="dim",
        )
