"""Where a set of tiles comes from: the protocol of a source, and files that are exchanged while they are served."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from trigpoint.base.errors import UnavailableError
from trigpoint.maps.tiles import Tile, TileAddress, TileSet

TRIES = 5
LOOK_EACH_S = 0.25
"""How often it is looked whether a file has been exchanged for another."""


class Source(Protocol):
    """One set of tiles. `trouble` says why it is not served as it should be, None when all is well."""

    name: str
    trouble: str | None

    @property
    def origin(self) -> str:
        """Where the set in service comes from, in a few words and without secrets."""
        ...

    def tile_set(self) -> TileSet | None:
        """Describe the set in service; None while there is none."""
        ...

    async def find(self, address: TileAddress) -> Tile | None:
        """Give a tile, None for an empty one. Raises UnavailableError."""
        ...

    async def start(self) -> None:
        """Get ready. Never raises."""
        ...

    async def close(self) -> None:
        """Let go of everything."""
        ...


class OpenArchive(Protocol):
    """A file that is open, and the set that it holds."""

    described: TileSet
    origin: str

    def find(self, address: TileAddress) -> Tile | None:
        """Give a tile, None for an empty one. Raises UnavailableError where the file is damaged."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...


class FollowedFile:
    """A set of tiles in a file that may be exchanged: `locate` says which file is in service now.

    Reads are a few microseconds, so they happen on the event loop: every answer is wholly of one file. A newer file
    that cannot be opened leaves the one before it in service, and is tried again when it changes.
    """

    def __init__(
        self,
        name: str,
        locate: Callable[[], Path | None],
        open_archive: Callable[[Path], OpenArchive],
        *,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.name = name
        self.trouble: str | None = None
        self._locate = locate
        self._open_archive = open_archive
        self._clock = clock
        self._opened: OpenArchive | None = None
        self._stamp: tuple[object, ...] | None = None
        self._looked = float("-inf")

    @property
    def origin(self) -> str:
        """The file in service, or what it was made from."""
        return self._opened.origin if self._opened is not None else ""

    def tile_set(self) -> TileSet | None:
        """Describe the set in service."""
        self._follow()
        return self._opened.described if self._opened is not None else None

    async def find(self, address: TileAddress) -> Tile | None:
        """Give a tile of the file in service."""
        self._follow()
        if self._opened is None:
            raise UnavailableError(self.trouble or f"No tiles are in service for the set '{self.name}'.")
        try:
            return self._opened.find(address)
        except UnavailableError as error:
            self.trouble = str(error)
            self._looked = float("-inf")
            raise

    async def start(self) -> None:
        """Open the file."""
        self._follow()

    async def close(self) -> None:
        """Let go of the file."""
        if self._opened is not None:
            self._opened.close()
        self._opened, self._stamp, self._looked = None, None, float("-inf")

    def _follow(self) -> None:
        now = self._clock()
        if now - self._looked < LOOK_EACH_S:
            return
        self._looked = now
        for _ in range(TRIES):
            try:
                path = self._locate()
            except UnavailableError as error:
                self.trouble, self._stamp = str(error), None
                return
            stamp = stamp_of(path)
            if stamp != self._stamp:
                self._exchange(path, stamp)
            if self._locate() == path:  # else a build has removed it in the same moment
                return

    def _exchange(self, path: Path | None, stamp: tuple[object, ...]) -> None:
        try:
            opened = self._open_archive(path) if path is not None else None
        except UnavailableError as error:
            self.trouble = str(error)
        except OSError as error:
            self.trouble = f"The tiles in {path} cannot be read: {error.strerror or error}."
        else:
            self.trouble = None
            before, self._opened = self._opened, opened
            if before is not None:
                before.close()
        self._stamp = stamp


def stamp_of(path: Path | None) -> tuple[object, ...]:
    """Give what changes whenever another file is at a place, or the file itself changes."""
    if path is None:
        return (None,)
    try:
        found = path.stat()
    except OSError:
        return (path, None)
    return path, found.st_ino, found.st_size, found.st_mtime_ns
