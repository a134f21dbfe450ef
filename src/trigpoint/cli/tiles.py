"""`trigpoint tiles`: build the tiles of the map from OpenStreetMap data, and show what is in service."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import typer

from trigpoint.base.errors import NotFoundError, UnavailableError
from trigpoint.cli import output
from trigpoint.cli.replacing import Replace, confirm_replacing
from trigpoint.cli.sources import Files, Sample, choose_sources, data_to_write, import_shown
from trigpoint.engines.generations import folder_in_service
from trigpoint.engines.tiles.generations import MAP, AboutMap, read_about
from trigpoint.home import DataFolder
from trigpoint.maps.tiles import OSM
from trigpoint.settings import read_settings

app = typer.Typer(no_args_is_help=True, help="The tiles of the map.")

LABELS = {
    "inService": "In service",
    "folder": "Folder",
    "source": "Source",
    "schema": "Schema",
    "version": "Version",
    "files": "Files",
    "dataAsOf": "Data as of",
    "madeAt": "Built at",
    "seconds": "Seconds taken",
    "features": "Features",
    "tiles": "Tiles",
    "zoom": "Zoom levels",
    "bytes": "Bytes on disk",
    "languages": "Languages",
    "writer": "Written by",
    "attribution": "Attribution",
    "licence": "Licence",
}


@app.command(epilog="Example: trigpoint tiles build liechtenstein-latest.osm.pbf")
def build(
    files: Files = None,
    sample: Sample = False,
    replace: Replace = False,
    as_json: output.Json = False,
) -> None:
    """Build tiles from OpenStreetMap files and put them into service, also under a running server."""
    sources = choose_sources(files, sample=sample, example="trigpoint tiles build --sample")
    warn_of_brought_tiles()
    confirm_replacing(["tiles"], sources, replace=replace)
    with import_shown("Building tiles", "tiles") as tell:
        about = build_in_home(sources, tell)
    output.show_one(members_of(about, folder_in_home()), as_json=as_json, labels=LABELS)


@app.command(epilog="Example: trigpoint tiles status --json")
def status(as_json: output.Json = False) -> None:
    """Show which tiles are in service."""
    settings = read_settings()
    if settings.tiles is not None:
        output.show_one(asyncio.run(describe_brought(settings.tiles)), as_json=as_json, labels=LABELS)
        return
    folder = folder_in_home()
    if folder is None:
        raise NotFoundError("No tiles have been built here. Build some with 'trigpoint tiles build FILE'.")
    output.show_one(members_of(read_about(folder), folder), as_json=as_json, labels=LABELS)


def build_in_home(files: list[Path], progress: Callable[[float, str], None]) -> AboutMap:
    """Build where the settings say that the map data is."""
    from trigpoint.engines.tiles.importing.building import build_tiles

    settings = read_settings()
    languages = settings.map_languages.split(",") if settings.map_languages else ()
    return build_tiles(data_to_write(), files, languages=languages, progress=progress)


def warn_of_brought_tiles() -> None:
    """Say that what is built will not be shown, where the settings name other tiles."""
    if read_settings().tiles is not None:
        output.warn("TRIGPOINT_TILES is set: the map uses those tiles, and not the ones that are built here.")


async def describe_brought(where: str) -> dict[str, object]:
    """Open the tiles that the settings name, and say what they are. Raises UnavailableError where that fails."""
    from trigpoint.engines.tiles.opening import open_source

    source = open_source(OSM, where)
    try:
        await source.start()
        found = source.tile_set()
        trouble = source.trouble
    finally:
        await source.close()
    if found is None:
        raise UnavailableError(trouble or "The tiles that TRIGPOINT_TILES names cannot be opened.")
    return {
        "inService": True,
        "source": (urlsplit(where).hostname or "") if "://" in where else where,
        "schema": found.schema.value,
        "version": found.version,
        "zoom": f"{found.min_zoom} to {found.max_zoom}",
        "languages": list(found.languages),
        "attribution": ", ".join(one.text for one in found.attributions),
    }


def folder_in_home() -> Path | None:
    """Give the folder of the map in service, if there is one."""
    return folder_in_service(DataFolder(read_settings().data_folder).tiles)


def members_of(about: AboutMap, folder: Path | None) -> dict[str, object]:
    """Write what is known of a map as the members of a JSON object. Raises UnavailableError if it is damaged."""
    header = None
    if folder is not None:
        from trigpoint.engines.tiles.pmtiles import Archive

        archive = Archive(folder / MAP)
        header = archive.header
        archive.close()
    return {
        "inService": folder is not None,
        "folder": str(folder) if folder is not None else None,
        "files": [file.name for file in about.files],
        "dataAsOf": about.data_time,
        "madeAt": about.made_at,
        "seconds": about.seconds,
        "features": sum(about.features.values()),
        "tiles": header.tiles if header is not None else None,
        "zoom": f"{header.min_zoom} to {header.max_zoom}" if header is not None else None,
        "bytes": about.bytes,
        "languages": about.languages,
        "writer": about.writer,
        "attribution": "© OpenStreetMap contributors",
        "licence": "ODbL 1.0",
    }
