"""`trigpoint backup` and `trigpoint restore`: write a snapshot of the installation to a file, and restore it."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from trigpoint.base.clock import to_iso, to_seconds
from trigpoint.base.errors import InvalidError, refuse_secret
from trigpoint.cli import output
from trigpoint.cli.desk import open_desk, user_name
from trigpoint.credentials.roles import Actor

if TYPE_CHECKING:
    from trigpoint.authority.backup_file import Manifest
    from trigpoint.authority.restoring import Restored

app = typer.Typer()
LABELS = {
    "file": "File",
    "size": "Bytes",
    "createdAt": "Made at",
    "ledgerHead": "Ledger head",
    "rows": "Rows",
    "masterKey": "Master key",
}


@app.command("backup", epilog="Example: trigpoint backup trigpoint-2026-11-23.tpb")
def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; it must not exist.")],
    with_master_key: Annotated[
        bool,
        typer.Option(
            "--with-master-key", help="Include the master key: whoever has the file can then decrypt all secrets in it."
        ),
    ] = False,
    as_json: output.Json = False,
) -> None:
    """Write all credentials, people and events to one file, as a consistent snapshot, also while servers run.

    The master key is not included by default: keep a copy of master.key elsewhere. Map data is never included.
    """
    refuse_secret("FILE", str(file))
    if str(file) == "-":
        raise InvalidError("FILE", "the name of a new file", example="trigpoint-2026-11-23.tpb", received="-")
    with open_desk() as (authority, actor), output.progress("Backup", quiet=as_json) as tell:
        result = authority.backups.write(
            actor, file, with_master_key=with_master_key, tell=lambda done: tell(done, step="writing")
        )
    members = {"file": str(file), "size": result.size, **manifest_members(result.manifest)}
    members["ledgerHolds"] = result.fault is None
    output.show_one(members, as_json=as_json, labels=LABELS)
    if result.manifest.master_key is not None:
        output.warn("The file contains the master key. Protect it like the master key itself.")
    if result.fault is not None:
        output.warn(
            f"The ledger was manipulated or damaged, so a restore of this backup would be refused: {result.fault.detail}"
        )
        raise typer.Exit(output.ExitCode.REFUSED)


@app.command("restore", epilog="Example: trigpoint restore trigpoint-2026-11-23.tpb")
def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A file written by 'trigpoint backup'.")],
    yes: output.Yes = False,
    as_json: output.Json = False,
) -> None:
    """Restore a backup into an empty installation, or over a running one, whose ledger takes precedence.

    What was revoked or removed since the backup stays so, and is listed. A restore is done completely, or not at all.
    """
    from trigpoint.authority.restoring import restore_backup
    from trigpoint.settings import read_settings

    settings = read_settings()
    with file.open("rb"):  # a file that cannot be read is an error before a question
        pass
    output.confirm(f"Restore {file} into {settings.home}?", yes=yes)
    with output.progress("Restore", quiet=as_json) as tell:
        restored = restore_backup(
            Actor.as_operator(user_name()),
            file,
            home=settings.home,
            database_url=settings.database_url,
            master_key=settings.master_key,
            clock=time.time,
            tell=lambda done: tell(done, step="writing"),
        )
    if as_json:
        output.show_json(_members(restored))
        return
    rows = sum(restored.put_back.values())
    if restored.replaced:
        output.say(f"The installation was restored to the backup: {rows} rows, made at {_made_at(restored.manifest)}.")
    else:
        output.say(f"The ledger here has all of the backup's and takes precedence. {rows} missing rows were put back.")
    for note in restored.notes:
        output.say(note)
    for table, count in restored.left_out.items():
        output.warn(f"{count} rows of {table} conflict with the current data, and were left out.")
    if restored.differs:
        output.warn(
            "The database differs from its ledger: somebody changed it past Trigpoint, and a restore does not undo that. "
            "See what: trigpoint audit verify"
        )


def _members(restored: "Restored") -> dict[str, object]:
    """Show what a restore did."""
    return {
        "replaced": restored.replaced,
        "putBack": dict(restored.put_back),
        "leftOut": dict(restored.left_out),
        "notes": list(restored.notes),
        "differs": restored.differs,
        "backup": manifest_members(restored.manifest),
    }


def manifest_members(manifest: "Manifest") -> dict[str, object]:
    """Show the manifest of a backup, never its master key."""
    return {
        "createdAt": _made_at(manifest),
        "version": manifest.version,
        "schema": manifest.schema,
        "ledgerHead": f"{manifest.head.sequence}:{manifest.head.hash}",
        "rows": sum(manifest.rows.values()),
        "masterKey": manifest.master_key is not None,
    }


def _made_at(manifest: "Manifest") -> str:
    return to_iso(to_seconds(manifest.created_at))
