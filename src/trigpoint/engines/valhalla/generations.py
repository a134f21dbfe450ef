"""Generations of road networks: what is in their folders, and which one is in service.

routes/current              the name of the generation in service, as in `engines.generations`
routes/NAME/tiles.tar       the packed tiles, which engines map into memory
routes/NAME/network.json    the facts of the network
"""

import json
from dataclasses import asdict, dataclass
from pathlib import Path

from trigpoint.base.errors import UnavailableError
from trigpoint.engines.generations import folder_in_service

TILES = "tiles.tar"
FACTS = "network.json"


@dataclass(frozen=True, slots=True)
class Network:
    """The facts of a network. `built_at` is ISO 8601 in UTC; `data_time` is the time of the newest extract, if known."""

    sources: tuple[str, ...]
    timetables: tuple[str, ...]
    built_at: str
    data_time: str | None
    tiles: int
    tile_bytes: int
    seconds: float
    engine: str
    attribution: str = "© OpenStreetMap contributors"
    licence: str = "ODbL 1.0"


def find_current(folder: Path) -> Path | None:
    """Return the generation in service; None if there is none, or if this process has no permission to read it."""
    try:
        return folder_in_service(folder)
    except UnavailableError:
        return None


def read_network(generation: Path) -> Network:
    """Read the facts of a generation. Raises OSError, or another error if the file is damaged."""
    facts = json.loads((generation / FACTS).read_text(encoding="utf-8"))
    return Network(**{**facts, "sources": tuple(facts["sources"]), "timetables": tuple(facts["timetables"])})


def write_network(generation: Path, network: Network) -> None:
    """Write the facts of a generation."""
    (generation / FACTS).write_text(json.dumps(asdict(network), indent=2), encoding="utf-8")
