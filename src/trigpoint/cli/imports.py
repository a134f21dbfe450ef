"""`trigpoint import`: places and routes from the same files, with one progress display."""

from pathlib import Path
from typing import Annotated

import typer

from trigpoint.base.errors import TrigpointError
from trigpoint.cli import output, places, routes
from trigpoint.engines.embedded.generations import folder_in_service
from trigpoint.engines.valhalla.configuration import INSTALL, is_installed
from trigpoint.settings import read_settings

SHARE_OF_PLACES = 0.6
"""How much of the bar the import of places takes; on a country it takes somewhat longer than its roads."""


def import_(
    files: Annotated[
        list[Path],
        typer.Argument(metavar="FILE…", help="OpenStreetMap files: .osm.pbf, .osm, .osm.gz, .osm.bz2."),
    ],
    gtfs: routes.Gtfs = None,
    as_json: output.Json = False,
) -> None:
    """Import places and build routes from OpenStreetMap files, under a running server too."""
    from trigpoint.engines.embedded.importing.building import import_files

    home = read_settings().home
    told: dict[str, object] = {}
    with output.progress("Importing", total=1.0) as tell:
        about = import_files(
            home / "places",
            files,
            progress=lambda step, share: tell(SHARE_OF_PLACES * (share or 0.0), step=step),
        )
        told["places"] = places.members_of(about, folder_in_service(home / "places"))
        if is_installed():
            told["routes"] = build_roads(files, gtfs or [], tell)
    if not is_installed():
        output.warn(f"Places were imported, routes were not. {INSTALL}")
    if as_json:
        output.show_json(told)
        return
    for name, labels in (("places", places.LABELS), ("routes", routes.LABELS)):
        members = told.get(name)
        if isinstance(members, dict):
            output.say(f"\n{name.title()}", style="bold")
            output.show_one(members, as_json=False, labels=labels)


def build_roads(files: list[Path], gtfs: list[Path], tell: output.Tell) -> dict[str, object]:
    """Build the roads; an error says that the places are in service nevertheless."""

    def progress(done: float, step: str) -> None:
        tell(SHARE_OF_PLACES + (1 - SHARE_OF_PLACES) * done, step=f"routes, {step}")

    try:
        network = routes.build_in_home(files, gtfs, progress)
    except TrigpointError:
        output.warn("Places were imported and are in service; routes were not built, for the reason below.")
        raise
    return routes.members_of(network, routes.folder_in_home())
