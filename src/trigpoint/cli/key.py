"""`trigpoint key`: create, register, list, show, download, rename and revoke private keys."""

from pathlib import Path
from typing import Annotated

import typer

from trigpoint.api.keys import Key, KeyInFile, KeyTraffic
from trigpoint.api.shape import widen
from trigpoint.base.errors import InvalidError
from trigpoint.cli import output
from trigpoint.cli.desk import open_desk
from trigpoint.cli.durations import read_duration, read_moment
from trigpoint.cli.labels import KEY_COLUMNS, KEY_LABELS
from trigpoint.credentials.ceilings import read_ceilings
from trigpoint.credentials.key import read_key_id, read_revocation_reason, read_services
from trigpoint.credentials.services import MAPKIT_JS_SERVICE, Service

app = typer.Typer(no_args_is_help=True, help="Keys: the private keys that sign tokens.")

KeyIdArgument = Annotated[str, typer.Argument(metavar="KEYID", help="The Key ID.")]
NameArgument = Annotated[str, typer.Argument(metavar="NAME", help="The name of the key; unique in its team.")]
TeamOption = Annotated[str, typer.Option("--team", help="The Team ID of the team.")]
MapsIdOption = Annotated[str, typer.Option("--maps-id", help="The Maps ID of the key.")]
OutOption = Annotated[Path | None, typer.Option("--out", help="The folder for the file AuthKey_<KEYID>.p8.")]
ServiceOption = Annotated[
    list[str] | None,
    typer.Option("--service", help=f"A service of the key: {', '.join(Service)}. May be repeated; without it, all."),
]
ExpiryOption = Annotated[
    str | None, typer.Option("--expires-at", help="When the key expires, such as 2027-12-31; without it, never.")
]


@app.command(
    epilog="Example: trigpoint key create 'Website 2026' --team K5GNLXS2QT --maps-id maps.com.example.app --out ."
)
def create(
    name: NameArgument,
    team: TeamOption,
    maps_id: MapsIdOption,
    out: OutOption = None,
    service: ServiceOption = None,
    expires_at: ExpiryOption = None,
    as_json: output.Json = False,
) -> None:
    """Create a key. Its private key is stored encrypted for one download; with --out it is downloaded now."""
    from trigpoint.cli.key_files import check_folder

    if out is not None:
        check_folder(out)
    with open_desk() as (authority, actor):
        key = authority.keys.create(
            actor,
            team_id=team,
            name=name,
            maps_id=maps_id,
            services=read_services(service) if service else MAPKIT_JS_SERVICE,
            expires_at=read_moment(expires_at, name="--expires-at") if expires_at else None,
        )
    if out is not None:
        fetch(key.key_id, out, as_json=as_json)
        return
    output.show_one(Key.of(key), as_json=as_json, labels=KEY_LABELS)
    if not as_json:
        output.say(f"Next: trigpoint key download {key.key_id} (once; no copy is kept here)", style="dim")


@app.command(
    epilog="Example: trigpoint key register 'Vault key' --team K5GNLXS2QT --maps-id maps.com.example.app --private-key mine.p8"
)
def register(
    name: NameArgument,
    team: TeamOption,
    maps_id: MapsIdOption,
    private_key: Annotated[
        Path | None,
        typer.Option(
            "--private-key",
            help="The file of your private key; it is read here and not stored. - reads it from standard input.",
        ),
    ] = None,
    public_key: Annotated[
        Path | None,
        typer.Option("--public-key", help="The file of a public key, if the private key cannot leave its device."),
    ] = None,
    challenge: Annotated[str | None, typer.Option("--challenge", help="The text that `key challenge` printed.")] = None,
    proof: Annotated[Path | None, typer.Option("--proof", help="The file with the signature of the challenge.")] = None,
    out: OutOption = None,
    service: ServiceOption = None,
    expires_at: ExpiryOption = None,
    as_json: output.Json = False,
) -> None:
    """Register a public key, whose private key never reaches the server.

    With --private-key, the proof of possession is made from your file; with --out, a new key pair is generated and written
    there; with --public-key, you provide the proof yourself, for example from a hardware security module.
    """
    from trigpoint.cli.registering import find_source

    source = find_source(private_key=private_key, public_key=public_key, challenge=challenge, proof=proof, out=out)
    with open_desk() as (authority, actor), source.prepared():
        text = challenge or authority.keys.challenge(actor, team_id=team)
        key = authority.keys.register(
            actor,
            team_id=team,
            name=name,
            maps_id=maps_id,
            public_key=source.public_key,
            challenge=text,
            proof=source.prove(text),
            services=read_services(service) if service else MAPKIT_JS_SERVICE,
            expires_at=read_moment(expires_at, name="--expires-at") if expires_at else None,
        )
        path = source.settle(key.key_id)
    shown = widen(KeyInFile, Key.of(key), path=str(path) if path else None)
    output.show_one(shown, as_json=as_json, labels=KEY_LABELS | {"path": "File"})


@app.command(epilog="Example: trigpoint key challenge --team K5GNLXS2QT")
def challenge(team: TeamOption, as_json: output.Json = False) -> None:
    """Print a challenge to sign with a private key elsewhere, for `key register --public-key`. It is valid for ten minutes."""
    with open_desk() as (authority, actor):
        text = authority.keys.challenge(actor, team_id=team)
    if as_json:
        output.show_json({"challenge": text})
    else:
        output.show_value(text)


@app.command("list", epilog="Example: trigpoint key list --team K5GNLXS2QT")
def list_(
    team: Annotated[str | None, typer.Option("--team", help="Only those of this team (Team ID).")] = None,
    maps_id: Annotated[str | None, typer.Option("--maps-id", help="Only those of this Maps ID.")] = None,
    as_json: output.Json = False,
) -> None:
    """List keys, including revoked ones."""
    with open_desk() as (authority, actor):
        rows = [Key.of(key) for key in authority.keys.list(actor, team_id=team, maps_id=maps_id)]
    empty = "There are no keys yet. Create one: trigpoint key create --help"
    output.show_list(rows, as_json=as_json, columns=KEY_COLUMNS, empty=empty)


@app.command(epilog="Example: trigpoint key show 2X9R4HXF34")
def show(key_id: KeyIdArgument, as_json: output.Json = False) -> None:
    """Show one key."""
    with open_desk() as (authority, actor):
        key = authority.keys.get(actor, key_id)
    output.show_one(Key.of(key), as_json=as_json, labels=KEY_LABELS)


@app.command(epilog="Example: trigpoint key download 2X9R4HXF34")
def download(
    key_id: KeyIdArgument,
    out: Annotated[Path, typer.Option("--out", help="The folder for the file.")] = Path(),
    as_json: output.Json = False,
) -> None:
    """Download the private key, once, into AuthKey_<KEYID>.p8; no copy is kept here."""
    fetch(key_id, out, as_json=as_json)


@app.command(epilog="Example: trigpoint key rename 2X9R4HXF34 'Website 2027'")
def rename(key_id: KeyIdArgument, name: NameArgument, as_json: output.Json = False) -> None:
    """Rename a key."""
    with open_desk() as (authority, actor):
        key = authority.keys.rename(actor, key_id, name=name)
    output.show_one(Key.of(key), as_json=as_json, labels=KEY_LABELS)


@app.command(epilog="Example: trigpoint key revoke 2X9R4HXF34 --reason compromised --yes")
def revoke(
    key_id: KeyIdArgument,
    reason: Annotated[str, typer.Option("--reason", help="superseded, compromised or no_longer_needed.")],
    note: Annotated[str | None, typer.Option("--note", help="A note for the audit trail.")] = None,
    yes: output.Yes = False,
    as_json: output.Json = False,
) -> None:
    """Revoke a key. Calls with its tokens are refused from now on. This cannot be undone."""
    why = read_revocation_reason(reason)
    with open_desk() as (authority, actor):
        found = authority.keys.get(actor, key_id)
        output.confirm(f"Revoke the key {found.key_id} ('{found.name}')? This cannot be undone.", yes=yes)
        key = authority.keys.revoke(actor, key_id, reason=why, note=note)
    output.show_one(Key.of(key), as_json=as_json, labels=KEY_LABELS)
    if not as_json:
        output.say("Calls with tokens of this key are refused from now on.")


@app.command(
    epilog="Example: trigpoint key ceilings 2X9R4HXF34 --scope mapkit_js --lifetime 30d --origins '*.example.com'"
)
def ceilings(
    key_id: KeyIdArgument,
    scope: Annotated[
        list[str] | None, typer.Option("--scope", help="A scope that tokens may have. May be repeated.")
    ] = None,
    lifetime: Annotated[
        str | None, typer.Option("--lifetime", help="The longest lifetime of a token, such as 30d.")
    ] = None,
    origins: Annotated[
        str | None, typer.Option("--origins", help="The origins that tokens may name, separated by commas.")
    ] = None,
    as_json: output.Json = False,
) -> None:
    """Set the ceilings of a key. An option that is not given removes that ceiling. For calls per minute: `quota set --key`."""
    wanted = read_ceilings(
        scopes=read_services(scope) if scope else None,
        lifetime_s=read_duration(lifetime) if lifetime else None,
        origins=origins,
    )
    with open_desk() as (authority, actor):
        key = authority.keys.set_ceilings(actor, key_id, wanted)
    output.show_one(Key.of(key), as_json=as_json, labels=KEY_LABELS)


@app.command(epilog="Example: trigpoint key rotate 2X9R4HXF34 --out . --revoke-at 2027-01-31")
def rotate(
    key_id: KeyIdArgument,
    name: Annotated[str | None, typer.Option("--name", help="The name of the new key.")] = None,
    out: OutOption = None,
    revoke_at: Annotated[
        str | None, typer.Option("--revoke-at", help="When the old key expires, such as 2027-01-31.")
    ] = None,
    as_json: output.Json = False,
) -> None:
    """Create a new key that replaces this one, for the same Maps ID. Both are accepted until the old one is revoked."""
    from trigpoint.cli.key_files import check_folder

    if out is not None:
        check_folder(out)
    moment = read_moment(revoke_at, name="--revoke-at") if revoke_at else None
    with open_desk() as (authority, actor):
        key = authority.rotation.rotate(actor, key_id, name=name, revoke_at=moment)
    if out is not None:
        fetch(key.key_id, out, as_json=as_json)
    else:
        output.show_one(Key.of(key), as_json=as_json, labels=KEY_LABELS)
    if not as_json:
        output.say(f"Sign with {key.key_id} from now on, then watch: trigpoint key traffic {key_id}", style="dim")


@app.command(epilog="Example: trigpoint key traffic 2X9R4HXF34")
def traffic(key_id: KeyIdArgument, as_json: output.Json = False) -> None:
    """Show the calls of the last 24 hours by the keys of a Maps ID, and which key is safe to revoke."""
    with open_desk() as (authority, actor):
        rows = [KeyTraffic.of(one) for one in authority.rotation.traffic(actor, key_id)]
    columns = {"keyId": "Key ID", "name": "Name", "calls": "Calls", "share": "%", "lastUsedAt": "Last used"}
    columns |= {"safeToRevoke": "Safe to revoke", "why": "Why"}
    output.show_list(rows, as_json=as_json, columns=columns, empty="There are no live keys.")


@app.command(epilog="Example: trigpoint key end 2X9R4HXF34 --at 2027-01-31")
def end(
    key_id: KeyIdArgument,
    at: Annotated[
        str | None, typer.Option("--at", help="When the key expires; a date means the beginning of that day, in UTC.")
    ] = None,
    never: Annotated[
        bool, typer.Option("--never", help="Remove the expiry: the key stays valid until it is revoked.")
    ] = False,
    as_json: output.Json = False,
) -> None:
    """Set, change or remove the expiry of a key. It is accepted until then."""
    if (at is None) is not never:
        raise InvalidError("--at", "a date, or --never instead of it", example="2027-01-31")
    moment = None if at is None else read_moment(at, name="--at")
    with open_desk() as (authority, actor):
        key = authority.keys.set_expiry(actor, key_id, moment)
    output.show_one(Key.of(key), as_json=as_json, labels=KEY_LABELS)


@app.command(epilog="Example: trigpoint key resume 2X9R4HXF34")
def resume(key_id: KeyIdArgument, as_json: output.Json = False) -> None:
    """Accept a suspended key again, after a report of a leak that was wrong."""
    with open_desk() as (authority, actor):
        key = authority.keys.resume(actor, key_id)
    output.show_one(Key.of(key), as_json=as_json, labels=KEY_LABELS)


def fetch(key_id: str, folder: Path, *, as_json: bool) -> None:
    """Download a private half into a folder, and print the path of the file.

    The file is complete and on the disk before the download is recorded, and renamed afterwards, so that the command
    can be repeated if it is killed.
    """
    from trigpoint.authority.new_files import publish
    from trigpoint.cli.key_files import find_left_behind, reserve
    from trigpoint.credentials.key import PrivateHalf
    from trigpoint.credentials.keypair import file_name

    path = folder / file_name(read_key_id(key_id))
    with open_desk() as (authority, actor):
        key = authority.keys.get(actor, key_id)
        left = find_left_behind(path, key.public_key)
        if left is not None and key.private_half is PrivateHalf.DOWNLOADED and not path.exists():
            publish(left, path)
            output.say("An earlier download was interrupted after the file was written; this is the file.")
        else:
            authority.keys.require_download(actor, key_id)  # this error tells more than that the file exists already
            with reserve(path) as file:
                key = authority.keys.download(actor, key_id, deliver=lambda one: file.write(one.pem)).key
                file.publish()
            if left is not None:
                left.unlink(missing_ok=True)
    if as_json:
        output.show_json(widen(KeyInFile, Key.of(key), path=str(path)))
        return
    output.show_value(str(path))
    output.say(f"This is the only copy of the private key {key_id}: keep it safe.", style="dim")
