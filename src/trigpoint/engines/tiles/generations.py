"""A generation of the map's tiles: one PMTiles file, and what it was made from."""

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path

from trigpoint.base.errors import UnavailableError
from trigpoint.engines.generations import folder_in_service, not_readable
from trigpoint.home import DataFolder

MAP = "map.pmtiles"
ABOUT = "about.json"


@dataclass(frozen=True, slots=True)
class BuiltFrom:
    """A file that a map was drawn from; `timestamp` is the time of its data in ISO 8601, if it says one."""

    name: str
    bytes: int
    timestamp: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class AboutMap:
    """What a generation holds and where it came from. `features` are counted by layer, `seconds` are of the clock.

    `languages` are the BCP 47 tags of the names that were kept, beside the local name of each thing.
    """

    made_at: str
    seconds: float
    bytes: int
    writer: str
    features: dict[str, int]
    languages: list[str]
    files: list[BuiltFrom] = field(default_factory=list)

    @property
    def data_time(self) -> str | None:
        """The time of the newest data, if a file told one."""
        return max((file.timestamp for file in self.files if file.timestamp), default=None)


def map_in_service(home: Path) -> Path | None:
    """Give the tiles that were built under a TRIGPOINT_HOME, or None."""
    folder = folder_in_service(DataFolder(home).tiles)
    return folder / MAP if folder is not None else None


def write_about(folder: Path, about: AboutMap) -> None:
    """Write what a generation holds."""
    (folder / ABOUT).write_text(json.dumps(asdict(about), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def read_about(folder: Path) -> AboutMap:
    """Read what a generation holds. Raises UnavailableError, which says what to do, if that cannot be read."""
    try:
        about = json.loads((folder / ABOUT).read_bytes())
        files = [BuiltFrom(**file) for file in about.pop("files")]
        return AboutMap(**about, files=files)
    except PermissionError as error:
        raise UnavailableError(not_readable(folder)) from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        remedy = "Build them again with 'trigpoint tiles build FILE'."
        raise UnavailableError(f"The tiles in {folder} are damaged: {ABOUT} cannot be read. {remedy}") from error
