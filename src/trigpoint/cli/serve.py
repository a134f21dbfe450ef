"""`trigpoint serve`: print the addresses, the loaded data and the next commands; then serve."""

import errno
import os
import signal
import socket
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING, Annotated

import typer

from trigpoint.base.errors import ConflictError, InvalidError, TrigpointError
from trigpoint.cli import output
from trigpoint.engines.progress import WEIGHTS, in_turn

if TYPE_CHECKING:
    from trigpoint.settings import Settings

app = typer.Typer()
TERMINATED = 128 + signal.SIGTERM
"""The exit code of a shell for what SIGTERM has ended."""


@app.command("serve", epilog="Example: trigpoint serve --port 8060 --workers 2")
def serve(
    host: Annotated[str | None, typer.Option("--host", help="The address to listen on. [default: 127.0.0.1]")] = None,
    port: Annotated[int | None, typer.Option("--port", help="The port; 0 chooses a free one. [default: 8060]")] = None,
    uds: Annotated[
        Path | None,
        typer.Option("--uds", help="Listen on this Unix socket instead of a port, for a proxy on the same machine."),
    ] = None,
    workers: Annotated[int | None, typer.Option("--workers", help="Worker processes. [default: 1]")] = None,
    sample: Annotated[
        bool, typer.Option("--sample/--no-sample", help="Import the sample region if there is no map data yet.")
    ] = True,
) -> None:
    """Serve the Maps Server API. Stop with Ctrl+C; requests in progress end first."""
    from trigpoint.cli.greeting import greet
    from trigpoint.settings import read_settings, warn_of_unknown
    from trigpoint.store.opening import prepare_home
    from trigpoint.web import server
    from trigpoint.wiring.engines import gazetteer_being_built
    from trigpoint.wiring.server import FACTORY

    # For an error of the settings, too:
    output.write_json_lines(wanted=os.environ.get("TRIGPOINT_LOG_FORMAT") == "json")
    settings = read_settings(host=host, port=port, workers=workers, uds=uds)
    output.write_json_lines(wanted=settings.log_format == "json")
    for sentence in warn_of_unknown():
        output.warn(sentence)
    prepare_home(settings.home)
    signal.signal(signal.SIGTERM, _end)  # until the server takes it over: process 1 of a container has no handler
    with open_listener(settings) as listener:
        if settings.uds is None:
            settings = replace(settings, port=listener.getsockname()[1])
        check_credentials(settings)
        if sample:
            import_sample(settings)
        greet(settings)
        os.environ.update(settings.to_environment())
        with gazetteer_being_built(settings):
            served = server.serve(
                FACTORY,
                listener=listener,
                workers=settings.workers,
                log_format=settings.log_format,
                drain_seconds=settings.drain_seconds,
            )
    if settings.uds is not None:
        settings.uds.unlink(missing_ok=True)
    if not served:
        raise typer.Exit(output.ExitCode.REFUSED)
    output.say("Stopped.")


def open_listener(settings: "Settings") -> socket.socket:
    """Begin to listen on the port or the Unix socket. Raises ConflictError or InvalidError if that is not possible."""
    from trigpoint.web import server

    try:
        return server.listen(settings.host, settings.port) if settings.uds is None else server.listen_at(settings.uds)
    except OSError as error:
        raise why_not_listening(error, settings) from error


def _end(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(TERMINATED)


def check_credentials(settings: "Settings") -> None:
    """Open the database once: what is wrong with it, or with the master key, is told before the sample is imported."""
    from trigpoint.gate import desks

    with desks(settings):
        pass


def import_sample(settings: "Settings") -> None:
    """Import the sample region with a progress bar; a failure is only a warning, because credentials work without maps."""
    from trigpoint.wiring.engines import ensure_sample

    try:
        with output.progress("Sample region", total=1.0) as tell:
            parts = {part: WEIGHTS[part] for part in ("places", "routes", "tiles")}
            telling = in_turn(lambda done, step: tell(done, step=step), parts)
            ensure_sample(settings, lambda part, done, step: telling[part](done, step))
    except (TrigpointError, OSError) as error:
        output.warn(f"The sample region was not imported: {output.describe(error)}")


def why_not_listening(error: OSError, settings: "Settings") -> TrigpointError:
    """Return the error for a port that cannot be used, with what to do."""
    if settings.uds is not None:
        reason = error.strerror
        if error.errno == errno.EADDRINUSE:
            is_used = settings.uds.is_socket()
            reason = (
                "another program listens there" if is_used else "there is a file that is no socket; remove it first"
            )
        return ConflictError(f"A Unix socket at {settings.uds} cannot be created: {reason}.")
    where = f"{settings.host}:{settings.port}"
    if error.errno == errno.EADDRINUSE:
        return ConflictError(
            f"Another program already listens on {where}. Stop it, or choose another port with --port."
        )
    if error.errno == errno.EACCES:
        return ConflictError(
            f"You may not listen on {where}: ports below 1024 need more privileges. Choose another --port."
        )
    return InvalidError("--host", "an address of this machine", example="127.0.0.1", received=settings.host)
