"""The generations in service: opened once, and exchanged for newer ones while requests go on."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

from trigpoint.base.errors import UnavailableError
from trigpoint.engines.embedded.index.reader import IndexReader, open_generation
from trigpoint.engines.generations import folder_in_service, stamp_of

LOOK_EACH_S = 0.25
QUIET_S = 1.0
"""Once nobody has asked for so long, the next question waits for a newer generation to be opened."""

TRIES = 5


class HotSwap:
    """Follows the generation in service under one folder.

    `take` costs a comparison of times; four times a second it costs one `stat` as well. A newer generation is opened
    in a thread of its own and exchanged between two requests, so that no answer mixes two generations; the first question
    after a while waits for it, so that who imports and then asks is answered from what was imported. One that cannot be
    read is left alone until the next import: `trouble` says what is the matter with it and what to do.
    """

    def __init__(self, folder: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.folder = folder
        self._clock = clock
        self.trouble: str | None = None
        self._stamp = stamp_of(folder)
        self._reader = self._open()
        self._retired: list[IndexReader] = []
        self._looked = clock()
        self._opening: threading.Thread | None = None

    def take(self) -> IndexReader | None:
        """Give the generation to answer one request from."""
        now = self._clock()
        if now - self._looked >= LOOK_EACH_S:
            was_quiet = now - self._looked >= QUIET_S
            self._looked = now
            self._look()
            if was_quiet:
                self.wait()
        for old in self._retired:
            old.close()
        self._retired.clear()
        return self._reader

    def peek(self) -> IndexReader | None:
        """Give what `take` would, without looking for newer: None when that is due. Any thread may ask; no file is read.

        What it gives may be closed at any moment.
        """
        return self._reader if self._clock() - self._looked < LOOK_EACH_S else None

    def _look(self) -> None:
        if self._opening is not None and self._opening.is_alive():
            return
        stamp = stamp_of(self.folder)
        if stamp != self._stamp:
            self._opening = threading.Thread(target=self._exchange, args=(stamp,), name="open-places", daemon=True)
            self._opening.start()

    def _exchange(self, stamp: tuple[int, str]) -> None:
        reader = self._open()
        if reader is None and self.trouble is None:
            return  # the next look tries again
        self._stamp = stamp
        if reader is None:
            return  # what was in service before goes on answering
        before, self._reader = self._reader, reader
        if before is not None:
            self._retired.append(before)

    def _open(self) -> IndexReader | None:
        """Open what is in service; an import may remove it in the same moment, so look again then."""
        self.trouble = None
        for _ in range(TRIES):
            folder: Path | None = None
            try:
                folder = folder_in_service(self.folder)
                return None if folder is None else open_generation(folder)
            except UnavailableError as error:
                if folder is None or folder_in_service(self.folder) == folder:
                    self.trouble = str(error)
                    return None
        return None

    def wait(self) -> None:
        """Wait until what is being opened is open."""
        if self._opening is not None:
            self._opening.join()

    def close(self) -> None:
        """Let go of all files."""
        self.wait()
        for reader in (*self._retired, *([self._reader] if self._reader is not None else [])):
            reader.close()
        self._retired.clear()
        self._reader = None
