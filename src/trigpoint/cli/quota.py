"""`trigpoint quota`: the limits of a team, its Maps IDs and its keys, and how much of each is used."""

from typing import Annotated

import typer

from trigpoint.api.usage import Quota
from trigpoint.base.errors import InvalidError
from trigpoint.cli import output
from trigpoint.cli.desk import open_desk
from trigpoint.credentials.quota import Meter

app = typer.Typer(
    no_args_is_help=True,
    help="Quotas: limits per day and per minute. A new limit applies at once, also in running servers.",
)

TeamOption = Annotated[str, typer.Option("--team", help="The Team ID.")]
COLUMNS = {
    "holder": "Holder",
    "meter": "Meter",
    "period": "Period",
    "limit": "Limit",
    "used": "Used",
    "taken": "Reserved",
    "percent": "%",
    "resetsAt": "Resets at",
}
NO_LIMIT = "none"


@app.command(epilog="Example: trigpoint quota show --team K5GNLXS2QT")
def show(team: TeamOption, as_json: output.Json = False) -> None:
    """Show every limit of a team, and how much of it is used today.

    Servers reserve calls in blocks, so "Reserved" can be higher than "Used".
    """
    with open_desk() as (authority, actor):
        rows = [Quota.of(state) for state in authority.quotas.show(actor, team)]
    output.show_list(rows, as_json=as_json, columns=COLUMNS, empty="There are no limits.")


@app.command("set", epilog="Example: trigpoint quota set --team K5GNLXS2QT --service-calls 100000")
def set_(
    team: TeamOption,
    service_calls: Annotated[
        str | None,
        typer.Option(
            "--service-calls",
            help="Service calls per day; 'none' removes the limit (for a team: resets it to the default).",
        ),
    ] = None,
    map_views: Annotated[str | None, typer.Option("--map-views", help="Map views per day; 'none' as above.")] = None,
    snapshots: Annotated[str | None, typer.Option("--snapshots", help="Snapshots per day; 'none' as above.")] = None,
    calls_a_minute: Annotated[
        str | None,
        typer.Option("--calls-a-minute", help="Service calls per minute of a key (with --key); 'none' as above."),
    ] = None,
    maps_id: Annotated[str | None, typer.Option("--maps-id", help="A Maps ID of the team, to limit it alone.")] = None,
    key: Annotated[str | None, typer.Option("--key", help="A Key ID of the team, to limit it alone.")] = None,
    as_json: output.Json = False,
) -> None:
    """Set limits of a team, or of one of its Maps IDs or keys."""
    given = {Meter.SERVICE_CALLS: service_calls, Meter.MAP_VIEWS: map_views, Meter.SNAPSHOTS: snapshots}
    if calls_a_minute is None and all(text is None for text in given.values()):
        rule = "given, or --map-views, --snapshots, or --calls-a-minute with --key"
        raise InvalidError("--service-calls", rule, example="--service-calls 100000")
    if maps_id is not None and key is not None:
        raise InvalidError("--key", "given without --maps-id", example="--key 2X9R4HXF34", received=key)
    if calls_a_minute is not None and key is None:
        raise InvalidError("--key", "given with --calls-a-minute", example="--key 2X9R4HXF34")
    with open_desk() as (authority, actor):
        for meter, text in given.items():
            if text is not None:
                daily = read_limit(text, name=f"--{meter.value.replace('_', '-')}")
                authority.quotas.set(actor, team, meter=meter, daily=daily, maps_id=maps_id, key_id=key)
        if calls_a_minute is not None and key is not None:
            most = read_limit(calls_a_minute, name="--calls-a-minute")
            authority.quotas.set_calls_a_minute(actor, key, most=most)
        rows = [Quota.of(state) for state in authority.quotas.show(actor, team)]
    output.show_list(rows, as_json=as_json, columns=COLUMNS, empty="There are no limits.")


def read_limit(text: str, *, name: str) -> int | None:
    """Read a limit: a number, with or without separators, or `none`."""
    plain = text.strip().lower().replace(",", "").replace("_", "")
    if plain == NO_LIMIT:
        return None
    if not plain.isascii() or not plain.isdigit():
        raise InvalidError(name, "a number of calls, or 'none'", example="25000", received=text)
    return int(plain)
