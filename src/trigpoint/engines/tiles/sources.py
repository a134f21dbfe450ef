"""Where a tile set comes from: the protocol of a source, and files that may be replaced while they are in service."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from trigpoint.base.errors import UnavailableError
from trigpoint.maps.tiles import Tile, TileAddress, TileSet

TRIES = 5
LOOK_EACH_S = 0.25
"""Seconds between two checks whether the file was replaced."""


class Source(Protocol):
    """One tile set. `trouble` is the message of the current problem with it, or None."""

    name: str
    trouble: str | None

    @property
    def origin(self) -> str:
        """Where the set in service comes from, in a few words for people. Contains no secrets."""
        ...

    def tile_set(self) -> TileSet | None:
        """Describe the set in service, None if there is none."""
        ...

    async def find(self, address: TileAddress) -> Tile | None:
        """Return a tile, None if the set has none at this address. Raises UnavailableError."""
        ...

    async def start(self) -> None:
        """Open the file or connect to the server. Never raises."""
        ...

    async def close(self) -> None:
        """Release all resources."""
        ...


class OpenArchive(Protocol):
    """An open tile archive, and the tile set that it holds."""

    described: TileSet
    origin: str

    def find(self, address: TileAddress) -> Tile | None:
        """Return a tile, None if the archive has none at this address. Raises UnavailableError if the file is damaged."""
        ...

    def close(self) -> None:
        """Close the file."""
        ...


class FollowedFile:
    """A tile set in a file that may be replaced at any time. `locate` returns the path of the file that should be in service.

    Reads take a few microseconds, so they run on the event loop. If a new file cannot be opened, the previous one stays
    in service, and the new one is tried again when it changes.
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
        """The name of the file in service, or of the files that it was built from."""
        return self._opened.origin if self._opened is not None else ""

    def tile_set(self) -> TileSet | None:
        """Describe the set in service."""
        self._follow()
        return self._opened.described if self._opened is not None else None

    async def find(self, address: TileAddress) -> Tile | None:
        """Return a tile of the file in service, or None."""
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
        """Close the file."""
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
            if self._locate() == path:  # otherwise a build removed it in the meantime
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
    """Return path, inode, size and modification time of a file: they differ if the file was replaced or changed."""
    if path is None:
        return (None,)
    try:
        found = path.stat()
    except OSError:
        return (path, None)
    return path, found.st_ino, found.st_size, found.st_mtime_ns
