"""`trigpoint region`: listing, building, updating and removing the imported regions."""

import time
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from trigpoint.base.clock import say_age, seconds_since
from trigpoint.base.errors import ConflictError, NotFoundError
from trigpoint.cli import output
from trigpoint.cli.imports import report_failures, say_what_was_not_built, show
from trigpoint.cli.region_work import PlacesOnly, build_all, import_again, parts_of_regions, parts_to_build
from trigpoint.cli.replacing import Replace, confirm_replacing
from trigpoint.cli.sources import data_to_write, import_shown
from trigpoint.cli.updating import Server, update
from trigpoint.engines.progress import WEIGHTS, in_turn, within
from trigpoint.engines.region_builds import without_files
from trigpoint.engines.regions import EXTRACT, Region, find_region, find_regions, locked, take_out
from trigpoint.settings import read_settings

app = typer.Typer(
    no_args_is_help=True, help="Regions: map data with a name, imported, updated and removed independently."
)

COLUMNS = {
    "name": "Region",
    "files": "Files",
    "dataAsOf": "Data as of",
    "age": "Age",
    "placesSize": "Places take",
    "filesSize": "Files take",
    "server": "Updated from",
}
NameOf = Annotated[str, typer.Argument(metavar="NAME", help="The region, as 'trigpoint region list' names it.")]


WithPlaces = Annotated[
    bool, typer.Option("--places", help="First import the places of all regions again, which some upgrades require.")
]


@app.command("list", epilog="Example: trigpoint region list --json")
def list_(as_json: output.Json = False) -> None:
    """List the regions in service, with their files, the age of their data, and their size."""
    now = time.time()
    rows = [members_of(region, now=now) for region in find_regions(read_settings().data_folder)]
    empty = "No region has been imported. Import one with 'trigpoint import --region NAME FILE'."
    output.show_list(rows, as_json=as_json, columns=COLUMNS, empty=empty)


@app.command(epilog="Example: trigpoint region remove liechtenstein --yes")
def remove(
    name: NameOf, places_only: PlacesOnly = False, yes: output.Yes = False, as_json: output.Json = False
) -> None:
    """Take a region out of service at once, delete its files, and build routes and tiles without it."""
    data = data_to_write()
    region = find_region(data, name)
    check_that_others_are_kept(data, region, places_only=places_only)
    files = ", ".join(one.name for one in region.sources() or ())
    output.confirm(f"Remove the region {name} ({files}), and what is kept here of its files?", yes=yes)
    parts = [] if places_only else parts_of_regions()
    with locked(data, region):
        take_out(data, region)
    output.say(f"The places of {name} are out of service, and its files are removed.")
    told = {} if places_only else build(parts, as_json=as_json, quiet=True)
    if as_json:
        output.show_json({"removed": name, **told})


@app.command("build", epilog="Example: trigpoint region build")
def build_(replace: Replace = False, with_places: WithPlaces = False, as_json: output.Json = False) -> None:
    """Build routes and tiles from the kept files of all regions, unless they are up to date."""
    regions = [one for one in find_regions(data_to_write()) if one.kept() is not None]
    if not regions:
        raise NotFoundError(
            "No region has been imported whose files are kept. Import one with 'trigpoint import FILE'."
        )
    parts = parts_to_build()
    confirm_replacing(parts, [Path(one.name) for region in regions for one in region.kept() or ()], replace=replace)
    if with_places:
        build_places(regions)
    told = build(parts, as_json=as_json, quiet=False)
    if as_json:
        output.show_json(told)


def build_places(regions: Sequence[Region]) -> None:
    """Import the places of regions again from their kept files, one after the other."""
    with import_shown("Building", "places of all regions") as tell:
        for number, region in enumerate(regions):
            import_again(region, within(tell, (number / len(regions), (number + 1) / len(regions)), name=region.name))
    output.say(f"The places of {', '.join(one.name for one in regions)} were imported again.")


@app.command("update", epilog="Example: trigpoint region update liechtenstein")
def update_(
    name: Annotated[str | None, typer.Argument(metavar="NAME", help="Only this region. [default: all]")] = None,
    server: Server = None,
    places_only: PlacesOnly = False,
    as_json: output.Json = False,
) -> None:
    """Update a region, or all, with the latest changes in OpenStreetMap, as 'trigpoint update' does."""
    update(region=name, server=server, places_only=places_only, as_json=as_json)


def build(parts: Sequence[str], *, as_json: bool, quiet: bool) -> dict[str, dict[str, object]]:
    """Build `parts` (routes, tiles) from the files of all regions, and print what was built."""
    with import_shown("Building", "routes and tiles") as tell:
        telling = in_turn(tell, {part: WEIGHTS[part] for part in parts})
        built = build_all(parts, lambda part: telling[part])
    if not quiet:
        say_what_was_not_built()
    if built.same and not quiet:
        output.say(f"{' and '.join(built.same).capitalize()} are up to date: they were built from exactly these files.")
    for lacking in without_files(find_regions(read_settings().data_folder)):
        output.warn(
            f"Routes and tiles do not include the region {lacking}, as its files are not kept here. Import it again."
        )
    if not as_json and not quiet:
        show(built.told)
    report_failures(list(built.told), built.failed)
    return built.told


def check_that_others_are_kept(data: Path, region: Region, *, places_only: bool) -> None:
    """Raise ConflictError if new routes and tiles would lack regions that today's have, and whose files are not kept."""
    lacking = [name for name in without_files(find_regions(data)) if name != region.name]
    if lacking and not places_only:
        raise ConflictError(
            f"Routes and tiles would lose the region {', '.join(lacking)}, whose files are not kept here. Import it again "
            "first, or say --places-only. Nothing was changed."
        )


def members_of(region: Region, *, now: float) -> dict[str, object]:
    """Return the facts of a region as the members of a JSON object. `now` is in seconds."""
    kept, record, as_of = region.kept(), region.record(), region.data_as_of()
    servers = [one.server for one in kept or () if one.kind == EXTRACT and one.server]
    places_bytes, files_bytes = region.bytes_of_places(), region.bytes_of_files()
    seconds = seconds_since(as_of, now)
    return {
        "name": region.name,
        "files": [one.name for one in (kept or region.sources() or ())],
        "filesKept": kept is not None,
        "dataAsOf": as_of,
        "secondsOld": seconds,
        "age": None if seconds is None else say_age(seconds),
        "server": record.server or ", ".join(dict.fromkeys(servers)) or None,
        "placesBytes": places_bytes,
        "placesSize": say_size(places_bytes),
        "filesBytes": files_bytes,
        "filesSize": say_size(files_bytes) if kept is not None else "not kept",
    }


def say_size(count: int) -> str:
    """Format a number of bytes for a person: `1.2 GB`."""
    for length, unit in ((10**9, "GB"), (10**6, "MB"), (10**3, "kB")):
        if count >= length:
            return f"{count / length:.1f} {unit}"
    return f"{count} bytes"
