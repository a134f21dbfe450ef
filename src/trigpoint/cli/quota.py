"""`trigpoint quota`: how many calls a team, a Maps ID or a key has a day, and how much of it is used."""

from typing import Annotated

import typer

from trigpoint.api.usage import Quota
from trigpoint.base.errors import InvalidError
from trigpoint.cli import output
from trigpoint.cli.desk import open_desk
from trigpoint.credentials.quota import Meter

app = typer.Typer(no_args_is_help=True, help="Quotas: calls a day and a minute; a running server follows at once.")

TeamOption = Annotated[str, typer.Option("--team", help="The Team ID.")]
COLUMNS = {
    "holder": "Holder",
    "meter": "Meter",
    "period": "Period",
    "limit": "Limit",
    "used": "Used",
    "taken": "Taken",
    "percent": "%",
    "resetsAt": "Resets at",
}
NO_LIMIT = "none"


@app.command(epilog="Example: trigpoint quota show --team K5GNLXS2QT")
def show(team: TeamOption, as_json: output.Json = False) -> None:
    """Show every limit of a team, and how much of it is used today.

    Servers take calls in blocks, so "Taken" runs ahead.
    """
    with open_desk() as (authority, actor):
        rows = [Quota.of(state) for state in authority.quotas.show(actor, team)]
    output.show_list(rows, as_json=as_json, columns=COLUMNS, empty="There are no limits.")


@app.command("set", epilog="Example: trigpoint quota set --team K5GNLXS2QT --service-calls 100000")
def set_(
    team: TeamOption,
    service_calls: Annotated[
        str | None,
        typer.Option("--service-calls", help="Calls a day; 'none' removes the limit (a team's: the default)."),
    ] = None,
    map_views: Annotated[str | None, typer.Option("--map-views", help="Map views a day; 'none' as above.")] = None,
    snapshots: Annotated[str | None, typer.Option("--snapshots", help="Web Snapshots a day; 'none' as above.")] = None,
    calls_a_minute: Annotated[
        str | None, typer.Option("--calls-a-minute", help="Calls a minute of a key (with --key); 'none' as above.")
    ] = None,
    maps_id: Annotated[str | None, typer.Option("--maps-id", help="Limit this Maps ID within its team.")] = None,
    key: Annotated[str | None, typer.Option("--key", help="Limit this Key ID within its team.")] = None,
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
