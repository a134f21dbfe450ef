"""`trigpoint healthcheck`: checks the server on this machine, for containers that have no other program for it."""

from http import HTTPStatus
from typing import Annotated

import typer

from trigpoint.base.errors import UnavailableError
from trigpoint.cli import output

app = typer.Typer()
PATIENCE_S = 4.0
"""Timeout: less than the five seconds after which a container health check is stopped."""
MOST_SHOWN = 2_000


@app.command("healthcheck", epilog="Example: trigpoint healthcheck --ready")
def healthcheck(
    ready: Annotated[
        bool, typer.Option("--ready", help="Ask /readyz: whether it is ready, not only whether it responds.")
    ] = False,
    as_json: output.Json = False,
) -> None:
    """Check the health of the server on this machine; exit code 0 if it is healthy, 5 if it is not or does not respond."""
    import httpx

    from trigpoint.settings import read_settings

    settings = read_settings()
    path = "/readyz" if ready else "/healthz"
    where = settings.listening_url if settings.uds is None else str(settings.uds)
    transport = httpx.HTTPTransport(uds=None if settings.uds is None else str(settings.uds))
    try:
        with httpx.Client(transport=transport, timeout=PATIENCE_S) as client:
            answer = client.get(settings.listening_url + path)
    except httpx.HTTPError as error:
        why = str(error) or type(error).__name__
        raise UnavailableError(f"No server responds at {where}: {why}.") from None
    body = answer.text[:MOST_SHOWN]
    if answer.status_code != HTTPStatus.OK:
        raise UnavailableError(f"The server at {where} responds to {path} with {answer.status_code}: {body}")
    if as_json:
        output.show_json({"url": where, "path": path, "status": answer.status_code, "answer": body})
        return
    output.say(f"The server at {where} responds to {path} with 200: {body}")
