"""Valhalla's installation, and the configurations of its builders and engines."""

import json
from importlib.util import find_spec
from pathlib import Path

from trigpoint.base.errors import UnavailableError
from trigpoint.base.geo import METRES_PER_KILOMETRE

INSTALL = (
    "Routes need Valhalla, which is not installed: pip install 'trigpoint[routes]' on Python 3.12 or later on Linux or "
    "macOS 14 with an Apple chip ('make run' picks the newest Python it finds). Or set TRIGPOINT_VALHALLA_URL to a "
    "Valhalla service."
)
NOTHING = "nowhere"

TIMED_MATRIX_M = 100_000
"""Beyond this distance, travel times to several destinations ignore the time of day, as that search is far slower."""

KEPT_LABELS = 200_000
"""Search labels (about 100 bytes each) for which an engine keeps memory between queries. That is enough for a region; long
routes in a country allocate more, and free it again. Freeing all of it after each query would make routes 10 % slower."""
BUILT = "tiles"
"""The subfolder of a build that the builder writes its tiles into."""


def is_installed() -> bool:
    """Tell whether the wheel of the embedded engine is installed."""
    return find_spec("valhalla") is not None


def find_builder(name: str) -> Path:
    """Return the path of one of the wheel's programs. Raises UnavailableError if the wheel is not installed."""
    spec = find_spec("valhalla")
    if spec is None or not spec.submodule_search_locations:
        raise UnavailableError(INSTALL)
    return Path(spec.submodule_search_locations[0], "bin", name)


def write_build_configuration(room: Path, *, with_transit: bool) -> Path:
    """Write the builders' configuration for a build in the folder `room`; return the file's path."""
    from valhalla.config import get_config

    (room / BUILT).mkdir()
    configuration = get_config(tile_extract="", tile_dir=str(room / BUILT), verbose=True)
    configuration["mjolnir"] |= {
        "admin": str(room / "admins.sqlite"),
        "timezone": str(room / NOTHING),
        "landmarks": str(room / NOTHING),
        "traffic_extract": str(room / NOTHING),
        "transit_dir": str(room / ("transit" if with_transit else NOTHING)),
        "transit_feeds_dir": str(room / ("feeds" if with_transit else NOTHING)),
    }
    configuration["additional_data"] = {"elevation": str(room / NOTHING)}
    path = room / "build.json"
    path.write_text(json.dumps(configuration), encoding="utf-8")
    return path


def make_engine_configuration(generation: Path) -> dict[str, object]:
    """Return an engine's configuration: the packed tiles, no log, and the limits of a self-hosted server."""
    from valhalla.config import get_config

    from trigpoint.engines.valhalla.generations import TILES

    configuration: dict[str, dict[str, object]] = get_config(tile_extract=generation / TILES, tile_dir="")
    nowhere = str(generation / NOTHING)
    configuration["mjolnir"] |= dict.fromkeys(("admin", "timezone", "landmarks", "traffic_extract"), nowhere)
    configuration["mjolnir"] |= {"transit_dir": nowhere, "transit_feeds_dir": nowhere}
    configuration["additional_data"] = {"elevation": nowhere}
    thor = configuration["thor"]
    thor |= {name: KEPT_LABELS for name in thor if name.startswith("max_reserved_labels_count_")}
    narrow(thor["costmatrix"])["allow_second_pass"] = (
        True  # reach by time what a route reaches: yards, no through traffic
    )
    limits = configuration["service_limits"]
    limits["allow_hard_exclusions"] = True
    limits["max_timedep_distance_matrix"] = TIMED_MATRIX_M
    for costing, kilometres in (("auto", 5000), ("pedestrian", 500), ("bicycle", 1000), ("multimodal", 500)):
        section = narrow(limits[costing])
        section["max_distance"] = float(kilometres * METRES_PER_KILOMETRE)
        section["max_matrix_distance"] = float(min(kilometres, 1000) * METRES_PER_KILOMETRE)
    return dict(configuration)


def narrow(section: object) -> dict[str, object]:
    """Return a section of the wheel's configuration as a dict. Raises TypeError if it is none."""
    if not isinstance(section, dict):
        raise TypeError(f"Valhalla's configuration has changed: {section!r} was a section.")
    return section
