"""`trigpoint import`: importing places, routes and tiles from the same files, with one progress bar."""

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
from trigpoint.engines.progress import WEIGHTS, in_turn
from trigpoint.engines.region_builds import without_files
from trigpoint.engines.regions import DEFAULT, check_name, find_regions, region_at
from trigpoint.engines.valhalla.configuration import INSTALL
from trigpoint.settings import read_settings

app = typer.Typer()

Name = Annotated[
    str | None,
    typer.Option(
        "--region",
        metavar="NAME",
        help="Import them as a region with this name, in addition to all other imported regions.",
    ),
]


@app.command("import", epilog="Example: trigpoint import --region liechtenstein liechtenstein-latest.osm.pbf")
def import_(
    files: Files = None,
    name: Name = None,
    sample: Sample = False,
    gtfs: routes.Gtfs = None,
    places_only: PlacesOnly = False,
    replace: Replace = False,
    as_json: output.Json = False,
) -> None:
    """Import places, routes and map tiles from OpenStreetMap files, also under a running server.

    This replaces what was imported before under the same name (or without a name). You are asked before data from other
    files is dropped. Routes and tiles are built from the files of all regions.
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
        settings = read_settings()
        with_gazetteer = settings.data is not None and settings.gazetteer
        todo = ["places", *parts, *(["gazetteer"] if with_gazetteer else [])]
        telling = in_turn(tell, {part: WEIGHTS[part] for part in todo})
        about = import_region(region, sources, timetables, telling["places"])
        told["places"] = places.members_of(about, folder_in_service(region.shelf))
        built = build_all(parts, lambda part: telling[part])
        told |= built.told
        failed |= built.failed
        if with_gazetteer:
            try:
                told["gazetteer"] = know_the_world(telling["gazetteer"])
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
    """Return the name of the region to import. Raises InvalidError for an invalid or reserved name."""
    if name == DEFAULT:
        rule = f"a name other than '{DEFAULT}', which is used for imports without --region"
        raise InvalidError("--region", rule, example="liechtenstein", received=name)
    return DEFAULT if name is None else check_name(name)


def check_sources(files: list[Path], timetables: list[Path]) -> None:
    """Check all files before the import begins, so that it does not fail halfway."""
    from trigpoint.engines.extracts import check_file

    for file in files:
        check_file(file)
    if timetables and "routes" in parts_to_build():
        from trigpoint.engines.valhalla.transit import check_timetable

        for timetable in timetables:
            check_timetable(timetable)


def show(told: dict[str, dict[str, object]]) -> None:
    """Print what was imported, one part after the other."""
    for name, labels in (("places", places.LABELS), ("routes", routes.LABELS), ("tiles", tiles.LABELS)):
        if name in told:
            output.say(f"\n{name.title()}", style="bold")
            output.show_one(told[name], as_json=False, labels=labels)


def say_what_was_not_built() -> None:
    """Print why no routes or no tiles were built."""
    if "routes" not in parts_to_build():
        output.warn(f"Routes were not built. {INSTALL}")
    if read_settings().tiles is not None:
        output.say("Tiles were not built: the map uses those of TRIGPOINT_TILES.")


def say_what_stays(name: str, same: Sequence[str]) -> None:
    """Print which other regions are unchanged, which of them routes and tiles lack, and which parts were up to date."""
    found = find_regions(read_settings().data_folder)
    others = [one.name for one in found if one.name != name and not one.is_own_sample()]
    if others:
        output.say(f"Unchanged: {'region' if len(others) == 1 else 'regions'} {', '.join(others)}.")
    if same:
        output.say(f"{' and '.join(same).capitalize()} built from exactly these files were in service already.")
    for lacking in without_files(found):
        output.warn(
            f"Routes and tiles do not include the region {lacking}, as its files are not kept here. Import it again."
        )


def report_failures(done: list[str], failed: dict[str, TrigpointError]) -> None:
    """Print which parts are in service and which failed, and raise the last error."""
    for name, error in failed.items():
        output.warn(f"{' and '.join(done).capitalize()} are in service; {name} failed, for the reason below.")
        if error is not list(failed.values())[-1]:
            output.report(error)
    if failed:
        raise list(failed.values())[-1]


def know_the_world(progress: Callable[[float, str], None]) -> dict[str, object]:
    """Build the gazetteer in a separate map data folder (TRIGPOINT_DATA), where servers may not have write access."""
    from trigpoint.engines.embedded.gazetteer.service import ensure_gazetteer

    progress(0.0, "the towns of the world")
    return {"folder": str(ensure_gazetteer(read_settings().data_folder))}
