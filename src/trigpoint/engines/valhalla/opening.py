"""Opening the route engine of the settings, and building the sample's road network in a new installation."""

import os
import time
from collections.abc import Callable
from pathlib import Path

from trigpoint.base.clock import Clock
from trigpoint.engines.absent import AbsentRoutes
from trigpoint.engines.sample import find_sample
from trigpoint.engines.valhalla.configuration import INSTALL, is_installed
from trigpoint.engines.valhalla.engine import ValhallaRoutes
from trigpoint.engines.valhalla.generations import find_current
from trigpoint.maps.engines import RouteEngine


def open_routes(where: Path | str, *, processes: int | None = None, clock: Clock = time.time) -> RouteEngine:
    """Open the engine on a folder of networks (a path), or on a Valhalla service (its URL).

    This server process uses `processes` engine processes, by default one for each core that it may use. They are
    started by `start`, or by the first query. Opening never fails: the engine reports a missing network in errors and in
    `status`.
    """
    if isinstance(where, str):
        from trigpoint.engines.valhalla.service import ServiceTransporter

        return ValhallaRoutes(transporter=ServiceTransporter(where), clock=clock, knows_traffic=True)
    if not is_installed():
        return AbsentRoutes(INSTALL)
    from trigpoint.engines.valhalla.pool import Limits
    from trigpoint.engines.valhalla.processes import ProcessTransporter

    limits = Limits(processes=processes or count_cores())
    return ValhallaRoutes(transporter=ProcessTransporter(where, limits), clock=clock)


def count_cores() -> int:
    """Return the number of cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def ensure_sample(folder: Path, *, now: float, progress: Callable[[float, str], None] | None = None) -> bool:
    """Build the sample's road network if there is no network yet; return whether it was built. Takes about two seconds."""
    sample = find_sample()
    if find_current(folder) is not None or sample is None or not is_installed():
        return False
    from trigpoint.engines.valhalla.build import build_routes

    build_routes(folder, [sample], now=now, progress=progress or (lambda _done, _step: None))
    return True
