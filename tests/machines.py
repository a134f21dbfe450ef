"""An installation on two machines, and a load on it: two data folders, one PostgreSQL, calls on open connections.

A connection stays with the worker that accepted it, and `/proc` says which that is: so every answer has its worker.
"""

import shutil
import socket
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from served import Served, a_server

WORKERS = 2
"""Worker processes of each machine."""
PATIENCE_S = 120
KEPT = 20
"""Number of spare connections that are kept open to a worker that has enough; a server has a limit."""


@dataclass(frozen=True)
class Answer:
    """One call: when it was sent and answered (seconds of the monotonic clock), and its status."""

    sent: float
    answered: float
    status: int


@dataclass
class Line:
    """One connection to one worker of one machine, and what came of the calls on it."""

    machine: int
    worker: int
    port: int
    socket: socket.socket
    answers: list[Answer] = field(default_factory=list)
    unanswered: int = 0
    """Calls that were sent, and whose worker died before it answered."""

    def call(self, request: bytes) -> bool:
        """Send one request and read its answer; False if the worker hung up."""
        sent = time.monotonic()
        try:
            self.socket.sendall(request)
            status = read_status(self.socket)
        except (OSError, EOFError):
            self.unanswered += 1
            return False
        self.answers.append(Answer(sent, time.monotonic(), status))
        return True

    @property
    def admitted(self) -> list[Answer]:
        """The admitted calls. A 503 comes from admission, as the called path needs no engine."""
        return [answer for answer in self.answers if answer.status not in {401, 429, 503}]

    def refused_in_a_row(self, *how: int) -> int:
        """Count the last calls that all ended with one of these statuses."""
        statuses = [answer.status for answer in self.answers]
        return next((count for count, found in enumerate(reversed(statuses)) if found not in how), len(statuses))


@contextmanager
def two_machines(folder: Path, database_url: str, *options: str) -> Iterator[list[Served]]:
    """Start two servers with two workers each, as on two machines: only the database and the master key are shared."""
    settings = {"TRIGPOINT_DATABASE_URL": database_url}
    more = ("--workers", str(WORKERS), *options)
    with a_server(folder / "one", *more, **settings) as first:
        (folder / "two").mkdir(mode=0o700)
        shutil.copy(folder / "one" / "master.key", folder / "two" / "master.key")
        with a_server(folder / "two", *more, **settings) as second:
            yield [first, second]


def management_of(machine: Served) -> Callable[[str, Any], Any]:
    """Give what posts to a machine's management API, as the installation: a path below `/manage/v1` and a body."""
    token = machine.trigpoint("api-token", "create", "Journey", "--installation").stdout.strip()

    def post(path: str, body: Any) -> Any:
        headers = {"authorization": f"Bearer {token}"}
        answer = httpx.post(f"{machine.url}/manage/v1/{path}", json=body, headers=headers, timeout=30)
        assert answer.is_success, answer.text
        return answer.json()

    return post


@contextmanager
def open_lines(machines: Sequence[Served], *, each: int) -> Iterator[list[Line]]:
    """Open connections until every worker of every machine has some; close those that are too many."""
    lines: list[Line] = []
    superfluous: list[socket.socket] = []
    deadline = time.monotonic() + PATIENCE_S
    try:
        for number, machine in enumerate(machines):
            held: Counter[int] = Counter()
            while len(held) < WORKERS or min(held.values()) < each:
                assert time.monotonic() < deadline, f"not every worker takes connections: {held}"
                line = open_line(number, machine)
                if held[line.worker] < each:
                    held[line.worker] += 1
                    lines.append(line)
                else:
                    superfluous.append(line.socket)  # it is kept, so that the next one goes elsewhere
                    if len(superfluous) > KEPT:
                        superfluous.pop(0).close()
                        time.sleep(0.02)  # a worker that is starting needs its time
        for one in superfluous:
            one.close()
        yield lines
    finally:
        for one in [*superfluous, *(line.socket for line in lines)]:
            one.close()


def open_line(number: int, machine: Served) -> Line:
    """Connect to a machine, and find out which worker has accepted."""
    connection = socket.create_connection(machine.address, timeout=30)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    connection.sendall(b"GET /healthz HTTP/1.1\r\nhost: a\r\n\r\n")
    assert read_status(connection) == 200
    worker = find_holder(connection.getsockname()[1], machine.workers())
    return Line(number, worker, machine.address[1], connection)


def find_holder(port: int, processes: Sequence[int]) -> int:
    """Find the process that holds the other end of a connection, by our port; they may be on another network."""
    rows = [row.split() for row in Path(f"/proc/{processes[0]}/net/tcp").read_text().splitlines()[1:]]
    wanted = {f"socket:[{row[9]}]" for row in rows if int(row[2].rpartition(":")[2], 16) == port}
    for process in processes:
        for entry in Path(f"/proc/{process}/fd").iterdir():
            with suppress(OSError):  # it may be closed meanwhile
                if str(entry.readlink()) in wanted:
                    return process
    raise AssertionError(f"no process of {processes} has the connection from port {port}")


def read_status(connection: socket.socket) -> int:
    """Read one response by its content-length; return its status."""
    buffer = b""
    while b"\r\n\r\n" not in buffer:
        buffer += _more(connection)
    head, _, body = buffer.partition(b"\r\n\r\n")
    lines = head.lower().split(b"\r\n")
    length = next(int(line.partition(b":")[2]) for line in lines if line.startswith(b"content-length:"))
    while len(body) < length:
        body += _more(connection)
    return int(lines[0].split()[1])


def _more(connection: socket.socket) -> bytes:
    chunk = connection.recv(65536)
    if not chunk:
        raise EOFError
    return chunk


def write_request(path: str, token: str) -> bytes:
    """Write a request as the wire has it."""
    return f"GET {path} HTTP/1.1\r\nhost: a\r\nauthorization: Bearer {token}\r\n\r\n".encode()


@contextmanager
def a_load(lines: Sequence[Line], request: bytes) -> Iterator[None]:
    """Let every connection call as fast as it is answered, until the end of the block."""
    stop = threading.Event()

    def call(line: Line) -> None:
        while not stop.is_set() and line.call(request):
            pass

    threads = [threading.Thread(target=call, args=(line,)) for line in lines]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        for thread in threads:
            thread.join()


def wait_until(holds: Callable[[], bool], what: str) -> None:
    """Wait until a condition is true; fail after two minutes."""
    deadline = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < deadline, what
        time.sleep(0.02)
