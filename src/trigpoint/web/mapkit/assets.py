"""Static files: the script and its chunks, which are public, and fonts and icons, which need an access key.

Each file is read once. Files with an additional suffix `.br` or `.gz` are compressed versions, for clients that accept this
encoding.
"""

import hashlib
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources
from pathlib import Path

from trigpoint.base.errors import NotFoundError
from trigpoint.web.asgi import Header
from trigpoint.web.calls import is_known
from trigpoint.web.mapkit.answers import OPEN_HEADERS, Answer
from trigpoint.web.mapkit.request_headers import RequestHeaders, encodings_of

SCRIPT_NAMES = frozenset({"mapkit.js", "mapkit.core.js"})
VERSION = re.compile(r"[56](?:\.(?:x|\d{1,4})\.(?:x|\d{1,4}))?", re.ASCII)
"""The versions of a script's address, as Apple's pages write them: 5.x.x, 5.78.1, 6, 6.x.x (contract §7.1)."""
NAME = re.compile(r"[A-Za-z0-9@_-][A-Za-z0-9@._-]{0,127}", re.ASCII)
MEDIA_TYPES = {
    "js": b"text/javascript; charset=utf-8",
    "mjs": b"text/javascript; charset=utf-8",
    "css": b"text/css; charset=utf-8",
    "json": b"application/json",
    "png": b"image/png",
    "svg": b"image/svg+xml",
    "woff2": b"font/woff2",
}
COMPRESSED = (("br", ".br"), ("gzip", ".gz"))
FIVE_MINUTES: Header = (b"cache-control", b"public, max-age=300")
FOR_EVER: Header = (b"cache-control", b"public, max-age=31536000, immutable")


@dataclass(frozen=True, slots=True)
class File:
    """A file in its encodings; "" is the plain one."""

    variants: dict[str, bytes]
    media_type: bytes
    etag: bytes

    def answer(self, request_headers: RequestHeaders, caching: Header) -> Answer:
        """Respond with the best encoding that the client accepts, or with 304."""
        common = (*OPEN_HEADERS, caching, (b"etag", self.etag), (b"vary", b"accept-encoding"))
        if request_headers.if_none_match and is_known(request_headers.if_none_match, self.etag):
            return Answer(304, common)
        taken = encodings_of(request_headers.accept_encoding)
        encoding = next((name for name, _ in COMPRESSED if name in taken and name in self.variants), "")
        encoded = ((b"content-encoding", encoding.encode()),) if encoding else ()
        return Answer(200, (*common, (b"content-type", self.media_type), *encoded), self.variants[encoding])


def find_script(version: str, name: str) -> File:
    """Find `/mk/{version}/{name}`. Raises NotFoundError."""
    if VERSION.fullmatch(version) is None or name not in SCRIPT_NAMES:
        raise NotFoundError(f"There is no script at /mk/{version}/{name}; there is /mk/5.x.x/mapkit.js, for example.")
    return read_file("script", name)


def find_chunk(name: str) -> File:
    """Find `/mk/assets/{name}`, a part of the script whose name changes with its content. Raises NotFoundError."""
    return read_file("script/assets", name)


def chunk_address(start: str) -> str:
    """Give the URL of the chunk of the script with a prefix; "" if there is none."""
    found = sorted(path.name for path in (static() / "script" / "assets").glob(f"{start}*.mjs"))
    return f"/mk/assets/{found[0]}" if found else ""


def read_file(folder: str, name: str) -> File:
    """Read a file below `static`, once. Raises NotFoundError if it does not exist or is not public."""
    if NAME.fullmatch(name) is None or name.rpartition(".")[2] not in MEDIA_TYPES:
        raise NotFoundError(f"There is no file '{name}'.")
    return _read(folder, name)


def read_folder_file(package: str, folder: str, name: str) -> File:
    """Read a file in another folder, once, by the same rules. Raises NotFoundError."""
    if NAME.fullmatch(name) is None or name.rpartition(".")[2] not in MEDIA_TYPES:
        raise NotFoundError(f"There is no file '{name}'.")
    return _read_of(package, folder, name)


@cache
def _read(folder: str, name: str) -> File:
    return _load(static() / folder, name)


@cache
def _read_of(package: str, folder: str, name: str) -> File:
    return _load(Path(str(resources.files(package))) / folder, name)


def _load(folder: Path, name: str) -> File:
    path = folder / name
    try:
        plain = path.read_bytes()
    except OSError as error:  # missing files are not cached, because exceptions are not
        raise NotFoundError(f"There is no file '{name}'.") from error
    variants = {"": plain}
    for encoding, ending in COMPRESSED:
        beside = path.with_name(name + ending)
        if beside.is_file():
            variants[encoding] = beside.read_bytes()
    etag = f'W/"{hashlib.sha256(plain).hexdigest()[:16]}"'.encode("ascii")
    return File(variants, MEDIA_TYPES[name.rpartition(".")[2]], etag)


@cache
def static() -> Path:
    """Give the folder of the files that are built or vendored."""
    return Path(str(resources.files("trigpoint.web.mapkit"))) / "static"
