"""`trigpoint routes`: build the road network for directions and ETAs, and show what is in service."""

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated

import typer

from trigpoint.base.errors import NotFoundError, UnavailableError
from trigpoint.cli import output
from trigpoint.cli.replacing import Replace, confirm_replacing
from trigpoint.cli.sources import Files, Sample, choose_sources, data_to_write, import_shown
from trigpoint.engines.fetching import shown
from trigpoint.engines.valhalla.configuration import INSTALL, is_installed
from trigpoint.engines.valhalla.generations import Network, find_current, read_network
from trigpoint.home import DataFolder
from trigpoint.settings import read_settings

app = typer.Typer(no_args_is_help=True, help="The road network for directions and travel times.")

LABELS = {
    "inService": "In service",
    "folder": "Folder",
    "files": "Files",
    "timetables": "Timetables",
    "dataAsOf": "Data as of",
    "madeAt": "Built at",
    "seconds": "Seconds taken",
    "tiles": "Tiles",
    "bytes": "Bytes on disk",
    "engine": "Engine",
    "service": "Valhalla service",
    "attribution": "Attribution",
    "licence": "Licence",
}

Gtfs = Annotated[
    list[Path] | None,
    typer.Option("--gtfs", metavar="FEED", help="A GTFS timetable (zip or folder), for transit; may be repeated."),
]


@app.command(epilog="Example: trigpoint routes build liechtenstein-latest.osm.pbf")
def build(
    files: Files = None,
    sample: Sample = False,
    gtfs: Gtfs = None,
    replace: Replace = False,
    as_json: output.Json = False,
) -> None:
    """Build a road network and put it into service, also under a running server."""
    sources = choose_sources(files, sample=sample, example="trigpoint routes build --sample")
    timetables = named(gtfs or [])
    confirm_replacing(["routes"], [*sources, *timetables], replace=replace)
    with import_shown("Building routes", "routes") as tell:
        network = build_in_home(sources, timetables, tell)
    output.show_one(members_of(network, folder_in_home()), as_json=as_json, labels=LABELS)


@app.command(epilog="Example: trigpoint routes status --json")
def status(as_json: output.Json = False) -> None:
    """Show which road network is in service."""
    settings = read_settings()
    if settings.valhalla_url is not None:
        members: dict[str, object] = {"inService": True, "service": shown(settings.valhalla_url)}
        output.show_one(members, as_json=as_json, labels=LABELS)
        return
    current = folder_in_home()
    if current is None:
        raise NotFoundError("No routes have been built here. Build some with 'trigpoint routes build FILE'.")
    output.show_one(members_of(read_network(current), current), as_json=as_json, labels=LABELS)


def named(feeds: Iterable[Path]) -> list[Path]:
    """Give paths that end in the name of the feed: `.` and `..` are folders with a name, too. Links keep theirs."""
    return [feed.resolve() if feed.name in {"", ".."} else feed for feed in feeds]


def build_in_home(files: list[Path], timetables: list[Path], progress: Callable[[float, str], None]) -> Network:
    """Build where the settings say that the map data is."""
    if not is_installed():
        raise UnavailableError(INSTALL)
    import time

    from trigpoint.engines.valhalla.build import build_routes

    folder = DataFolder(data_to_write()).routes
    return build_routes(folder, files, timetables=timetables, now=time.time(), progress=progress)


def folder_in_home() -> Path | None:
    """Give the folder of the network in service, if there is one."""
    return find_current(DataFolder(read_settings().data_folder).routes)


def members_of(network: Network, folder: Path | None) -> dict[str, object]:
    """Write what is known of a network as the members of a JSON object."""
    return {
        "inService": folder is not None,
        "folder": str(folder) if folder is not None else None,
        "files": list(network.sources),
        "timetables": list(network.timetables) or None,
        "dataAsOf": network.data_time,
        "madeAt": network.built_at,
        "seconds": network.seconds,
        "tiles": network.tiles,
        "bytes": network.tile_bytes,
        "engine": network.engine,
        "attribution": network.attribution,
        "licence": network.licence,
    }
