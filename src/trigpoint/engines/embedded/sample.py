"""The sample region in the index of places."""

from pathlib import Path

from trigpoint.base.errors import NotFoundError, UnavailableError
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.embedded.importing.extract_reader import Progress
from trigpoint.engines.embedded.index.generation import About, read_about, read_whole
from trigpoint.engines.generations import folder_in_service
from trigpoint.engines.sample import INSTALL, SAMPLE, find_sample
from trigpoint.home import DataFolder


def sample_file() -> Path:
    """Give the extract of the sample region. Raises NotFoundError if it is not installed."""
    file = find_sample()
    if file is None:
        raise NotFoundError(f"{INSTALL}, or import a region of your own with 'trigpoint places import FILE'.")
    return file


def ensure_sample(home: Path, *, progress: Progress) -> About | None:
    """Import the sample if no places have been imported under this TRIGPOINT_HOME; None if there are some.

    A sample that cannot be read (another version made it, or it is damaged) is imported anew. Other places never are:
    only who imported them has their files.
    """
    places = DataFolder(home).places
    folder = folder_in_service(places)
    if folder is not None and not _is_unreadable_sample(folder):
        return None
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
