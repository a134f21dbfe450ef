"""`trigpoint maps-token`: create, list, show, copy and revoke the tokens that the server signs."""

from typing import Annotated

import typer

from trigpoint.api.shape import widen
from trigpoint.api.tokens import IssuedMapsToken, MapsToken
from trigpoint.base.clock import now_ms
from trigpoint.cli import output
from trigpoint.cli.desk import open_desk
from trigpoint.credentials.key import read_services
from trigpoint.credentials.origin_lists import explain_origin, find_covering, read_origin_list
from trigpoint.credentials.origins import read_patterns
from trigpoint.credentials.services import Service

app = typer.Typer(
    no_args_is_help=True, help="Maps tokens: signed by the server, for websites that do not sign tokens themselves."
)

LABELS = {
    "tokenId": "Token ID",
    "type": "Type",
    "state": "State",
    "restriction": "Restriction",
    "origin": "Origins",
    "description": "Description",
    "teamId": "Team ID",
    "createdAt": "Created",
    "createdBy": "Created by",
    "expiresAt": "Expires",
    "lastUsedAt": "Last used",
    "lastUsedOrigin": "Last used on",
    "lastUsedNetwork": "Last used from",
    "revokedAt": "Revoked",
    "revokedBy": "Revoked by",
}
COLUMNS = {name: LABELS[name] for name in ("tokenId", "type", "state", "origin", "expiresAt", "lastUsedAt")}
TokenIdArgument = Annotated[str, typer.Argument(metavar="TOKENID", help="The ID of the token: its `kid`.")]


@app.command(
    epilog="Example: trigpoint maps-token create --team K5GNLXS2QT --type mapkit_js --origins 'example.com,*.example.com'"
)
def create(
    team: Annotated[str, typer.Option("--team", help="The Team ID.")],
    type_: Annotated[str, typer.Option("--type", help=f"Its service: one of {', '.join(Service)}.")],
    origins: Annotated[
        str | None,
        typer.Option(
            "--origins",
            help="The websites that may use it, separated by commas; without it anyone may, for seven days.",
        ),
    ] = None,
    expires: Annotated[
        str | None, typer.Option("--expires", help="never, 30d, 90d, 180d or a date; with --origins only.")
    ] = None,
    description: Annotated[str, typer.Option("--description", help="What it is for.")] = "",
    as_json: output.Json = False,
) -> None:
    """Create a Maps token and print it. Without --origins it expires at the end of the seventh day."""
    (service,) = read_services([type_])
    with open_desk() as (authority, actor):
        issued = authority.maps_tokens.create(
            actor, team_id=team, service=service, origins=origins, expires=expires, description=description
        )
    if as_json:
        output.show_json(
            widen(IssuedMapsToken, MapsToken.of(issued.record, issued.record.created_at), token=issued.text)
        )
        return
    output.show_value(issued.text)
    for pattern in read_patterns(issued.record.origin or ""):
        output.say(f"{pattern.text}: {explain_origin(pattern)}", style="dim")
    output.say(f"To revoke it: trigpoint maps-token revoke {issued.record.token_id}", style="dim")


@app.command("list", epilog="Example: trigpoint maps-token list --team K5GNLXS2QT")
def list_(
    team: Annotated[str | None, typer.Option("--team", help="Only those of this team (Team ID).")] = None,
    as_json: output.Json = False,
) -> None:
    """List Maps tokens, including revoked ones, the newest first."""
    with open_desk() as (authority, actor):
        at = now_ms(authority.clock)
        rows = [MapsToken.of(token, at) for token in authority.maps_tokens.list(actor, team_id=team)]
    empty = "There are no Maps tokens yet. Create one: trigpoint maps-token create --help"
    output.show_list(rows, as_json=as_json, columns=COLUMNS, empty=empty)


@app.command(epilog="Example: trigpoint maps-token show 2X9R4HXF34")
def show(token_id: TokenIdArgument, as_json: output.Json = False) -> None:
    """Show one Maps token, without its text."""
    with open_desk() as (authority, actor):
        token = authority.maps_tokens.get(actor, token_id)
        at = now_ms(authority.clock)
    output.show_one(MapsToken.of(token, at), as_json=as_json, labels=LABELS)


@app.command(epilog="Example: trigpoint maps-token copy 2X9R4HXF34")
def copy(token_id: TokenIdArgument, as_json: output.Json = False) -> None:
    """Print a Maps token again."""
    with open_desk() as (authority, actor):
        text = authority.maps_tokens.copy(actor, token_id)
    if as_json:
        output.show_json({"tokenId": token_id, "token": text})
    else:
        output.show_value(text)


@app.command(epilog="Example: trigpoint maps-token revoke 2X9R4HXF34 --yes")
def revoke(token_id: TokenIdArgument, yes: output.Yes = False, as_json: output.Json = False) -> None:
    """Revoke a Maps token. It is refused from now on, with its access tokens. This cannot be undone."""
    with open_desk() as (authority, actor):
        found = authority.maps_tokens.get(actor, token_id)
        output.confirm(
            f"Revoke the Maps token {found.token_id} ({found.origin or 'no restriction'})? This cannot be undone.",
            yes=yes,
        )
        token = authority.maps_tokens.revoke(actor, token_id)
        at = now_ms(authority.clock)
    output.show_one(MapsToken.of(token, at), as_json=as_json, labels=LABELS)


@app.command(epilog="Example: trigpoint maps-token resume 2X9R4HXF34")
def resume(token_id: TokenIdArgument, as_json: output.Json = False) -> None:
    """Accept a suspended Maps token again, after a report of a leak that was wrong."""
    with open_desk() as (authority, actor):
        token = authority.maps_tokens.resume(actor, token_id)
        at = now_ms(authority.clock)
    output.show_one(MapsToken.of(token, at), as_json=as_json, labels=LABELS)


@app.command("test-origin", epilog="Example: trigpoint maps-token test-origin '*.example.com' https://www.example.com")
def try_origin(
    origins: Annotated[str, typer.Argument(metavar="ORIGINS", help="A list of origins, separated by commas.")],
    url: Annotated[str, typer.Argument(metavar="URL", help="The URL of a page.")],
    as_json: output.Json = False,
) -> None:
    """Tell whether a page would be accepted, and because of which entry. Needs no server. Exit code 1 if it would be refused."""
    claim = read_origin_list(origins)
    found = find_covering(claim, url)
    entries = [{"origin": pattern.text, "covers": explain_origin(pattern)} for pattern in read_patterns(claim)]
    members = {"passes": found is not None, "by": found.text if found else None, "entries": entries}
    if as_json:
        output.show_json(members)
    else:
        output.show_one({"passes": members["passes"], "by": members["by"]}, as_json=False)
        for entry in entries:
            output.say(f"{entry['origin']}: {entry['covers']}", style="dim")
    if found is None:
        raise typer.Exit(output.ExitCode.REFUSED)
