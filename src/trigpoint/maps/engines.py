"""The protocols that engines implement; the rest of the server knows engines only through these."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from trigpoint.base.errors import UnavailableError
from trigpoint.maps.explained import Explanation
from trigpoint.maps.place_ids import PlaceId
from trigpoint.maps.places import Completion, Place, SearchFound
from trigpoint.maps.queries import AutocompleteQuery, GeocodeQuery, ReverseQuery, SearchQuery
from trigpoint.maps.routes import Eta, EtaQuery, Route, RouteQuery
from trigpoint.maps.snapshots.pictures import LoadedImage, Picture
from trigpoint.maps.snapshots.queries import ImageSource
from trigpoint.maps.tiles import Tile, TileAddress, TileSet


class CannotError(UnavailableError):
    """An engine does not support a query at all (HTTP 503). The message says which setting adds an engine that does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSource:
    """A data set that an engine answers from, with the attribution that its licence requires."""

    name: str
    attribution: str
    licence: str
    as_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionStatus:
    """The status of one region in an engine. `trouble` says what is wrong with its newest data, and what to do.

    `answers` is False only if no data of the region can be read. With a `trouble`, older data may still be in service.
    """

    name: str
    source: DataSource | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    answers: bool = True
    trouble: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStatus:
    """The status of an engine. `detail` is one sentence for a person; `counts` are numbers of records by kind.

    `example` is a query that the engine can answer, an address if it has any; "" if it has no data. `holds_region` tells
    whether it has data of a region, besides the world data of every installation. `regions` has the status of each
    region, if the engine has separate regions; `sources` and `counts` are of all regions together.
    """

    engine: str
    ready: bool
    detail: str
    sources: tuple[DataSource, ...] = ()
    counts: Mapping[str, int]
    example: str = ""
    holds_region: bool = True
    regions: tuple[RegionStatus, ...] = ()


class PlaceEngine(Protocol):
    """An engine for places. Every method may raise UnavailableError; any other error is a bug."""

    async def geocode(self, query: GeocodeQuery) -> tuple[Place, ...]:
        """Find the places that a text names, best first; empty when nothing matches."""
        ...

    async def explain(self, query: GeocodeQuery) -> Explanation:
        """Explain the result of `geocode` for the same query."""
        ...

    async def reverse(self, query: ReverseQuery) -> tuple[Place, ...]:
        """Find what is at a point: the address or road, else the area; empty where there is nothing."""
        ...

    async def search(self, query: SearchQuery) -> SearchFound:
        """Find one page of places. The atlas has already handled `query.place_id`."""
        ...

    async def autocomplete(self, query: AutocompleteQuery) -> tuple[Completion, ...]:
        """Complete what is being typed, best first, at most `query.rows`."""
        ...

    async def find_places(self, ids: Sequence[PlaceId], *, lang: str) -> Mapping[PlaceId, Place]:
        """Look up well-formed IDs; unknown ones are left out of the result."""
        ...

    async def find_alternate_ids(self, ids: Sequence[PlaceId]) -> Mapping[PlaceId, tuple[PlaceId, ...]]:
        """Return the other IDs of the same places (often none); unknown IDs are left out of the result."""
        ...

    async def status(self) -> EngineStatus:
        """Say what is loaded; never raises."""
        ...


class RouteEngine(Protocol):
    """An engine for routes. Every method may raise UnavailableError; any other error is a bug."""

    async def routes(self, query: RouteQuery) -> tuple[Route, ...]:
        """Find routes between two points, best first; empty if there is none."""
        ...

    async def etas(self, query: EtaQuery) -> tuple[Eta, ...]:
        """Return the travel time to each destination, in the order of the query."""
        ...

    async def start(self) -> None:
        """Start now, so that the first query does not wait. Never raises."""
        ...

    async def close(self) -> None:
        """End processes, and close connections."""
        ...

    async def status(self) -> EngineStatus:
        """Say what is loaded; never raises."""
        ...


class TileEngine(Protocol):
    """An engine for the tiles of the map."""

    def tile_sets(self) -> tuple[TileSet, ...]:
        """List the tile sets that are in service now, from memory; empty if none is."""
        ...

    def find_tile_set(self, name: str) -> TileSet | None:
        """Return the tile set with a name, from memory; the same object until another generation is in service."""
        ...

    async def find_tile(self, name: str, address: TileAddress) -> Tile | None:
        """Return a tile of the set with a name; None for a tile without content.

        Raises NotFoundError for an unknown set or an address outside its zoom levels, UnavailableError if the tile
        cannot be read now (a damaged file, a tile server that does not respond).
        """
        ...

    async def start(self) -> None:
        """Start now, so that the first tile does not wait. Never raises."""
        ...

    async def close(self) -> None:
        """Close files and connections."""
        ...

    async def status(self) -> EngineStatus:
        """Say what is loaded; never raises."""
        ...


class SnapshotEngine(Protocol):
    """An engine that paints pictures of the map. No input can crash more than one of its worker processes."""

    def version(self) -> str:
        """Return a version, from memory, that changes with everything that could change a picture."""
        ...

    async def load_images(self, sources: Sequence[ImageSource]) -> tuple[LoadedImage | None, ...]:
        """Fetch images from allowed URLs, in order; None for each one that could not be fetched. Never raises."""
        ...

    async def paint(self, picture: Picture) -> bytes:
        """Paint a picture as a PNG of `size` times `scale` pixels. May raise NotPaintedError; other errors are bugs."""
        ...

    async def start(self) -> None:
        """Start now, so that the first picture does not wait. Never raises."""
        ...

    async def close(self) -> None:
        """End processes, and close connections."""
        ...

    async def status(self) -> EngineStatus:
        """Say what is loaded and paints; never raises."""
        ...
