"""One function for each reader of untrusted input. A fuzzer calls it: it may refuse the input, and nothing else."""

import asyncio
import base64
import gzip
import io
import itertools
import json
import socket
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import mapbox_vector_tile
from uvicorn.server import ServerState

from credentials.builders import a_private_key, an_access_token, an_auth_token, key_facts
from snapshots_fakes import PNG
from trigpoint.authority import outside
from trigpoint.authority.backup_file import BackupReader, BackupWriter, Manifest
from trigpoint.authority.outside import Outside, UnreachableError
from trigpoint.authority.vault import Vault
from trigpoint.base.errors import InvalidError, TrigpointError
from trigpoint.base.networks import read_networks
from trigpoint.credentials import auth_checks, auth_token, snapshot_checks
from trigpoint.credentials.call import Call
from trigpoint.credentials.jws import MalformedError, read_jws
from trigpoint.credentials.keypair import read_found_private_key, read_private_key, read_public_key
from trigpoint.credentials.leak_patterns import find_secrets
from trigpoint.credentials.ledger import Head
from trigpoint.credentials.services import Service
from trigpoint.credentials.snapshot_checks import SnapshotCase
from trigpoint.credentials.snapshot_signature import sign_message
from trigpoint.credentials.snapshot_url import SECRET, SIGNED_START, read_query, shown_parameters
from trigpoint.engines.embedded.importing.extract_reader import read_files
from trigpoint.engines.embedded.importing.staging import Staging
from trigpoint.engines.snapshots.images import MOST_PIXELS, prepare, read_size
from trigpoint.engines.snapshots.vectors import DamagedTileError, clip, read_tile
from trigpoint.maps.snapshots.pictures import LoadedImage
from trigpoint.web.limits import LimitedProtocol
from trigpoint.web.server import server_config

PEM = a_private_key().pem()
DER = base64.b64decode(b"".join(PEM.splitlines()[1:-1]))
CALL = Call(Service.SERVER_API, "https://example.com", 1_800_000_000.0)


def must(holds: bool, told: object = "") -> None:
    """Fail unless something holds."""
    if not holds:
        raise AssertionError(told)


@dataclass(frozen=True)
class Target:
    """A reader, and inputs to begin with. `cost` is about how many inputs of another one take as long as one of it."""

    feed: Callable[[bytes], None]
    seeds: tuple[bytes, ...]
    cost: int = 1


def feed_tokens(data: bytes) -> None:
    """The reader of tokens: an accepted token is read back unchanged, and every check terminates."""
    text = data.decode("utf-8", "replace")
    try:
        jws = read_jws(text)
    except MalformedError as error:
        must(0 <= error.check < 5)
    else:
        must(jws.signing_input.decode() == text.rpartition(".")[0])
    findings = auth_checks.judge(auth_token.open_case(text, CALL)).findings
    must(findings)


def feed_snapshot_urls(data: bytes) -> None:
    """The reader of a snapshot's URL: every check terminates, and no secret of it is shown."""
    query = data.replace(b"\r", b"").replace(b"\n", b"")
    url = read_query(query)
    case = SnapshotCase(CALL, url, "https://a.example/", key=key_facts(), thorough=True)
    findings = snapshot_checks.judge(case).findings
    must(len(findings) == len(snapshot_checks.CHECKS))
    must(all(value == SECRET[name] for name, value in shown_parameters(query) if name in SECRET))
    must(not url.message or (SIGNED_START + query).startswith(url.message + b"&signature="))


def feed_tiles_of_snapshots(data: bytes) -> None:
    """The painter's reader of tiles: a tile of another server is drawn as far as it can be read, or left out."""
    try:
        tile = read_tile(data, "")
    except DamagedTileError:
        return
    layer = tile.layer("streets")
    for feature in layer.features if layer is not None else ():
        path, box = feature.shape()
        must(len(box) == 4 and set(path) <= set("mlz -0123456789"))
        for line in feature.lines():
            must(all(len(piece) > 1 for piece in clip(line, layer.extent if layer is not None else 1)))


def feed_images_of_snapshots(data: bytes) -> None:
    """The reader of images: it accepts only a PNG, a JPEG or a GIF of a bounded size."""
    image = prepare(LoadedImage(data, 8, 8))
    size = read_size(data)
    must(image is None or (size is not None and 0 < size[1] * size[2] <= MOST_PIXELS))


def feed_keys(data: bytes) -> None:
    """The readers of keys: they raise only the documented error, which contains no part of a key."""
    for read in (read_private_key, read_public_key):
        for text in (data, data.decode("latin-1")):
            try:
                key = read(text)
            except InvalidError as error:
                must(len(str(error)) < 1_000)
                must(PEM.decode()[60:90] not in str(error))
            else:
                must(read(key.pem()).pem() == key.pem())
    read_found_private_key(data)


def feed_leak_scanner(data: bytes) -> None:
    """The leak scanner: each finding has a line of the text."""
    text = data.decode("latin-1")
    for secret in find_secrets(text):
        must(1 <= secret.line <= text.count("\n") + 1)
        must(secret.expires_at is None or isinstance(secret.expires_at, float))
        must(secret.text not in repr(secret))


class _Transport(asyncio.Transport):
    """A connection that keeps what is written to it."""

    def __init__(self) -> None:
        super().__init__({"peername": ("192.0.2.1", 1), "sockname": ("192.0.2.2", 80)})
        self.written = b""
        self.closing = False
        self.reading = True

    def write(self, data: Any) -> None:
        self.written += bytes(data)

    def is_closing(self) -> bool:
        return self.closing

    def close(self) -> None:
        self.closing = True

    abort = close

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        pass

    def pause_reading(self) -> None:
        self.reading = False

    def resume_reading(self) -> None:
        self.reading = True

    def is_reading(self) -> bool:
        return self.reading

    def get_write_buffer_size(self) -> int:
        return 0

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        pass


async def _app(scope: Any, receive: Any, send: Any) -> None:
    """Read the body, and answer with its length."""
    length, more = 0, True
    while more:
        message = await receive()
        if message["type"] == "http.disconnect":
            return
        length += len(message.get("body", b""))
        more = message.get("more_body", False)
    body = f"{scope['method']} {length}".encode()
    headers = [(b"content-length", str(len(body)).encode())]
    await send({"type": "http.response.start", "status": 200, "headers": headers})
    await send({"type": "http.response.body", "body": body})


@cache
def _loop() -> asyncio.AbstractEventLoop:
    return asyncio.new_event_loop()


@cache
def _config() -> Any:
    config = server_config(_app)
    config.load()
    return config


def feed_http(data: bytes) -> None:
    """The HTTP protocol, in pieces: it responds or closes, and buffers no more than its limits."""
    loop = _loop()
    broken: list[Any] = []
    loop.set_exception_handler(lambda _loop, context: broken.append(context))

    async def serve() -> bytes:
        protocol = LimitedProtocol(_config(), ServerState(), {}, loop)
        transport = _Transport()
        protocol.connection_made(transport)
        size = data[0] * 8 + 1 if data else 1
        for start in range(0, len(data), size):
            if transport.closing or not transport.reading:
                break
            protocol.data_received(data[start : start + size])
            await asyncio.sleep(0)
        for _ in range(20):
            await asyncio.sleep(0)
        protocol.connection_lost(None)
        await asyncio.sleep(0)
        return transport.written

    written = loop.run_until_complete(serve())
    must(not broken, broken)
    must(written == b"" or written.startswith((b"HTTP/1.1 ", b"HTTP/1.0 ")))


VAULT = Vault(bytes(32))


@cache
def a_backup() -> bytes:
    file = io.BytesIO()
    writer = BackupWriter(file, VAULT)
    writer.write_manifest(Manifest(1, "1.0", "0001", Head(2, "ab" * 32), {"teams": 2}, "check", None))
    for _ in writer.write_table("teams", ["team_id", "name"], [{"team_id": "A", "name": "B"}] * 2):
        pass
    writer.finish()
    return file.getvalue()


def feed_backup(data: bytes) -> None:
    """The reader of backups, compressed or not: an altered file is refused."""
    for file in (data, gzip.compress(data, 1, mtime=0)):
        reader = BackupReader(io.BytesIO(file), "a.tpb")
        try:
            reader.manifest()
            reader.require_unaltered(VAULT)
        except TrigpointError as error:
            must("a.tpb" in str(error))
        else:
            rows = [row for _, table in reader.tables() for row in table]
            must(rows == [{"team_id": "A", "name": "B"}] * 2)


XML = b"""<?xml version='1.0' encoding='UTF-8'?><osm version="0.6"><node id="1" version="1" lat="47.1" lon="9.5" \
timestamp="2026-01-01T00:00:00Z"><tag k="addr:housenumber" v="1-9"/><tag k="addr:street" v="A"/></node>\
<node id="2" version="1" lat="47.2" lon="9.6"><tag k="name" v="B"/><tag k="amenity" v="cafe"/></node>\
<way id="1" version="1"><nd ref="1"/><nd ref="2"/><tag k="highway" v="residential"/><tag k="name" v="C"/></way>\
<relation id="1" version="1"><member type="way" ref="1" role="street"/><tag k="type" v="associatedStreet"/></relation></osm>"""


@cache
def _folder() -> Path:
    return Path(tempfile.mkdtemp(prefix="trigpoint-fuzz-"))


@cache
def _number() -> Any:
    return itertools.count()


def feed_extract(data: bytes) -> None:
    """The readers of extracts, in both formats: a file without map data is refused."""
    folder = _folder()
    suffix = ".osm" if data[:1] == b"<" else ".osm.pbf"
    path = folder / f"{next(_number())}{suffix}"
    path.write_bytes(data)
    staging = Staging(path.with_suffix(".staging"))
    try:
        read_files([path], staging, nodes=folder / "nodes", progress=lambda _done, _step: None)
    except TrigpointError as error:
        must(path.name in str(error))
    finally:
        staging.close()
        path.unlink()
        path.with_suffix(".staging").unlink(missing_ok=True)


def feed_webhook_answer(data: bytes) -> None:
    """The response of a webhook's receiver: a status, or an error in our own words."""
    ours, theirs = socket.socketpair()
    with theirs, mock.patch.object(outside.socket, "create_connection", return_value=ours):
        theirs.settimeout(5)
        theirs.sendall(data[:60_000])
        theirs.shutdown(socket.SHUT_WR)
        try:
            status = Outside(read_networks("127.0.0.0/8"), deadline_s=5).post("http://127.0.0.1/hook", b"{}", {})
        except UnreachableError as error:
            words = str(error).removeprefix("127.0.0.1 (127.0.0.1) did not respond: ")
            must(words in KNOWN_WORDS, words)
        else:
            must(100 <= status <= 999)


KNOWN_WORDS = {
    "it took too long.",
    "the connection was closed before there was an answer.",
    "the response is not HTTP.",
}

SNAPSHOT = b"center=1%2C2&z=14&teamId=K5GNLXS2QT&keyId=2X9R4HXF34"
TILE = mapbox_vector_tile.encode(
    [
        {
            "name": "streets",
            "features": [
                {"geometry": "LINESTRING(0 0, 900 900, 4200 100)", "properties": {"kind": "trunk", "lanes": 2}},
                {"geometry": "POLYGON((0 0, 50 0, 50 50, 0 0), (9 3, 9 9, 14 9, 9 3))", "properties": {"area": True}},
            ],
        }
    ]
)
TARGETS = {
    "snapshot-tiles": Target(feed_tiles_of_snapshots, (TILE, gzip.compress(TILE, mtime=0)), 3),
    "snapshot-images": Target(
        feed_images_of_snapshots, (PNG, PNG[:40], b"GIF89a\2\0\3\0\0\0\0", b"\xff\xd8\xff\xc0\0\x11\x08\0\x20\0\x10"), 6
    ),
    "snapshot-urls": Target(
        feed_snapshot_urls,
        (
            SNAPSHOT + b"&signature=" + sign_message(a_private_key(), b"/api/v1/snapshot?" + SNAPSHOT).encode(),
            SNAPSHOT + b"&expires=1795449600&referer=https%3A%2F%2Fa.example&signature=" + b"A" * 86,
            b"center=auto&token=a.b.c",
        ),
        4,
    ),
    "tokens": Target(
        feed_tokens, (an_auth_token().encode(), an_access_token().encode(), b"eyJ.eyJ.a", b'{"alg":"ES256"}'), 4
    ),
    "keys": Target(
        feed_keys, (PEM, DER, base64.b64encode(DER), b"-----BEGIN PUBLIC KEY-----\nMFkw\n-----END PUBLIC KEY-----"), 2
    ),
    "http": Target(
        feed_http,
        (
            b"\x10GET / HTTP/1.1\r\nHost: a\r\n\r\n"[1:],
            b"POST /a HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabcGET /b HTTP/1.1\r\nHost: a\r\n\r\n",
            b"POST /a HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            b"GET /\xc3\xa4?q=\xff HTTP/1.0\r\nConnection: keep-alive\r\nExpect: 100-continue\r\n\r\n",
        ),
        6,
    ),
    "backup": Target(
        feed_backup, (a_backup(), gzip.decompress(a_backup()), b"{}\n[]\n" + json.dumps({"hmac": 1}).encode()), 2
    ),
    "leaks": Target(
        feed_leak_scanner,
        (
            b"web | " + PEM.replace(b"\n", b"\nweb | "),
            base64.b64encode(base64.b64encode(PEM)),
            DER.hex(":").encode(),
            str(list(DER)).encode(),
            b"x=" + an_auth_token().encode(),
        ),
        2,
    ),
    "extract": Target(
        feed_extract, (XML, XML.replace(b"47.1", b"nan"), b"\x00\x00\x00\x0d\x0a\x09OSMHeader\x18\x7c"), 20
    ),
    "webhook": Target(
        feed_webhook_answer,
        (
            b"HTTP/1.1 204 No Content\r\nX: y\r\n\r\n",
            b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\n\r\nbody",
            b"SSH-2.0-x\r\n",
        ),
        6,
    ),
}
