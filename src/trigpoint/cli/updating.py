"""`trigpoint update`: applying changes in OpenStreetMap to the kept files, and importing them again."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from trigpoint.base.errors import InvalidError, NotFoundError, TrigpointError
from trigpoint.cli import output
from trigpoint.cli.region_work import (
    PlacesOnly,
    build_all,
    import_kept,
    parts_of_regions,
    parts_to_build,
    was_left_behind,
)
from trigpoint.cli.replacing import plain
from trigpoint.cli.sources import data_to_write, import_shown
from trigpoint.engines.progress import Progress, within
from trigpoint.engines.regions import (
    EXTRACT,
    Kept,
    Region,
    announce,
    find_region,
    find_regions,
    link_kept,
    locked,
    new_files,
    write_record,
)
from trigpoint.settings import read_settings

app = typer.Typer()
Server = Annotated[
    str | None,
    typer.Option(
        "--server", metavar="URL", help="Replication server, if the file does not name one; it is remembered."
    ),
]
COLUMNS = {"name": "Region", "result": "Result", "changes": "Changes", "dataAsOf": "Data as of"}
SHARE_OF_REGIONS = 0.6
SHARES = {"routes": (SHARE_OF_REGIONS, SHARE_OF_REGIONS + 0.15), "tiles": (SHARE_OF_REGIONS + 0.15, 1.0)}
"""Start and end, on the progress bar, of each part that is built after the regions."""
SHARE_OF_CHANGES = 0.3


@dataclass(frozen=True, slots=True)
class Outcome:
    """The result of updating one region: the number of change files applied (0 if it was up to date), or an error."""

    region: Region
    changes: int = 0
    failed: TrigpointError | None = None

    def members(self) -> dict[str, object]:
        """Return the result as the members of a JSON object."""
        result = "failed" if self.failed else "updated" if self.changes else "current"
        return {
            "name": self.region.name,
            "result": result,
            "changes": self.changes if self.failed is None else None,
            "dataAsOf": self.region.data_as_of(),
            "error": str(self.failed) if self.failed else None,
        }


@app.command("update", epilog="Example: trigpoint update --region liechtenstein")
def update(
    region: Annotated[
        str | None, typer.Option("--region", metavar="NAME", help="Only this region. [default: all]")
    ] = None,
    server: Server = None,
    places_only: PlacesOnly = False,
    as_json: output.Json = False,
) -> None:
    """Apply the latest changes in OpenStreetMap to the kept files, and import them again.

    Regions without changes are not imported again. If the update of a region fails, its current data stays in service.
    """
    regions = choose_regions(region, server=server)
    with import_shown("Updating", "changes from OpenStreetMap") as tell:
        each = SHARE_OF_REGIONS / len(regions)
        outcomes = [
            update_and_tell(one, server, within(tell, (number * each, (number + 1) * each), name=one.name))
            for number, one in enumerate(regions)
        ]
        parts = [] if places_only else parts_to_update(changed=any(one.changes for one in outcomes))
        built = build_all(parts, lambda part: within(tell, SHARES[part], name=part))
    rows = [one.members() for one in outcomes]
    if as_json:
        output.show_json({"regions": rows, **built.told})
    else:
        output.show_list(rows, as_json=False, columns=COLUMNS, empty="")
        say_what_was_built(
            [part for part in parts if part in built.told],
            is_current=not any(one.changes or one.failed for one in outcomes),
        )
    report_failures([one for one in outcomes if one.failed], list(built.failed.values()))


def choose_regions(name: str | None, *, server: str | None) -> list[Region]:
    """Return the regions to update: the one with `name`, else all whose files are kept here; the others get a warning.

    Raises NotFoundError if there are none, InvalidError if `server` would apply to several files.
    """
    data = read_settings().data_folder
    found = [find_region(data, name)] if name is not None else find_regions(data)
    kept = [one for one in found if one.kept() is not None]
    for one in found:
        if one.is_own_sample() or one in kept:
            continue
        told = f"The files of the region {one.name} are not kept here. Import it again, or fetch a newer bundle."
        if name is not None:
            raise NotFoundError(told)
        output.warn(told)
    if not kept:
        raise NotFoundError("There is nothing to update. Import a region with 'trigpoint import --region NAME FILE'.")
    if server is not None:
        from trigpoint.engines.replication_server import check_server

        check_server(server)
        extracts = [file for one in kept for file in one.kept() or () if file.kind == EXTRACT]
        if len(extracts) != 1:
            rule = "used for one region with one file (--region NAME)"
            raise InvalidError("--server", rule, example="--region monaco --server URL")
    return kept


def update_and_tell(region: Region, server: str | None, progress: Progress) -> Outcome:
    """Update a region and return the result, also after an error, so that the other regions are still updated."""
    try:
        return Outcome(region, update_region(region, server, progress))
    except TrigpointError as error:
        return Outcome(region, failed=error)


def update_region(region: Region, server: str | None, progress: Progress) -> int:
    """Apply new changes to the files of a region, and import its places again; return the number of changes applied.

    Raises NotFoundError without a known replication server, UnavailableError if changes cannot be fetched, ConflictError
    while another process changes the region. The region is unchanged then.
    """
    data = data_to_write()
    with locked(data, region), new_files(region) as room:
        files, changes = apply_changes(region, room, server or region.record().server, progress)
        if changes:
            announce(region, files)
            import_kept(region, within(progress, (SHARE_OF_CHANGES, 1.0)))
        if server is not None:
            write_record(region, replace(region.record(), server=server))
        return changes


def apply_changes(region: Region, room: Path, server: str | None, progress: Progress) -> tuple[Sequence[Kept], int]:
    """Write the updated files of a region to the folder `room`; return their facts, and the number of changes applied."""
    from trigpoint.engines.bundles import sha256_of
    from trigpoint.engines.kept_files import describe
    from trigpoint.engines.replication import update_file

    kept, files, changes = region.kept() or (), [], 0
    for number, one in enumerate(kept):
        folder = room / str(number)
        folder.mkdir()
        target, share = folder / f"{plain(one.name)}.osm.pbf", SHARE_OF_CHANGES * number / len(kept)
        updated = None
        if one.kind == EXTRACT:
            updated = update_file(region.path_of(one), target, server=server, tell=partial(progress, share))
        if updated is None:
            link_kept(region.path_of(one), folder / one.name)
            files.append(replace(one, path=f"{room.name}/{number}/{one.name}"))
        else:
            changes += updated.changes
            files.append(describe(target, sha256_of(target), kind=EXTRACT, room=room))
    return files, changes


def parts_to_update(*, changed: bool) -> list[str]:
    """Return what to build: everything after a change, else the parts that an interrupted update has not built."""
    return parts_of_regions() if changed else [part for part in parts_to_build() if was_left_behind(part)]


def say_what_was_built(parts: Sequence[str], *, is_current: bool) -> None:
    """Print which of routes and tiles were rebuilt."""
    if parts:
        output.say(f"{' and '.join(parts).capitalize()} were rebuilt.")
    elif is_current:
        output.say("Everything is up to date: nothing was built.")


def report_failures(failed: Sequence[Outcome], of_parts: Sequence[TrigpointError]) -> None:
    """Print the error of each region, and raise the last one."""
    for one in failed:
        output.warn(
            f"The region {one.region.name} was not updated, for the reason below; its current data stays in service."
        )
        if one.failed is not None and (one is not failed[-1] or of_parts):
            output.report(one.failed)
    for error in of_parts[:-1]:
        output.report(error)
    last = of_parts[-1] if of_parts else failed[-1].failed if failed else None
    if last is not None:
        raise last
