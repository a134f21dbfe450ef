"""`trigpoint team`: create, list and show teams."""

from typing import Annotated

import typer

from trigpoint.api.teams import Team
from trigpoint.cli import output
from trigpoint.cli.desk import open_desk
from trigpoint.cli.labels import TEAM_LABELS

app = typer.Typer(no_args_is_help=True, help="Teams: who owns Maps IDs and keys.")


@app.command(epilog='Example: trigpoint team create "My Company"')
def create(
    name: Annotated[str, typer.Argument(help="The name of the team.")],
    team: Annotated[
        str | None,
        typer.Option("--team", help="Use an existing Team ID, such as Apple's; without it, a new one is generated."),
    ] = None,
    as_json: output.Json = False,
) -> None:
    """Create a team."""
    with open_desk() as (authority, actor):
        created = authority.teams.create(actor, name, team_id=team)
    output.show_one(Team.of(created), as_json=as_json, labels=TEAM_LABELS)
    if not as_json:
        hint = f"trigpoint maps-id register maps.com.example.app --team {created.team_id} --description 'My app'"
        output.say(f"Next: {hint}", style="dim")


@app.command("list", epilog="Example: trigpoint team list --json")
def list_(as_json: output.Json = False) -> None:
    """List the teams."""
    with open_desk() as (authority, actor):
        rows = [Team.of(team) for team in authority.teams.list(actor)]
    empty = 'There are no teams yet. Create one: trigpoint team create "My Company"'
    output.show_list(rows, as_json=as_json, columns=TEAM_LABELS, empty=empty)


@app.command(epilog="Example: trigpoint team show K5GNLXS2QT")
def show(
    team_id: Annotated[str, typer.Argument(help="The Team ID.")],
    as_json: output.Json = False,
) -> None:
    """Show one team."""
    with open_desk() as (authority, actor):
        found = authority.teams.get(actor, team_id)
    output.show_one(Team.of(found), as_json=as_json, labels=TEAM_LABELS)


@app.command(epilog="Example: trigpoint team rename K5GNLXS2QT 'Maps of My Company'")
def rename(
    team_id: Annotated[str, typer.Argument(help="The Team ID.")],
    name: Annotated[str, typer.Argument(help="The new name of the team.")],
    as_json: output.Json = False,
) -> None:
    """Rename a team. Its Team ID stays the same."""
    with open_desk() as (authority, actor):
        team = authority.people.rename_team(actor, team_id, name=name)
    output.show_one(Team.of(team), as_json=as_json, labels=TEAM_LABELS)


@app.command("leaked-keys", epilog="Example: trigpoint team leaked-keys K5GNLXS2QT --suspend")
def leaked_keys(
    team_id: Annotated[str, typer.Argument(help="The Team ID.")],
    suspend: Annotated[
        bool,
        typer.Option(
            "--suspend/--only-report", help="Suspend a key as soon as it is reported as leaked, or only report it."
        ),
    ],
    as_json: output.Json = False,
) -> None:
    """Choose what happens to a key that is reported as leaked. Maps tokens are suspended in either case."""
    with open_desk() as (authority, actor):
        team = authority.leaks.choose_for_keys(actor, team_id, suspend=suspend)
    output.show_one(Team.of(team), as_json=as_json, labels=TEAM_LABELS)
