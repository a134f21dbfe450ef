"""`trigpoint usage`: calls by service, status, key, Maps ID and origin; refusals by reason; as a table, JSON or CSV."""

from collections.abc import Sequence
from typing import Annotated

import typer

from trigpoint.api.usage import LastUse, UsageLine
from trigpoint.base.clock import to_seconds
from trigpoint.base.errors import InvalidError
from trigpoint.cli import output
from trigpoint.cli.desk import open_desk
from trigpoint.cli.durations import read_moment
from trigpoint.credentials.usage import Dimension, RefusalDimension, Span, UsageRow, to_csv

app = typer.Typer(no_args_is_help=True, help="Usage: who called, from where, and what was refused.")

TeamOption = Annotated[str | None, typer.Option("--team", help="The Team ID; without it, the whole installation.")]
PerOption = Annotated[
    Span | None, typer.Option("--per", help="One line per hour, day or month (UTC); without it, one sum.")
]
SinceOption = Annotated[str | None, typer.Option("--since", help="From this time on; without it, the last 24 hours.")]
UntilOption = Annotated[str | None, typer.Option("--until", help="Before this time; without it, now.")]
CsvOption = Annotated[bool, typer.Option("--csv", help="Print CSV.")]


@app.command(epilog="Example: trigpoint usage show --team K5GNLXS2QT --per day --by status --since 2026-11-01")
def show(
    team: TeamOption = None,
    per: PerOption = None,
    by: Annotated[list[Dimension] | None, typer.Option("--by", help="Group by this. May be repeated.")] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    as_csv: CsvOption = False,
    as_json: output.Json = False,
) -> None:
    """Count admitted calls, and calls over a quota (status 429)."""
    with open_desk() as (authority, actor):
        rows = authority.usage.calls(
            actor,
            team_id=team,
            by=by or [],
            per=per,
            since=read_time(since, name="--since"),
            until=read_time(until, name="--until"),
        )
    print_rows(rows, by or [], per, as_csv=as_csv, as_json=as_json, empty="No calls in this period.")


@app.command(epilog="Example: trigpoint usage refusals --team K5GNLXS2QT --by reason --by key")
def refusals(
    team: TeamOption = None,
    per: PerOption = None,
    by: Annotated[
        list[RefusalDimension] | None, typer.Option("--by", help="Group by this; without it, by reason.")
    ] = None,
    since: SinceOption = None,
    until: UntilOption = None,
    as_csv: CsvOption = False,
    as_json: output.Json = False,
) -> None:
    """Count refused tokens. A token counts for the key that it names, even if its signature is wrong."""
    chosen = by or [RefusalDimension.REASON]
    with open_desk() as (authority, actor):
        rows = authority.usage.refusals(
            actor,
            team_id=team,
            by=chosen,
            per=per,
            since=read_time(since, name="--since"),
            until=read_time(until, name="--until"),
        )
    print_rows(rows, chosen, per, as_csv=as_csv, as_json=as_json, empty="Nothing was refused in this period.")


@app.command("last-used", epilog="Example: trigpoint usage last-used --team K5GNLXS2QT")
def last_used(team: Annotated[str, typer.Option("--team", help="The Team ID.")], as_json: output.Json = False) -> None:
    """Show when and from where each Maps ID, key and Maps token was last used."""
    with open_desk() as (authority, actor):
        rows = [LastUse.of(one) for one in authority.usage.last_uses(actor, team)]
    columns = {"kind": "What", "subject": "ID", "lastUsedAt": "Last used", "origin": "On", "network": "From"}
    output.show_list(rows, as_json=as_json, columns=columns, empty="There are no Maps IDs, keys or Maps tokens yet.")


def print_rows(
    rows: list[UsageRow], by: Sequence[str], per: Span | None, *, as_csv: bool, as_json: bool, empty: str
) -> None:
    """Print a report in the form that was asked for."""
    if as_csv and as_json:
        raise InvalidError("--csv", "given without --json", example="--csv")
    if as_csv:
        output.show_value(to_csv(rows, [*(["start"] if per else []), *by]).rstrip("\r\n"))
        return
    columns = [*(["start"] if per else []), *by, "calls"]
    lines = [UsageLine.of(row) for row in rows]
    output.show_list(lines, as_json=as_json, columns={name: name for name in columns}, empty=empty)


def read_time(text: str | None, *, name: str) -> float | None:
    """Read a date or time in seconds."""
    return None if text is None else to_seconds(read_moment(text, name=name))
