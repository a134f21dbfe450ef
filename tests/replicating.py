"""A replication server of OpenStreetMap on this machine: states and changes as planet.openstreetmap.org writes them."""

import gzip
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import osmium

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Replication:
    """What the server answers, by path; every path that was asked for; and the number of the last change."""

    url: str = ""
    answers: dict[str, Answer] = field(default_factory=dict)
    asked: list[str] = field(default_factory=list)
    last: int = 0

    def publish(self, *changes: str, at: str) -> None:
        """Publish one file of changes (elements of an OsmChange document) with its state, as the newest."""
        self.last += 1
        body = f"<?xml version='1.0'?>\n<osmChange version='0.6'>{''.join(changes)}</osmChange>"
        self.put(f"{self.path(self.last)}.osc.gz", gzip.compress(body.encode()))
        self.put_state(self.last, at=at)

    def put_state(self, sequence: int, *, at: str) -> None:
        """Publish a state as that of its number and as the newest; `at` is ISO 8601."""
        state = f"#a comment\nsequenceNumber={sequence}\ntimestamp={at.replace(':', chr(92) + ':')}\n".encode()
        self.put(f"{self.path(sequence)}.state.txt", state)
        self.put("state.txt", state)

    def put(self, path: str, body: bytes, *, status: int = 200, **headers: str) -> None:
        """Answer a path with these bytes."""
        self.answers[f"/updates/{path}"] = (status, headers, body)

    def publish_days(self, *days: int) -> None:
        """Publish a file without changes for each of these days of November 2026, as the first."""
        self.last = 0
        for day in days:
            self.publish(at=f"2026-11-{day}T21:21:12Z")

    @staticmethod
    def path(sequence: int) -> str:
        """Give the path of a change, without its suffix."""
        return f"{sequence // 1_000_000:03}/{sequence // 1000 % 1000:03}/{sequence % 1000:03}"


@contextmanager
def replicating() -> Iterator[Replication]:
    """Serve until the end of the block."""
    told = Replication()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told.asked.append(self.path)
            status, headers, body = told.answers.get(self.path, (404, {}, b"not here"))
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_given: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        told.url = f"http://127.0.0.1:{server.server_address[1]}/updates"
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield told
        finally:
            server.shutdown()
            thread.join()


def as_extract(source: Path, target: Path, **header: str) -> Path:
    """Write a drawn map as an extract is published: a PBF file whose header tells of its replication."""
    told = osmium.io.Header()
    for name, value in header.items():
        told.set(f"osmosis_replication_{name}", value)
    with osmium.SimpleWriter(str(target), header=told, overwrite=True) as writer:
        for thing in osmium.FileProcessor(source):
            writer.add(thing)
    return target
