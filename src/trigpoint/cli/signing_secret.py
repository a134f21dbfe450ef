"""`trigpoint signing-secret`: the secrets that sign access tokens; list them, and replace them."""

from typing import Annotated

import typer

from trigpoint.api.tokens import SigningSecret
from trigpoint.cli import output
from trigpoint.cli.desk import open_desk

app = typer.Typer(no_args_is_help=True, help="Signing secrets: what access tokens and access keys are made with.")


@app.command("list", epilog="Example: trigpoint signing-secret list")
def list_(as_json: output.Json = False) -> None:
    """List the secrets whose tokens are honoured; the first one signs now. The secrets themselves are never shown."""
    with open_desk() as (authority, actor):
        rows = [SigningSecret.of(one) for one in authority.signing_secrets.list(actor)]
    columns = {"secretId": "ID", "createdAt": "Signs since", "forgottenAt": "Forgotten"}
    output.show_list(rows, as_json=as_json, columns=columns, empty="There are none: start the server once.")


@app.command(epilog="Example: trigpoint signing-secret rotate --end-tokens")
def rotate(
    end_tokens: Annotated[
        bool, typer.Option("--end-tokens", help="Refuse every access token that is out, at once: for a theft.")
    ] = False,
    yes: output.Yes = False,
    as_json: output.Json = False,
) -> None:
    """Sign with a new secret from now on. It happens by itself each month; the one before is forgotten an hour later."""
    with open_desk() as (authority, actor):
        if end_tokens:
            output.confirm("Refuse every access token that is out? Programs and pages fetch new ones.", yes=yes)
        secret_id = authority.signing_secrets.rotate(actor, end_tokens=end_tokens)
    if as_json:
        output.show_json({"secretId": secret_id, "endedTokens": end_tokens})
        return
    output.show_value(secret_id)
    note = "Every token from before is refused." if end_tokens else "Tokens that are out stay valid until they expire."
    output.say(f"Access tokens are signed with this secret from now on. {note}", style="dim")
