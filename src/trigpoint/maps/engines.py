"""The protocols that engines answer; the platform knows engines only through these."""

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
    """An engine has no such question at all (HTTP 503). The text says what to set so that another one answers it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DataSource:
    """A set of data that an engine answers from, with the words that its licence wants shown."""

    name: str
    attribution: str
    licence: str
    as_of: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RegionStatus:
    """What an engine holds of one region; `trouble` says what is the matter with its newest data and what to do.

    It `answers` unless it cannot be read at all; with a trouble it may answer from older data.
    """

    name: str
    source: DataSource | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    answers: bool = True
    trouble: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineStatus:
    """What an engine says of itself: `detail` is one sentence for a person; counts are by kind of thing held.

    `example` is something that it can be asked for and answers, an address if it has any; empty if it knows of nothing.
    `holds_region` tells whether it holds data of a region, beside the world that every installation has. `regions` are
    those that it answers from apart from each other, if it can tell; `sources` and `counts` are of all.
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
    """An engine that knows places. Every method may raise UnavailableError, and nothing else on purpose."""

    async def geocode(self, query: GeocodeQuery) -> tuple[Place, ...]:
        """Find the places that a text names, best first; empty when nothing matches."""
        ...

    async def explain(self, query: GeocodeQuery) -> Explanation:
        """Say why a text is answered as `geocode` answers it."""
        ...

    async def reverse(self, query: ReverseQuery) -> tuple[Place, ...]:
        """Find what is at a point: the address or road, else the area; empty where there is nothing."""
        ...

    async def search(self, query: SearchQuery) -> SearchFound:
        """Find one page of places. `query.place_id` has been dealt with by the atlas."""
        ...

    async def autocomplete(self, query: AutocompleteQuery) -> tuple[Completion, ...]:
        """Complete what is being typed, best first, at most `query.rows`."""
        ...

    async def find_places(self, ids: Sequence[PlaceId], *, lang: str) -> Mapping[PlaceId, Place]:
        """Look up well-formed IDs; those that are unknown are left out of the answer."""
        ...

    async def find_alternate_ids(self, ids: Sequence[PlaceId]) -> Mapping[PlaceId, tuple[PlaceId, ...]]:
        """Give the other IDs of the same places (often none); unknown IDs are left out of the answer."""
        ...

    async def status(self) -> EngineStatus:
        """Say what is loaded; never raises."""
        ...


class RouteEngine(Protocol):
    """An engine that knows ways. Every method may raise UnavailableError, and nothing else on purpose."""

    async def routes(self, query: RouteQuery) -> tuple[Route, ...]:
        """Find the ways between two points, best first; empty when there is none."""
        ...

    async def etas(self, query: EtaQuery) -> tuple[Eta, ...]:
        """Give the travel time to each destination, in the order asked."""
        ...

    async def start(self) -> None:
        """Get ready, so that the first question does not wait. Never raises."""
        ...

    async def close(self) -> None:
        """Let go of processes and connections."""
        ...

    async def status(self) -> EngineStatus:
        """Say what is loaded; never raises."""
        ...


class TileEngine(Protocol):
    """An engine that has the tiles of the map."""

    def tile_sets(self) -> tuple[TileSet, ...]:
        """List the sets that are in service now, from memory; empty where nothing is installed."""
        ...

    def find_tile_set(self, name: str) -> TileSet | None:
        """Find the set of that name that is in service now, from memory: the same object until it is exchanged."""
        ...

    async def find_tile(self, name: str, address: TileAddress) -> Tile | None:
        """Give a tile of the set of that name; None where the set has nothing to draw.

        Raises NotFoundError for an unknown set or an address outside its zoom levels, UnavailableError where the tile
        cannot be had now (a damaged file, a tile server that does not answer).
        """
        ...

    async def start(self) -> None:
        """Get ready, so that the first tile does not wait. Never raises."""
        ...

    async def close(self) -> None:
        """Let go of files and connections."""
        ...

    async def status(self) -> EngineStatus:
        """Say what is loaded; never raises."""
        ...


class SnapshotEngine(Protocol):
    """An engine that paints pictures of the map. Nothing that it is given can cost more than one of its workers."""

    def version(self) -> str:
        """Say which map is painted now, from memory: another text after any change that could change a picture."""
        ...

    async def load_images(self, sources: Sequence[ImageSource]) -> tuple[LoadedImage | None, ...]:
        """Fetch images from where they may be fetched from, in order; None for each that could not be had. Never raises."""
        ...

    async def paint(self, picture: Picture) -> bytes:
        """Paint a picture as a PNG of `size` times `scale` dots. Raises NotPaintedError, and nothing else on purpose."""
        ...

    async def start(self) -> None:
        """Get ready, so that the first picture does not wait. Never raises."""
        ...

    async def close(self) -> None:
        """Let go of processes and connections."""
        ...

    async def status(self) -> EngineStatus:
        """Say what paints; never raises."""
        ...
