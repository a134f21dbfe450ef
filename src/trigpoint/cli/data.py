"""`trigpoint data`: packing the map data into one file, and putting it into service on other machines."""

import json
import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, ExitStack, contextmanager, suppress
from pathlib import Path
from typing import Annotated, Any

import typer

from trigpoint.base.clock import to_iso
from trigpoint.base.errors import ConflictError, InvalidError, NotFoundError, UnavailableError, refuse_secret, shorten
from trigpoint.cli import output
from trigpoint.cli.region_work import retire_sample
from trigpoint.cli.sources import data_to_write, import_shown
from trigpoint.engines.bundles import (
    HEX,
    OF_REGION,
    Bundle,
    Part,
    is_region,
    open_bundle,
    refused,
    sha256_of,
    write_bundle,
)
from trigpoint.engines.generations import folder_in_service, new_generation
from trigpoint.engines.locks import held
from trigpoint.engines.progress import Progress
from trigpoint.engines.regions import DEFAULT, Region, find_regions, locked, region_at, take_out
from trigpoint.engines.tiles.generations import MAP, read_about
from trigpoint.home import DataFolder
from trigpoint.settings import Settings, read_settings

app = typer.Typer(no_args_is_help=True, help="The map data as one file: build once, serve on many machines.")

GAZETTEER_S = 300.0
"""Seconds that a fetch waits for a running build of the gazetteer; on a busy machine that takes minutes."""
LOOK_EACH_S = 0.5
LABELS = {
    "file": "File",
    "source": "Source",
    "bytes": "Bytes",
    "sha256": "SHA-256",
    "parts": "Parts",
    "changed": "Put into service",
    "removed": "Taken out of service",
}


Found = tuple[Path | None, str]
"""The path of a bundle (None if it is in service already), and its SHA-256."""


@app.command(epilog="Example: trigpoint data pack liechtenstein.zip")
def pack(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The file to write; it must not exist.")],
    as_json: output.Json = False,
) -> None:
    """Write the places of all regions, routes, tiles and the gazetteer to one file, and FILE.sha256 beside it."""
    refuse_secret("FILE", str(file))
    settings = read_settings()
    with output.progress("Packing", total=1.0, quiet=as_json) as show:
        folders = find_folders(settings, lambda done, step: show(done, step=step))
        with new_bundle(file) as draft:
            written = write_bundle(
                draft, folders, made_at=to_iso(time.time()), tell=lambda done, step: show(done, step=step)
            )
    file.with_name(f"{file.name}.sha256").write_text(f"{written.sha256}  {file.name}\n")  # as sha256sum writes it
    members = {"file": str(file), "bytes": written.bytes, "sha256": written.sha256, "parts": sorted(written.parts)}
    output.show_one(members, as_json=as_json, labels=LABELS)


@contextmanager
def new_bundle(file: Path) -> Iterator[Path]:
    """Create a hidden file beside `file`, and give it that name at the end of the block if nothing failed.

    Raises ConflictError if the file exists. What killed commands have left in this folder is removed.
    """
    from trigpoint.authority.new_files import create_draft, publish  # needs locks, which Windows does not have

    exists = f"{file} exists; a bundle is written to a new file."
    if file.exists():
        raise ConflictError(exists)
    draft, descriptor = create_draft(file, mode=0o666)
    try:
        yield draft
        os.fsync(descriptor)
        publish(draft, file)
    except FileExistsError:
        raise ConflictError(exists) from None
    finally:
        draft.unlink(missing_ok=True)
        os.close(descriptor)


@app.command(epilog="Example: trigpoint data fetch https://maps.example.com/liechtenstein.zip")
def fetch(
    source: Annotated[str, typer.Argument(metavar="URL-OR-FILE", help="A bundle that 'trigpoint data pack' wrote.")],
    sha256: Annotated[
        str | None, typer.Option("--sha256", metavar="HEX", help="Its SHA-256. [default: what SOURCE.sha256 says]")
    ] = None,
    as_json: output.Json = False,
) -> None:
    """Put the map data of a bundle into service, also under running servers.

    The current data stays in service until the whole bundle was downloaded and checked. An interrupted download is
    resumed. A bundle that is in service already is not downloaded again.
    """
    refuse_secret("--sha256", "" if sha256 is None or HEX.fullmatch(sha256.lower()) else sha256)
    if sha256 is not None and HEX.fullmatch(sha256.lower()) is None:
        raise InvalidError(
            "--sha256", "64 hexadecimal digits", example="the first word of FILE.sha256", received=sha256
        )
    data = data_to_write()
    with import_shown("Fetching", "a bundle of map data") as tell, _alone(data):
        wanted = None if sha256 is None else sha256.lower()
        from_there = fetch_bundle if "://" in source else find_bundle
        with from_there(source, wanted, data, lambda done: tell(0.6 * done, "fetching the bundle")) as found:
            path, digest = found
            removed: list[str] = []
            if path is None:
                changed, parts = [], sorted(_fetched_before(data).get("parts", {}))
            else:
                with open_bundle(path) as bundle:
                    changed = put_into_service(bundle, data, lambda done, step: tell(0.6 + 0.4 * done, step))
                    parts = sorted(bundle.parts)
                removed = remove_others(data, parts)
                retire_sample(data)
        _remember(data, digest, parts)
    members = {"sha256": digest, "parts": parts, "changed": changed, "removed": removed or None}
    output.show_one(members, as_json=as_json, labels=LABELS)
    if not changed:
        output.say("All of this bundle was in service already.")


def find_folders(settings: Settings, tell: Progress) -> dict[str, Path]:
    """Return the generations in service by part. Builds a missing gazetteer. Raises NotFoundError without any data."""
    from trigpoint.engines.embedded.gazetteer.service import ensure_gazetteer, gazetteer_home, gazetteer_in_service

    data = settings.data_folder
    found = {part_of(region): folder_in_service(region.shelf) for region in find_regions(data)}
    found |= {name: folder_in_service(DataFolder(data).shelf(name)) for name in ("routes", "tiles")}
    folders = {name: folder.resolve() for name, folder in found.items() if folder is not None}
    if not folders:
        raise NotFoundError(f"No map data has been imported into {data}. Import some with 'trigpoint import FILE'.")
    if settings.gazetteer:
        home = gazetteer_home(data, settings.home)
        if gazetteer_in_service(home) is None:
            tell(0.0, "the towns of the world")
        folders["gazetteer"] = ensure_gazetteer(home)
    return folders


def part_of(region: Region) -> str:
    """Return the name of a region's places as a part of a bundle."""
    return "places" if region.name == DEFAULT else f"{OF_REGION}{region.name}"


@contextmanager
def find_bundle(source: str, sha256: str | None, data: Path, tell: Callable[[float], None]) -> Iterator[Found]:
    """Yield a local bundle and its SHA-256, which must match `sha256` or, without it, the file SOURCE.sha256.

    Raises NotFoundError without the file, InvalidError if the SHA-256 is unknown or does not match.
    """
    path = Path(source).expanduser()
    if not path.is_file():
        raise NotFoundError(f"There is no file '{shorten(source)}'.")
    beside = path.with_name(f"{path.name}.sha256")
    if sha256 is None and not beside.is_file():
        hint = f"There is no file {beside.name} beside it either."
        raise InvalidError("--sha256", "given", example=f"sha256sum {path.name}", hint=hint)
    wanted = sha256 or (beside.read_text().split() or [""])[0].lower()
    if _is_in_service(data, wanted):
        yield None, wanted
        return
    digest = sha256_of(path)
    tell(1.0)
    if digest != wanted:
        raise refused(f"its SHA-256 is {digest} and not {wanted}")
    yield path, digest


@contextmanager
def fetch_bundle(source: str, sha256: str | None, data: Path, tell: Callable[[float], None]) -> Iterator[Found]:
    """Download a bundle to the data folder; yield it with its SHA-256, and delete it at the end of the block."""
    import httpx

    from trigpoint.engines import fetching

    if not fetching.is_url(source):
        raise InvalidError("SOURCE", "a file, or an http or https URL", example="https://maps.example.com/region.zip")
    with httpx.Client(timeout=fetching.TIMEOUT, follow_redirects=True) as client:
        wanted = sha256 or fetching.find_sum(client, source)
        if _is_in_service(data, wanted):
            yield None, wanted
            return
        target = data / f"fetching-{wanted[:16]}.part"
        for left in data.glob("fetching-*.part"):
            if left != target:
                left.unlink()
        fetching.fetch(client, source, target, sha256=wanted, tell=tell)
    try:
        yield target, wanted
    finally:
        target.unlink(missing_ok=True)


def put_into_service(bundle: Bundle, data: Path, tell: Progress) -> list[str]:
    """Unpack and check every part that is not in service yet, and then put all of them into service.

    Returns the names of these parts.
    """
    new = {name: part for name, part in bundle.parts.items() if not _is_same(data, name, part)}
    bundle.check_room(data)
    total, done = sum(part.bytes for part in new.values()) or 1, 0

    def count(more: int) -> None:
        nonlocal done
        done += more
        tell(done / total, "unpacking")

    try:
        with ExitStack() as stack:
            for name, part in new.items():
                room = _enter_room(stack, data, name, part.generation, lambda step: tell(done / total, step))
                bundle.unpack(name, room, tell=count)
                check_part(name, room)
    except UnavailableError as error:
        raise UnavailableError(f"{error} Nothing was changed.") from error
    return sorted(new)


def remove_others(data: Path, parts: list[str]) -> list[str]:
    """Remove the regions that the previous bundle had and this one lacks; return their parts.

    Regions that were imported on this machine are kept, and so are those that another process is changing.
    """
    removed = []
    for name in sorted(set(_fetched_before(data).get("parts", {})) - set(parts)):
        if not is_region(name) or _in_service(data, name) is None:
            continue
        region = region_at(data, name.removeprefix(OF_REGION))
        with suppress(ConflictError), locked(data, region):
            if region.kept() is None:
                take_out(data, region)
                removed.append(name)
    return removed


def check_part(name: str, room: Path) -> None:
    """Open an unpacked part with its engine. Raises UnavailableError or BuildError if that fails."""
    from trigpoint.engines.embedded.index.generation import read_whole
    from trigpoint.engines.tiles.pmtiles import Archive
    from trigpoint.engines.valhalla.shipped import check_network

    if name in {"places", "gazetteer"} or is_region(name):
        read_whole(room)
    elif name == "tiles":
        read_about(room)
        Archive(room / MAP).close()
    elif name == "routes":
        check_network(room)


def _enter_room(stack: ExitStack, data: Path, name: str, generation: str, tell: Callable[[str], None]) -> Path:
    """Begin a new generation of a part, and return its folder; for places, the lock of their region is taken as well.

    A server that has just started may be building the gazetteer, so its lock is waited for. No other lock is waited for,
    so that two commands cannot deadlock. Raises ConflictError while another process changes the part.
    """
    if name == "places" or is_region(name):
        stack.enter_context(
            locked(data, region_at(data, DEFAULT if name == "places" else name.removeprefix(OF_REGION)))
        )
    until = time.monotonic() + (GAZETTEER_S if name == "gazetteer" else 0.0)
    while True:
        try:
            return stack.enter_context(_room(data, name, generation))
        except ConflictError:
            if time.monotonic() >= until:
                raise
        tell("waiting for a server that is building the gazetteer")
        time.sleep(LOOK_EACH_S)


def _room(data: Path, name: str, generation: str) -> AbstractContextManager[Path]:
    shelf = DataFolder(data).shelf(name)
    shelf.parent.mkdir(parents=True, exist_ok=True)  # with the usual permissions, as servers of other users may read it
    return new_generation(shelf, what=name, name=generation)


def _in_service(data: Path, name: str) -> Path | None:
    return folder_in_service(DataFolder(data).shelf(name))


def _is_same(data: Path, name: str, part: Part) -> bool:
    """Tell whether a part is in service, by its name and sizes, which suffice as a generation is never changed."""
    folder = _in_service(data, name)
    if folder is None or folder.name != part.generation:
        return False
    sizes = ((folder / entry.path, entry.bytes) for entry in part.files)
    return all(path.is_file() and path.stat().st_size == size for path, size in sizes)


def _fetched_before(data: Path) -> Mapping[str, Any]:
    try:
        told = json.loads(DataFolder(data).fetched.read_text())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def _is_in_service(data: Path, sha256: str) -> bool:
    """Tell whether a bundle was the last one fetched, and all of its parts are still in service."""
    told = _fetched_before(data)
    parts = told.get("parts")
    if told.get("sha256") != sha256 or not isinstance(parts, dict) or not parts:
        return False
    folders = {name: _in_service(data, name) for name in parts}
    return all(folder is not None and folder.name == parts[name] for name, folder in folders.items())


def _remember(data: Path, sha256: str, parts: list[str]) -> None:
    folders = {name: _in_service(data, name) for name in parts}
    names = {name: folder.name for name, folder in folders.items() if folder is not None}
    fetched = DataFolder(data).fetched
    draft = fetched.with_name(f"{fetched.name}.draft")
    draft.write_text(json.dumps({"sha256": sha256, "parts": names}) + "\n")
    draft.replace(fetched)


@contextmanager
def _alone(data: Path) -> Iterator[None]:
    """Hold the lock against other fetches into the same data folder during the block."""
    busy = "Another fetch into this data folder is running; wait until it has ended."
    with held(DataFolder(data).fetch_lock, busy=busy):
        yield
