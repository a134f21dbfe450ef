"""Fetching a bundle over HTTP: broken connections, servers without ranges, wrong files."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from cli.bundles.bundle_commands import fetch, of
from trigpoint.engines import fetching
from trigpoint.engines.generations import folder_in_service


class Store(BaseHTTPRequestHandler):
    """An object store on loopback. `breaks` is after how many bytes each connection breaks."""

    files: dict[str, bytes]
    breaks: list[int]
    ranges: bool
    asked: list[str]

    def do_GET(self) -> None:
        content = self.files.get(self.path.partition("?")[0])
        wanted = self.headers.get("Range")
        self.asked.append(f"{self.path.partition('?')[0]} {wanted or ''}".strip())
        if content is None:
            self.send_response(404)
            self.send_header("content-length", "0")
            self.end_headers()
            return
        start = int(wanted.removeprefix("bytes=").removesuffix("-")) if wanted and self.ranges else 0
        if start >= len(content):
            self.send_response(416)
            self.send_header("content-length", "0")
            self.end_headers()
            return
        self.send_response(206 if wanted and self.ranges else 200)
        if wanted and self.ranges:
            self.send_header("content-range", f"bytes {start}-{len(content) - 1}/{len(content)}")
        self.send_header("content-length", str(len(content) - start))
        self.end_headers()
        rest = content[start:]
        if not self.path.partition("?")[0].endswith(".sha256") and self.breaks:
            rest = rest[: self.breaks.pop(0)]
            self.close_connection = True
        self.wfile.write(rest)

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def a_store(built: Path, *, breaks: list[int] | None = None, ranges: bool = True) -> Iterator[tuple[str, list[str]]]:
    content = built.read_bytes()
    asked: list[str] = []
    files = {"/town.zip": content, "/town.zip.sha256": f"{of(built)}  town.zip\n".encode()}
    handler = type("Here", (Store,), {"files": files, "breaks": breaks or [], "ranges": ranges, "asked": asked})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}/town.zip", asked
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_bundle_is_fetched_and_the_downloaded_file_is_removed(built: Path, data: Path) -> None:
    with a_store(built) as (url, asked):
        told = fetch(url)
        assert told.code == 0, told.err
        assert told.json["changed"] == ["places"]
        assert asked == ["/town.zip.sha256", "/town.zip"]
        assert fetch(url).json["changed"] == []
        assert asked[2:] == ["/town.zip.sha256"]  # the same bundle is not fetched again
    assert folder_in_service(data / "places") is not None
    assert list(data.glob("fetching-*")) == []


def test_a_download_is_resumed_after_a_broken_connection(built: Path, data: Path) -> None:
    with a_store(built, breaks=[1000, 0, 2000]) as (url, asked):
        told = fetch(url)
        assert told.code == 0, told.err
        assert asked[1:] == ["/town.zip", "/town.zip bytes=1000-", "/town.zip bytes=1000-", "/town.zip bytes=3000-"]
    assert folder_in_service(data / "places") is not None


def test_from_a_server_without_ranges_the_download_starts_again(built: Path, data: Path) -> None:
    with a_store(built, breaks=[1000], ranges=False) as (url, _asked):
        assert fetch(url).code == 0
    assert folder_in_service(data / "places") is not None


def test_an_incomplete_download_keeps_the_old_data_and_is_resumed_by_the_next_command(built: Path, data: Path) -> None:
    with a_store(built, breaks=[1500, *([0] * fetching.TRIES)]) as (url, asked):
        told = fetch(url)
        shown = " ".join(told.err.split())
        assert told.code != 0
        assert "after 1,500 bytes. Nothing was changed. Repeat the command to resume it." in shown
        assert folder_in_service(data / "places") is None
        del asked[:]
        assert fetch(url).code == 0
        assert asked == ["/town.zip.sha256", "/town.zip bytes=1500-"]


def test_a_downloaded_file_with_a_wrong_checksum_is_removed(built: Path, data: Path) -> None:
    with a_store(built) as (url, _asked):
        told = fetch(url, "--sha256", "1" * 64)
        assert told.code == 2
        assert "Nothing was changed." in " ".join(told.err.split())
    assert list(data.glob("fetching-*")) == []
    assert folder_in_service(data / "places") is None


def test_secrets_in_a_url_are_not_printed(built: Path, data: Path) -> None:
    del data
    with a_store(built) as (url, _asked):
        secret = url.replace("http://", "http://user:pass4711@").replace("town", "nothing") + "?X-Signature=s3cr3t4711"
        told = fetch(secret)
    assert told.code != 0
    assert "/nothing.zip.sha256" in told.err
    assert "4711" not in told.err + told.out


def test_a_checksum_fetched_without_tls_is_refused(data: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import httpx

    def answer(_client: object, url: str) -> httpx.Response:
        return httpx.Response(200, text="0" * 64, request=httpx.Request("GET", url))

    monkeypatch.setattr(httpx.Client, "get", answer)
    told = fetch("http://maps.example.com/town.zip")
    assert told.code == 2
    assert "must be an https address" in " ".join(told.err.split())
    assert not (data / "places").exists()


@pytest.mark.parametrize("source", ["http://[", "https://", "http://127.0.0.1:99999/x.zip", "http://127.0.0.1:x/x.zip"])
def test_a_url_that_nothing_can_fetch_is_refused(data: Path, source: str) -> None:
    del data
    told = fetch(source)
    assert (told.code, "'SOURCE' must be a file, or an http or https URL" in told.err) == (2, True)
