"""Hot swap: the generations of all regions are open as one index, and are replaced by newer ones between requests."""

import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path

from trigpoint.base.errors import UnavailableError
from trigpoint.engines.embedded.index.generation import read_about
from trigpoint.engines.embedded.index.joining import join
from trigpoint.engines.embedded.index.reader import IndexReader, damage_told, open_generation
from trigpoint.engines.embedded.index.records import OsmBox
from trigpoint.engines.embedded.index.twins import Shared
from trigpoint.engines.generations import CURRENT, folder_in_service, stamp_of
from trigpoint.engines.regions import DEFAULT
from trigpoint.home import DataFolder

LOOK_EACH_S = 0.25
QUIET_S = 1.0
"""Seconds without a query after which the next query waits until a newer generation is open."""

TRIES = 5
Stamp = tuple[int, str]


@dataclass(frozen=True, slots=True)
class OpenRegion:
    """A region in service: its reader, and a problem with its newest generation, if any.

    Without a reader the region is lost: nothing can be answered from it. `box` is its extent then, if known.
    """

    name: str
    stamp: Stamp
    reader: IndexReader | None
    trouble: str | None = None
    box: OsmBox | None = None


@dataclass(frozen=True, slots=True)
class InService:
    """The data for one request: `reader` reads all regions as one, and is None if none can be read.

    `fault` says why newer data could not be put into service, if no single region is the cause.
    """

    reader: IndexReader | None = None
    regions: tuple[OpenRegion, ...] = ()
    fault: str | None = None

    @property
    def lost(self) -> list[OpenRegion]:
        """The regions that were imported and cannot be read."""
        return [region for region in self.regions if region.reader is None]

    @property
    def trouble(self) -> str | None:
        """The problems, with what to do; None if there are none."""
        troubles = [region.trouble for region in self.regions]
        return " ".join(filter(None, [*troubles, self.fault])) or None


class HotSwap:
    """Follows the generation in service in one folder, and those of the regions in another.

    `take` usually compares two times. Four times a second it also lists the regions, and checks the files that name their
    generations. New generations are opened in a background thread and swapped in between two requests, so that no
    response mixes two generations. The first query after a pause waits for that, so that a query after an import is
    answered from the new data. A generation that cannot be read is not tried again until the next import; `trouble` has
    the reason, and what to do.
    """

    def __init__(
        self, folder: Path, *, regions: Path | None = None, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.folder = folder
        self._regions = regions
        self._clock = clock
        self._shared = Shared()
        self._failed: Mapping[Path, Stamp] | None = None
        self._retired: list[IndexReader] = []
        self._opening: threading.Thread | None = None
        self._open_now: dict[Path, OpenRegion] = {}
        self._now = InService()
        self._stamps: Mapping[Path, Stamp] = {}
        self._read: dict[Path, tuple[tuple[int, int, int], Stamp]] = {}
        for _ in range(TRIES):  # a generation may be deleted while it is opened
            stamps = self._find()
            self._exchange(stamps)
            if self._open_now or not stamps or self._failed is not None:
                break
        self._looked = clock()

    @property
    def trouble(self) -> str | None:
        """The problems of the data in service, with what to do; None if there are none."""
        return self._now.trouble

    @property
    def read_from(self) -> Path:
        """The folder of the data: that of the one generation, or that of all regions."""
        reader = self._now.reader
        if reader is None:
            return self.folder
        return self._regions if self._regions is not None and len(self._now.regions) > 1 else reader.folder

    def take(self) -> IndexReader | None:
        """Return the reader for one request; None if nothing can be read."""
        return self.take_all().reader

    def take_all(self) -> InService:
        """Return the reader for one request, with the problems of regions that cannot be read."""
        now = self._clock()
        if now - self._looked >= LOOK_EACH_S:
            was_quiet = now - self._looked >= QUIET_S
            self._looked = now
            self._look()
            if was_quiet:
                self.wait()
        if self._retired:
            retired, self._retired = self._retired, []
            for old in retired:
                old.close()
        return self._now

    def peek(self) -> IndexReader | None:
        """Return the current reader without any check; None if a check is due, or while something cannot be read.

        May be called from any thread, and reads no files. The reader may be closed at any moment.
        """
        now = self._now
        return now.reader if self._clock() - self._looked < LOOK_EACH_S and not now.lost else None

    def _look(self) -> None:
        if self._opening is not None and self._opening.is_alive():
            return
        stamps = self._find()
        if stamps not in (self._stamps, self._failed):
            self._opening = threading.Thread(target=self._exchange, args=(stamps,), name="open-places", daemon=True)
            self._opening.start()

    def _find(self) -> dict[Path, Stamp]:
        """Return the shelves in service with their stamps: the default region first, then the others by name."""
        stamps: dict[Path, Stamp] = {}
        for shelf in [self.folder, *self._shelves_of_regions()]:
            stamp = self._stamp_of(shelf)
            if stamp == UNREAD and shelf in self._stamps and not _is_gone(shelf):
                stamp = self._stamps[shelf]  # a network share may fail for a moment
            if stamp != UNREAD or (shelf == self.folder and not _is_gone(shelf)):
                stamps[shelf] = stamp
        return stamps

    def _stamp_of(self, shelf: Path) -> Stamp:
        """Return the stamp of a shelf. The file is only read if its status has changed, as there may be many regions."""
        try:
            told = (shelf / CURRENT).stat()
        except OSError:
            return UNREAD
        looks = (told.st_mtime_ns, told.st_ino, told.st_size)
        known = self._read.get(shelf)
        if known is None or known[0] != looks:
            known = self._read[shelf] = (looks, stamp_of(shelf))
        return known[1]

    def _shelves_of_regions(self) -> list[Path]:
        if self._regions is None:
            return []
        try:
            folders = sorted(self._regions.iterdir())
        except FileNotFoundError:
            return []
        except OSError:
            return [shelf for shelf in self._stamps if shelf != self.folder]
        return [DataFolder(folder).places for folder in folders if not folder.name.startswith(".")]

    def _exchange(self, stamps: Mapping[Path, Stamp]) -> None:
        """Open new generations, and put them into service together with the unchanged ones."""
        opened: dict[Path, OpenRegion] = {}
        seen = dict(stamps)
        for shelf, stamp in stamps.items():
            region = self._open_region(shelf, stamp, self._open_now.get(shelf))
            if region is not None:
                opened[shelf] = region
            if region is None or region.stamp != stamp:
                seen.pop(shelf)  # so that the next check tries again
        try:
            reader = self._as_one([region.reader for region in opened.values() if region.reader is not None])
        except (OSError, ValueError, UnavailableError) as error:  # usually one was removed meanwhile
            for new in self._not_in(opened, self._open_now):
                new.close()
            if self._find() == stamps:
                self._failed, self._now = stamps, replace(self._now, fault=f"Regions cannot be read together: {error}")
            return
        before = self._open_now
        self._open_now, self._stamps, self._failed = opened, seen, None
        self._now = InService(reader, tuple(opened.values()))
        self._retired += self._not_in(before, opened)

    def _open_region(self, shelf: Path, stamp: Stamp, before: OpenRegion | None) -> OpenRegion | None:
        if before is not None and before.stamp == stamp:
            return before
        reader, trouble = _open(shelf)
        if reader is not None or trouble is not None:
            name = DEFAULT if shelf == self.folder else shelf.parent.name
            box = _box_told(shelf) if reader is None else None
            region = OpenRegion(name, stamp, reader, trouble, box)
            # the previous generation stays in service
            return region if reader is not None or before is None else replace(region, reader=before.reader)
        return before

    def _as_one(self, readers: list[IndexReader]) -> IndexReader | None:
        """Join the readers of several generations; a single one is returned as it is."""
        if not readers:
            return None
        if len(readers) == 1:
            return readers[0]
        if readers == [region.reader for region in self._open_now.values() if region.reader is not None]:
            return self._now.reader
        with damage_told(self._regions or self.folder):
            return join(readers, self._shared)

    @staticmethod
    def _not_in(before: Mapping[Path, OpenRegion], after: Mapping[Path, OpenRegion]) -> list[IndexReader]:
        """Return the readers of regions in `before` that are not in `after`."""
        kept = {id(region.reader) for region in after.values()}
        return [one.reader for one in before.values() if one.reader is not None and id(one.reader) not in kept]

    def wait(self) -> None:
        """Wait until the background thread has opened new generations."""
        if self._opening is not None:
            self._opening.join()

    def close(self) -> None:
        """Close all files."""
        self.wait()
        for reader in (*self._retired, *self._not_in(self._open_now, {})):
            reader.close()
        self._retired, self._open_now, self._now = [], {}, InService()


UNREAD: Stamp = (0, "")
"""The stamp of a shelf that cannot be read or does not exist."""


def _is_gone(shelf: Path) -> bool:
    """Tell whether a shelf has nothing in service, as opposed to one that cannot be read."""
    try:
        (shelf / CURRENT).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _open(shelf: Path) -> tuple[IndexReader | None, str | None]:
    """Open the generation in service, with retries as an import may delete it meanwhile. Returns the reader, or the problem."""
    for _ in range(TRIES):
        folder: Path | None = None
        try:
            folder = folder_in_service(shelf)
            return (None if folder is None else open_generation(folder)), None
        except UnavailableError as error:
            if folder is None or folder_in_service(shelf) == folder:
                return None, str(error)
    return None, None


def _box_told(shelf: Path) -> OsmBox | None:
    """Return the extent of a generation that cannot be read, if its facts have it."""
    with suppress(UnavailableError):
        folder = folder_in_service(shelf)
        return read_about(folder).box if folder is not None else None
    return None
