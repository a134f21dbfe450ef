"""Where the parts meet: build everything from the settings, once, at start-up, and hand it over."""

import asyncio
import contextlib
import logging
import multiprocessing
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from trigpoint.authority.background import Work
from trigpoint.authority.opening import Authority
from trigpoint.base.errors import TrigpointError, UnavailableError
from trigpoint.engines.calling import Note, note_nothing
from trigpoint.engines.embedded.gazetteer.service import build_aside, gazetteer_home
from trigpoint.engines.embedded.sample import ensure_sample as ensure_sample_places
from trigpoint.engines.places_opening import close_places, open_places, statuses_of_places
from trigpoint.engines.regions import DEFAULT, find_regions, find_times
from trigpoint.engines.snapshots.opening import open_snapshots
from trigpoint.engines.tiles.opening import ensure_sample as ensure_sample_tiles
from trigpoint.engines.tiles.opening import open_tiles
from trigpoint.engines.under_way import imports_under_way
from trigpoint.engines.valhalla.opening import ensure_sample as ensure_sample_routes
from trigpoint.engines.valhalla.opening import open_routes
from trigpoint.gate import open_gate
from trigpoint.home import DataFolder, Home
from trigpoint.maps.atlas import Atlas
from trigpoint.maps.engines import EngineStatus, PlaceEngine
from trigpoint.settings import Settings, read_settings
from trigpoint.web.answering import Answering
from trigpoint.web.app import App
from trigpoint.web.asgi import Application
from trigpoint.web.data_age import DATA, Ages, age_gauges, age_part, ages_of
from trigpoint.web.embed.opening import Embed
from trigpoint.web.floods import Refusals
from trigpoint.web.health import Part
from trigpoint.web.limits import Limits
from trigpoint.web.log_lines import log_what_is_not_caught
from trigpoint.web.mapkit.assets import chunk_address
from trigpoint.web.mapkit.opening import MapKit
from trigpoint.web.metrics import EVERY_S as METRICS_EVERY_S
from trigpoint.web.metrics import Gauge, Metrics, MetricsFolder, render
from trigpoint.web.proxies import Proxies
from trigpoint.web.region_health import region_gauges, region_members
from trigpoint.web.snapshots.opening import Snapshots
from trigpoint.web.stopping import Stopping
from trigpoint.web.v1.endpoints import ENDPOINTS
from trigpoint.web.v1.pipeline import Pipeline

_LOG = logging.getLogger("trigpoint.server")
FACTORY = "trigpoint.wiring:create_app"
"""What each worker process calls."""
IMPORT = "import"
"""The part of `/readyz` that is there while an import runs."""
GAZETTEER_END_SECONDS = 1.0
"""How long a build of the gazetteer that was killed may take to be gone, where the machine is busy."""
STOP_SECONDS = 5.0
"""How long the engines may take to let go of what they hold, when a worker stops."""


def create_app() -> App:
    """Build the server of one worker process, from the environment that `serve` has filled.

    A worker that cannot start says why in the log, as one line, and ends; its supervisor tries again.
    """
    log_what_is_not_caught()
    try:
        return build(read_settings())
    except Exception as error:
        if multiprocessing.parent_process() is None:
            raise
        foreseen = isinstance(error, TrigpointError)
        _LOG.error("This worker cannot start: %s", error, exc_info=None if foreseen else error)
        sys.exit(1)


def build(settings: Settings) -> App:
    """Build the server: the gate of the left column, the atlas of the right one, and HTTP in front of both."""
    from trigpoint.web.manage.app import build_manage

    authority = open_gate(settings)
    metrics, refusals = Metrics(authority.count_keys), Refusals()
    atlas = open_atlas(settings, note=metrics.note_call)
    answering = open_answering(settings, authority, metrics=metrics, refusals=refusals)
    folder = MetricsFolder(Home(settings.home).metrics, metrics)

    async def readiness() -> Mapping[str, Part]:
        return await look_at_parts(settings, authority, atlas)

    async def scrape() -> bytes:
        sums, workers = await asyncio.to_thread(folder.total, metrics.sums())
        gauges = [*await asyncio.to_thread(gauges_of, authority, workers), *age_gauges(ages_now(settings))]
        parts = await readiness()
        return render(sums, [*gauges, *parts_up(parts), *region_gauges(parts)])

    return App(
        v1=Pipeline(gate=authority, atlas=atlas, endpoints=ENDPOINTS, answering=answering),
        scrape=scrape,
        metrics_token=settings.metrics_token,
        readiness=readiness,
        start=partial(start_all, authority, atlas, folder),
        stop=partial(stop_all, authority, atlas, folder),
        manage=build_manage(authority, base_url=settings.base_url, refusals=refusals, explain=atlas.explain),
        explain=settings.explains and settings.explain is not None,
        is_local=settings.is_local,
        stopping=Stopping(settings.drain_seconds),
        proxies=Proxies(settings.trusted_proxies, is_behind_one=settings.is_behind_tls),
        limits=Limits(header_seconds=settings.header_seconds, max_connections=settings.max_connections),
        mapkit=MapKit(
            gate=authority.map_access,
            tiles=atlas.tiles,
            answering=answering,
            cache_seconds=settings.tile_cache_seconds,
        ),
        snapshots=Snapshots(
            gate=authority.snapshot_access,
            atlas=atlas,
            settle=authority.settle,
            answering=answering,
            cache_seconds=settings.snapshot_cache_seconds,
        ),
        embed=Embed(gate=authority.map_access, atlas=atlas, answering=answering),
        embed_hosts=settings.embed_host_names,
        portal=open_portal(settings, authority, atlas),
    )


def open_answering(settings: Settings, authority: Authority, *, metrics: Metrics, refusals: Refusals) -> Answering:
    """Say how all applications answer: to whom errors are explained, what is logged, counted and kept."""
    return Answering(
        clock=time.time,
        explain=settings.explains,
        explain_here_only=settings.explain is None,
        base_url=settings.base_url,
        public_url="" if settings.url is None else settings.base_url,
        log_requests=settings.log_requests,
        metrics=metrics,
        refusals=refusals,
        note_refusal=authority.refusals.note,
        count_unread=authority.count_unread,
    )


def open_portal(settings: Settings, authority: Authority, atlas: Atlas) -> Application:
    """Open the pages for people, with what their maps need."""
    from trigpoint.web.portal.frame.map_parts import MapParts
    from trigpoint.web.portal.opening import Portal

    maps = MapParts(
        atlas.tiles,
        chunk_address("maplibre-6"),
        chunk_address("maplibre-worker"),
        atlas.explain,
        atlas.snapshot if atlas.snapshots is not None else None,
        partial(ages_now, settings),
    )
    return Portal(authority, base_url=settings.base_url, map_parts=maps)


async def start_all(authority: Authority, atlas: Atlas, folder: MetricsFolder) -> None:
    """Begin what a worker does beside answering; engines in processes of their own are started."""
    await authority.start()
    await folder.start()
    authority.background.start([Work("metrics", METRICS_EVERY_S, folder.write)])
    if atlas.routes is not None:
        await atlas.routes.start()
    if atlas.tiles is not None:
        await atlas.tiles.start()


async def stop_all(authority: Authority, atlas: Atlas, folder: MetricsFolder) -> None:
    """Write what is left, and let go of everything."""
    with contextlib.suppress(OSError):
        await folder.write()
    await authority.stop()  # the last uses of keys are written first: engines may take their time
    authority.close()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(STOP_SECONDS):
            await close_atlas(atlas)


async def look_at_parts(settings: Settings, authority: Authority, atlas: Atlas) -> dict[str, Part]:
    """Say of each part of the server whether it can do its work."""
    gate = {"credentials": await is_gate_ready(authority), "background": look_at_background(authority)}
    engines = {
        name: part_of(status, is_promised=name in settings.promised)
        for name, status in (await engine_statuses(atlas)).items()
    }
    return gate | engines | age_part(ages_now(settings)) | look_at_imports(settings)


def ages_now(settings: Settings) -> Ages:
    """Say how old the data of each region is; the sample that a server took by itself may be as old as it is."""
    times, sample = find_times(settings.data_folder)
    return ages_of(times, stale_days=settings.stale_days, now=time.time(), sample=sample)


def gauges_of(authority: Authority, workers: int) -> list[Gauge]:
    """Say what is left of the quotas, and where the ledger is."""
    left = {}
    with contextlib.suppress(UnavailableError):
        left = authority.quotas.left_today()
    quota = "Calls that are left today of a limit, those that workers hold not counted."
    return [
        Gauge("trigpoint_workers", "Workers of this machine, the dead ones of this run among them.", {}, workers),
        Gauge("trigpoint_ledger_position", "Sequence up to which a worker has read.", {}, authority.ledger_position()),
        Gauge(
            "trigpoint_keys_remembered",
            "Keys that the worker which is asked remembers.",
            {},
            authority.keys_remembered(),
        ),
        *background_gauges(authority),
        *(
            Gauge("trigpoint_quota_left", quota, {"subject": one.subject, "meter": one.meter.value}, count)
            for one, count in left.items()
        ),
    ]


def background_gauges(authority: Authority) -> list[Gauge]:
    """Say how the works in the background of the worker that is asked are."""
    failing = "Seconds since which a work in the background of this worker does not succeed; 0 if it does."
    failures = "How often a work in the background of this worker did not succeed."
    return [
        Gauge(name, meaning, {"work": one.name}, value)
        for one in authority.background.status()
        for name, meaning, value in (
            ("trigpoint_background_failing_seconds", failing, round(one.failing_s, 1)),
            ("trigpoint_background_failures", failures, one.failures),
        )
    ]


def parts_up(parts: Mapping[str, Part]) -> list[Gauge]:
    """Say which parts can do their work."""
    meaning = "Whether a part of the server can do its work."
    return [
        Gauge("trigpoint_up", meaning, {"part": name}, float(part.ready))
        for name, part in parts.items()
        if name not in {IMPORT, DATA}
    ]


def open_place_engine(settings: Settings, *, note: Note = note_nothing) -> PlaceEngine:
    """Open the places that the settings ask for."""
    return open_places(
        settings.data_folder,
        world=gazetteer_home(settings.data_folder, settings.home),
        nominatim=settings.nominatim_url,
        photon=settings.photon_url,
        note=note,
    )


def open_atlas(settings: Settings, *, note: Note = note_nothing) -> Atlas:
    """Open the engines. What is missing says so when it is asked; opening never fails for it."""
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
    """Take the home for temporary files where the system has no folder for them, as in a read-only container."""
    try:
        tempfile.gettempdir()
    except FileNotFoundError:
        tempfile.tempdir = str(home)


async def close_atlas(atlas: Atlas) -> None:
    """Let go of what the engines hold: files, processes, connections."""
    await close_places(atlas.places)
    if atlas.snapshots is not None:
        await atlas.snapshots.close()
    if atlas.routes is not None:
        await atlas.routes.close()
    if atlas.tiles is not None:
        await atlas.tiles.close()


def ensure_sample(settings: Settings, tell: Callable[[str, float, str], None]) -> None:
    """Give a fresh installation the sample region, so that its first call is answered. Takes a few seconds.

    Not where the data has a folder of its own, in which a server writes nothing; nor beside regions that somebody imported.
    `tell` is called with the part ("places", "routes", "tiles"), how much of it is done (0 to 1), and the step.
    """
    if settings.data is not None or any(region.name != DEFAULT for region in find_regions(settings.home)):
        return
    if settings.nominatim_url is None and settings.photon_url is None:
        ensure_sample_places(settings.home, progress=lambda step, done: tell("places", done or 0.0, step))
    if settings.valhalla_url is None:
        ensure_sample_routes(
            DataFolder(settings.home).routes, now=time.time(), progress=lambda done, step: tell("routes", done, step)
        )
    if settings.tiles is None:
        ensure_sample_tiles(settings.home, progress=lambda done, step: tell("tiles", done, step))


@contextmanager
def gazetteer_begun(settings: Settings) -> Iterator[None]:
    """Build the world's towns in a process of its own, while the server serves; end it with the server."""
    home = gazetteer_home(settings.data_folder, settings.home)
    building = build_aside(home) if settings.gazetteer else None
    try:
        yield
    finally:
        if building is not None:
            building.kill()  # what it leaves, the next build removes
            with contextlib.suppress(subprocess.TimeoutExpired):
                building.wait(GAZETTEER_END_SECONDS)


async def engine_statuses(atlas: Atlas) -> dict[str, EngineStatus]:
    """Ask every engine what it has loaded, and every service of places how it is."""
    engines = {
        "routes": atlas.routes,
        "tiles": atlas.tiles,
        "snapshots": atlas.snapshots,
    }
    found = {name: await engine.status() for name, engine in engines.items() if engine is not None}
    return dict(await statuses_of_places(atlas.places)) | found


async def is_gate_ready(authority: Authority) -> Part:
    """Tell whether calls can be judged: the database answers, and memory is up to date."""
    try:
        await authority.catch_up()
    except UnavailableError as error:
        return Part(ready=False, note=str(error))
    return Part(ready=True)


def part_of(status: EngineStatus, *, is_promised: bool) -> Part:
    """Tell how an engine is; one that is promised must hold a region, the world alone is not what was meant."""
    ready = status.ready and (status.holds_region or not is_promised)
    members = region_members(status.regions)
    return Part(ready, status.detail, needed=is_promised, members=members, regions=status.regions)


def look_at_imports(settings: Settings) -> dict[str, Part]:
    """Tell of an import that runs now, here or on another machine that shares the data; nothing if none does."""
    running = imports_under_way(settings.data_folder, now=time.time())
    return {IMPORT: Part(ready=True, note=" ".join(running), needed=False)} if running else {}


def look_at_background(authority: Authority) -> Part:
    """Tell whether the work in the background is done. Calls are answered without it, unless a part of it is dead."""
    works = authority.background.status()
    troubles = [f"{one.name}: {one.trouble}" for one in works if one.trouble]
    if not authority.follows_ledger():
        troubles.append("following the ledger: It does not run.")
    dead = not authority.follows_ledger() or any(not one.alive for one in works)
    return Part(ready=not troubles, note=" ".join(troubles), needed=dead)
