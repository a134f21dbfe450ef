"""`trigpoint snapshot`: sign the URL of a Web Snapshot, and explain why one is refused. Needs no server and no database."""

import time
from typing import Annotated

import typer

from trigpoint.base.clock import to_iso, to_words
from trigpoint.base.errors import InvalidError
from trigpoint.cli import output
from trigpoint.cli.durations import read_duration
from trigpoint.cli.token import (
    MARKS,
    STYLES,
    KeyIdOption,
    PrivateKeyFile,
    read_argument,
    read_key_file,
    refuse_key_id_as_team,
    tell_verdict,
)

app = typer.Typer(no_args_is_help=True, help="Web Snapshots: sign a URL with a private key, or check one.")

EXAMPLE = "'https://maps.example.com/api/v1/snapshot?center=60.17,24.94&size=600x400'"
UrlArgument = Annotated[str, typer.Argument(help="The URL of a snapshot, in quotes; - reads it from standard input.")]


@app.command(epilog=f"Example: trigpoint snapshot sign {EXAMPLE} --private-key AuthKey_2X9R4HXF34.p8 --team K5GNLXS2QT")
def sign(
    url: UrlArgument,
    team: Annotated[str, typer.Option("--team", help="The Team ID of the key.")],
    private_key: PrivateKeyFile = None,
    key_id: KeyIdOption = None,
    expires_in: Annotated[
        str | None,
        typer.Option(
            "--expires-in",
            help="How long the URL is valid: 90s, 30m, 12h, 7d, 1y; without it, until the key is revoked.",
        ),
    ] = None,
    referer: Annotated[
        str | None,
        typer.Option(
            "--referer", help="The only page that may show the image, as in the Referer header: https://example.com/."
        ),
    ] = None,
    as_json: output.Json = False,
) -> None:
    """Sign the URL of a snapshot with a private key. The signed URL alone is printed on standard output.

    The URL may begin with /api/v1/snapshot. Blanks, quotes and letters beyond ASCII are percent-encoded first; what signed it
    before is taken out. Nothing may change the URL afterwards.
    """
    from trigpoint.client.signing import Signer, find_key_id
    from trigpoint.credentials.keypair import read_private_key

    text, name = read_key_file(private_key)
    found = key_id or find_key_id(name)
    if found is None:
        rule = "given, because the name of the file does not contain it"
        raise InvalidError("--key-id", rule, example="2X9R4HXF34, as in AuthKey_2X9R4HXF34.p8")
    refuse_key_id_as_team(team, found)
    lasts = None if expires_in is None else read_duration(expires_in)
    signer = Signer(read_private_key(text), found, team)
    signed = signer.sign_snapshot(read_argument(url), expires_in_s=lasts, referer=referer)
    end = None if lasts is None else int(time.time()) + lasts
    if as_json:
        facts = {"url": signed, "keyId": found, "teamId": team, "expiresAt": None if end is None else to_iso(end)}
        output.show_json(facts | {"referer": referer})
        return
    output.show_value(signed)
    if end is None:
        output.say("The URL is valid until its key is revoked. To limit that, add --expires-in.", style="dim")
    else:
        output.say(f"The URL is valid until {to_words(end)}.", style="dim")


@app.command(epilog=f"Example: trigpoint snapshot check {EXAMPLE[:-1]}&teamId=…&keyId=…&signature=…' --here")
def check(
    url: UrlArgument,
    private_key: PrivateKeyFile = None,
    key_id: KeyIdOption = None,
    team: Annotated[str | None, typer.Option("--team", help="The expected Team ID.")] = None,
    referer: Annotated[
        str | None, typer.Option("--referer", help="The Referer header of the request to check.")
    ] = None,
    origin: Annotated[
        str | None, typer.Option("--origin", help="The Origin header of the request to check (for a URL with a token).")
    ] = None,
    here: Annotated[bool, typer.Option("--here", help="Check it with the keys of this installation.")] = False,
    as_json: output.Json = False,
) -> None:
    """Explain why the URL of a snapshot is refused, and, if its signature is wrong, what was signed instead.

    With --private-key its signature is verified without a server; with --here it is judged as this installation's server
    would do it. Neither signature nor token is printed.
    """
    from trigpoint.cli.inspection import Witness, inspect_url, inspect_url_here
    from trigpoint.client.signing import find_key_id
    from trigpoint.credentials.keypair import read_private_key

    witness = None
    if private_key is not None:
        text, name = read_key_file(private_key)
        witness = Witness(read_private_key(text).public, key_id or find_key_id(name), team)
    look = inspect_url_here if here else inspect_url
    found = look(read_argument(url), origin=origin, referer=referer, at=time.time(), witness=witness)
    if as_json:
        output.show_json(found.to_shape())
    else:
        output.show_one(
            {"Kind": found.kind, "Verdict": tell_verdict(found), **found.header, **found.payload}, as_json=False
        )
        for finding in found.findings:
            outcome = finding.outcome.value
            hint = finding.reason.hint if finding.reason and outcome != "passed" else ""
            output.show_finding(MARKS[outcome], finding.check, detail=finding.detail, hint=hint, style=STYLES[outcome])
    if found.is_refused:
        raise typer.Exit(output.ExitCode.REFUSED)
