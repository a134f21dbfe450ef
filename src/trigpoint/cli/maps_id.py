"""`trigpoint maps-id`: register, list, edit and remove Maps IDs."""

from typing import Annotated

import typer

from trigpoint.api.teams import MapsId
from trigpoint.cli import output
from trigpoint.cli.desk import open_desk
from trigpoint.cli.labels import MAPS_ID_LABELS

app = typer.Typer(no_args_is_help=True, help="Maps IDs: one for each app, site or environment that uses maps.")

Identifier = Annotated[str, typer.Argument(metavar="MAPS_ID", help="The Maps ID, such as maps.com.example.app.")]
Description = Annotated[str, typer.Option("--description", help="What it is for.")]


@app.command(epilog="Example: trigpoint maps-id register maps.com.example.app --team K5GNLXS2QT --description 'My app'")
def register(
    identifier: Identifier,
    team: Annotated[str, typer.Option("--team", help="The Team ID of the team.")],
    description: Description,
    as_json: output.Json = False,
) -> None:
    """Register a Maps ID. It cannot be changed later; its description can."""
    with open_desk() as (authority, actor):
        found = authority.maps_ids.register(actor, team_id=team, identifier=identifier, description=description)
    output.show_one(MapsId.of(found), as_json=as_json, labels=MAPS_ID_LABELS)
    if not as_json:
        hint = f"trigpoint key create 'My key' --team {found.team_id} --maps-id {found.identifier} --out ."
        output.say(f"Next: {hint}", style="dim")


@app.command("list", epilog="Example: trigpoint maps-id list --team K5GNLXS2QT")
def list_(
    team: Annotated[str | None, typer.Option("--team", help="Only those of this team (Team ID).")] = None,
    as_json: output.Json = False,
) -> None:
    """List Maps IDs."""
    with open_desk() as (authority, actor):
        rows = [MapsId.of(found) for found in authority.maps_ids.list(actor, team_id=team)]
    empty = "There are no Maps IDs yet. Register one: trigpoint maps-id register --help"
    output.show_list(rows, as_json=as_json, columns=MAPS_ID_LABELS, empty=empty)


@app.command(epilog="Example: trigpoint maps-id show maps.com.example.app")
def show(identifier: Identifier, as_json: output.Json = False) -> None:
    """Show one Maps ID."""
    with open_desk() as (authority, actor):
        found = authority.maps_ids.get(actor, identifier)
    output.show_one(MapsId.of(found), as_json=as_json, labels=MAPS_ID_LABELS)


@app.command(epilog="Example: trigpoint maps-id edit maps.com.example.app --description 'My app, production'")
def edit(identifier: Identifier, description: Description, as_json: output.Json = False) -> None:
    """Change the description of a Maps ID."""
    with open_desk() as (authority, actor):
        found = authority.maps_ids.edit(actor, identifier, description=description)
    output.show_one(MapsId.of(found), as_json=as_json, labels=MAPS_ID_LABELS)


@app.command(epilog="Example: trigpoint maps-id remove maps.com.example.app --yes")
def remove(identifier: Identifier, yes: output.Yes = False, as_json: output.Json = False) -> None:
    """Remove a Maps ID. This is refused while it has live keys."""
    with open_desk() as (authority, actor):
        found = authority.maps_ids.get(actor, identifier)
        output.confirm(f"Remove the Maps ID {found.identifier}?", yes=yes)
        removed = authority.maps_ids.remove(actor, identifier)
    if as_json:
        output.show_json(MapsId.of(removed))
    else:
        output.say(f"Removed {removed.identifier}.")
