"""`trigpoint places`: import places from OpenStreetMap data, and show what is in service."""

import asyncio
from pathlib import Path
from typing import Annotated

import typer

from trigpoint.api.places import PlaceExplanation
from trigpoint.base.errors import InvalidError, NotFoundError, refuse_secret
from trigpoint.cli import output
from trigpoint.cli.region_work import import_region
from trigpoint.cli.replacing import Replace, confirm_replacing
from trigpoint.cli.sources import data_to_write, import_shown
from trigpoint.engines.embedded.index.generation import About, read_whole
from trigpoint.engines.generations import folder_in_service
from trigpoint.engines.regions import DEFAULT, find_regions, region_at
from trigpoint.home import DataFolder
from trigpoint.maps.coordinates import read_coordinates
from trigpoint.maps.explained import Explanation, explained_lines
from trigpoint.maps.queries import GeocodeQuery, Hints
from trigpoint.settings import Settings, read_settings

app = typer.Typer(no_args_is_help=True, help="The map data for places: geocoding, search, reverse geocoding.")

LABELS = {
    "services": "Services",
    "inService": "In service",
    "folder": "Folder",
    "files": "Files",
    "dataAsOf": "Data as of",
    "madeAt": "Imported at",
    "seconds": "Seconds taken",
    "bytes": "Bytes on disk",
    "addresses": "Addresses",
    "streets": "Streets",
    "areas": "Areas",
    "named": "Named places",
    "postcodes": "Postal codes",
    "attribution": "Attribution",
    "licence": "Licence",
}


@app.command(
    "import",
    epilog="Example: trigpoint places import liechtenstein-latest.osm.pbf",
)
def import_(
    files: Annotated[
        list[Path] | None,
        typer.Argument(metavar="FILE…", help="OpenStreetMap files: .osm.pbf, .osm, .osm.xml, .osm.gz, .osm.bz2."),
    ] = None,
    sample: Annotated[bool, typer.Option("--sample", help="Import the sample region, the centre of Helsinki.")] = False,
    replace: Replace = False,
    as_json: output.Json = False,
) -> None:
    """Import places from OpenStreetMap files and put them into service, also under a running server."""
    from trigpoint.engines.embedded.sample import sample_file

    if sample == bool(files):
        raise InvalidError("FILE", "one or more files, or --sample alone", example="trigpoint places import --sample")
    sources = [sample_file()] if sample else list(files or [])
    confirm_replacing(["places"], sources, replace=replace)
    region = region_at(data_to_write(), DEFAULT)
    with import_shown("Importing", "places") as tell:
        about = import_region(region, sources, [], tell)
    output.show_one(members_of(about, folder_in_service(region.shelf)), as_json=as_json, labels=LABELS)


@app.command(epilog="Example: trigpoint places status --json")
def status(as_json: output.Json = False) -> None:
    """Show which places are in service, and the state of the configured external services."""
    settings = read_settings()
    is_elsewhere = settings.nominatim_url is not None or settings.photon_url is not None
    services = asyncio.run(_service_details(settings)) if is_elsewhere else []
    folder = folder_in_service(DataFolder(settings.data_folder).places)
    if folder is None and not services:
        if find_regions(settings.data_folder):
            raise NotFoundError(
                "No places have been imported here without a name. 'trigpoint region list' has the others."
            )
        raise NotFoundError("No places have been imported here. Import some with 'trigpoint places import FILE'.")
    members: dict[str, object] = {"services": services} if services else {}
    if folder is not None:
        members |= members_of(read_whole(folder), folder)
    output.show_one(members, as_json=as_json, labels=LABELS)


@app.command(epilog='Example: trigpoint places explain "9490 Vaduz" --near 47.14,9.52')
def explain(
    text: Annotated[str, typer.Argument(help="The search text: an address, a town, a place.")],
    near: Annotated[str | None, typer.Option(help="Prefer places near this point: latitude,longitude.")] = None,
    lang: Annotated[str, typer.Option(help="The language of the results.")] = "en-US",
    as_json: output.Json = False,
) -> None:
    """Explain the results for a search text: the parsed query, the candidates, and the parts of each score."""
    settings = read_settings()
    refuse_secret("TEXT", text)
    refuse_secret("--lang", lang)
    point = None if near is None else read_coordinates(near)
    if near is not None and point is None:
        raise InvalidError("--near", "a coordinate", example="47.14,9.52", received=near)
    found = asyncio.run(_explain(settings, GeocodeQuery(text=text, hints=Hints(search_location=point), lang=lang)))
    if as_json:
        output.show_one(PlaceExplanation.of(found), as_json=True, labels={})
        return
    typer.echo("\n".join(explained_lines(found)))


async def _explain(settings: Settings, query: GeocodeQuery) -> Explanation:
    """Ask what the server would ask: the services that are set, and what is imported."""
    from trigpoint.engines.places_opening import close_places
    from trigpoint.wiring.engines import open_place_engine

    places = open_place_engine(settings)
    try:
        return await places.explain(query)
    finally:
        await close_places(places)


async def _service_details(settings: Settings) -> list[str]:
    """Say how the services of places are, a sentence each; none if none is set."""
    from trigpoint.engines.places_opening import close_places, statuses_of_places
    from trigpoint.wiring.engines import open_place_engine

    places = open_place_engine(settings)
    try:
        return [status.detail for name, status in (await statuses_of_places(places)).items() if name != "places"]
    finally:
        await close_places(places)


def members_of(about: About, folder: Path | None) -> dict[str, object]:
    """Write what is known of a generation as the members of a JSON object."""
    times = [file.timestamp for file in about.files if file.timestamp]
    return {
        "inService": folder is not None,
        "folder": str(folder) if folder is not None else None,
        "files": [file.name for file in about.files],
        "dataAsOf": max(times) if times else None,
        "madeAt": about.made_at,
        "seconds": about.seconds,
        "bytes": about.bytes,
        **about.counts,
        "attribution": about.attribution,
        "licence": about.licence,
    }
