"""The start message of `trigpoint serve`: the address, the data, and the next commands."""

import asyncio
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote_plus

from trigpoint import __version__
from trigpoint.cli import output
from trigpoint.cli.desk import user_name
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.team import Team
from trigpoint.gate import desks
from trigpoint.maps.engines import EngineStatus
from trigpoint.settings import Settings, read_settings
from trigpoint.store.addresses import describe_postgres
from trigpoint.wiring.engines import close_atlas, engine_statuses, open_atlas

FIRST_STEPS = (
    '{trigpoint} team create "My team"',
    "{trigpoint} maps-id register maps.com.example.app --team TEAMID --description 'My app'",
    "{trigpoint} key create 'My key' --team TEAMID --maps-id maps.com.example.app --out .",
)
CALL = (
    "TOKEN=$({trigpoint} token create --team {team} --private-key AuthKey_KEYID.p8 | {trigpoint} token exchange{server})",
    "curl -H \"Authorization: Bearer $TOKEN\" '{url}/v1/geocode?q={example}'",
)

UV_CACHE = "archive-v0"
"""The folder of uv's cache in which `uvx` keeps its environments."""
UVX = "uvx --from 'trigpoint[all]' trigpoint"
NO_EXAMPLE = "Paris"
"""Example query while no extract is loaded: the gazetteer knows it."""


def greet(settings: Settings) -> None:
    """Open every part once, so that errors are shown here, and describe what was found."""
    with desks(settings) as authority:
        teams = authority.teams.list(Actor.as_operator(user_name()))
        nobody = authority.people.needs_set_up()
        set_up = authority.people.issue_set_up_link() if nobody and output.is_watched() else None
    statuses = asyncio.run(look_at_engines(settings))
    output.say(f"Trigpoint {__version__}", style="bold")
    for label, text in (
        *where_it_is(settings),
        ("Teams", f"{len(teams)}" if teams else "none yet"),
        *((name.capitalize(), describe(status)) for name, status in statuses.items()),
        (
            "Refusals",
            "explained in the response" if settings.explains else "in Apple's words only; the log has the reason",
        ),
        ("Portal", "nobody has an account yet" if nobody else settings.base_url),
    ):
        output.say(f"  {label:<13} {text}")
    if set_up is not None:
        output.say_link(
            "\nNext, in a browser (works once, for 30 minutes):", f"{settings.base_url}/set-up/{set_up.secret}"
        )
    elif nobody:  # this is a log: a link that makes an account does not belong there
        output.say(f"\nNext, in a browser, with the link of:\n  {how_to_call()} person set-up-link")
    if settings.is_behind_tls and settings.trusted_proxies is None:
        output.warn(
            "TRIGPOINT_URL is https, so there must be a proxy, but TRIGPOINT_TRUSTED_PROXIES is not set: clients have an "
            "unknown network in waits after failed sign-ins, in sessions and in last uses."
        )
    example = next((status.example for status in statuses.values() if status.example), NO_EXAMPLE)
    other = "Or, in another terminal" if nobody else "Next, in another terminal"
    output.say(f"\n{other}:\n{next_steps(settings, teams, example=example)}\nStop with Ctrl+C.\n")


def where_it_is(settings: Settings) -> list[tuple[str, str]]:
    """Return where the server listens and stores its data, as labels and texts."""
    workers = "" if settings.workers == 1 else f"  ({settings.workers} workers)"
    return [
        ("Listening on", (settings.listening_url if settings.uds is None else str(settings.uds)) + workers),
        *((("Public URL", settings.url),) if settings.url is not None else ()),
        ("Data folder", short_path(settings.home)),
        *((("Map data", short_path(settings.data)),) if settings.data is not None else ()),
        ("Database", where_credentials_are(settings)),
    ]


def next_steps(settings: Settings, teams: Sequence[Team], *, example: str) -> str:
    """Return the commands for a first call; `example` is a place that the server can find."""
    names = {
        "example": quote_plus(example, safe=","),
        "url": settings.base_url,
        "trigpoint": how_to_call(),
        "team": teams[0].team_id if len(teams) == 1 else "TEAMID",
        "server": "" if read_settings().base_url == settings.base_url else f" --server {settings.base_url}",
    }
    return "\n".join(f"  {step.format(**names)}" for step in (CALL if teams else (*FIRST_STEPS, *CALL)))


def how_to_call() -> str:
    """Return the command for another shell: its path if it is not on PATH, as after `make run`.

    `uvx` runs it in an environment of its cache, which is on the PATH of this process alone.
    """
    if UV_CACHE in Path(sys.prefix).parts:
        return UVX
    return "trigpoint" if shutil.which("trigpoint") else short_path(Path(sys.argv[0]))


async def look_at_engines(settings: Settings) -> dict[str, EngineStatus]:
    """Describe what every engine has loaded, and close it again, because each worker opens its own."""
    atlas = open_atlas(settings)
    try:
        return await engine_statuses(atlas)
    finally:
        await close_atlas(atlas)


def describe(status: EngineStatus) -> str:
    """Describe what an engine has loaded, with the attribution that the licence of its data requires."""
    attributions = ", ".join(dict.fromkeys(source.attribution for source in status.sources))
    return status.detail + (f" {attributions}" if attributions and attributions not in status.detail else "")


def where_credentials_are(settings: Settings) -> str:
    """Describe the database without its password."""
    if settings.database_url is None:
        return "SQLite, in the data folder"
    return f"PostgreSQL, {describe_postgres(settings.database_url)}"


def short_path(path: Path) -> str:
    """Write a path with ~ for the user's home."""
    try:
        return f"~/{path.relative_to(Path.home())}"
    except (ValueError, RuntimeError):
        return str(path)
