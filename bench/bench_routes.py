"""Measures routes and ETAs over HTTP, compared with the bare engine in the same run.

    python bench/bench_routes.py [FILE.osm.pbf] [--seconds N] [--write]

Without a file the sample region is used, whose routes are short (1 ms); a country says more. Each figure is the
median of rounds in which the bare engine and the server take turns, so that a busy machine slows both. The ratio is
given twice: of answers a second, and of the processor time that an answer takes in the server and its engines, which
other work on the machine distorts less. `--write` puts the figures into docs/performance.md.
"""

import argparse
import asyncio
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from pathlib import Path

import psutil
from report import write_section

from trigpoint.base.geo import Point
from trigpoint.engines.sample import find_sample
from trigpoint.engines.valhalla.build import build_routes
from trigpoint.engines.valhalla.generations import find_current, read_network
from trigpoint.engines.valhalla.requests import write_route, write_times
from trigpoint.engines.valhalla.worker import Action, Outcome, open_engine
from trigpoint.maps.routes import EtaQuery, RouteQuery

ROOT = Path(__file__).resolve().parent.parent
REPORT = ROOT / "docs" / "performance.md"
PAIRS = 200
CONNECTIONS = 4
TARGETS = {"routes, one core": 0.85, "routes, two cores to one": 1.7, "times to ten, one core": 0.9}
TRIGPOINT = [sys.executable, "-c", "from trigpoint.cli import main; main()"]


@dataclass(frozen=True, slots=True)
class Work:
    """The same questions as the bare engine and as the server take them."""

    name: str
    questions: Sequence[bytes]
    paths: Sequence[str]


@dataclass(frozen=True, slots=True)
class Server:
    """A running server."""

    port: int
    pid: int


@dataclass(frozen=True, slots=True)
class Rate:
    """The result: answers a second, the p99 of the duration, and the CPU time of one answer."""

    per_second: float
    p99_ms: float
    cpu_ms: float


def main() -> int:
    parser = make_parser(__doc__, rounds=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="length of one turn")
    options = parser.parse_args()
    file = find_extract(options)
    if file is None:
        return 1
    with tempfile.TemporaryDirectory() as home:
        routes = Path(home) / "routes"
        build_routes(routes, [file], now=time.time())
        generation = find_current(routes)
        assert generation is not None
        network = read_network(generation)
        print(f"{file.name}: {network.tiles} tiles, {network.tile_bytes / 1e6:.1f} MB, built in {network.seconds} s")
        routing, timing = make_work(generation, file)
        figures = measure(Path(home), generation, routing, timing, options)
    lines = report(file.name, figures)
    print("\n".join(lines))
    if options.write:
        write_table(file.name, lines)
    return 0


def make_parser(description: str | None, *, rounds: int) -> argparse.ArgumentParser:
    """Make the parser of the options that the benchmarks of routes share."""
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("file", nargs="?", type=Path, help="an extract; the sample region without it")
    parser.add_argument("--rounds", type=int, default=rounds)
    parser.add_argument("--write", action="store_true", help="put the figures into docs/performance.md")
    return parser


def find_extract(options: argparse.Namespace) -> Path | None:
    """Return the extract that was given, or the sample; print what is wrong if there is neither."""
    file: Path | None = options.file or find_sample()
    if file is None:
        print("The sample is not installed, and no file was given.")
    return file


def measure(
    home: Path, generation: Path, routing: Work, timing: Work, options: argparse.Namespace
) -> dict[str, tuple[Rate, Rate, float, float]]:
    """Measure each figure as (against, reached, ratio of rates, ratio of processor times)."""
    figures = {}
    cores = sorted(os.sched_getaffinity(0))
    with a_server(home, cores=cores[:1], workers=1) as server:
        for name, work in (("routes, one core", routing), ("times to ten, one core", timing)):
            token = create_team(home)  # one for each figure: a team has 25,000 calls a day
            figures[name] = compare(
                lambda work=work: bare(generation, work, options.seconds, core=cores[0]),
                lambda work=work, token=token: load(server, token, work, options.seconds, core=cores[-1]),
                options.rounds,
            )
    if len(cores) > 1:
        with a_server(home, cores=cores[:1], workers=1) as one, a_server(home, cores=cores[:2], workers=2) as two:
            token, other = create_team(home), create_team(home)
            figures["routes, two cores to one"] = compare(
                lambda: load(one, token, routing, options.seconds),
                lambda: load(two, other, routing, options.seconds),
                options.rounds,
                cores=2,
            )
    return figures


def make_work(generation: Path, file: Path) -> tuple[Work, Work]:
    """Draw pairs of points that a way joins, and origins with ten destinations."""
    ask = open_engine(generation)
    chance = random.Random(1)
    points = draw_points(file, chance)
    routes: list[RouteQuery] = []
    while len(routes) < PAIRS:
        query = RouteQuery(origin=chance.choice(points), destination=chance.choice(points))
        outcome, _ = ask(bytes([Action.ROUTE]) + write_route(query, time.time))
        if outcome is Outcome.ANSWERED:
            routes.append(query)
    times = [
        EtaQuery(origin=query.origin, destinations=tuple(one.destination for one in chance.sample(routes, 10)))
        for query in routes
    ]
    return (
        Work(
            "routes",
            [bytes([Action.ROUTE]) + write_route(query, time.time) for query in routes],
            [f"/v1/directions?origin={write(query.origin)}&destination={write(query.destination)}" for query in routes],
        ),
        Work(
            "times",
            [bytes([Action.SOURCES_TO_TARGETS]) + write_times(query) for query in times],
            [
                f"/v1/etas?origin={write(query.origin)}&destinations={'%7C'.join(map(write, query.destinations))}"
                for query in times
            ],
        ),
    )


def draw_points(file: Path, chance: random.Random) -> list[Point]:
    """Draw points on roads of the extract."""
    import osmium

    found = []
    roads = osmium.FileProcessor(str(file)).with_locations().with_filter(osmium.filter.KeyFilter("highway"))
    for thing in roads:
        if thing.is_way() and thing.tags.get("highway") in {"residential", "tertiary", "secondary", "primary"}:
            node = thing.nodes[len(thing.nodes) // 2]
            if node.location.valid():
                found.append(Point(node.lat, node.lon))
    return chance.sample(found, min(len(found), 500))


def write(point: Point) -> str:
    return f"{point.latitude:.6f},{point.longitude:.6f}"


def compare(against: object, reached: object, rounds: int, *, cores: int = 1) -> tuple[Rate, Rate, float, float]:
    """Take turns; the middle ratio is the figure."""
    assert callable(against)
    assert callable(reached)
    turns = [(against(), reached()) for _ in range(rounds)]
    ratio = statistics.median(after.per_second / before.per_second for before, after in turns)
    cpu = statistics.median(cores * before.cpu_ms / after.cpu_ms for before, after in turns)
    return middle([before for before, _ in turns]), middle([after for _, after in turns]), ratio, cpu


def middle(rates: Sequence[Rate]) -> Rate:
    return Rate(*(statistics.median(column) for column in zip(*map(astuple, rates), strict=True)))


def bare(generation: Path, work: Work, seconds: float, *, core: int) -> Rate:
    """Ask the bare engine, in a process of its own on one core."""
    reading, writing = os.pipe()
    pid = os.fork()
    if pid == 0:
        os.sched_setaffinity(0, {core})
        ask = open_engine(generation)
        for question in work.questions:  # warm
            ask(question)
        taken: list[float] = []
        started, cpu = time.perf_counter(), time.process_time()
        while (now := time.perf_counter()) < started + seconds:
            ask(work.questions[len(taken) % len(work.questions)])
            taken.append(time.perf_counter() - now)
        os.write(
            writing, json.dumps(summarise(taken, time.perf_counter() - started, time.process_time() - cpu)).encode()
        )
        os._exit(0)
    os.waitpid(pid, 0)
    told = json.loads(os.read(reading, 4096))
    os.close(reading)
    os.close(writing)
    return Rate(*told)


def summarise(taken: list[float], seconds: float, cpu: float) -> tuple[float, float, float]:
    return len(taken) / seconds, statistics.quantiles(taken, n=100)[98] * 1000, cpu / len(taken) * 1000


def cpu_of(process: int) -> float:
    """Return the processor time of a process and its descendants, in seconds."""
    whole = psutil.Process(process)
    return sum(sum(one.cpu_times()[:2]) for one in (whole, *whole.children(recursive=True)))


def load(server: Server, auth_token: str, work: Work, seconds: float, *, core: int | None = None) -> Rate:
    """Ask the server over a few connections, each as soon as it was answered."""
    token = exchange(server.port, auth_token)
    heads = [
        f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n".encode() for path in work.paths
    ]
    with pinned([core] if core is not None else sorted(os.sched_getaffinity(0))):
        return Rate(*asyncio.run(run_load(server, heads, seconds)))


async def run_load(server: Server, heads: Sequence[bytes], seconds: float) -> tuple[float, float, float]:
    taken: list[float] = []
    warm_until = time.perf_counter() + 0.3
    until = warm_until + seconds

    async def connection(number: int) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", server.port, limit=1 << 22)
        while (began := time.perf_counter()) < until:
            writer.write(heads[number % len(heads)])
            head = await reader.readuntil(b"\r\n\r\n")
            if not head.startswith(b"HTTP/1.1 200"):
                raise RuntimeError(head.decode())
            length = int(head.lower().partition(b"content-length: ")[2].partition(b"\r")[0])
            await reader.readexactly(length)
            number += CONNECTIONS
            if began >= warm_until:
                taken.append(time.perf_counter() - began)
        writer.close()

    async def watch() -> float:
        await asyncio.sleep(0.3)
        return cpu_of(server.pid)

    before, *_ = await asyncio.gather(watch(), *(connection(number) for number in range(CONNECTIONS)))
    return summarise(taken, time.perf_counter() - warm_until, cpu_of(server.pid) - before)


def exchange(port: int, auth_token: str) -> str:
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/v1/token", headers={"Authorization": f"Bearer {auth_token}"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        return str(json.load(answer)["accessToken"])


def create_team(home: Path) -> str:
    """Make a team and a key in a new installation; give an auth token."""

    def run(*arguments: str) -> str:
        environment = {**os.environ, "TRIGPOINT_HOME": str(home)}
        done = subprocess.run([*TRIGPOINT, *arguments], env=environment, capture_output=True, text=True, check=True)
        return done.stdout

    team = str(json.loads(run("team", "create", "Bench", "--json"))["teamId"])
    maps_id = f"maps.com.example.bench{time.monotonic_ns()}"
    run("maps-id", "register", maps_id, "--team", team, "--description", "Bench")
    run("key", "create", "bench", "--team", team, "--maps-id", maps_id, "--out", str(home))
    key = max(home.glob("AuthKey_*.p8"), key=lambda file: file.stat().st_mtime_ns)
    return run("token", "create", "--team", team, "--private-key", str(key)).split()[-1]


@contextmanager
def a_server(home: Path, *, cores: Sequence[int], workers: int) -> Iterator[Server]:
    """Run the real server on some cores; give its port."""
    settings = {"TRIGPOINT_HOME": str(home), "TRIGPOINT_WORKERS": str(workers), "TRIGPOINT_GAZETTEER": "0"}
    environment = {**os.environ, **settings}  # building the gazetteer would take its share of the core
    port = free_port()
    with pinned(cores):
        process = subprocess.Popen(
            [*TRIGPOINT, "serve", "--no-sample", "--port", str(port)],
            env=environment,
            stderr=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
        )
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/readyz", timeout=1):
                    break
            except OSError:
                time.sleep(0.1)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(20)


@contextmanager
def pinned(cores: Sequence[int]) -> Iterator[None]:
    """Restrict this process, and processes that it starts, to some cores."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, set(cores))
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def free_port() -> int:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as listener:
        return int(listener.getsockname()[1])


def report(name: str, figures: dict[str, tuple[Rate, Rate, float, float]]) -> list[str]:
    lines = ["| figure | bare engine | server | ratio | by CPU time | aim |", "|---|---|---|---|---|---|"]
    for figure, (before, after, ratio, cpu) in figures.items():
        cells = [
            f"{rate.per_second:.0f}/s, p99 {rate.p99_ms:.1f} ms, {rate.cpu_ms:.2f} ms each" for rate in (before, after)
        ]
        lines.append(f"| {figure} | {cells[0]} | {cells[1]} | {ratio:.2f} | {cpu:.2f} | {TARGETS[figure]} |")
    return [f"### {name}", "", *lines]


def write_table(name: str, lines: Sequence[str]) -> None:
    """Put the table of one extract into the report, in the place of an older one; a new one comes last."""
    section = f"routes: {name}"
    text = REPORT.read_text(encoding="utf-8")
    if f"<!-- {section} -->" not in text:
        empty = f"<!-- {section} -->\n<!-- end of {section} -->"
        REPORT.write_text(text.replace("<!-- routes -->", f"{empty}\n\n<!-- routes -->", 1), encoding="utf-8")
    write_section(REPORT, section, lines)


if __name__ == "__main__":
    sys.exit(main())
