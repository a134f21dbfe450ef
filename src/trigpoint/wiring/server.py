"""The server of one worker process: the authority, the atlas, and the HTTP applications in front of both."""

import asyncio
import contextlib
import logging
import multiprocessing
import sys
import time
from collections.abc import Mapping
from functools import partial

from trigpoint.authority.background import Work
from trigpoint.authority.opening import Authority
from trigpoint.base.errors import TrigpointError
from trigpoint.gate import open_gate
from trigpoint.home import Home
from trigpoint.maps.atlas import Atlas
from trigpoint.settings import Settings, read_settings
from trigpoint.web.answering import Answering
from trigpoint.web.app import App
from trigpoint.web.asgi import Application
from trigpoint.web.data_age import age_gauges
from trigpoint.web.embed.opening import Embed
from trigpoint.web.floods import Refusals
from trigpoint.web.health import Part
from trigpoint.web.log_lines import log_what_is_not_caught
from trigpoint.web.mapkit.assets import chunk_address
from trigpoint.web.mapkit.opening import MapKit
from trigpoint.web.metrics import EVERY_S as METRICS_EVERY_S
from trigpoint.web.metrics import Metrics, MetricsFolder, render
from trigpoint.web.proxies import Proxies
from trigpoint.web.region_health import region_gauges
from trigpoint.web.request_limits import Limits
from trigpoint.web.snapshots.opening import Snapshots
from trigpoint.web.stopping import Stopping
from trigpoint.web.v1.endpoints import ENDPOINTS
from trigpoint.web.v1.pipeline import Pipeline
from trigpoint.wiring.engines import close_atlas, open_atlas
from trigpoint.wiring.health import ages_now, gauges_of, look_at_parts, parts_up

_LOG = logging.getLogger("trigpoint.server")
FACTORY = "trigpoint.wiring.server:create_app"
"""The function that each worker process calls, in the notation of uvicorn."""
STOP_SECONDS = 5.0
"""Timeout for closing the engines when a worker stops."""


def create_app() -> App:
    """Build the server of one worker process, from the environment variables that `serve` has set.

    A worker that cannot start logs the reason on one line and exits; its supervisor tries again.
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
    """Build the server of one worker: open the authority and the atlas, and connect the HTTP applications to them."""
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
    """Make what all HTTP applications share: explaining errors, logging, counting, and recording refusals."""
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
    """Build the portal, with the parts of the server that its maps use."""
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
    """Start the background tasks of a worker, and the engines that have processes of their own."""
    await authority.start()
    await folder.start()
    authority.background.start([Work("metrics", METRICS_EVERY_S, folder.write)])
    if atlas.routes is not None:
        await atlas.routes.start()
    if atlas.tiles is not None:
        await atlas.tiles.start()


async def stop_all(authority: Authority, atlas: Atlas, folder: MetricsFolder) -> None:
    """Write the remaining counters, and close everything."""
    with contextlib.suppress(OSError):
        await folder.write()
    await authority.stop()  # writes the last uses of keys, before the engines, which may take long to close
    authority.close()
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(STOP_SECONDS):
            await close_atlas(atlas)
