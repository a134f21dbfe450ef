"""`trigpoint import`: places, routes and tiles from the same files, with one progress display."""

from collections.abc import Callable
from pathlib import Path

from trigpoint.base.errors import TrigpointError
from trigpoint.cli import output, places, routes, tiles
from trigpoint.cli.replacing import Replace, confirm_replacing
from trigpoint.cli.sources import Files, Sample, choose_sources, data_to_write, import_shown
from trigpoint.engines.generations import folder_in_service
from trigpoint.engines.under_way import Tell
from trigpoint.engines.valhalla.configuration import INSTALL, is_installed
from trigpoint.home import DataFolder
from trigpoint.settings import read_settings

SHARES = {"places": (0.0, 0.4), "routes": (0.4, 0.6), "tiles": (0.6, 0.95), "gazetteer": (0.95, 1.0)}
"""Where in the bar each part lies; on a country the index and the tiles take about the same time."""

Part = Callable[[Callable[[float, str], None]], dict[str, object]]
"""Does a part of an import, telling how far it is, and gives what to show of it."""


def import_(
    files: Files = None,
    sample: Sample = False,
    gtfs: routes.Gtfs = None,
    replace: Replace = False,
    as_json: output.Json = False,
) -> None:
    """Import places, build routes and draw the map from OpenStreetMap files, under a running server too.

    They take the place of what was imported before; it is asked before other files are dropped.
    """
    sources = choose_sources(files, sample=sample, example="trigpoint import --sample")
    check_sources(sources, gtfs or [])
    told: dict[str, dict[str, object]] = {}
    failed: dict[str, TrigpointError] = {}
    settings = read_settings()
    made = ["places", *(["routes"] if is_installed() else []), *(["tiles"] if settings.tiles is None else [])]
    confirm_replacing(made, [*sources, *(gtfs or [])], replace=replace)
    with import_shown("Importing", "places, routes and tiles") as tell:
        told["places"] = import_places(sources, _telling(tell, "places"))
        parts: dict[str, Part] = {}
        if is_installed():
            parts["routes"] = lambda told: build_roads(sources, gtfs or [], told)
        if settings.tiles is None:
            parts["tiles"] = lambda told: draw_map(sources, told)
        if settings.data is not None and settings.gazetteer:
            parts["gazetteer"] = know_the_world
        for name, part in parts.items():
            try:
                told[name] = part(_telling(tell, name))
            except TrigpointError as error:
                failed[name] = error
    if not is_installed():
        output.warn(f"Routes were not built. {INSTALL}")
    if settings.tiles is not None:
        output.say("Tiles were not built: TRIGPOINT_TILES names those that the map is drawn from.")
    if as_json:
        output.show_json(told)
    else:
        show(told)
    report_failures(list(told), failed)


def check_sources(files: list[Path], timetables: list[Path]) -> None:
    """Refuse what one of the parts would refuse by its name or kind before any of them begins."""
    from trigpoint.engines.extracts import check_file

    for file in files:
        check_file(file)
    if timetables and is_installed():
        from trigpoint.engines.valhalla.transit import check_timetable

        for timetable in timetables:
            check_timetable(timetable)


def show(told: dict[str, dict[str, object]]) -> None:
    """Print what was imported, a part after the other."""
    for name, labels in (("places", places.LABELS), ("routes", routes.LABELS), ("tiles", tiles.LABELS)):
        if name in told:
            output.say(f"\n{name.title()}", style="bold")
            output.show_one(told[name], as_json=False, labels=labels)


def report_failures(done: list[str], failed: dict[str, TrigpointError]) -> None:
    """Say which parts are in service although others failed, and end with the reason of the last that did."""
    for name, error in failed.items():
        output.warn(f"{' and '.join(done).capitalize()} are in service; {name} were not made, for the reason below.")
        if error is not list(failed.values())[-1]:
            output.report(error)
    if failed:
        raise list(failed.values())[-1]


def _telling(tell: Tell, part: str) -> Callable[[float, str], None]:
    start, end = SHARES[part]

    def progress(done: float, step: str) -> None:
        tell(start + (end - start) * done, f"{part}, {step[:1].lower()}{step[1:]}")

    return progress


def import_places(files: list[Path], progress: Callable[[float, str], None]) -> dict[str, object]:
    """Import the places."""
    from trigpoint.engines.embedded.importing.building import import_files

    shelf = DataFolder(data_to_write()).places
    about = import_files(shelf, files, progress=lambda step, share: progress(share or 0.0, step))
    return places.members_of(about, folder_in_service(shelf))


def build_roads(files: list[Path], gtfs: list[Path], progress: Callable[[float, str], None]) -> dict[str, object]:
    """Build the roads."""
    return routes.members_of(routes.build_in_home(files, gtfs, progress), routes.folder_in_home())


def draw_map(files: list[Path], progress: Callable[[float, str], None]) -> dict[str, object]:
    """Build the map's tiles."""
    return tiles.members_of(tiles.build_in_home(files, progress), tiles.folder_in_home())


def know_the_world(progress: Callable[[float, str], None]) -> dict[str, object]:
    """Build the gazetteer beside map data that has a folder of its own: no server may write there."""
    from trigpoint.engines.embedded.gazetteer.service import ensure_gazetteer

    progress(0.0, "the towns of the world")
    return {"folder": str(ensure_gazetteer(read_settings().data_folder))}
