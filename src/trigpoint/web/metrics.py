"""Metrics in Prometheus' text format: counted in memory by each worker, summed over the workers of the server.

Every worker writes its sums to a small file once a second, and the worker that gets the request adds up all files. The
file of a worker that died stays as long as its server runs, so that no counter decreases.

FOLDER/9f3a61c2-1-17.json   worker 17 of server 1 in the process namespace 9f3a61c2

Containers and machines that share the folder have separate process namespaces, and are scraped separately. So each file
name begins with the namespace of its process IDs. Only files of the own namespace are added up and removed; files of
another namespace are removed when that server has written none for an hour.
"""

import asyncio
import contextlib
import hashlib
import hmac
import json
import logging
import os
import socket
import time
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path

from trigpoint.base.clock import DAY_S
from trigpoint.web.asgi import Header

HEADERS: tuple[Header, ...] = (
    (b"content-type", b"text/plain; version=0.0.4; charset=utf-8"),
    (b"cache-control", b"no-store"),
)
BOUNDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)
"""Upper bounds of the latency buckets, in seconds."""
EVERY_S = 1.0
KEPT_S = float(DAY_S)
ABANDONED_S = 3_600.0
BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
PROCESS_SPACE = Path("/proc/self/ns/pid")

_LOG = logging.getLogger("trigpoint.metrics")

Sums = dict[str, dict[str, list[float]]]
"""By kind ("requests", "refusals", "calls", "keys") and name: bucket counts followed by the sum of seconds, or one count."""
KEY_COUNTERS = {
    "hits": "Lookups of keys in a worker's cache that found the key.",
    "misses": "Lookups of keys that needed the database.",
    "unknown": "Lookups of unknown Key IDs that needed the database.",
    "evictions": "Keys that were evicted from a worker's cache to make room for others.",
    "questions": "Queries to the database for keys, each for all keys that were missing at the time.",
}


@dataclass(slots=True)
class Series:
    """A histogram: the requests of one path with one status, by duration."""

    buckets: list[int] = field(default_factory=lambda: [0] * (len(BOUNDS) + 1))
    seconds: float = 0.0


class Metrics:
    """The counters of this worker."""

    def __init__(self, count_keys: Callable[[], Mapping[str, int]] = dict) -> None:
        """`count_keys` gives the counters of key lookups, under the names of `KEY_COUNTERS`."""
        self._count_keys = count_keys
        self._requests: dict[tuple[str, int], Series] = {}
        self._refusals: dict[str, int] = {}
        self._calls: dict[tuple[str, str], Series] = {}

    def note_call(self, service: str, outcome: str, seconds: float) -> None:
        """Count a call to an external service that an engine uses; `outcome` says how it ended."""
        series = self._calls.setdefault((service, outcome), Series())
        series.buckets[bisect_left(BOUNDS, seconds)] += 1
        series.seconds += seconds

    def note(self, path: str, status: int, seconds: float, *, code: str = "") -> None:
        """Count a request; `path` is the path of its endpoint, not of the request; `code` is the reason of a refusal."""
        series = self._requests.get((path, status))
        if series is None:
            series = self._requests[path, status] = Series()
        series.buckets[bisect_left(BOUNDS, seconds)] += 1
        series.seconds += seconds
        if status == HTTPStatus.UNAUTHORIZED:
            self._refusals[code] = self._refusals.get(code, 0) + 1

    def sums(self) -> Sums:
        """Give everything that was counted."""
        requests = {f"{path} {status}": [*one.buckets, one.seconds] for (path, status), one in self._requests.items()}
        calls = {f"{service} {outcome}": [*one.buckets, one.seconds] for (service, outcome), one in self._calls.items()}
        return {
            "requests": requests,
            "calls": calls,
            "refusals": {code: [float(count)] for code, count in self._refusals.items()},
            "keys": {name: [float(count)] for name, count in self._count_keys().items()},
        }


class MetricsFolder:
    """The files in which the workers of a machine share their sums."""

    def __init__(self, folder: Path, metrics: Metrics, *, space: str | None = None) -> None:
        self._folder = folder
        self._metrics = metrics
        self._space = find_space() if space is None else space
        self._is_kept = False
        self._file = folder / f"{self._space}-{os.getppid()}-{os.getpid()}.json"

    async def start(self) -> None:
        """Remove the files of earlier servers. If nothing can be written, each worker reports itself alone."""
        try:
            await asyncio.to_thread(self._clear)
            self._is_kept = True
        except OSError as error:
            _LOG.warning(
                "Metrics are those of a single worker, because %s cannot be written (%s).", self._folder, error.strerror
            )

    async def write(self) -> None:
        """Write the sums of this worker. Only the thread that counts may call this."""
        if self._is_kept:
            await asyncio.to_thread(self._write, self._metrics.sums())

    def total(self, own: Sums) -> tuple[Sums, int]:
        """Add up the sums of all workers; return them with the number of workers, including dead ones.

        `own` are the sums of this worker.
        """
        others = [
            sums for path in self._folder.glob(f"{self._space}-*.json") if path != self._file and (sums := _read(path))
        ]
        return add_up([own, *others]), 1 + len(others)

    def _write(self, sums: Sums) -> None:
        draft = self._file.with_suffix(".draft")
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            json.dump(sums, file)
        draft.replace(self._file)

    def _clear(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        others: dict[str, list[Path]] = {}
        for path in self._folder.glob("*-*.*"):
            space, _, ids = path.stem.rpartition("-")[0].rpartition("-")
            if space != self._space:  # another namespace's, or a file of version 0.1, which had none in its name
                others.setdefault(path.stem.rpartition("-")[0], []).append(path)
                continue
            with contextlib.suppress(OSError, ValueError):
                old = time.time() - path.stat().st_mtime > KEPT_S
                worker = int(path.stem.rpartition("-")[2])
                if not _is_running(worker) and (old or not _is_running(int(ids))):
                    path.unlink()
        for paths in others.values():
            with contextlib.suppress(OSError):
                if time.time() - max(path.stat().st_mtime for path in paths) > ABANDONED_S:
                    for path in paths:
                        path.unlink()


def find_space() -> str:
    """Give an ID of the process namespace: this boot of the machine, and this container on it (8 hexadecimal digits)."""
    parts = [socket.gethostname()]
    with contextlib.suppress(OSError):
        parts += [BOOT_ID.read_text(encoding="ascii"), str(PROCESS_SPACE.readlink())]
    return hashlib.sha256("|".join(parts).encode()).hexdigest()[:8]


def add_up(all_sums: Iterable[Sums]) -> Sums:
    """Add sums to each other."""
    total: Sums = {"requests": {}, "refusals": {}, "calls": {}, "keys": {}}
    for sums in all_sums:
        for kind, named in total.items():
            for name, values in sums.get(kind, {}).items():
                before = named.get(name)
                named[name] = values if before is None else [a + b for a, b in zip(before, values, strict=True)]
    return total


@dataclass(frozen=True, slots=True)
class Gauge:
    """A gauge with one value."""

    name: str
    help: str
    labels: Mapping[str, str]
    value: float


def render(sums: Sums, gauges: Iterable[Gauge]) -> bytes:
    """Write everything in Prometheus' text format 0.0.4."""
    lines = [
        *_histogram("request", "Duration of requests, by endpoint and status.", ("path", "status"), sums["requests"]),
        *_histogram(
            "service_call",
            "Duration of calls to external services, by service and outcome.",
            ("service", "outcome"),
            sums["calls"],
        ),
    ]
    lines += [
        "# HELP trigpoint_refusals_total Refused credentials, by the code of the reason.",
        "# TYPE trigpoint_refusals_total counter",
    ]
    lines += [
        _line("trigpoint_refusals_total", {"reason": code}, one) for code, (one,) in sorted(sums["refusals"].items())
    ]
    for name, meaning in KEY_COUNTERS.items():
        metric, (count,) = f"trigpoint_key_{name}_total", sums["keys"].get(name, [0.0])
        lines += [f"# HELP {metric} {meaning}", f"# TYPE {metric} counter", _line(metric, {}, count)]
    last = ""
    for gauge in sorted(gauges, key=lambda one: one.name):
        if gauge.name != last:
            lines += [f"# HELP {gauge.name} {gauge.help}", f"# TYPE {gauge.name} gauge"]
            last = gauge.name
        lines.append(_line(gauge.name, gauge.labels, gauge.value))
    return ("\n".join(lines) + "\n").encode()


def _histogram(what: str, meaning: str, names: tuple[str, str], series: Mapping[str, Sequence[float]]) -> Iterator[str]:
    """Write a histogram of durations with two labels."""
    metric = f"trigpoint_{what}_duration_seconds"
    yield f"# HELP {metric} {meaning}"
    yield f"# TYPE {metric} histogram"
    for name, values in sorted(series.items()):
        first, _, second = name.rpartition(" ")
        labels = {names[0]: first, names[1]: second}
        count = 0.0
        for bound, bucket in zip((*map(str, BOUNDS), "+Inf"), values[:-1], strict=True):
            count += bucket
            yield _line(f"{metric}_bucket", labels | {"le": bound}, count)
        yield _line(f"{metric}_sum", labels, values[-1])
        yield _line(f"{metric}_count", labels, count)


def may_scrape(headers: Iterable[Header], *, token: str | None, here: bool) -> bool:
    """Tell whether a request may see the metrics: with the configured token; without one, if it was made `here`."""
    if token is None:
        return here
    return hmac.compare_digest(dict(headers).get(b"authorization", b""), b"Bearer " + token.encode())


def _line(name: str, labels: Mapping[str, str], value: float) -> str:
    pairs = ",".join(f'{label}="{_escape(text)}"' for label, text in labels.items())
    number = str(int(value)) if float(value).is_integer() else repr(float(value))
    return f"{name}{{{pairs}}} {number}" if pairs else f"{name} {number}"


def _escape(text: str) -> str:
    return text.replace("\\", r"\\").replace('"', r"\"").replace("\n", r"\n")


def _read(path: Path) -> Sums | None:
    try:
        sums = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None
    return sums if isinstance(sums, dict) else None


def _is_running(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except OSError:
        return True
    return True
