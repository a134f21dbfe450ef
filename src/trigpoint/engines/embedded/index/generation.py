"""A generation of places: what it holds, and whether it is whole."""

import json
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from trigpoint.base.errors import UnavailableError
from trigpoint.engines import generations
from trigpoint.home import DataFolder

FORMAT = 9
"""Raised when a generation is written in another form; one of another format is not read, and says so."""

DATA = "places.sqlite"
TEXT = "text"
ABOUT = "about.json"


@dataclass(frozen=True, slots=True)
class ImportedFile:
    """A file that a generation was made from; `timestamp` is the time of its data, if it says one."""

    name: str
    bytes: int
    timestamp: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a generation holds and where it came from. `box`, around all of it, is south, west, north, east.

    `sizes` are the bytes of each of its files, by which one that was cut short is noticed.
    """

    made_at: str
    seconds: float
    bytes: int
    counts: dict[str, int]
    files: list[ImportedFile] = field(default_factory=list)
    box: tuple[float, float, float, float] | None = None
    attribution: str = "© OpenStreetMap contributors"
    licence: str = "ODbL 1.0"
    world: bool = False
    format: int = FORMAT
    sizes: dict[str, int] = field(default_factory=dict)


def new_generation(places: Path) -> AbstractContextManager[Path]:
    """Give an empty folder for a generation of places; raises ConflictError while another import of them runs."""
    return generations.new_generation(places, what="places")


def write_about(folder: Path, about: About) -> None:
    """Write what a generation holds, with the sizes of its files; the last file of a generation to be written."""
    told = asdict(about) | {"sizes": _sizes_in(folder)}
    (folder / ABOUT).write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")


def read_about(folder: Path) -> About:
    """Read what a generation holds, whatever its format. Raises UnavailableError if that cannot be read."""
    try:
        told = json.loads((folder / ABOUT).read_bytes())
        told = {"format": 1} | {name: told[name] for name in About.__dataclass_fields__ if name in told}
        files = [ImportedFile(**file) for file in told.pop("files")]
        box = told.pop("box", None)
        return About(**told, files=files, box=tuple(box) if box else None)
    except PermissionError as error:
        raise UnavailableError(generations.not_readable(folder)) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise UnavailableError(damaged(folder, f"{ABOUT} cannot be read")) from error


def read_whole(folder: Path) -> About:
    """Read what a generation holds, if it is one that can be answered from.

    Raises UnavailableError, which says what to do, for another format and for a file that is missing or cut short.
    """
    about = read_about(folder)
    if about.format != FORMAT:
        made_from = ", ".join(file.name for file in about.files)
        raise UnavailableError(
            f"The places in {folder} were imported by another version of Trigpoint (format {about.format}; this"
            f" version reads format {FORMAT}). {_again(folder, made_from)}"
        )
    found = _sizes_in(folder)
    for name, size in about.sizes.items():
        if found.get(name) != size:
            came = "is missing" if name not in found else f"has {found[name]} bytes instead of {size}"
            raise UnavailableError(damaged(folder, f"{name} {came}", about=about))
    return about


def damaged(folder: Path, what: str, *, about: About | None = None) -> str:
    """Say that a generation cannot be answered from, and what to do."""
    made_from = ", ".join(file.name for file in about.files) if about is not None else ""
    return f"The places in {folder} are damaged: {what}. {_again(folder, made_from)}"


def _again(folder: Path, made_from: str) -> str:
    if folder.name == DataFolder(folder.parent).regions.name:
        return "One of the regions is: 'trigpoint region build --places' imports all again that are kept."
    source = f" (they were made from {made_from})" if made_from else ""
    region = folder.parent.parent
    is_named = region.parent.name == DataFolder(region.parent.parent).regions.name
    command = f"trigpoint import --region {region.name} FILE" if is_named else "trigpoint places import FILE"
    return f"Import them again with '{command}'{source}, or all that are kept with 'trigpoint region build --places'."


def _sizes_in(folder: Path) -> dict[str, int]:
    """Measure the files of a generation that stay as they were written: tantivy's locks and this one's own are none."""
    kept = (path for path in sorted(folder.rglob("*")) if path.suffix != ".lock" and path.name != ABOUT)
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in kept if path.is_file()}
