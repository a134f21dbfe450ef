"""A generation of places: its facts, and a check whether it is complete."""

import json
from contextlib import AbstractContextManager
from dataclasses import asdict, dataclass, field
from pathlib import Path

from trigpoint.base.errors import UnavailableError
from trigpoint.engines import generations
from trigpoint.engines.generations import ABOUT, ImportedFile
from trigpoint.home import DataFolder

FORMAT = 9
"""The format version of generations; it is raised with every change. Other versions are not read, with an error."""

DATA = "places.sqlite"
TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """The facts of a generation. `box`, around all of its data, is south, west, north, east.

    `sizes` has the size of each file in bytes, by which truncated files are noticed.
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
    """Yield an empty folder for a generation of places. Raises ConflictError while another import runs."""
    return generations.new_generation(places, what="places")


def write_about(folder: Path, about: About) -> None:
    """Write the facts of a generation, with the sizes of its files; this must be the last file to be written."""
    told = asdict(about) | {"sizes": _sizes_in(folder)}
    (folder / ABOUT).write_text(json.dumps(told, indent=2, ensure_ascii=False) + "\n")


def read_about(folder: Path) -> About:
    """Read the facts of a generation of any format. Raises UnavailableError if they cannot be read."""
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
    """Read the facts of a generation, and check that it is usable.

    Raises UnavailableError, which says what to do, for another format, and for a missing or truncated file.
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
    """Return the message for a damaged generation, with what to do."""
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
    """Return the sizes of a generation's files, without lock files and the file with the facts."""
    kept = (path for path in sorted(folder.rglob("*")) if path.suffix != ".lock" and path.name != ABOUT)
    return {path.relative_to(folder).as_posix(): path.stat().st_size for path in kept if path.is_file()}
