"""The state of the server: the parts of `/readyz`, and the gauges of `/metrics` that come from the installation."""

import contextlib
import time
from collections.abc import Mapping

from trigpoint.authority.opening import Authority
from trigpoint.base.errors import UnavailableError
from trigpoint.engines.regions import find_times
from trigpoint.engines.under_way import imports_under_way
from trigpoint.maps.atlas import Atlas
from trigpoint.maps.engines import EngineStatus
from trigpoint.settings import Settings
from trigpoint.web.data_age import DATA, Ages, age_part, ages_of
from trigpoint.web.health import Part
from trigpoint.web.metrics import Gauge
from trigpoint.web.region_health import region_members
from trigpoint.wiring.engines import engine_statuses

IMPORT = "import"
"""The part of `/readyz` that exists while an import runs."""


async def look_at_parts(settings: Settings, authority: Authority, atlas: Atlas) -> dict[str, Part]:
    """Return the state of each part of the server, for `/readyz`."""
    gate = {"credentials": await look_at_credentials(authority), "background": look_at_background(authority)}
    engines = {
        name: part_of(status, is_promised=name in settings.promised)
        for name, status in (await engine_statuses(atlas)).items()
    }
    return gate | engines | age_part(ages_now(settings)) | look_at_imports(settings)


async def look_at_credentials(authority: Authority) -> Part:
    """Return the state of the credentials: ready if the database responds, and memory is up to date with the ledger."""
    try:
        await authority.catch_up()
    except UnavailableError as error:
        return Part(ready=False, note=str(error))
    gone_back = authority.ledger_gone_back()
    return Part(ready=True, note=gone_back[-1].words if gone_back else "")


def look_at_background(authority: Authority) -> Part:
    """Return the state of the background tasks. `/readyz` is only 503 for them if one of them has ended."""
    works = authority.background.status()
    troubles = [f"{one.name}: {one.trouble}" for one in works if one.trouble]
    if not authority.follows_ledger():
        troubles.append("following the ledger: it is not running.")
    dead = not authority.follows_ledger() or any(not one.alive for one in works)
    return Part(ready=not troubles, note=" ".join(troubles), needed=dead)


def part_of(status: EngineStatus, *, is_promised: bool) -> Part:
    """Return the state of an engine. With `is_promised` (`TRIGPOINT_READY`) it must have the data of a region."""
    ready = status.ready and (status.holds_region or not is_promised)
    members = region_members(status.regions)
    return Part(ready, status.detail, needed=is_promised, members=members, regions=status.regions)


def look_at_imports(settings: Settings) -> dict[str, Part]:
    """Return the part for imports that are running, on any machine that shares the data; empty if there are none."""
    running = imports_under_way(settings.data_folder, now=time.time())
    return {IMPORT: Part(ready=True, note=" ".join(running), needed=False)} if running else {}


def ages_now(settings: Settings) -> Ages:
    """Return the age of the data of each region. A sample that the server imported by itself never counts as stale."""
    times, sample = find_times(settings.data_folder)
    return ages_of(times, stale_days=settings.stale_days, now=time.time(), sample=sample)


def gauges_of(authority: Authority, workers: int) -> list[Gauge]:
    """Return the gauges of the workers, the ledger, the keys in memory, the background work and the quotas."""
    left = {}
    with contextlib.suppress(UnavailableError):
        left = authority.quotas.left_today()
    quota = "Calls left today in a limit, without those in the leases of workers."
    return [
        Gauge("trigpoint_workers", "Workers on this machine, with those of this run that have died.", {}, workers),
        Gauge("trigpoint_ledger_position", "Sequence up to which a worker has read.", {}, authority.ledger_position()),
        Gauge(
            "trigpoint_ledger_gone_back",
            "How often the worker that answers this request found that the database has lost entries of the ledger.",
            {},
            len(authority.ledger_gone_back()),
        ),
        Gauge(
            "trigpoint_keys_remembered",
            "Keys in the memory of the worker that answers this request.",
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
    """Return the gauges of the background tasks of the worker that answers this request."""
    failing = "Seconds for which a background task of this worker has been failing; 0 if it works."
    failures = "How often a background task of this worker has failed."
    return [
        Gauge(name, meaning, {"work": one.name}, value)
        for one in authority.background.status()
        for name, meaning, value in (
            ("trigpoint_background_failing_seconds", failing, round(one.failing_s, 1)),
            ("trigpoint_background_failures", failures, one.failures),
        )
    ]


def parts_up(parts: Mapping[str, Part]) -> list[Gauge]:
    """Return the gauges of the parts of the server."""
    meaning = "Whether a part of the server is ready."
    return [
        Gauge("trigpoint_up", meaning, {"part": name}, float(part.ready))
        for name, part in parts.items()
        if name not in {IMPORT, DATA}
    ]
