"""Measures what attackers without credentials can cost: known attacks on a server in production configuration, and their limits.

    .venv/bin/python bench/bench_strangers.py [--write]

Prints a table: attack, cost before, cost now, limit; `--write` puts it into `docs/security.md`. Fails if a limit is broken.
"Before" are costs at commit 8e1c328, on a machine like this one. Measured now is one worker on loopback: CPU time and memory
from `/proc`, durations as a client sees them.
"""

import contextlib
import os
import re
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from report import write_section

from trigpoint.authority.opening import open_authority
from trigpoint.base.base64url import encode_base64url
from trigpoint.credentials.ceilings import read_ceilings
from trigpoint.credentials.roles import SYSTEM

PAGE = Path(__file__).parents[1] / "docs" / "security.md"
TRIGPOINT = Path(sys.executable).with_name("trigpoint")
FILLED = 5_780
MEMBERS = ",".join(f'"{number:x}":0' for number in range(720))
ROUNDS, REQUESTS = 7, 400


@dataclass(frozen=True)
class Row:
    """A line of the table; `holds` says whether the limit is kept."""

    attack: str
    before: str
    now: str
    limit: str
    holds: bool


@dataclass(frozen=True)
class Server:
    """A running server: its port, its process and its log."""

    port: int
    pid: int
    log: Path

    def cpu_s(self) -> float:
        """The processor time that its process took, in seconds."""
        return sum(float(part) for part in Path(f"/proc/{self.pid}/schedstat").read_text().split()[:1]) / 1e9

    def rss_mb(self) -> float:
        """Its resident memory."""
        return int(Path(f"/proc/{self.pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") / 1e6

    def connect(self, *, small: bool = False) -> socket.socket:
        client = socket.socket()
        if small:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        client.settimeout(30)
        client.connect(("127.0.0.1", self.port))
        return client

    def ask_health(self) -> tuple[int, float]:
        """Ask `/healthz`: the status, and the seconds that it took."""
        began = time.perf_counter()
        with self.connect() as client:
            client.sendall(b"GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n")
            answer = client.recv(4096)
        return int(answer[9:12] or b"0"), time.perf_counter() - began


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        team_id, key_id = create_installation(home)
        with a_server(home) as server:
            rows = [*cost_of_tokens(server, team_id, key_id), flood(server), pipelines(server)]
        with a_server(home, TRIGPOINT_MAX_CONNECTIONS="50") as server:
            rows.append(unread(server))
    lines = ["| attack | before | now | limit |", "|---|---|---|---|"]
    lines += [f"| {row.attack} | {row.before} | {row.now} | {row.limit} |" for row in rows]
    print("\n".join(lines))
    if "--write" in sys.argv:
        write_section(PAGE, "budgets", ["", *lines, ""])
    return 0 if all(row.holds for row in rows) else 1


def create_installation(home: Path) -> tuple[str, str]:
    """Found an installation with a key whose tokens may name 50 origins; give its team and its Key ID."""
    authority = open_authority(home=home)
    try:
        team_id = authority.teams.create(SYSTEM, "Bench").team_id
        authority.maps_ids.register(SYSTEM, team_id=team_id, identifier="maps.com.bench", description="Bench")
        key = authority.keys.create(SYSTEM, team_id=team_id, name="Bench", maps_id="maps.com.bench")
        origins = ",".join(f"site{number}.example.com" for number in range(50))
        authority.keys.set_ceilings(SYSTEM, key.key_id, read_ceilings(scopes=None, lifetime_s=None, origins=origins))
    finally:
        authority.close()
    return team_id, key.key_id


@contextmanager
def a_server(home: Path, **settings: str) -> Iterator[Server]:
    """Run `trigpoint serve` with one worker, as it is run in production."""
    log = home.parent / "log"
    environment = {**os.environ, "TRIGPOINT_HOME": str(home), "TRIGPOINT_GAZETTEER": "0", "TRIGPOINT_EXPLAIN": "0"}
    command = [TRIGPOINT, "serve", "--no-sample", "--port", "0"]
    with log.open("w") as file:
        process = subprocess.Popen(command, env=environment | settings, stdout=file, stderr=file)
    try:
        deadline = time.monotonic() + 60
        server = None
        while time.monotonic() < deadline and process.poll() is None:
            listening = re.search(r"Listening on\s+http://127\.0\.0\.1:(\d+)", log.read_text())
            if listening is not None:
                server = Server(int(listening[1]), process.pid, log)
                if server.ask_health()[0] == 200:
                    break
            time.sleep(0.1)
        if server is None:
            raise SystemExit(f"the server did not start:\n{log.read_text()}")
        yield server
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(30)


def filled(start: str, unit: str, end: str) -> str:
    return start + unit * ((FILLED - len(start.encode()) - len(end.encode())) // len(unit.encode())) + end


HOSTILE = {
    "2,850 origins": filled('"origin":"', "a,", '"'),
    "1,900 international origins": filled('"origin":"', "ä,", '"'),
    "a member twice among 720": f'{MEMBERS},"2cf":0',
    "2,900 lists in each other": '"a":' + "[" * 2900 + "]" * 2900,
    "1,900 objects": filled('"a":[', "{},", "{}]"),
    "2,900 numbers": filled('"a":[', "1,", "1]"),
    "a number of 4,300 digits": '"a":' + "1" * 4300,
    "the most of everything that is accepted": '"a":[' + "[],{}," * 62 + "1]" + ',"b":"' + "\\u00e9" * 850 + '"',
    "900 escapes": filled('"a":["', "\\u00e9", '"]'),
    "50 long international origins": '"origin":"' + ("ä" * 50 + ",") * 49 + '"',
}
"""Further claims of a token, at most as many as an auth token may have."""
SIGNATURE = encode_base64url(bytes(range(1, 65)))
"""An invented signature with r and s in the valid range, so that the server must really verify it."""


def a_request(claims: str, team_id: str, key_id: str) -> bytes:
    now = int(time.time())
    payload = f'{{"iss":"{team_id}","iat":{now},"exp":{now + 1800}{"," if claims else ""}{claims}}}'
    header = f'{{"alg":"ES256","kid":"{key_id}","typ":"JWT"}}'
    token = f"{encode_base64url(header.encode())}.{encode_base64url(payload.encode())}.{SIGNATURE}"
    head = f"GET /v1/token HTTP/1.1\r\nhost: 127.0.0.1\r\norigin: https://a.example\r\nauthorization: Bearer {token}"
    return f"{head}\r\n\r\n".encode()


def cost_of_tokens(server: Server, team_id: str, key_id: str) -> list[Row]:
    """Compare the processor time of refusing hostile tokens with that of a plain one, all with an invented signature."""
    plain = a_request("", team_id, key_id)
    requests = {name: a_request(claims, team_id, key_id) for name, claims in HOSTILE.items()}
    refuse(server, plain, REQUESTS)
    ratios: dict[str, list[float]] = {name: [] for name in requests}
    plains: list[float] = []
    for _ in range(ROUNDS):
        each_plain = refuse(server, plain, REQUESTS)
        plains.append(each_plain)
        for name, request in requests.items():
            ratios[name].append(refuse(server, request, REQUESTS) / each_plain)
    cost = statistics.median(plains) * 1e6
    found = {name: statistics.median(several) for name, several in ratios.items()}
    slowest = max(found, key=lambda name: found[name])
    for name, ratio in found.items():
        print(f"{name:32} {ratio:5.2f} of a plain refusal of {cost:.0f} µs", file=sys.stderr)

    def row(name: str, attack: str, before: str) -> Row:
        now = f"{found[name] * cost:.0f} µs, {found[name]:.1f} of a plain refusal"
        return Row(attack, before, now, "2 plain refusals", found[name] <= 2)

    return [
        row("2,850 origins", "a forged token with 2,850 origins, for a key with a ceiling of 50", "370 to 480 ms"),
        row("a member twice among 720", "a forged token with 720 members, one of them twice", "4.2 ms"),
        row(slowest, f"the most expensive of {len(found)} forged tokens ({slowest})", "480 ms"),
    ]


def refuse(server: Server, request: bytes, times: int) -> float:
    """Have a request refused, again and again, on one connection; give the server's seconds for each."""
    with server.connect() as client:
        before = server.cpu_s()
        for _ in range(times):
            client.sendall(request)
            answer = client.recv(65536)
            if answer[9:12] not in {b"401", b"429"}:
                raise SystemExit(f"not refused: {answer[:300]!r}")
        return (server.cpu_s() - before) / times


def flood(server: Server) -> Row:
    """Have thousands of calls refused, and look at the log."""
    time.sleep(2)
    size, began = server.log.stat().st_size, time.perf_counter()
    times = 10_000
    refuse(server, a_request("", "K5GNLXS2QT", "2X9R4HXF34"), times)
    seconds = time.perf_counter() - began
    written = server.log.stat().st_size - size
    most = 300 * (200 + 60 * seconds)
    now = f"{written / 1e3:.0f} kB for {times:,} refusals in {seconds:.0f} s"
    return Row(
        "thousands of refused calls from one address, to fill the log",
        "1.4 MB of log a second at 7,000 refusals a second",
        now,
        "200 lines at once, 50 a second",
        written <= most,
    )


def pipelines(server: Server) -> Row:
    """Send 256 kB of requests on each of 40 connections without reading; ask for health meanwhile."""
    before = server.rss_mb()
    request = b"GET /openapi.json HTTP/1.1\r\nhost: a\r\n\r\n"
    clients = [server.connect(small=True) for _ in range(40)]
    waits = []
    try:
        for client in clients:
            client.settimeout(0.2)
            with contextlib.suppress(TimeoutError):  # the server does not read any more: that is the point
                client.sendall(request * (256_000 // len(request)))
            waits.append(server.ask_health()[1])
        grown = server.rss_mb() - before
    finally:
        for client in clients:
            client.close()
    now = f"{grown:.0f} MB; health checks are answered within {max(waits) * 1e3:.0f} ms"
    return Row(
        "40 connections that each send 256 kB of requests and read nothing",
        "550 to 900 MB; no health check for 10 s",
        now,
        "per connection 16 requests, 160 kB, and the unread responses",
        grown < 100 and max(waits) < 2,
    )


def unread(server: Server) -> Row:
    """Occupy every connection with unread responses, and wait until another client gets a response."""
    request = b"GET /openapi.json HTTP/1.1\r\nhost: a\r\n\r\n"
    clients = [server.connect(small=True) for _ in range(50)]
    try:
        for client in clients:
            client.sendall(request * 100)
        time.sleep(0.5)
        began, status = time.perf_counter(), 503
        while status != 200 and time.perf_counter() - began < 60:
            try:
                status, _ = server.ask_health()
            except OSError:
                status = 503
            time.sleep(0.05)
        seconds = time.perf_counter() - began
    finally:
        for client in clients:
            client.close()
    return Row(
        "all allowed connections, which do not read their responses",
        "503 for everybody else, still after 100 s",
        f"others are answered after {seconds:.1f} s",
        "after 1 s they make room for others, after 20 s they are closed",
        status == 200 and seconds < 5,
    )


if __name__ == "__main__":
    sys.exit(main())
