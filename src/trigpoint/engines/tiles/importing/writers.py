"""Convert features to tiles: with tippecanoe if there is a binary for this platform, otherwise with `OwnWriter`."""

import importlib.util
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Protocol

import msgspec

from trigpoint.base.errors import TrigpointError
from trigpoint.engines.tiles.importing.batches import MAX_ZOOM

NO_ROOM = "The disk is full: no tiles were built, and the map in service stays. Make room for them."
Step = Callable[[float], None]
"""Called with the part of the writing that is done, 0 to 1."""


class BuildError(TrigpointError):
    """Tiles could not be built. The message says why, and that the map in service stays."""


class TileWriter(Protocol):
    """Writes features to one PMTiles file."""

    label: str

    def take(self, lines: Sequence[bytes]) -> None:
        """Add features, each a line of GeoJSON whose member `tippecanoe` has its layer and first zoom."""
        ...

    def finish(self, progress: Step) -> None:
        """Write the file. Raises BuildError."""
        ...

    def abandon(self) -> None:
        """Stop, and discard the features."""
        ...


def find_tippecanoe() -> Path | None:
    """Find tippecanoe: that of the package cubao-tippecanoe, otherwise one on PATH or next to this Python."""
    spec = importlib.util.find_spec("cubao_tippecanoe")
    for folder in (spec.submodule_search_locations if spec is not None else None) or ():
        program = Path(folder) / "__cubao_tippecanoe_tippecanoe.exe"
        if program.is_file():
            return program
    found = shutil.which("tippecanoe") or shutil.which("tippecanoe", path=str(Path(sys.executable).parent))
    return Path(found) if found is not None else None


class Tippecanoe:
    """Runs tippecanoe as a child process, and writes features to its standard input while the files are read."""

    OPTIONS = (
        "--force",
        "--minimum-zoom=0",
        f"--maximum-zoom={MAX_ZOOM}",
        "--drop-rate=1",
        "--simplification=4",
        "--simplify-only-low-zooms",
        "--no-tile-size-limit",
        "--no-feature-limit",
        "--no-tile-stats",
        "--json-progress",
        "--progress-interval=0.5",
    )

    def __init__(self, program: Path, target: Path, *, scratch: Path) -> None:
        self.label = "tippecanoe"
        self._said: list[str] = []
        self._progress: Step = lambda _share: None
        command = [str(program), *self.OPTIONS, f"--output={target}", f"--temporary-directory={scratch.absolute()}"]
        self._process = subprocess.Popen(  # noqa: S603 (a program of a package of ours, no shell)
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
        )
        assert self._process.stdin is not None  # noqa: S101 (for mypy: it was asked for)
        assert self._process.stderr is not None  # noqa: S101 (for mypy: it was asked for)
        self._input = self._process.stdin
        self._listener = threading.Thread(target=self._listen, args=(self._process.stderr,), daemon=True)
        self._listener.start()

    def take(self, lines: Sequence[bytes]) -> None:
        """Write features to tippecanoe. Raises BuildError if it has exited."""
        try:
            self._input.writelines(lines)
        except OSError as error:
            raise self._explain() from error

    def finish(self, progress: Step) -> None:
        """Wait for the tiles. Raises BuildError."""
        self._progress = progress
        try:
            self._input.close()
        except OSError as error:
            raise self._explain() from error
        if self._process.wait():
            raise self._explain()
        self._listener.join()

    def abandon(self) -> None:
        """Stop tippecanoe."""
        self._process.kill()
        self._process.wait()
        self._listener.join()
        try:
            self._input.close()
        except OSError:  # the reader of the pipe is gone, the rest is discarded
            return

    def _listen(self, stream: IO[bytes]) -> None:
        with stream:
            for line in stream:
                try:
                    self._progress(float(msgspec.json.decode(line)["progress"]) / 100)
                except (msgspec.DecodeError, ValueError, TypeError, KeyError):
                    self._said = [*self._said[-20:], line.decode(errors="replace").strip()]

    def _explain(self) -> BuildError:
        code = self._process.wait()
        self._listener.join()
        said = next((line for line in reversed(self._said) if line), "it said nothing")
        if any("No space left" in line for line in self._said):
            return BuildError(NO_ROOM)
        if code == -9:
            return BuildError("tippecanoe was killed, most likely because the machine ran out of memory.")
        return BuildError(f"tippecanoe could not write the tiles (exit code {code}): {said}")


def open_writer(target: Path, *, scratch: Path) -> TileWriter:
    """Start tippecanoe, or create an `OwnWriter` if there is none."""
    program = find_tippecanoe()
    if program is not None:
        return Tippecanoe(program, target, scratch=scratch)
    from trigpoint.engines.tiles.importing.own_writer import OwnWriter

    return OwnWriter(target)
