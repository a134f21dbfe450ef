"""Asking before an import drops data: it replaces what was imported before, perhaps from other files."""

import sys
from collections.abc import Callable, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from trigpoint.base.errors import ConflictError, UnavailableError
from trigpoint.cli import output
from trigpoint.engines.embedded.index.generation import read_about as read_about_places
from trigpoint.engines.generations import folder_in_service
from trigpoint.engines.regions import DEFAULT, EXTRACT, Region, find_regions
from trigpoint.engines.sample import SAMPLE
from trigpoint.engines.tiles.generations import read_about as read_about_tiles
from trigpoint.engines.valhalla.generations import find_current, read_network
from trigpoint.home import DataFolder
from trigpoint.settings import read_settings

Replace = Annotated[
    bool, typer.Option("--replace", help="Drop what was imported from other files before, without asking.")
]


def confirm_replacing(
    parts: Iterable[str], files: Iterable[Path], *, replace: bool, region: Region | None = None
) -> None:
    """Ask before `parts` (places, routes, tiles) from files that are not among `files` are dropped.

    With a `region`, routes and tiles are also built from the kept files of the other regions, so these are not dropped.
    Neither are the previous files of a region with a name, as they are replaced on purpose. Raises ConflictError without
    a terminal, and typer.Exit if the answer is no; nothing is dropped then.
    """
    if replace:
        return
    data = read_settings().data_folder
    named = {plain(file.name) for file in files}
    others = set() if region is None else names_of_others(data, region)
    dropped: dict[str, list[str]] = {}
    for part in parts:
        for name in FIND[part](data):
            if plain(name) not in (named if part == "places" else named | others):
                dropped.setdefault(name, []).append(part)
    if not dropped:
        return
    told = "; ".join(f"{', '.join(of)} of {name}" for name, of in dropped.items())
    if not sys.stdin.isatty():
        raise ConflictError(f"This would drop what was imported before: {told}. Nothing was changed. {remedy(region)}")
    output.warn(f"An import replaces what was imported before. This drops: {told}.")
    if not typer.confirm("Drop it?", err=True):
        output.say("Nothing was changed.")
        raise typer.Exit(output.ExitCode.REFUSED)


def names_of_others(data: Path, region: Region) -> set[str]:
    """Return the names (without format) of the other regions' files, and of the files that the region replaces."""
    ours = [one for one in region.kept() or () if one.kind == EXTRACT] if region.name != DEFAULT else []
    kept = [*ours, *(one for other in find_regions(data) if other != region for one in other.kept() or ())]
    return {plain(one.name) for one in kept}


def plain(name: str) -> str:
    """Return the name of a file without its suffix, as an update writes `town.osm` as `town.osm.pbf`."""
    from trigpoint.engines.extracts import FORMATS

    return next((name[: -len(one)] for one in FORMATS if name.lower().endswith(one)), name)


def remedy(region: Region | None) -> str:
    """Return the sentence on how to import without dropping anything."""
    if region is None or region.name == DEFAULT:
        return (
            "Name all files in one command to have all of them, import these as another region with --region NAME, "
            "or use --replace."
        )
    return "Import these files once more, so that they are kept, or use --replace."


def find_places(data: Path) -> list[str]:
    """Return the files whose places are in service, without the sample; empty if that cannot be read."""
    folder = folder_in_service(DataFolder(data).places)
    with suppress(UnavailableError):
        return [] if folder is None else _without_sample(file.name for file in read_about_places(folder).files)
    return []


def find_routes(data: Path) -> list[str]:
    """Return the files and timetables of the road network in service, without the sample."""
    folder = find_current(DataFolder(data).routes)
    with suppress(OSError, ValueError, KeyError, TypeError):
        if folder is not None:
            network = read_network(folder)
            return _without_sample((*network.sources, *network.timetables))
    return []


def find_tiles(data: Path) -> list[str]:
    """Return the files whose tiles are in service, without the sample."""
    folder = folder_in_service(DataFolder(data).tiles)
    with suppress(UnavailableError):
        return [] if folder is None else _without_sample(file.name for file in read_about_tiles(folder).files)
    return []


FIND: dict[str, Callable[[Path], list[str]]] = {"places": find_places, "routes": find_routes, "tiles": find_tiles}


def _without_sample(names: Iterable[str]) -> list[str]:
    """Remove the sample, which a server imports again by itself."""
    return [name for name in names if name != Path(SAMPLE).name]
