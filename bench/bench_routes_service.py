"""Measures routes over HTTP, compared with Valhalla's own HTTP service: one core, one connection, the same questions.

    python bench/bench_routes_service.py [FILE.osm.pbf] [--questions N] [--rounds N] [--write]

The service is the program of the wheel, with the engines' own configuration. Both run on the first core, whoever asks on the
last; they take turns, and the ratio is the median of the turns': of answers a second, and of processor time, which
other work on the machine distorts less. The service is asked twice: for roads within 10 km of the ends, as our server is
asked, and for roads nearby only, as our server asks its engine first. Without a file the sample region is used. `--write`
puts the table into docs/performance.md.
"""

import argparse
import json
import os
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from bench_routes import (
    REPORT,
    Server,
    a_server,
    cpu_of,
    create_team,
    exchange,
    find_extract,
    free_port,
    make_parser,
    make_work,
    pinned,
)
from report import write_section

from trigpoint.engines.valhalla.build import build_routes
from trigpoint.engines.valhalla.configuration import find_builder, make_engine_configuration, narrow
from trigpoint.engines.valhalla.generations import find_current
from trigpoint.engines.valhalla.requests import NEAR_M

WANTED = 1.0
WARMING = 40


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn reached: answers a second, and milliseconds of processor time for each."""

    per_second: float
    cpu_ms: float


def main() -> int:
    parser = make_parser(__doc__, rounds=7)
    parser.add_argument("--questions", type=int, default=1000, help="in one turn")
    options = parser.parse_args()
    file = find_extract(options)
    if file is None:
        return 1
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        build_routes(home / "routes", [file], now=time.time())
        turns = measure(home, file, options)
    lines = report(file.name, turns)
    print("\n".join(lines))
    if options.write:
        write_section(REPORT, "routes and the service", lines)
    return 0 if ratio(turns, "per_second") >= WANTED else 1


def measure(home: Path, file: Path, options: argparse.Namespace) -> list[tuple[Turn, Turn, Turn]]:
    """Let the service, the service asked for near roads, and the server take turns."""
    generation = find_current(home / "routes")
    assert generation is not None
    work, _ = make_work(generation, file)
    cores = sorted(os.sched_getaffinity(0))
    with a_service(home, generation, core=cores[0]) as service, a_server(home, cores=cores[:1], workers=1) as server:
        theirs = [post("/route", question[1:]) for question in work.questions]
        near = [post("/route", only_near(question[1:])) for question in work.questions]
        token = exchange(server.port, create_team(home))
        ours = [
            f"GET {path} HTTP/1.1\r\nHost: bench\r\nAuthorization: Bearer {token}\r\n\r\n".encode()
            for path in work.paths
        ]
        with pinned([cores[-1]]):
            return [
                (
                    ask(service, theirs, options.questions),
                    ask(service, near, options.questions),
                    ask(server, ours, options.questions),
                )
                for _ in range(options.rounds)
            ]


def only_near(question: bytes) -> bytes:
    """Give a question for routes that begin and end on roads nearby."""
    told = json.loads(question)
    for end in told["locations"]:
        end["search_cutoff"] = NEAR_M
    return json.dumps(told).encode()


def post(path: str, body: bytes) -> bytes:
    head = (
        f"POST {path} HTTP/1.1\r\nHost: bench\r\nContent-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body


def ask(server: Server, requests: Sequence[bytes], count: int) -> Turn:
    """Send requests over one connection, each as soon as the previous response has arrived."""
    with socket.create_connection(("127.0.0.1", server.port)) as connection:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for number in range(WARMING):
            ask_once(connection, requests[number % len(requests)])
        cpu, began = cpu_of(server.pid), time.perf_counter()
        for number in range(count):
            ask_once(connection, requests[number % len(requests)])
        seconds = time.perf_counter() - began
        return Turn(count / seconds, (cpu_of(server.pid) - cpu) / count * 1000)


def ask_once(connection: socket.socket, request: bytes) -> None:
    """Ask, and read the answer to its end."""
    connection.sendall(request)
    answer = bytearray(connection.recv(1 << 20))
    while (end := answer.find(b"\r\n\r\n")) < 0:
        answer += connection.recv(1 << 20)
    if not answer.startswith(b"HTTP/1.1 200"):
        raise SystemExit(f"not answered: {bytes(answer[:500])!r}")
    head = bytes(answer[:end]).lower()
    whole = end + 4 + int(head.partition(b"content-length: ")[2].partition(b"\r")[0])
    while len(answer) < whole:
        answer += connection.recv(1 << 20)


@contextmanager
def a_service(home: Path, generation: Path, *, core: int) -> Iterator[Server]:
    """Run Valhalla's HTTP service with one of each of its workers."""
    port, configuration = free_port(), make_engine_configuration(generation)
    narrow(narrow(configuration["httpd"])["service"]).update(
        listen=f"tcp://127.0.0.1:{port}", loopback=f"ipc://{home}/loopback", interrupt=f"ipc://{home}/interrupt"
    )
    for stage in ("loki", "thor", "odin"):
        narrow(narrow(configuration[stage])["service"])["proxy"] = f"ipc://{home}/{stage}"
    path = home / "service.json"
    path.write_text(json.dumps(configuration))
    with pinned([core]):
        process = subprocess.Popen(
            [str(find_builder("valhalla_service")), str(path), "1"],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    try:
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                with urllib.request.urlopen(f"http://127.0.0.1:{port}/status", timeout=1):
                    break
            except OSError:
                time.sleep(0.1)
        yield Server(port, process.pid)
    finally:
        process.send_signal(signal.SIGKILL)  # it would drain for half a minute
        process.wait(20)


def ratio(turns: Sequence[tuple[Turn, ...]], what: str, *, against: int = 0) -> float:
    """Return the median ratio to one side of the service; higher is better for us."""
    if what == "cpu_ms":
        return statistics.median(turn[against].cpu_ms / turn[-1].cpu_ms for turn in turns)
    return statistics.median(turn[-1].per_second / turn[against].per_second for turn in turns)


def report(name: str, turns: Sequence[tuple[Turn, ...]]) -> list[str]:
    middle = [
        [statistics.median(getattr(turn[side], what) for turn in turns) for what in ("per_second", "cpu_ms")]
        for side in range(3)
    ]
    cells = [f"{per_second:.0f}/s, {cpu_ms:.2f} ms each" for per_second, cpu_ms in middle]
    ratios = [
        f"{ratio(turns, 'per_second', against=side):.2f} | {ratio(turns, 'cpu_ms', against=side):.2f}"
        for side in (0, 1)
    ]
    return [
        "| extract | Valhalla's HTTP service, asked for roads within | of it | our server | ratio | by CPU time | aim |",
        "|---|---|---|---|---|---|---|",
        f"| {name} | 10 km | {cells[0]} | {cells[2]} | {ratios[0]} | {WANTED} |",
        f"| {name} | {NEAR_M} m | {cells[1]} | {cells[2]} | {ratios[1]} | - |",
    ]


if __name__ == "__main__":
    sys.exit(main())
