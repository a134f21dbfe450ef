"""The command line: all nouns below `trigpoint`."""

import inspect
import os
import sys
import traceback
from functools import cache
from importlib import import_module
from typing import Annotated, Any, cast

import typer

from trigpoint import __version__
from trigpoint.base.errors import InvalidError, NotFoundError, TrigpointError, UnavailableError
from trigpoint.base.secrecy import hide_secrets
from trigpoint.cli import output
from trigpoint.cli.extras import explain_missing
from trigpoint.cli.typed import name_as_typed, read_value_error

MODULES = {
    "serve": "serve",
    "scan": "scan",
    "import": "imports",
    "update": "updating",
    "healthcheck": "healthcheck",
    "migrate": "migrate",
    "backup": "backup",
    "restore": "backup",
    "team": "team",
    "member": "member",
    "maps-id": "maps_id",
    "key": "key",
    "keys": "keys",
    "person": "person",
    "region": "region",
    "places": "places",
    "routes": "routes",
    "tiles": "tiles",
    "data": "data",
    "token": "token",
    "api-token": "api_token",
    "maps-token": "maps_token",
    "snapshot": "snapshot",
    "quota": "quota",
    "usage": "usage",
    "webhook": "webhook",
    "audit": "audit",
    "signing-secret": "signing_secret",
}
"""The command groups, in the order of the help, and the module here whose `app` has each."""
COMMANDS = frozenset({"serve", "scan", "import", "update", "healthcheck", "migrate", "backup", "restore"})
"""The names that are commands themselves; the others are groups of commands."""


@cache
def build(word: str | None = None) -> typer.Typer:
    """Build the whole command line, or only the group that was typed, because loading all of them takes time."""
    app = typer.Typer(
        name="trigpoint",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        context_settings={"help_option_names": ["-h", "--help"]},
        help="A Maps platform of your own: Maps IDs, keys and tokens, and the Maps Server API that they protect.",
        epilog="Start with: trigpoint serve",
    )
    app.callback()(trigpoint)
    typed = [] if word == "--version" else [word] if word in MODULES else MODULES
    names = {MODULES[one]: None if one in COMMANDS else one for one in typed}
    for module, name in names.items():
        group = import_module(f"trigpoint.cli.{module}").app
        _join_lines(group)
        app.add_typer(group, name=name)
    return app


def _join_lines(group: typer.Typer) -> None:
    """Let a terminal wrap the help of each command, which otherwise keeps the line breaks of the docstring."""
    for command in group.registered_commands:
        paragraphs = inspect.cleandoc(command.help or getattr(command.callback, "__doc__", None) or "").split("\n\n")
        command.help = "\n\n".join(text.replace("\n", " ") for text in paragraphs)


def print_version(*, wanted: bool) -> None:
    """Print the version and end."""
    if wanted:
        output.show_value(f"trigpoint {__version__}")
        raise typer.Exit


def trigpoint(
    version: Annotated[
        bool,
        typer.Option(
            "--version", callback=lambda wanted: print_version(wanted=wanted), is_eager=True, help="Print the version."
        ),
    ] = False,
) -> None:
    """Options before the command."""


def run() -> None:
    """Run the command; an expected error becomes a message and an exit code."""
    _forbid_core_dumps()
    output.write_json_lines(wanted=False)
    try:
        code = build(*sys.argv[1:2])(standalone_mode=False)
    except Exception as error:  # noqa: BLE001 (what nobody foresaw is told by its traceback, without secrets)
        sys.exit(_report(error))
    sys.exit(code if isinstance(code, int) else 0)


def _forbid_core_dumps() -> None:
    """Let no crash write the memory of this process, which contains keys, to a file; nor that of a server's workers.

    Only the soft limit: `prlimit --core=unlimited --pid …` allows them again, to examine a crash.
    """
    try:
        import resource
    except ModuleNotFoundError:  # Windows has none, and writes no core files
        return
    resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def _report(error: Exception) -> int:
    """Print an error by its kind, and give the exit code."""
    if isinstance(error, BrokenPipeError):  # whoever read the output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return output.ExitCode.REFUSED
    if isinstance(error, ModuleNotFoundError) and (missing := explain_missing(error)) is not None:
        return output.report(UnavailableError(missing))
    if isinstance(error, InvalidError):
        from typer.main import get_command

        return output.report(name_as_typed(error, get_command(build(*sys.argv[1:2])), sys.argv[1:]))
    if isinstance(error, NotFoundError) and error.noun:
        from trigpoint.cli.absent import hint_for

        return output.report(error, hint=hint_for(error))
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
    refused = read_value_error(error)
    if refused is not None:
        return output.report(refused)
    message = str(tell())
    if hide_secrets(message) != message:
        return output.report_usage(error, message)
    from typer import rich_utils

    rich_utils.rich_format_error(cast("Any", error))  # an exception of the command-line library
    return int(getattr(error, "exit_code", output.ExitCode.INVALID))
