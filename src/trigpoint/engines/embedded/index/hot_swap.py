"""The generations in service: opened once, and exchanged for newer ones while requests go on; those of many regions as one."""

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
"""Once nobody has asked for so long, the next question waits for a newer generation to be opened."""

TRIES = 5
Stamp = tuple[int, str]


@dataclass(frozen=True, slots=True)
class OpenRegion:
    """A region in service: what is read of it, and what is the matter with its newest generation.

    Without a reader nothing can be answered from it; `box` is then where it lies, None if even that cannot be read.
    """

    name: str
    stamp: Stamp
    reader: IndexReader | None
    trouble: str | None = None
    box: OsmBox | None = None


@dataclass(frozen=True, slots=True)
class InService:
    """What one request is answered from: `reader` reads the regions as one; None if none can be read.

    `fault` says why what is newer could not be taken into service, if that is the fault of no one region.
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
        """What is the matter, and what to do."""
        troubles = [region.trouble for region in self.regions]
        return " ".join(filter(None, [*troubles, self.fault])) or None


class HotSwap:
    """Follows the generation in service under one folder, and those of the regions in another.

    `take` costs a comparison of times; four times a second it lists the regions and looks at the file that names each
    one's generation as well. What is new is opened in a thread of its own and exchanged between two requests, so that no answer
    mixes two generations; the first question after a while waits for it, so that who imports and then asks is answered
    from what was imported. One that cannot be read is left alone until the next import: `trouble` says what is the matter
    with it and what to do.
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
        for _ in range(TRIES):  # one may be removed while they are opened
            stamps = self._find()
            self._exchange(stamps)
            if self._open_now or not stamps or self._failed is not None:
                break
        self._looked = clock()

    @property
    def trouble(self) -> str | None:
        """What is the matter with what is in service, and what to do."""
        return self._now.trouble

    @property
    def read_from(self) -> Path:
        """The folder of what is read: of the one generation, or of all regions if they are several."""
        reader = self._now.reader
        if reader is None:
            return self.folder
        return self._regions if self._regions is not None and len(self._now.regions) > 1 else reader.folder

    def take(self) -> IndexReader | None:
        """Give what to answer one request from."""
        return self.take_all().reader

    def take_all(self) -> InService:
        """Give what to answer one request from, and what is the matter with the rest."""
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
        """Give what `take` would, without looking for newer: None when that is due. Any thread may ask; no file is read.

        What it gives may be closed at any moment. None, too, while something cannot be read, which asks for more care.
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
        """Find the shelves in service: that without a name first, then those of the regions by name."""
        stamps: dict[Path, Stamp] = {}
        for shelf in [self.folder, *self._shelves_of_regions()]:
            stamp = self._stamp_of(shelf)
            if stamp == UNREAD and shelf in self._stamps and not _is_gone(shelf):
                stamp = self._stamps[shelf]  # a share that does not answer for a moment
            if stamp != UNREAD or (shelf == self.folder and not _is_gone(shelf)):
                stamps[shelf] = stamp
        return stamps

    def _stamp_of(self, shelf: Path) -> Stamp:
        """Give the stamp of a shelf, read only if its file looks other than before: there may be many."""
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
        """Open what is new, and take it into service with what stays."""
        opened: dict[Path, OpenRegion] = {}
        seen = dict(stamps)
        for shelf, stamp in stamps.items():
            region = self._open_region(shelf, stamp, self._open_now.get(shelf))
            if region is not None:
                opened[shelf] = region
            if region is None or region.stamp != stamp:
                seen.pop(shelf)  # the next look tries again
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
            # what was in service before goes on answering
            return region if reader is not None or before is None else replace(region, reader=before.reader)
        return before

    def _as_one(self, readers: list[IndexReader]) -> IndexReader | None:
        """Read generations as one; the one that is there if there is but one."""
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
        """List the readers of some regions that no other regions have."""
        kept = {id(region.reader) for region in after.values()}
        return [one.reader for one in before.values() if one.reader is not None and id(one.reader) not in kept]

    def wait(self) -> None:
        """Wait until what is being opened is open."""
        if self._opening is not None:
            self._opening.join()

    def close(self) -> None:
        """Let go of all files."""
        self.wait()
        for reader in (*self._retired, *self._not_in(self._open_now, {})):
            reader.close()
        self._retired, self._open_now, self._now = [], {}, InService()


UNREAD: Stamp = (0, "")
"""The stamp of a shelf that cannot be read, or is not there."""


def _is_gone(shelf: Path) -> bool:
    """Tell whether nothing is in service on a shelf, rather than that it cannot be read."""
    try:
        (shelf / CURRENT).stat()
    except (FileNotFoundError, NotADirectoryError):
        return True
    except OSError:
        return False
    return False


def _open(shelf: Path) -> tuple[IndexReader | None, str | None]:
    """Open what is in service; an import may remove it in the same moment, so look again then. Gives it, or its trouble."""
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
    """Say where something lies that cannot be read, if it says so itself."""
    with suppress(UnavailableError):
        folder = folder_in_service(shelf)
        return read_about(folder).box if folder is not None else None
    return None
