"""A generation of map tiles: one PMTiles file, and its facts."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from trigpoint.base.errors import UnavailableError
from trigpoint.engines.generations import ABOUT, ImportedFile, folder_in_service, not_readable
from trigpoint.home import DataFolder

MAP = "map.pmtiles"


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutMap:
    """The facts of a generation. `features` are counted by layer, `seconds` is the wall-clock time of the build.

    `languages` are the BCP 47 tags of names in the tiles, besides local names.
    """

    made_at: str
    seconds: float
    bytes: int
    writer: str
    features: dict[str, int]
    languages: list[str]
    files: list[ImportedFile] = field(default_factory=list)

    @property
    def data_time(self) -> str | None:
        """The time of the newest data, if known."""
        return max((file.timestamp for file in self.files if file.timestamp), default=None)


def map_in_service(home: Path) -> Path | None:
    """Return the tile file in service in a data folder; None if there is none."""
    folder = folder_in_service(DataFolder(home).tiles)
    return folder / MAP if folder is not None else None


def write_about(folder: Path, about: AboutMap) -> None:
    """Write the facts of a generation."""
    (folder / ABOUT).write_text(json.dumps(asdict(about), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_about(folder: Path) -> AboutMap:
    """Read the facts of a generation. Raises UnavailableError, which says what to do, if they cannot be read."""
    try:
        about = json.loads((folder / ABOUT).read_bytes())
        files = [ImportedFile(**file) for file in about.pop("files")]
        return AboutMap(**about, files=files)
    except PermissionError as error:
        raise UnavailableError(not_readable(folder)) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        remedy = "Build them again with 'trigpoint tiles build FILE'."
        raise UnavailableError(f"The tiles in {folder} are damaged: {ABOUT} cannot be read. {remedy}") from error
