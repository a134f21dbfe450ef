"""`trigpoint signing-secret`: the secrets that sign access tokens; list them, and replace them."""

from typing import Annotated

import typer

from trigpoint.api.tokens import SigningSecret
from trigpoint.cli import output
from trigpoint.cli.desk import open_desk

app = typer.Typer(no_args_is_help=True, help="Signing secrets: the HMAC keys of access tokens and access keys.")


@app.command("list", epilog="Example: trigpoint signing-secret list")
def list_(as_json: output.Json = False) -> None:
    """List the secrets whose tokens are accepted; the first one signs now. The secrets themselves are never shown."""
    with open_desk() as (authority, actor):
        rows = [SigningSecret.of(one) for one in authority.signing_secrets.list(actor)]
    columns = {"secretId": "ID", "createdAt": "Signs since", "forgottenAt": "Deleted at"}
    output.show_list(
        rows, as_json=as_json, columns=columns, empty="There are no signing secrets yet: start the server once."
    )


@app.command(epilog="Example: trigpoint signing-secret rotate --end-tokens")
def rotate(
    end_tokens: Annotated[
        bool, typer.Option("--end-tokens", help="Refuse every issued access token at once, for example after a theft.")
    ] = False,
    yes: output.Yes = False,
    as_json: output.Json = False,
) -> None:
    """Sign with a new secret from now on. This also happens automatically each month. The old secret is deleted an hour later."""
    with open_desk() as (authority, actor):
        if end_tokens:
            output.confirm("Refuse every issued access token? Programs and pages fetch new ones.", yes=yes)
        secret_id = authority.signing_secrets.rotate(actor, end_tokens=end_tokens)
    if as_json:
        output.show_json({"secretId": secret_id, "endedTokens": end_tokens})
        return
    output.show_value(secret_id)
    note = (
        "Every earlier access token is refused." if end_tokens else "Issued access tokens stay valid until they expire."
    )
    output.say(f"Access tokens are signed with this secret from now on. {note}", style="dim")
