"""The command line: all nouns below `trigpoint`."""

import os
import sys
import traceback
from typing import Annotated, Any, cast

import typer
from typer import rich_utils
from typer.main import get_command

from trigpoint import __version__
from trigpoint.base.errors import InvalidError, TrigpointError, UnavailableError
from trigpoint.base.secrecy import hide_secrets
from trigpoint.cli import (
    api_token,
    audit,
    backup,
    data,
    healthcheck,
    imports,
    key,
    keys,
    maps_id,
    maps_token,
    migrate,
    output,
    person,
    places,
    quota,
    region,
    routes,
    scan,
    serve,
    signing_secret,
    snapshot,
    team,
    tiles,
    token,
    updating,
    usage,
    webhook,
)
from trigpoint.cli.extras import explain_missing
from trigpoint.cli.typed import name_as_typed

app = typer.Typer(
    name="trigpoint",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="A Maps platform of your own: Maps IDs, keys and tokens, and the Maps Server API that they guard.",
    epilog="Start with: trigpoint serve",
)


app.command("serve", epilog="Example: trigpoint serve --port 8060 --workers 2")(serve.serve)
app.command("scan", epilog="Example: trigpoint scan . --history")(scan.scan)
app.command("import", epilog="Example: trigpoint import --region liechtenstein liechtenstein-latest.osm.pbf")(
    imports.import_
)
app.command("update", epilog="Example: trigpoint update --region liechtenstein")(updating.update)
app.command("healthcheck", epilog="Example: trigpoint healthcheck --ready")(healthcheck.healthcheck)
app.command("migrate", epilog="Example: trigpoint migrate --check")(migrate.migrate)
app.command("backup", epilog="Example: trigpoint backup trigpoint-2026-11-23.tpb")(backup.backup)
app.command("restore", epilog="Example: trigpoint restore trigpoint-2026-11-23.tpb")(backup.restore)
app.add_typer(team.app, name="team")
app.add_typer(maps_id.app, name="maps-id")
app.add_typer(key.app, name="key")
app.add_typer(keys.app, name="keys")
app.add_typer(person.app, name="person")
app.add_typer(region.app, name="region")
app.add_typer(places.app, name="places")
app.add_typer(routes.app, name="routes")
app.add_typer(tiles.app, name="tiles")
app.add_typer(data.app, name="data")
app.add_typer(token.app, name="token")
app.add_typer(api_token.app, name="api-token")
app.add_typer(maps_token.app, name="maps-token")
app.add_typer(snapshot.app, name="snapshot")
app.add_typer(quota.app, name="quota")
app.add_typer(usage.app, name="usage")
app.add_typer(webhook.app, name="webhook")
app.add_typer(audit.app, name="audit")
app.add_typer(signing_secret.app, name="signing-secret")


def print_version(*, wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        output.show_value(f"trigpoint {__version__}")
        raise typer.Exit


@app.callback()
def trigpoint(
    version: Annotated[
        bool, typer.Option("--version", callback=lambda wanted: print_version(wanted=wanted), is_eager=True)
    ] = False,
) -> None:
    """Options before any noun."""


def run() -> None:
    """Run the command; an expected error becomes a sentence and an exit code."""
    output.write_json_lines(wanted=False)
    try:
        code = app(standalone_mode=False)
    except Exception as error:  # noqa: BLE001 (what nobody foresaw is told by its traceback, without secrets)
        sys.exit(_report(error))
    sys.exit(code if isinstance(code, int) else 0)


def _report(error: Exception) -> int:
    """Print an error by its kind, and give the exit code."""
    if isinstance(error, BrokenPipeError):  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return output.ExitCode.REFUSED
    if isinstance(error, ModuleNotFoundError) and (missing := explain_missing(error)) is not None:
        return output.report(UnavailableError(missing))
    if isinstance(error, InvalidError):
        return output.report(name_as_typed(error, get_command(app), sys.argv[1:]))
    if isinstance(error, (TrigpointError, OSError)):
        return output.report(error)
    return _report_usage(error)


def _report_usage(error: Exception) -> int:
    """Print an error of the command-line library; anything else is printed with its traceback."""
    tell = getattr(error, "format_message", None)
    if isinstance(error, typer.Abort):
        output.say("Aborted.")
        return output.ExitCode.REFUSED
    if tell is None:
        output.tell_crash("".join(traceback.format_exception(error)))
        return output.ExitCode.REFUSED
    message = str(tell())
    if hide_secrets(message) != message:
        return output.report_usage(error, message)
    rich_utils.rich_format_error(cast("Any", error))  # an exception of the command-line library
    return int(getattr(error, "exit_code", output.ExitCode.INVALID))
