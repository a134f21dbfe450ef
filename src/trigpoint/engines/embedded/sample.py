"""Importing the sample region into the place index."""

from pathlib import Path
from typing import TYPE_CHECKING

from trigpoint.base.errors import NotFoundError, UnavailableError
from trigpoint.engines.embedded.index.generation import About, read_about, read_whole
from trigpoint.engines.generations import folder_in_service
from trigpoint.engines.sample import INSTALL, SAMPLE, find_sample
from trigpoint.home import DataFolder

if TYPE_CHECKING:
    from trigpoint.engines.progress import Progress


def sample_file() -> Path:
    """Return the path of the sample's extract. Raises NotFoundError if it is not installed."""
    file = find_sample()
    if file is None:
        raise NotFoundError(f"{INSTALL}, or import a region of your own with 'trigpoint import FILE'.")
    return file


def ensure_sample(home: Path, *, progress: "Progress") -> About | None:
    """Import the sample if no places have been imported into this data folder; return None if there are some.

    A sample of another version or a damaged one is imported again. Other places never are, as their files are not known.
    """
    places = DataFolder(home).places
    folder = folder_in_service(places)
    if folder is not None and not _is_unreadable_sample(folder):
        return None
    from trigpoint.engines.embedded.importing.building import import_files  # servers that import nothing do without it

    return import_files(places, [sample_file()], progress=progress)


def _is_unreadable_sample(folder: Path) -> bool:
    try:
        read_whole(folder)
    except UnavailableError:
        try:
            return [file.name for file in read_about(folder).files] == [Path(SAMPLE).name]
        except UnavailableError:
            return False
    return False
