"""`trigpoint token`: sign, inspect and exchange auth tokens. Signing and inspecting need no server and no database."""

import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trigpoint.base.clock import DAY_S, to_iso, to_words
from trigpoint.base.errors import InvalidError
from trigpoint.base.secrecy import PRIVATE_KEY, TOKEN, name_secret
from trigpoint.cli import output
from trigpoint.cli.durations import read_duration
from trigpoint.credentials.services import Service
from trigpoint.credentials.verdict import Outcome

if TYPE_CHECKING:
    from trigpoint.cli.inspection import Inspection
    from trigpoint.client.signing import Signer

app = typer.Typer(no_args_is_help=True, help="Auth tokens: sign one with a private key, inspect or exchange one.")

MARKS = {"passed": "✓", "warned": "!", "failed": "✗", "not_reached": "·"}
STYLES = {"passed": "green", "warned": "yellow", "failed": "bold red", "not_reached": "dim"}
SERVICES = ", ".join(Service)

PrivateKeyFile = Annotated[
    str | None,
    typer.Option(
        "--private-key", metavar="FILE", help="The .p8 file, from Trigpoint or Apple; - reads it from standard input."
    ),
]
KeyIdOption = Annotated[
    str | None, typer.Option("--key-id", help="The Key ID; without it, the one in the file name AuthKey_<KEYID>.p8.")
]


@app.command(
    epilog="Example: trigpoint token create --private-key AuthKey_2X9R4HXF34.p8 --team K5GNLXS2QT --expires-in 30d"
)
def create(
    team: Annotated[str, typer.Option("--team", help="The Team ID: the token's issuer.")],
    private_key: PrivateKeyFile = None,
    key_id: KeyIdOption = None,
    origin: Annotated[
        list[str] | None,
        typer.Option(
            "--origin", help="An origin that may use it, such as example.com or '*.example.com'. May be repeated."
        ),
    ] = None,
    scope: Annotated[
        list[str] | None,
        typer.Option(
            "--scope", help=f"A service of the token: {SERVICES}. May be repeated; without it, all of the key's."
        ),
    ] = None,
    expires_in: Annotated[str, typer.Option("--expires-in", help="Its lifetime: 90s, 30m, 12h, 7d, 1y.")] = "1d",
    as_json: output.Json = False,
) -> None:
    """Sign an auth token with a private key. The token alone is printed on standard output."""
    from trigpoint.client.signing import Signer, find_key_id, read_scope
    from trigpoint.credentials.keypair import read_private_key

    text, name = read_key_file(private_key)
    found = key_id or find_key_id(name)
    if found is None:
        rule = "given, because the name of the file does not contain it"
        raise InvalidError("--key-id", rule, example="2X9R4HXF34, as in AuthKey_2X9R4HXF34.p8")
    refuse_key_id_as_team(team, found)
    words = " ".join(scope or ()).replace(",", " ").split()
    signer = Signer(
        read_private_key(text),
        found,
        team,
        scope=read_scope(words) if words else None,
        origin=",".join(origin) if origin else None,
        lifetime_s=read_duration(expires_in),
    )
    token, issued = signer.sign(), int(time.time())
    warn_of_origins(signer.origin, words)
    if signer.lifetime_s > 366 * DAY_S:
        output.warn(
            "The token is valid for more than a year. Anyone who copies it can use it until it expires or its key is revoked."
        )
    if as_json:
        show_signed(signer, token, issued)
        return
    output.show_value(token)
    expires = to_words(issued + signer.lifetime_s)
    output.say(f"Expires on {expires}. Exchange it at /v1/token for an access token.", style="dim")


def refuse_key_id_as_team(team: str, key_id: str) -> None:
    """Raise InvalidError if the Key ID was given as the Team ID; both have ten letters and digits."""
    if team == key_id:
        rule = "the Team ID, which is not the Key ID of the private key"
        raise InvalidError("--team", rule, example="K5GNLXS2QT", received=team)


def warn_of_origins(claim: str | None, scope: Sequence[str]) -> None:
    """Warn of missing origins, and of those that cover no page, such as one with a path; the token is signed all the same."""
    from trigpoint.credentials.origin_lists import read_origin_list

    if claim is None:
        if {"mapkit_js", "web_snapshots", "embed_api"} & set(scope):
            output.warn(
                "Apple requires an origin for mapkit_js, web_snapshots and embed_api. Add --origin example.com."
            )
        return
    try:
        read_origin_list(claim)
    except InvalidError as error:
        output.warn(f"The token may be refused on every page: its origins {error.reason}")


def show_signed(signer: "Signer", token: str, issued: int) -> None:
    """Print a signed token as JSON, with what it says; `issued` is in seconds since the epoch."""
    output.show_json(
        {
            "token": token,
            "keyId": signer.key_id,
            "teamId": signer.team_id,
            "issuedAt": to_iso(issued),
            "expiresAt": to_iso(issued + signer.lifetime_s),
            "scope": signer.scope,
            "origin": signer.origin,
        }
    )


@app.command(epilog="Example: trigpoint token inspect --private-key AuthKey_2X9R4HXF34.p8 eyJhbGciOi…")
def inspect(
    token: Annotated[str, typer.Argument(help="The token; - reads it from standard input.")] = "-",  # noqa: S107 (no token, but a sign for standard input)
    private_key: PrivateKeyFile = None,
    key_id: KeyIdOption = None,
    team: Annotated[str | None, typer.Option("--team", help="The expected Team ID (issuer).")] = None,
    scope: Annotated[Service, typer.Option("--scope", help="The service of the call to check.")] = Service.SERVER_API,
    origin: Annotated[
        str | None,
        typer.Option("--origin", help="The Origin header of the call to check, such as https://example.com."),
    ] = None,
    here: Annotated[bool, typer.Option("--here", help="Check it with the keys of this installation.")] = False,
    as_json: output.Json = False,
) -> None:
    """Show the contents of a token, and check it as a server would.

    With --private-key, its signature is verified too, without a server; with --here, everything is checked, as this
    installation's server would do it.
    """
    from trigpoint.cli.inspection import Witness, inspect, inspect_here
    from trigpoint.client.signing import find_key_id
    from trigpoint.credentials.call import Call
    from trigpoint.credentials.keypair import read_private_key

    witness = None
    if private_key is not None:
        text, name = read_key_file(private_key)
        witness = Witness(read_private_key(text).public, key_id or find_key_id(name), team)
    unverified = read_argument(token).removeprefix("Bearer ")
    call = Call(scope, origin, time.time())
    found = inspect_here(unverified, call) if here else inspect(unverified, call, witness)
    if as_json:
        output.show_json(found.to_shape())
    else:
        show({"Kind": found.kind, "Verdict": tell_verdict(found)}, found)
        for finding in found.findings:
            outcome = finding.outcome.value
            hint = finding.reason.hint if finding.reason and outcome != "passed" else ""
            output.show_finding(MARKS[outcome], finding.check, detail=finding.detail, hint=hint, style=STYLES[outcome])
    if found.is_refused:
        raise typer.Exit(output.ExitCode.REFUSED)


@app.command(epilog="Example: trigpoint token create … | trigpoint token exchange")
def exchange(
    token: Annotated[str, typer.Argument(help="An auth token; - reads it from standard input.")] = "-",  # noqa: S107 (as above)
    server: Annotated[
        str | None,
        typer.Option("--server", help="The server's URL, which may be Apple's; without it, the one in the settings."),
    ] = None,
    origin: Annotated[str | None, typer.Option("--origin", help="The Origin header to send with it.")] = None,
    as_json: output.Json = False,
) -> None:
    """Exchange an auth token for an access token, which is valid for 30 minutes. Only the access token is printed."""
    import httpx

    from trigpoint.base.errors import UnavailableError
    from trigpoint.client import MapsClient
    from trigpoint.settings import read_settings

    url = server or read_settings().base_url
    auth_token = read_argument(token)
    if not auth_token:
        raise InvalidError("TOKEN", "given, or be on standard input", example="eyJhbGciOi…", received="")
    with MapsClient(auth_token, base_url=url, origin=origin) as maps:
        try:
            response = maps.exchange()
        except httpx.HTTPError as error:  # it names the server, without user and password
            hint = " Is a server running there? Start it with 'trigpoint serve', or name another with --server."
            raise UnavailableError(
                f"{error}.{hint}" if isinstance(error, httpx.ConnectError) else str(error)
            ) from error
    if as_json:
        output.show_json({"accessToken": response.access_token, "expiresInSeconds": response.expires_in_seconds})
    else:
        output.show_value(response.access_token)


def tell_verdict(found: "Inspection") -> str:
    """Say in one line what the checks found; that no check failed proves little if some were not made."""
    failed = next((finding for finding in found.findings if finding.outcome is Outcome.FAILED), None)
    if failed is not None:
        return f"refused: {failed.detail}"
    missed = sum(finding.outcome is Outcome.NOT_REACHED for finding in found.findings)
    return f"no check failed; {missed} were not made (marked {MARKS['not_reached']})" if missed else "no check failed"


def show(members: dict[str, object], found: "Inspection") -> None:
    """Print what a token says, with its times in words."""
    for part, claims in (("header", found.header), ("claim", found.payload)):
        for name, value in claims.items():
            label = f"{part} {name}"
            if name in {"iat", "exp", "nbf"} and isinstance(value, (int, float)) and 0 < value < 1e11:
                members[label] = f"{value} ({to_words(value)})"
            else:
                members[label] = value
    output.show_one(members, as_json=False)


def read_key_file(path: str | None) -> tuple[str | bytes, str]:
    """Read a private key from a file or from standard input; give its text and the file's name.

    The text of a key in place of its path is an InvalidError that does not repeat it.
    """
    if path is None:
        raise InvalidError("--private-key", "the path of a .p8 file", example="AuthKey_2X9R4HXF34.p8")
    if path == "-":
        return sys.stdin.read(), ""
    return read_named_file(path, "--private-key"), Path(path).name


def read_named_file(path: str | Path, option: str) -> bytes:
    """Read a file that an option names; a secret in place of its path is an InvalidError that does not repeat it."""
    found = name_secret(str(path))
    if found in {PRIVATE_KEY, TOKEN}:
        rule = "the path of a file, or - for its text on standard input"
        raise InvalidError(option, rule, example="AuthKey_2X9R4HXF34.p8", received=found)
    return Path(path).read_bytes()


def read_argument(text: str) -> str:
    """Give an argument; `-` reads it from standard input."""
    return sys.stdin.read().strip() if text == "-" else text.strip()
