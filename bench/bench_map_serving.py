"""Measures tiles a second, compared with a constant of the same size from the same server, and with tileserver-gl-light.

    .venv/bin/python bench/bench_map_serving.py [FILE.osm.pbf] [--tileserver FOLDER] [--write]

FILE is imported first; without it, the sample region. FOLDER is where
`npm install --ignore-scripts tileserver-gl-light@5` was run.
Every tile is requested with its access key. One worker with SQLite, as in production, is on one core, the client on another.
The rounds alternate, and medians count.
1. Tiles a second relative to a constant of the same size from the same server, by rate and by CPU time: at least 0.8.
2. Relative to the same tiles from tileserver-gl-light on one core, by rate and by CPU time: at least 3.
3. A million access keys: memory of the process and duration of a check, before and after.
"""

import argparse
import asyncio
import json
import math
import os
import resource
import selectors
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import httpx

from trigpoint.authority.opening import open_authority
from trigpoint.client import Signer
from trigpoint.credentials import access_key, auth_token
from trigpoint.credentials.access_key import AccessKeyClaims
from trigpoint.credentials.call import Call
from trigpoint.credentials.roles import SYSTEM
from trigpoint.credentials.services import Service

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "bench"))

from report import write_section

CONNECTIONS = 16
ROUNDS = 7
ROUND_S = 1.0
LEAST_OF_CONSTANT = 0.8
LEAST_OF_PEER = 3.0
KEYS = 1_000_000
MOST_GROWTH_MB = 64
MOST_TILES = 400
NO_SQLITE = """const Module = require("module"), load = Module._load;
const sqlite3 = { OPEN_READONLY: 1, OPEN_READWRITE: 2, OPEN_CREATE: 4, Database: class {} };
sqlite3.verbose = () => sqlite3;
Module._load = (name, ...rest) => (name === "sqlite3" ? sqlite3 : load(name, ...rest));
"""
"""Replaces the sqlite3 module, which needs a compiler and is not used for PMTiles, so that `npm install --ignore-scripts` is enough."""
Box = tuple[float, float, float, float]
"""South, west, north, east, in degrees."""


@dataclass(frozen=True)
class Rate:
    """Answers a second, and CPU seconds of the server for each."""

    each_second: float
    cpu: float


def main() -> int:
    asked = argparse.ArgumentParser()
    asked.add_argument("file", nargs="?")
    asked.add_argument("--tileserver", type=Path)
    asked.add_argument("--write", action="store_true")
    given = asked.parse_args()
    pin(1)
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        box = prepare(home, given.file)
        lines, good = measure_server(home, given.tileserver, box)
    growth, bounded = measure_keys()
    lines.append(growth)
    print(*lines, sep="\n")
    if given.write:
        write_section(ROOT / "docs" / "performance.md", "map serving", lines)
    return 0 if good and bounded else 1


def prepare(home: Path, file: str | None) -> Box:
    """Create an installation with tiles, and a key with its private key in a file; give the bounding box of the tiles."""
    from trigpoint.engines.tiles.importing.building import build_tiles
    from trigpoint.engines.tiles.opening import ensure_sample, open_tiles

    authority = open_authority(home=home)
    team = authority.teams.create(SYSTEM, "Bench")
    authority.maps_ids.register(SYSTEM, team_id=team.team_id, identifier="maps.com.bench", description="Bench")
    key = authority.keys.create(SYSTEM, team_id=team.team_id, name="Bench", maps_id="maps.com.bench")
    (home / f"AuthKey_{key.key_id}.p8").write_bytes(authority.keys.download(SYSTEM, key.key_id).pem)
    (home / "team").write_text(team.team_id)
    authority.close()
    if file is None:
        ensure_sample(home)
    else:
        build_tiles(home, [Path(file)])
    return next(one.box for one in open_tiles(home).tile_sets() if one.name == "osm")


def measure_server(home: Path, tileserver: Path | None, box: Box) -> tuple[list[str], bool]:
    process, port = start_server(home)
    try:
        base = f"http://127.0.0.1:{port}"
        signer = Signer.from_file(next(home.glob("*.p8")), team_id=(home / "team").read_text())
        token = auth_token.sign(
            signer.private_key,
            key_id=signer.key_id,
            team_id=signer.team_id,
            issued_at=int(time.time()),
            expires_at=int(time.time()) + 3600,
            scope="mapkit_js",
        )
        opened = httpx.get(f"{base}/ma/bootstrap", headers={"authorization": f"Bearer {token}"}).json()
        source = next(one for one in opened["tileSources"] if one["tileSource"] == "osm")
        tiles = find_tiles(base, source["path"], box)
        sizes = sorted(tiles.values())
        lines = [
            f"{len(tiles)} tiles of zoom 10 to 14, {sizes[0]:,} to {sizes[-1]:,} bytes, {statistics.mean(sizes):,.0f} on average.",
            "",
            "| requested | tiles per second | µs of CPU each | of a constant through ASGI: rate, CPU | of the quickest constant: rate, CPU |",
            "|---|---|---|---|---|",
        ]
        good = True
        for label, chosen in choose(tiles).items():
            size = round(statistics.mean(tiles[path] for path in chosen))
            query = chosen[0].partition("?")[2]  # the URL of the constant has the same length
            requests = [[f"/bare/{size}?{query}"], [f"/whole/{size}?{query}"], chosen]
            bare, whole, tile = compare([(port, process.pid, paths) for paths in requests])
            rates = [f"{tile.each_second / one.each_second:.2f}, {one.cpu / tile.cpu:.2f}" for one in (bare, whole)]
            lines.append(f"| {label} | {tile.each_second:,.0f} | {tile.cpu * 1e6:.0f} | {rates[0]} | {rates[1]} |")
            good = good and max(tile.each_second / bare.each_second, bare.cpu / tile.cpu) >= LEAST_OF_CONSTANT
        if tileserver is not None:
            line, is_fast_enough = measure_peer(home, tileserver, port, process.pid, list(tiles))
            lines += ["", line]
            good = good and is_fast_enough
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(20)
    return lines, good


def measure_peer(home: Path, folder: Path, port: int, pid: int, paths: list[str]) -> tuple[str, bool]:
    """Ask tileserver-gl-light for the same tiles of the same file."""
    archive = next((home / "tiles").glob("*/map.pmtiles"))
    config = home / "peer.json"
    config.write_text(
        json.dumps({"options": {"paths": {"pmtiles": str(archive.parent)}}, "data": {"osm": {"pmtiles": archive.name}}})
    )
    peer_port = free_port()
    stub = home / "no_sqlite.cjs"
    stub.write_text(NO_SQLITE)
    command = [
        "node",
        "--require",
        str(stub),
        str(folder / "node_modules/tileserver-gl-light/src/main.js"),
        "-c",
        str(config),
        "-p",
        str(peer_port),
        "-b",
        "127.0.0.1",
        "--silent",
    ]
    pin(0)  # a process inherits the core of its parent
    peer = subprocess.Popen(command, cwd=home, stdout=subprocess.DEVNULL)
    pin(1)
    try:
        theirs = [f"/data/osm/{path.split('?')[0].removeprefix('/ti/osm/').removesuffix('.mvt')}.pbf" for path in paths]
        deadline = time.monotonic() + 60
        while True:
            try:
                answer = httpx.get(f"http://127.0.0.1:{peer_port}{theirs[0]}")
                break
            except httpx.TransportError:
                assert time.monotonic() < deadline, "tileserver-gl-light does not start"
                time.sleep(0.2)
        assert answer.status_code == 200, answer.text
        own, other = compare([(port, pid, paths), (peer_port, peer.pid, theirs)])
    finally:
        peer.terminate()
        peer.wait(20)
    ratio, by_cpu = own.each_second / other.each_second, other.cpu / own.cpu
    line = (
        f"tileserver-gl-light, without a key: {other.each_second:,.0f} of the same tiles a second, {other.cpu * 1e6:.0f} µs "
        f"of CPU each; ours, with it: **{ratio:.1f} times as many** a second, {by_cpu:.1f} by CPU time (at least {LEAST_OF_PEER:.0f})."
    )
    return line, max(ratio, by_cpu) >= LEAST_OF_PEER


def find_tiles(base: str, path: str, box: Box) -> dict[str, int]:
    """Find tiles that have something to draw; give each one's address and the bytes of its body."""
    south, west, north, east = box
    found: dict[str, int] = {}
    with httpx.Client(base_url=base) as client:
        for z in range(14, 9, -1):
            (left, top), (right, bottom) = square_of(z, north, west), square_of(z, south, east)
            for x in range(left, right + 1):
                for y in range(top, bottom + 1):
                    address = path.format(z=z, x=x, y=y)
                    answer = client.get(address) if len(found) < MOST_TILES else None
                    if answer is not None and answer.status_code == 200:
                        found[address] = int(answer.headers["content-length"])
    return found


def square_of(z: int, latitude: float, longitude: float) -> tuple[int, int]:
    """Give column and row of the tile that holds a point."""
    edge = 1 << z
    down = (1 - math.asinh(math.tan(math.radians(latitude))) / math.pi) / 2
    return int((longitude + 180) / 360 * edge), int(down * edge)


def choose(tiles: dict[str, int]) -> dict[str, list[str]]:
    by_size = sorted(tiles, key=lambda path: tiles[path])
    middle, largest = by_size[len(by_size) // 2], by_size[-1]
    return {
        f"one tile of {tiles[middle]:,} bytes": [middle],
        f"one tile of {tiles[largest]:,} bytes": [largest],
        "all of them in turn": list(tiles),
    }


def compare(sides: list[tuple[int, int, list[str]]]) -> list[Rate]:
    """Load each side in turn, several times; give the medians."""
    for port, pid, paths in sides:
        load(port, pid, paths, ROUND_S / 2)
    rounds = [[load(port, pid, paths, ROUND_S) for port, pid, paths in sides] for _ in range(ROUNDS)]
    return [
        Rate(
            statistics.median(one[side].each_second for one in rounds),
            statistics.median(one[side].cpu for one in rounds),
        )
        for side in range(len(sides))
    ]


def load(port: int, pid: int, paths: list[str], seconds: float) -> Rate:
    """Keep every connection busy, path by path."""
    requests = [
        f"GET {path} HTTP/1.1\r\nhost: a\r\naccept-encoding: gzip\r\norigin: https://a.example\r\n\r\n".encode()
        for path in paths
    ]
    poll = selectors.DefaultSelector()
    missing: dict[int, int] = {}
    number = 0
    for _ in range(CONNECTIONS):
        connection = socket.create_connection(("127.0.0.1", port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        poll.register(connection, selectors.EVENT_READ, connection.fileno())
        connection.sendall(requests[number % len(requests)])
        number += 1
    done = 0
    buffer = bytearray(1 << 20)
    cpu, started = cpu_seconds(pid), time.perf_counter()
    while time.perf_counter() - started < seconds:
        for ready, _ in poll.select():
            connection = ready.fileobj
            assert isinstance(connection, socket.socket)
            got = connection.recv_into(buffer)
            if not got:
                raise SystemExit("the server hung up")
            left = missing.pop(ready.data, None)
            if left is None:
                left = length_of(bytes(buffer[: min(got, 2048)]))
            left -= got
            if left > 0:
                missing[ready.data] = left
                continue
            connection.sendall(requests[number % len(requests)])
            number += 1
            done += 1
    taken, cpu = time.perf_counter() - started, cpu_seconds(pid) - cpu
    for ready in list(poll.get_map().values()):
        ready.fileobj.close()  # type: ignore[union-attr]
    poll.close()
    return Rate(done / taken, cpu / done)


def length_of(start: bytes) -> int:
    """Give the length of a response from its first bytes."""
    head, end, _ = start.partition(b"\r\n\r\n")
    assert end, start[:300]
    assert head.startswith(b"HTTP/1.1 200"), start[:300]
    place = head.lower().index(b"content-length: ") + 16
    return len(head) + 4 + int(head[place:].partition(b"\r\n")[0])


def measure_keys() -> tuple[str, bool]:
    """Check a million access keys in one process."""
    with tempfile.TemporaryDirectory() as folder:
        authority = open_authority(home=Path(folder) / "home")
        team = authority.teams.create(SYSTEM, "Bench")
        authority.maps_ids.register(SYSTEM, team_id=team.team_id, identifier="maps.com.bench", description="Bench")
        key = authority.keys.create(SYSTEM, team_id=team.team_id, name="Bench", maps_id="maps.com.bench")
        authority._memory.refresh()
        gate, at = authority.map_access, time.time()
        secret_id = authority._memory.newest_secret_id
        secret = access_key.derive_secret(authority._memory.signing_secrets[secret_id])
        call = Call(Service.MAPKIT_JS, "https://a.example", at)

        def make(number: int) -> str:
            claims = AccessKeyClaims(team.team_id, f"maps.com.bench.{number}", key.key_id, int(at) + 1800)
            return access_key.sign(claims, secret_id=secret_id, secret=secret)

        def check(text: str) -> float:
            began = time.process_time()
            for _ in range(200_000):
                gate.recall(text, at)
            return (time.process_time() - began) / 200_000 * 1e6

        async def note_rate(first: int, count: int) -> None:
            for number in range(first, first + count):
                await gate.admit(make(number), call)

        asyncio.run(note_rate(0, 20_000))
        before, quick = resident_mb(), check(make(19_999))
        began = time.process_time()
        asyncio.run(note_rate(20_000, KEYS))
        each = (time.process_time() - began) / KEYS * 1e6
        after, stays_fast = resident_mb(), check(make(20_000 + KEYS - 1))
        authority.close()
    growth = after - before
    line = (
        f"A million access keys, each seen once ({each:.0f} µs each, made and judged): the process has {growth:+.0f} MB, and the "
        f"check of one that was seen takes {stays_fast:.2f} µs, {quick:.2f} before."
    )
    return line, growth <= MOST_GROWTH_MB


def start_server(home: Path) -> tuple[subprocess.Popen[bytes], int]:
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    listener.set_inheritable(True)
    code = (
        "import socket, sys; sys.path.insert(0, sys.argv[2]); from trigpoint.web.server import serve;"
        "serve('map_server:create_app', listener=socket.socket(fileno=int(sys.argv[1])), workers=1)"
    )
    command = [sys.executable, "-c", code, str(listener.fileno()), str(Path(__file__).parent)]
    environment = os.environ | {"TRIGPOINT_HOME": str(home), "TRIGPOINT_GAZETTEER": "0"}
    pin(0)
    process = subprocess.Popen(command, pass_fds=[listener.fileno()], env=environment)
    pin(1)
    port = int(listener.getsockname()[1])
    listener.close()
    httpx.get(f"http://127.0.0.1:{port}/healthz", timeout=60)
    return process, port


def pin(core: int) -> None:
    """Keep this process on one core, where there are two."""
    if hasattr(os, "sched_setaffinity") and (os.cpu_count() or 1) > 1:
        os.sched_setaffinity(0, {core})


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def resident_mb() -> float:
    status = Path("/proc/self/statm")
    if status.exists():
        return int(status.read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e3


def cpu_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
