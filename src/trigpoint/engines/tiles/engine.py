"""The tile engine: several tile sets, each from its own source."""

from collections.abc import Sequence

from trigpoint.base.errors import NotFoundError, shorten
from trigpoint.engines.tiles.sources import Source
from trigpoint.maps.engines import DataSource, EngineStatus
from trigpoint.maps.tiles import OSM, Tile, TileAddress, TileSet

NO_MAP = "No tiles have been built: the map shows the world alone. Build some with 'trigpoint tiles build FILE'."


class Tiles:
    """Implements `maps.engines.TileEngine`."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self._sources = {source.name: source for source in sources}

    def tile_sets(self) -> tuple[TileSet, ...]:
        """List the tile sets in service."""
        sets = (source.tile_set() for source in self._sources.values())
        return tuple(one for one in sets if one is not None)

    def find_tile_set(self, name: str) -> TileSet | None:
        """Find the tile set in service with a name."""
        source = self._sources.get(name)
        return None if source is None else source.tile_set()

    async def find_tile(self, name: str, address: TileAddress) -> Tile | None:
        """Return a tile of a set, None if the set has no tile there. Raises NotFoundError for an unknown set or zoom level."""
        source = self._sources.get(name)
        if source is None:
            known = ", ".join(f"'{one}'" for one in self._sources)
            raise NotFoundError(f"There is no set of tiles '{shorten(name)}'; there are {known}.")
        described = source.tile_set()
        if described is not None and not (described.min_zoom <= address.z <= described.max_zoom and address.exists()):
            raise NotFoundError(
                f"The set '{name}' has no tile {address.z}/{address.x}/{address.y}: its zoom levels are"
                f" {described.min_zoom} to {described.max_zoom}, and columns and rows go from 0 to 2^zoom - 1."
            )
        return await source.find(address)

    async def start(self) -> None:
        """Open the files, and request the TileJSON of the tile servers."""
        for source in self._sources.values():
            await source.start()

    async def close(self) -> None:
        """Close files and connections."""
        for source in self._sources.values():
            await source.close()

    async def status(self) -> EngineStatus:
        """Report which sets are in service. Waits briefly for a tile server whose TileJSON has not arrived yet."""
        for source in self._sources.values():
            if source.tile_set() is None:
                await source.start()
        sets = self.tile_sets()
        troubles = {source.name: source.trouble for source in self._sources.values() if source.trouble}
        names = {one.name for one in sets}
        osm = self._sources.get(OSM)
        stays = " What was in service before stays." if troubles.keys() & names else ""
        detail = (
            " ".join(troubles.values()) + stays if troubles else describe(sets, osm.origin if osm is not None else "")
        )
        return EngineStatus(
            engine="tiles",
            ready=not troubles.keys() - names,
            detail=detail,
            sources=tuple(source_of(one) for one in sets if one.attributions),
            counts={"sets": len(sets)},
            holds_region=OSM in names,
        )


def describe(sets: Sequence[TileSet], origin: str) -> str:
    """Describe in one sentence what the map shows, and from which source."""
    osm = next((one for one in sets if one.name == OSM), None)
    if osm is None:
        return NO_MAP
    return f"Draws {origin} to zoom {osm.max_zoom}, version {osm.version}."


def source_of(one: TileSet) -> DataSource:
    """Describe the data of a set, with the attribution that its licences require."""
    return DataSource(
        name=one.name,
        attribution=", ".join(attribution.text for attribution in one.attributions),
        licence="ODbL 1.0" if any("OpenStreetMap" in notice.text for notice in one.attributions) else "",
        as_of=one.as_of,
    )
