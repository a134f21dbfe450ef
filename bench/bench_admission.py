"""Measures admission: an admitted call compared with constant responses, and a token compared with its ES256 verification.

    .venv/bin/python bench/bench_admission.py

Three figures, each a ratio or a rate in one run, on one worker with SQLite as in production:
1. requests a second of an admitted call (cached access token), relative to the same call without admission, and relative to
   a constant through ASGI: both at least 0.85; and, without an aim, relative to the fastest constant that the server can
   write, without routing, request ID or other work;
2. CPU time to verify an auth token that was not seen before, relative to one ES256 verification of `cryptography`: at most 1.3;
3. `/v1/token` with new tokens: exchanges a second, and CPU time relative to one ES256 verification, with HTTP, the ledger,
   quota, usage and metrics: at most 2.0.
An answer of the API is written at once (`web/cycle.py`, `write_whole`).
The rounds alternate, and the median counts, so that other work on the machine affects both sides.
"""

import json
import os
import selectors
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature

from trigpoint.base.ids import KeyId, TeamId
from trigpoint.client import Signer
from trigpoint.credentials import auth_checks, auth_token
from trigpoint.credentials.call import Call
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.keypair import generate, read_private_key
from trigpoint.credentials.services import MAPKIT_JS_SERVICE, Service

CONNECTIONS = 32
ROUNDS = 11
ROUND_S = 0.6
LEAST_ADMITTED = 0.85
MOST_VERIFIED = 1.3
MOST_EXCHANGED = 2.0
EXCHANGES, EXCHANGE_ROUNDS = 3000, 5


def main() -> int:
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder) / "home"
        process, port = start_server(home)
        try:
            admitted = measure_admission(home, port, process.pid)
            exchanged = measure_exchange(home, port, process.pid)
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait(20)
    verified = measure_verification()
    return 0 if admitted >= LEAST_ADMITTED and verified <= MOST_VERIFIED and exchanged <= MOST_EXCHANGED else 1


def measure_admission(home: Path, port: int, pid: int) -> float:
    token = exchange(port, signer(home).auth_token())
    paths = ("/v1/constant", "/open", "/bare", "/whole")
    requests = [a_request(path, token) for path in paths]
    for request in requests:
        load(port, request, ROUND_S)
    rounds = [[load(port, request, ROUND_S, pid=pid) for request in requests] for _ in range(ROUNDS)]
    for number, path in enumerate(paths):
        rate = statistics.median(one[number][0] for one in rounds)
        cost = min(one[number][1] for one in rounds) * 1e6
        print(f"{path:18} {rate:8,.0f} requests/s, {cost:5.1f} µs of CPU each at best")
    opened, bare, quickest = (statistics.median(one[0][0] / one[other][0] for one in rounds) for other in (1, 2, 3))
    print(
        f"admitted call      {opened:8.3f} of one through an open gate, {bare:.3f} of a constant through ASGI "
        f"(at least {LEAST_ADMITTED} each), {quickest:.3f} of the quickest constant"
    )
    return min(opened, bare)


def measure_exchange(home: Path, port: int, pid: int) -> float:
    """Exchange new tokens; give the server's CPU time for one, relative to one ES256 verification."""
    made = signer(home)
    made.lifetime_s = 86_400
    now = int(time.time())
    ratios, rates, costs = [], [], []
    for one in range(EXCHANGE_ROUNDS):
        requests = []
        for number in range(EXCHANGES):
            made.clock = lambda number=number, one=one: now - 2 * (one * EXCHANGES + number)  # type: ignore[misc]
            requests.append(a_request("/v1/token", made.sign()))
        bare = verify_bare()
        cpu, started = cpu_seconds(pid), time.perf_counter()
        done = replay(port, requests)
        rates.append(done / (time.perf_counter() - started))
        costs.append((cpu_seconds(pid) - cpu) / done)
        ratios.append(costs[-1] / ((bare + verify_bare()) / 2))
    ratio = statistics.median(ratios)
    print(f"/v1/token          {statistics.median(rates):8,.0f} exchanges/s of fresh tokens, one worker")
    print(
        f"an exchange        {ratio:8.2f} of the CPU time of one ES256 verification, {min(costs) * 1e6:.0f} µs at best "
        f"(at most {MOST_EXCHANGED})"
    )
    return ratio


def verify_bare() -> float:
    """Give the CPU seconds of one ES256 verification, measured now."""
    private, algorithm = ec.generate_private_key(ec.SECP256R1()), ec.ECDSA(hashes.SHA256())
    public, message = private.public_key(), b"." * 200
    signature = private.sign(message, algorithm)
    started = time.process_time()
    for _ in range(2000):
        public.verify(signature, message, algorithm)
    return (time.process_time() - started) / 2000


def measure_verification() -> float:
    """Compare the verification of a new auth token with the ES256 verification in it."""
    private = generate()
    key = KeyFacts(KeyId("2X9R4HXF34"), TeamId("K5GNLXS2QT"), "maps.com.a", MAPKIT_JS_SERVICE, private.public)
    now = int(time.time())
    tokens = [
        auth_token.sign(private, key_id=key.key_id, team_id=key.team_id, issued_at=now - at, expires_at=now + 9999)
        for at in range(2000)
    ]
    public = private._key.public_key()
    algorithm = ec.ECDSA(hashes.SHA256())
    bare = []
    for token in tokens:
        case = auth_token.open_case(token, Call(Service.SERVER_API, None, now))
        assert case.jws is not None
        signature = case.jws.signature
        der = encode_dss_signature(int.from_bytes(signature[:32]), int.from_bytes(signature[32:]))
        bare.append((der, case.jws.signing_input))
    ratios = []
    for _ in range(7):
        started = time.process_time()
        for der, message in bare:
            public.verify(der, message, algorithm)
        verified = time.process_time()
        for token in tokens:
            case = auth_token.open_case(token, Call(Service.SERVER_API, None, now))
            case.key = key
            auth_checks.judge(case, thorough=False).require()
        ratios.append(((time.process_time() - verified) / (verified - started), (verified - started) / len(tokens)))
    ratio = statistics.median(one for one, _ in ratios)
    each = statistics.median(one for _, one in ratios) * 1e6
    print(f"first-seen token   {ratio:8.3f} of one ES256 verification of {each:.0f} µs (at most {MOST_VERIFIED})")
    return ratio


def start_server(home: Path) -> tuple[subprocess.Popen[bytes], int]:
    listener = socket.create_server(("127.0.0.1", 0), backlog=1024)
    listener.set_inheritable(True)
    code = (
        "import socket, sys; sys.path.insert(0, sys.argv[2]); from trigpoint.web.server import serve;"
        "serve('admission_server:create_app', listener=socket.socket(fileno=int(sys.argv[1])), workers=1)"
    )
    command = [sys.executable, "-c", code, str(listener.fileno()), str(Path(__file__).parent)]
    environment = os.environ | {"TRIGPOINT_HOME": str(home)}
    process = subprocess.Popen(command, pass_fds=[listener.fileno()], env=environment)
    port = listener.getsockname()[1]
    listener.close()
    deadline = time.monotonic() + 30
    while not (home / "bench.json").exists() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(0.5)
    return process, port


def signer(home: Path) -> Signer:
    told = json.loads((home / "bench.json").read_text())
    return Signer(read_private_key(told["pem"]), told["keyId"], told["teamId"])


def exchange(port: int, auth: str) -> str:
    with socket.create_connection(("127.0.0.1", port)) as connection:
        connection.sendall(a_request("/v1/token", auth))
        answer = connection.recv(65536)
        while b"}" not in answer:
            answer += connection.recv(65536)
    token: str = json.loads(answer.partition(b"\r\n\r\n")[2])["accessToken"]
    return token


def a_request(path: str, token: str) -> bytes:
    head = (
        f"GET {path} HTTP/1.1\r\nhost: 127.0.0.1\r\nuser-agent: bench\r\naccept: */*\r\nauthorization: Bearer {token}"
    )
    return f"{head}\r\n\r\n".encode()


def load(port: int, request: bytes, seconds: float, *, pid: int | None = None) -> tuple[float, float]:
    """Keep every connection busy with one request; give requests a second, and CPU seconds of the server for each."""
    connections = [socket.create_connection(("127.0.0.1", port)) for _ in range(CONNECTIONS)]
    poll = selectors.DefaultSelector()
    for connection in connections:
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        poll.register(connection, selectors.EVENT_READ)
        connection.sendall(request)
    done = 0
    cpu = cpu_seconds(pid)
    started = time.perf_counter()
    while time.perf_counter() - started < seconds:
        for ready, _ in poll.select():
            connection = ready.fileobj
            assert isinstance(connection, socket.socket)
            answer = connection.recv(65536)
            while not answer.endswith(b"}"):  # head and body may come apart
                answer += connection.recv(65536)
            if not answer.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"not answered: {answer[:500]!r}")
            connection.sendall(request)
            done += 1
    taken = time.perf_counter() - started
    cpu = cpu_seconds(pid) - cpu
    poll.close()
    for connection in connections:
        connection.close()
    return done / taken, cpu / done


def replay(port: int, requests: list[bytes]) -> int:
    """Send each request once, over a few connections."""
    waiting = list(requests)
    poll = selectors.DefaultSelector()
    for _ in range(CONNECTIONS):
        connection = socket.create_connection(("127.0.0.1", port))
        poll.register(connection, selectors.EVENT_READ)
        connection.sendall(waiting.pop())
    done = 0
    while done < len(requests):
        for ready, _ in poll.select():
            connection = ready.fileobj
            assert isinstance(connection, socket.socket)
            answer = connection.recv(65536)
            while not answer.endswith(b"}"):
                answer += connection.recv(65536)
            if not answer.startswith(b"HTTP/1.1 200"):
                raise SystemExit(f"not exchanged: {answer[:500]!r}")
            done += 1
            if waiting:
                connection.sendall(waiting.pop())
    for ready in list(poll.get_map().values()):
        ready.fileobj.close()  # type: ignore[union-attr]
    poll.close()
    return done


def cpu_seconds(pid: int | None) -> float:
    if pid is None:
        return 0.0
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    sys.exit(main())
