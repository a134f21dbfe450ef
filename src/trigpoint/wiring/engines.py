"""Opening and closing the engines by the settings; importing the sample, and building the gazetteer."""

import contextlib
import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from trigpoint.engines.calling import Note, note_nothing
from trigpoint.engines.embedded.gazetteer.service import build_aside, gazetteer_home
from trigpoint.engines.embedded.sample import ensure_sample as ensure_sample_places
from trigpoint.engines.places_opening import close_places, open_places, statuses_of_places
from trigpoint.engines.regions import DEFAULT, find_regions
from trigpoint.engines.snapshots.opening import open_snapshots
from trigpoint.engines.tiles.opening import ensure_sample as ensure_sample_tiles
from trigpoint.engines.tiles.opening import open_tiles
from trigpoint.engines.valhalla.opening import ensure_sample as ensure_sample_routes
from trigpoint.engines.valhalla.opening import open_routes
from trigpoint.home import DataFolder
from trigpoint.maps.atlas import Atlas
from trigpoint.maps.engines import EngineStatus, PlaceEngine
from trigpoint.settings import Settings

GAZETTEER_END_SECONDS = 1.0
"""How long to wait for the end of a build of the gazetteer that was killed."""


def open_place_engine(settings: Settings, *, note: Note = note_nothing) -> PlaceEngine:
    """Open the place engine that the settings choose. `note` is called with each call of an external service."""
    return open_places(
        settings.data_folder,
        world=gazetteer_home(settings.data_folder, settings.home),
        nominatim=settings.nominatim_url,
        photon=settings.photon_url,
        note=note,
    )


def open_atlas(settings: Settings, *, note: Note = note_nothing) -> Atlas:
    """Open all engines. Opening never fails: an engine that is missing raises UnavailableError when it is used."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    data = settings.data_folder
    _have_temporary_folder(settings.home)
    where = settings.valhalla_url or DataFolder(data).routes
    processes = max(1, cores // settings.workers)
    tiles = open_tiles(
        data, tiles=settings.tiles, imagery=settings.imagery, imagery_attribution=settings.imagery_attribution
    )
    return Atlas(
        places=open_place_engine(settings, note=note),
        routes=open_routes(where, processes=processes),
        tiles=tiles,
        snapshots=open_snapshots(
            tiles,
            images=settings.snapshot_images,
            renderer=settings.snapshot_renderer,
            processes=processes,
        ),
    )


def _have_temporary_folder(home: Path) -> None:
    """Use the data folder for temporary files if the system has no folder for them, as in a read-only container."""
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        tempfile.tempdir = str(home)


async def close_atlas(atlas: Atlas) -> None:
    """Close the files, processes and connections of the engines."""
    await close_places(atlas.places)
    if atlas.snapshots is not None:
        await atlas.snapshots.close()
    if atlas.routes is not None:
        await atlas.routes.close()
    if atlas.tiles is not None:
        await atlas.tiles.close()


async def engine_statuses(atlas: Atlas) -> dict[str, EngineStatus]:
    """Return the status of every engine, and of every external place service."""
    engines = {
        "routes": atlas.routes,
        "tiles": atlas.tiles,
        "snapshots": atlas.snapshots,
    }
    found = {name: await engine.status() for name, engine in engines.items() if engine is not None}
    return dict(await statuses_of_places(atlas.places)) | found


def ensure_sample(settings: Settings, tell: Callable[[str, float, str], None]) -> None:
    """Import the sample region into a new installation, so that its first call is answered. Takes a few seconds.

    Nothing is imported with TRIGPOINT_DATA, where a server writes nothing, or if there are other regions. `tell` is
    called with the part ("places", "routes", "tiles"), the share that is done (0 to 1), and the step.
    """
    if settings.data is not None or any(region.name != DEFAULT for region in find_regions(settings.home)):
        return
    if settings.nominatim_url is None and settings.photon_url is None:
        ensure_sample_places(settings.home, progress=lambda done, step: tell("places", done, step))
    if settings.valhalla_url is None:
        ensure_sample_routes(
            DataFolder(settings.home).routes, now=time.time(), progress=lambda done, step: tell("routes", done, step)
        )
    if settings.tiles is None:
        ensure_sample_tiles(settings.home, progress=lambda done, step: tell("tiles", done, step))


@contextmanager
def gazetteer_being_built(settings: Settings) -> Iterator[None]:
    """Build the gazetteer in a separate process during the block, while the server serves; kill it at the end."""
    home = gazetteer_home(settings.data_folder, settings.home)
    building = build_aside(home) if settings.gazetteer else None
    try:
        yield
    finally:
        if building is not None:
            building.kill()  # the next build deletes its files
            with contextlib.suppress(subprocess.TimeoutExpired):
                building.wait(GAZETTEER_END_SECONDS)
