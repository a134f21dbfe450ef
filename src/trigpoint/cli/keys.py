"""`trigpoint keys`: check all keys at once, for CI and monitoring."""

from typing import Annotated

import typer

from trigpoint.api.keys import Ending
from trigpoint.cli import output
from trigpoint.cli.desk import open_desk

app = typer.Typer(no_args_is_help=True, help="All keys and Maps tokens: which of them expire soon.")


@app.command(epilog="Example: trigpoint keys check --team K5GNLXS2QT --days 7")
def check(
    team: Annotated[str | None, typer.Option("--team", help="Only those of this team (Team ID).")] = None,
    days: Annotated[int, typer.Option("--days", min=1, max=3650, help="How many days ahead to look.")] = 30,
    as_json: output.Json = False,
) -> None:
    """List the keys and Maps tokens that expire soon or have just expired. Exit code 1 if there is one."""
    with open_desk() as (authority, actor):
        rows = [Ending.of(one) for one in authority.rotation.endings(actor, team_id=team, within_days=days)]
    columns = {"kind": "What", "subject": "ID", "name": "Name", "expiresAt": "Ends", "days": "Days"}
    output.show_list(rows, as_json=as_json, columns=columns, empty=f"Nothing expires within {days} days.")
    if rows:
        raise typer.Exit(output.ExitCode.REFUSED)
