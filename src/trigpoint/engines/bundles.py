"""Bundles: one file with the map data of an installation, built once and put into service on many machines.

A bundle is a ZIP archive. Its parts are places, routes, tiles, gazetteer, and for every region with a name its places as
`regions/NAME`. `bundle.json` has the generation of each part, and the size and SHA-256 of each of its files. Nothing else
is ever unpacked: no other names, no links, and no more bytes than listed.
"""

import hashlib
import json
import re
import shutil
import stat
import zipfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from trigpoint.base.errors import InvalidError, UnavailableError
from trigpoint.engines.progress import Progress
from trigpoint.engines.regions import DEFAULT
from trigpoint.engines.regions import NAME as NAME_OF_REGION

MANIFEST = "bundle.json"
FORMAT = 1
PARTS = ("gazetteer", "places", "routes", "tiles")
OF_REGION = "regions/"
"""Prefix of parts with the places of a region."""
PACKED_ALREADY = {".pmtiles"}
"""Suffixes of files that are compressed already, so that compressing them again would save nothing."""
LEVEL = 4
CHUNK = 1 << 20
LONGEST_MANIFEST = 16 << 20
MOST_EXPANDED, ALWAYS_ALLOWED = 60, 256 << 20
"""A bundle may unpack to this multiple of its own size, or to this many bytes. (The index of a region has four times.)"""
_NAME = r"\.?[A-Za-z0-9_][A-Za-z0-9_.-]{0,99}"
NAME = re.compile(_NAME)
PATH = re.compile(rf"{_NAME}(/{_NAME})?")
HEX = re.compile(r"[0-9a-f]{64}")
ATTRIBUTIONS = ("© OpenStreetMap contributors (ODbL 1.0)", "GeoNames (CC BY 4.0)")


@dataclass(frozen=True, slots=True)
class Entry:
    """A file of a part: its path below the generation, its bytes, and its SHA-256 in hexadecimal."""

    path: str
    bytes: int
    sha256: str


@dataclass(frozen=True, slots=True)
class Part:
    """One generation in a bundle."""

    generation: str
    files: tuple[Entry, ...]

    @property
    def bytes(self) -> int:
        """Its unpacked size in bytes."""
        return sum(entry.bytes for entry in self.files)


@dataclass(frozen=True, slots=True)
class Written:
    """The result of `write_bundle`: size in bytes and SHA-256 in hexadecimal."""

    bytes: int
    sha256: str
    parts: Mapping[str, Part]


def write_bundle(draft: Path, folders: Mapping[str, Path], *, made_at: str, tell: Progress) -> Written:
    """Write the generations in `folders` (by part) to a file that has no name yet: an empty one that exists.

    Raises UnavailableError if a generation is replaced meanwhile.
    """
    parts: dict[str, Part] = {}
    done = 0
    try:
        total = sum(path.stat().st_size for folder in folders.values() for path in _files_of(folder)) or 1
        with zipfile.ZipFile(draft, "w", compression=zipfile.ZIP_DEFLATED, compresslevel=LEVEL) as archive:
            for name, folder in folders.items():
                entries = []
                for path in _files_of(folder):
                    tell(done / total, name)
                    entries.append(_add(archive, name, path, folder))
                    done += entries[-1].bytes
                parts[name] = Part(folder.name, tuple(entries))
            archive.writestr(zipfile.ZipInfo(MANIFEST), _manifest(parts, made_at))
    except FileNotFoundError as error:
        raise UnavailableError("An import has replaced the map data meanwhile. Run the command again.") from error
    return Written(draft.stat().st_size, sha256_of(draft), parts)


def _files_of(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.rglob("*")) if path.suffix != ".lock" and path.is_file()]


def _add(archive: zipfile.ZipFile, part: str, path: Path, folder: Path) -> Entry:
    inner = path.relative_to(folder).as_posix()
    info = zipfile.ZipInfo(f"{part}/{inner}")
    info.compress_type = zipfile.ZIP_STORED if path.suffix in PACKED_ALREADY else zipfile.ZIP_DEFLATED
    digest, size = hashlib.sha256(), 0
    with path.open("rb") as source, archive.open(info, "w", force_zip64=True) as target:
        while chunk := source.read(CHUNK):
            digest.update(chunk)
            size += len(chunk)
            target.write(chunk)
    return Entry(inner, size, digest.hexdigest())


def _manifest(parts: Mapping[str, Part], made_at: str) -> str:
    told = {
        "format": FORMAT,
        "madeAt": made_at,
        "attributions": ATTRIBUTIONS,
        "parts": {
            name: {
                "generation": part.generation,
                "files": {entry.path: {"bytes": entry.bytes, "sha256": entry.sha256} for entry in part.files},
            }
            for name, part in parts.items()
        },
    }
    return json.dumps(told, indent=1, ensure_ascii=False)


def sha256_of(path: Path) -> str:
    """Return the SHA-256 of a file in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


class Bundle:
    """An open bundle, whose list of files has been checked."""

    def __init__(self, archive: zipfile.ZipFile, path: Path) -> None:
        self._archive = archive
        self.path = path
        self.parts = _read_manifest(archive)
        _check_entries(archive, self.parts, size=path.stat().st_size)

    @property
    def bytes(self) -> int:
        """The unpacked size of everything, in bytes."""
        return sum(part.bytes for part in self.parts.values())

    def check_room(self, folder: Path) -> None:
        """Raise UnavailableError if a folder has not enough free space for everything."""
        free = shutil.disk_usage(folder).free
        if free < self.bytes:
            raise UnavailableError(
                f"The map data needs {self.bytes:,} bytes in {folder}, and {free:,} are free. Nothing was changed."
            )

    def unpack(self, name: str, folder: Path, *, tell: Callable[[int], None]) -> None:
        """Unpack a part into an empty folder. Raises InvalidError for a file that differs from its entry."""
        for entry in self.parts[name].files:
            target = folder / entry.path
            target.parent.mkdir(exist_ok=True)
            digest, size = hashlib.sha256(), 0
            with damage_told(), self._archive.open(f"{name}/{entry.path}") as source, target.open("xb") as file:
                while chunk := source.read(min(CHUNK, entry.bytes - size + 1)):
                    digest.update(chunk)
                    size += len(chunk)
                    _must(size <= entry.bytes, f"{name}/{entry.path} has more bytes than the bundle's manifest says")
                    file.write(chunk)
                    tell(len(chunk))
            _must(
                size == entry.bytes and digest.hexdigest() == entry.sha256,
                f"{name}/{entry.path} does not match the bundle's manifest",
            )


@contextmanager
def open_bundle(path: Path) -> Iterator[Bundle]:
    """Open a bundle and check its list of files. Raises InvalidError if it is damaged, or no valid bundle."""
    with damage_told():
        archive = zipfile.ZipFile(path)
    with archive:
        yield Bundle(archive, path)


@contextmanager
def damage_told() -> Iterator[None]:
    """Turn errors from reading a damaged archive into InvalidError."""
    try:
        yield
    except (zipfile.BadZipFile, EOFError, NotImplementedError, RuntimeError, ValueError, _zlib_error()) as error:
        raise refused(f"it cannot be read ({error})") from error


def _zlib_error() -> type[Exception]:
    import zlib

    return zlib.error


def refused(why: str) -> InvalidError:
    """Return the error for a bundle that is not accepted."""
    rule = "a bundle that 'trigpoint data pack' wrote"
    return InvalidError("SOURCE", rule, example="region.zip", received=why, hint="Nothing was changed.")


def _must(holds: bool, why: str) -> None:  # noqa: FBT001 (a condition)
    if not holds:
        raise refused(why)


def _read_manifest(archive: zipfile.ZipFile) -> dict[str, Part]:
    with damage_told():
        try:
            info: zipfile.ZipInfo | None = archive.getinfo(MANIFEST)
        except KeyError:
            info = None
        if info is None or info.file_size > LONGEST_MANIFEST:
            raise refused(f"there is no {MANIFEST} in it" if info is None else f"its {MANIFEST} is too long")
        with archive.open(info) as file:
            text = _read_at_most(file, LONGEST_MANIFEST)
    try:
        told = json.loads(text)
        number = told["format"]
        parts = {str(name): _read_part(part) for name, part in told["parts"].items()} if number == FORMAT else {}
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise refused(f"its {MANIFEST} cannot be read") from error
    _must(number == FORMAT, f"it is of format {number!r}, and this version reads format {FORMAT}")
    known = all(name in PARTS or is_region(name) for name in parts)
    _must(bool(parts) and known, f"its parts are not of {', '.join(PARTS)}, {OF_REGION}NAME")
    return parts


def is_region(part: str) -> bool:
    """Tell whether a part has the places of a region with a name."""
    name = part.removeprefix(OF_REGION)
    return name not in {part, DEFAULT} and NAME_OF_REGION.fullmatch(name) is not None


def _read_at_most(file: IO[bytes], most: int) -> bytes:
    text = file.read(most + 1)
    _must(len(text) <= most, f"its {MANIFEST} is too long")
    return text


def _read_part(told: Mapping[str, object]) -> Part:
    files = told["files"]
    if not isinstance(files, dict):
        raise TypeError
    entries = tuple(Entry(str(path), int(file["bytes"]), str(file["sha256"])) for path, file in files.items())
    return Part(str(told["generation"]), entries)


def _check_entries(archive: zipfile.ZipFile, parts: Mapping[str, Part], *, size: int) -> None:
    """Check that the archive has exactly the files of `bundle.json`, and no file name that leads outside its folder."""
    said: dict[str, Entry] = {}
    for name, part in parts.items():
        _must(NAME.fullmatch(part.generation) is not None, f"the generation of {name} has no usable name")
        for entry in part.files:
            shown = f"{name}/{entry.path}"
            _must(PATH.fullmatch(entry.path) is not None, f"the name {shown!r} leads out of the folder")
            _must(entry.bytes >= 0 and HEX.fullmatch(entry.sha256) is not None, f"{shown} has an invalid description")
            said[shown] = entry
    total = sum(entry.bytes for entry in said.values())
    _must(total <= max(ALWAYS_ALLOWED, MOST_EXPANDED * size), f"it would decompress to {total:,} bytes from {size:,}")
    listed = [info for info in archive.infolist() if info.filename != MANIFEST]
    names = [info.filename for info in listed]
    _must(sorted(names) == sorted(said), "its files are not those of its manifest")
    for info in listed:
        _must(not stat.S_ISLNK(info.external_attr >> 16), f"{info.filename} is a link")
        known = info.compress_type in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
        _must(
            known and info.file_size == said[info.filename].bytes,
            f"{info.filename} does not match the bundle's manifest",
        )
