"""`trigpoint import`: places, routes and tiles from the same files, with one progress display."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Annotated

import typer

from trigpoint.base.errors import InvalidError, TrigpointError
from trigpoint.cli import output, places, routes, tiles
from trigpoint.cli.region_work import PlacesOnly, build_all, import_region, parts_to_build
from trigpoint.cli.replacing import Replace, confirm_replacing
from trigpoint.cli.sources import Files, Sample, choose_sources, import_shown
from trigpoint.engines.generations import folder_in_service
from trigpoint.engines.progress import Progress, within
from trigpoint.engines.region_builds import without_files
from trigpoint.engines.regions import DEFAULT, check_name, find_regions, region_at
from trigpoint.engines.valhalla.configuration import INSTALL
from trigpoint.settings import read_settings

SHARES = {"places": (0.0, 0.4), "routes": (0.4, 0.6), "tiles": (0.6, 0.95), "gazetteer": (0.95, 1.0)}
"""Where in the bar each part lies; on a country the index and the tiles take about the same time."""

Name = Annotated[
    str | None,
    typer.Option(
        "--region", metavar="NAME", help="Import them as a region of this name, beside all others that are imported."
    ),
]


def import_(
    files: Files = None,
    name: Name = None,
    sample: Sample = False,
    gtfs: routes.Gtfs = None,
    places_only: PlacesOnly = False,
    replace: Replace = False,
    as_json: output.Json = False,
) -> None:
    """Import places, build routes and draw the map from OpenStreetMap files, under a running server too.

    They take the place of what was imported under the same name, or without one, before; it is asked before other files
    are dropped. Routes and the map are built from the files of all regions.
    """
    sources = choose_sources(files, sample=sample, example="trigpoint import --sample")
    timetables = routes.named(gtfs or [])
    check_sources(sources, timetables)
    region = region_at(read_settings().data_folder, check_name_of_new(name))
    parts = [] if places_only else parts_to_build()
    confirm_replacing(
        [*(["places"] if name is None else []), *parts], [*sources, *timetables], region=region, replace=replace
    )
    told: dict[str, dict[str, object]] = {}
    failed: dict[str, TrigpointError] = {}
    what = "places" if places_only else "places, routes and tiles"
    with import_shown("Importing", what if name is None else f"{what} of {name}") as tell:
        about = import_region(region, sources, timetables, telling(tell, "places"))
        told["places"] = places.members_of(about, folder_in_service(region.shelf))
        built = build_all(parts, lambda part: telling(tell, part))
        told |= built.told
        failed |= built.failed
        settings = read_settings()
        if settings.data is not None and settings.gazetteer:
            try:
                told["gazetteer"] = know_the_world(telling(tell, "gazetteer"))
            except TrigpointError as error:
                failed["gazetteer"] = error
    if not places_only:
        say_what_was_not_built()
    if as_json:
        output.show_json({"region": name, **told})
    else:
        show(told)
    say_what_stays(region.name, built.same)
    report_failures(list(told), failed)


def check_name_of_new(name: str | None) -> str:
    """Give the name of the region that is imported. Raises InvalidError for one that no region may have."""
    if name == DEFAULT:
        rule = f"another name than '{DEFAULT}', which is what was imported without --region"
        raise InvalidError("--region", rule, example="liechtenstein", received=name)
    return DEFAULT if name is None else check_name(name)


def check_sources(files: list[Path], timetables: list[Path]) -> None:
    """Refuse what one of the parts would refuse by its name or kind before any of them begins."""
    from trigpoint.engines.extracts import check_file

    for file in files:
        check_file(file)
    if timetables and "routes" in parts_to_build():
        from trigpoint.engines.valhalla.transit import check_timetable

        for timetable in timetables:
            check_timetable(timetable)


def show(told: dict[str, dict[str, object]]) -> None:
    """Print what was imported, a part after the other."""
    for name, labels in (("places", places.LABELS), ("routes", routes.LABELS), ("tiles", tiles.LABELS)):
        if name in told:
            output.say(f"\n{name.title()}", style="bold")
            output.show_one(told[name], as_json=False, labels=labels)


def say_what_was_not_built() -> None:
    """Say why there are no routes, or no tiles, of what was imported."""
    if "routes" not in parts_to_build():
        output.warn(f"Routes were not built. {INSTALL}")
    if read_settings().tiles is not None:
        output.say("Tiles were not built: TRIGPOINT_TILES names those that the map is drawn from.")


def say_what_stays(name: str, same: Sequence[str]) -> None:
    """Name the other regions, those among them that routes and tiles lack, and what another import has built meanwhile."""
    found = find_regions(read_settings().data_folder)
    others = [one.name for one in found if one.name != name and not one.is_own_sample()]
    if others:
        stay = "stays as it is" if len(others) == 1 else "stay as they are"
        output.say(f"{'Region' if len(others) == 1 else 'Regions'} {', '.join(others)} {stay}.")
    if same:
        output.say(f"{' and '.join(same).capitalize()} of these very files were in service already.")
    for lacking in without_files(found):
        output.warn(
            f"Routes and tiles are built without the region {lacking}: its files are not kept here. Import it again."
        )


def report_failures(done: list[str], failed: dict[str, TrigpointError]) -> None:
    """Say which parts are in service although others failed, and end with the reason of the last that did."""
    for name, error in failed.items():
        output.warn(f"{' and '.join(done).capitalize()} are in service; {name} were not made, for the reason below.")
        if error is not list(failed.values())[-1]:
            output.report(error)
    if failed:
        raise list(failed.values())[-1]


def telling(tell: Progress, part: str) -> Progress:
    """Give the function that is told how far a part of an import is."""
    start, end = SHARES[part]
    return within(tell, part, start=start, share=end - start)


def know_the_world(progress: Callable[[float, str], None]) -> dict[str, object]:
    """Build the gazetteer beside map data that has a folder of its own: no server may write there."""
    from trigpoint.engines.embedded.gazetteer.service import ensure_gazetteer

    progress(0.0, "the towns of the world")
    return {"folder": str(ensure_gazetteer(read_settings().data_folder))}
