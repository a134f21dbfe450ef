"""Operations on regions: importing one, and building routes and tiles from the files of all."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated

import typer

from trigpoint.base.errors import NotFoundError, TrigpointError
from trigpoint.cli import output, routes, tiles
from trigpoint.cli.replacing import FIND, plain
from trigpoint.cli.sources import data_to_write
from trigpoint.engines.embedded.index.generation import About
from trigpoint.engines.generations import remove_left, take_out_of_service
from trigpoint.engines.progress import Progress, within
from trigpoint.engines.region_builds import building_alone, fingerprint, lend_files, note_built, read_built
from trigpoint.engines.regions import (
    DEFAULT,
    EXTRACT,
    Record,
    Region,
    announce,
    find_regions,
    locked,
    new_files,
    region_at,
    write_record,
)
from trigpoint.engines.tiles.generations import read_about
from trigpoint.engines.valhalla.configuration import is_installed
from trigpoint.engines.valhalla.generations import read_network
from trigpoint.home import DataFolder
from trigpoint.settings import read_settings

PlacesOnly = Annotated[
    bool, typer.Option("--places-only", help="Do not rebuild routes and tiles; run 'trigpoint region build' later.")
]
SHARE_OF_KEEPING = 0.05


@dataclass(frozen=True, slots=True)
class Built:
    """The result of `build_all`, by part (routes, tiles): the members of JSON objects, and errors."""

    told: dict[str, dict[str, object]]
    failed: dict[str, TrigpointError]
    same: tuple[str, ...] = ()
    """The parts that were up to date, and not built again."""


def import_region(region: Region, files: Sequence[Path], timetables: Sequence[Path], progress: Progress) -> About:
    """Copy files, and import the places of a region from the copies. After any failure, the current data stays in service.

    A replication server that was set for the region is forgotten if the region now has other extracts. Raises
    ConflictError while another process changes the region.
    """
    from trigpoint.engines.kept_files import keep_files

    data = data_to_write()
    with locked(data, region), new_files(region) as room:
        progress(0.0, "copying the files")
        kept = keep_files(
            files, timetables, room, tell=lambda share: progress(SHARE_OF_KEEPING * share, "copying the files")
        )
        extracts_before = _extracts_of(region.record())
        announce(region, kept)
        about = import_kept(region, progress)
        record = region.record()
        if record.server is not None and _extracts_of(record) != extracts_before:
            write_record(region, replace(record, server=None))
    retire_sample(data)
    return about


def _extracts_of(record: Record) -> set[str]:
    return {plain(one.name) for one in record.files if one.kind == EXTRACT}


def import_again(region: Region, progress: Progress) -> About:
    """Import the places of a region again from its kept files. Raises NotFoundError if they are not kept."""
    with locked(data_to_write(), region):
        if region.kept() is None:
            told = f"The files of the region {region.name} are not kept here. Import it again from them."
            raise NotFoundError(told)
        return import_kept(region, progress)


def import_kept(region: Region, progress: Progress) -> About:
    """Import the places of a region, which must be locked, from the files in its record."""
    from trigpoint.engines.embedded.importing.building import import_files

    extracts = [region.path_of(one) for one in region.record().files if one.kind == EXTRACT]

    progress = within(progress, (SHARE_OF_KEEPING, 1.0))
    return import_files(region.shelf, extracts, progress=progress, processes=read_settings().import_processes)


def retire_sample(data: Path) -> None:
    """Take the sample that a server imported by itself out of service, if there is another region."""
    alone = region_at(data, DEFAULT)
    if alone.is_own_sample() and len(find_regions(data)) > 1:
        take_out_of_service(alone.shelf, remove=False)


def parts_to_build() -> list[str]:
    """Return what to build from the files of all regions: routes if Valhalla is installed, tiles unless TRIGPOINT_TILES is set."""
    return [*(["routes"] if is_installed() else []), *(["tiles"] if read_settings().tiles is None else [])]


def parts_of_regions() -> list[str]:
    """Return what to build after a change of a region. Routes and tiles from other files are not replaced."""
    parts = []
    for part in parts_to_build():
        if is_built_from_others(part):
            output.warn(
                f"{part.title()} in service were built from other files than those of the regions, and are not replaced. "
                "'trigpoint region build' builds them from the regions."
            )
        else:
            parts.append(part)
    return parts


def build_all(parts: Sequence[str], progress: Callable[[str], Progress]) -> Built:
    """Build `parts` from the kept files of all regions, unless they are up to date.

    Builds wait for each other, so that after several concurrent imports one build serves all. `progress` returns the
    progress function of a part.
    """
    data = data_to_write()
    told: dict[str, dict[str, object]] = {}
    failed: dict[str, TrigpointError] = {}
    same: list[str] = []
    if not parts:
        return Built(told, failed)
    with building_alone(data, lambda: progress(parts[0])(0.0, "waiting for another build")):
        for part in parts:
            regions = find_regions(data)
            wanted = _wanted(part, regions)
            if _is_built(data, part, wanted):
                same.append(part)
                remove_left(DataFolder(data).shelf(part))
                told[part] = _members(part)
                continue
            try:
                told[part] = _build(data, part, regions, progress(part))
                note_built(data, part, generation=_generation(part), of=wanted)
            except TrigpointError as error:
                failed[part] = error
    return Built(told, failed, tuple(same))


def _build(data: Path, part: str, regions: Sequence[Region], progress: Progress) -> dict[str, object]:
    with lend_files(data, regions) as lent:
        if not lent.extracts:  # no regions with files are left
            if read_built(data).get(part, {}).get("generation") == _generation(part):
                take_out_of_service(DataFolder(data).shelf(part))
            return _members(part)
        if part == "routes":
            routes.build_in_home(list(lent.extracts), list(lent.timetables), progress)
        else:
            tiles.build_in_home(list(lent.extracts), progress)
    return _members(part)


def _members(part: str) -> dict[str, object]:
    if part == "routes":
        folder = routes.folder_in_home()
        return routes.members_of(read_network(folder), folder) if folder is not None else {"inService": False}
    folder = tiles.folder_in_home()
    return tiles.members_of(read_about(folder), folder) if folder is not None else {"inService": False}


def _generation(part: str) -> str:
    folder = routes.folder_in_home() if part == "routes" else tiles.folder_in_home()
    return folder.name if folder is not None else ""


def _is_built(data: Path, part: str, wanted: str) -> bool:
    noted = read_built(data).get(part)
    return noted == {"generation": _generation(part), "of": wanted}


def was_left_behind(part: str) -> bool:
    """Tell whether routes or tiles were built from files of regions that have changed since."""
    data = read_settings().data_folder
    noted = read_built(data).get(part, {})
    return noted.get("generation") == _generation(part) and not _is_built(data, part, _wanted(part, find_regions(data)))


def is_built_from_others(part: str) -> bool:
    """Tell whether routes or tiles in service were built from files that belong to no region."""
    data = read_settings().data_folder
    kept = {plain(one.name) for region in find_regions(data) for one in region.kept() or ()}
    return any(plain(name) not in kept for name in FIND[part](data))


def _wanted(part: str, regions: Sequence[Region]) -> str:
    return fingerprint(regions, *(_languages() if part == "tiles" else ()))


def _languages() -> tuple[str, ...]:
    return (read_settings().map_languages or "",)
