"""`trigpoint api-token`: create, list and revoke the tokens for the management API."""

import time
from typing import Annotated

import typer

from trigpoint.api.shape import widen
from trigpoint.api.tokens import ApiToken, CreatedApiToken
from trigpoint.base.clock import now_ms, to_iso, to_ms, to_seconds
from trigpoint.base.errors import InvalidError
from trigpoint.cli import output
from trigpoint.cli.desk import open_desk
from trigpoint.cli.durations import read_duration
from trigpoint.cli.labels import API_TOKEN_COLUMNS, API_TOKEN_LABELS
from trigpoint.credentials.person import read_role

app = typer.Typer(no_args_is_help=True, help="API tokens: the credentials for the management API.")

TokenIdArgument = Annotated[str, typer.Argument(metavar="ID", help="The ID of the API token, not the token itself.")]


@app.command(epilog="Example: trigpoint api-token create Deployment --team K5GNLXS2QT --role admin --expires-in 30d")
def create(
    name: Annotated[str, typer.Argument(help="What will use it.")],
    team: Annotated[str | None, typer.Option("--team", help="The Team ID of the team that it has access to.")] = None,
    role: Annotated[
        str | None, typer.Option("--role", help="Its role in the team: account_holder, admin, developer or viewer.")
    ] = None,
    installation: Annotated[
        bool,
        typer.Option("--installation", help="Give access to every team, as the operator, who may also create teams."),
    ] = False,
    expires_in: Annotated[str, typer.Option("--expires-in", help="Its lifetime: 12h, 7d, at most 366d.")] = "90d",
    as_json: output.Json = False,
) -> None:
    """Create an API token. It is shown once, on standard output; only its hash is stored."""
    if installation is (team is not None or role is not None):
        rule = "given together with --role, or else --installation alone"
        raise InvalidError("--team", rule, example="--team K5GNLXS2QT --role developer")
    if not installation and (team is None or role is None):
        missing = "--role" if role is None else "--team"
        raise InvalidError(missing, "given", example="--role developer" if role is None else "--team K5GNLXS2QT")
    expires_at = to_ms(time.time() + read_duration(expires_in))
    with open_desk() as (authority, actor):
        chosen = read_role(role) if role is not None else None
        issued = authority.api_tokens.create(actor, name=name, team_id=team, role=chosen, expires_at=expires_at)
    created = widen(CreatedApiToken, ApiToken.of(issued.record, issued.record.created_at), token=issued.token)
    if as_json:
        output.show_json(created)
        return
    output.show_value(issued.token)
    output.say(
        f"It is not shown again. It expires at {to_iso(to_seconds(issued.record.expires_at))}; its ID is {issued.record.token_id}."
    )
    output.say("Next: curl -H 'Authorization: Bearer tp_…' http://127.0.0.1:8060/manage/v1/me", style="dim")


@app.command("list", epilog="Example: trigpoint api-token list --team K5GNLXS2QT")
def list_(
    team: Annotated[str | None, typer.Option("--team", help="Only those of this team (Team ID).")] = None,
    as_json: output.Json = False,
) -> None:
    """List the API tokens, never the tokens themselves."""
    with open_desk() as (authority, actor):
        at = now_ms(authority.clock)
        rows = [ApiToken.of(token, at) for token in authority.api_tokens.list(actor, team_id=team)]
    empty = "There are no API tokens. Create one: trigpoint api-token create NAME --team TEAMID --role developer"
    output.show_list(rows, as_json=as_json, columns=API_TOKEN_COLUMNS, empty=empty)


@app.command(epilog="Example: trigpoint api-token revoke 7QJ8W2M5TC")
def revoke(token_id: TokenIdArgument, yes: output.Yes = False, as_json: output.Json = False) -> None:
    """Revoke an API token. Calls with it are refused from now on."""
    with open_desk() as (authority, actor):
        found = authority.api_tokens.get(actor, token_id)
        output.confirm(f"Revoke the API token '{found.name}' ({found.token_id})?", yes=yes)
        revoked = authority.api_tokens.revoke(actor, token_id)
        at = now_ms(authority.clock)
    output.show_one(ApiToken.of(revoked, at), as_json=as_json, labels=API_TOKEN_LABELS)
