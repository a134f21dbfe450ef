"""A real `trigpoint serve` in processes of its own, for journeys."""

import atexit
import functools
import os
import re
import select
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from unittest import mock

import httpx

import forking
from services import create_migrated
from trigpoint.home import Home

TRIGPOINT = Path(sys.executable).with_name("trigpoint")
_LISTENING = re.compile(r"Listening on\s+(http://\S+)")
OTHER_DATA = {f"TRIGPOINT_{name}" for name in ("DATA", "NOMINATIM_URL", "PHOTON_URL", "VALHALLA_URL", "TILES")}
"""With these a server takes no sample, or not all of it."""
START_S = 180
STOP_S = 60


@dataclass
class Served:
    """A running server: its address, its data folder, and its log."""

    url: str
    home: Path
    process: subprocess.Popen[str] | forking.Forked
    log: Path
    environment: Mapping[str, str]
    forked: bool = False

    @property
    def address(self) -> tuple[str, int]:
        """Where it listens: host and port."""
        host, _, port = self.url.removeprefix("http://").rpartition(":")
        return host, int(port)

    def trigpoint(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run a command on the same installation, in another process."""
        if self.forked:
            return forking.run(arguments, self.environment)
        return subprocess.run(
            [TRIGPOINT, *arguments], env=dict(self.environment), capture_output=True, text=True, check=False
        )

    def set_up_path(self) -> str:
        """Create a link for the first account, and return it without scheme and host."""
        return "/set-up/" + self.trigpoint("person", "set-up-link").stdout.strip().rpartition("/")[2]

    def get(self, path: str, token: str | None = None, **headers: str) -> httpx.Response:
        if token is not None:
            headers["authorization"] = f"Bearer {token}"
        return httpx.get(self.url + path, headers=headers, timeout=30)

    def workers(self) -> list[int]:
        """List the process ids of the workers."""
        children = Path(f"/proc/{self.process.pid}/task/{self.process.pid}/children").read_text().split()
        marks = (b"spawn_main", os.fsencode(forking.__file__))  # a new Python, or forked
        return [int(pid) for pid in children if any(mark in _command_of(pid) for mark in marks)]


def _command_of(pid: str) -> bytes:
    """Read how a process was started; one that has ended meanwhile was started by nothing."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes()
    except (FileNotFoundError, ProcessLookupError):
        return b""


@contextmanager
def a_server(home: Path, *options: str, forked: bool = True, patient: bool = True, **settings: str) -> Iterator[Served]:
    """Start a server on a free port, wait until it is ready, and stop it as an operator would.

    It is forked from a process that has the program loaded, and finds the sample region imported and a migrated database. With `forked=False` it
    starts as in a shell, imports of Python and of the sample included: for tests of starting, stopping, and what is installed.
    With `patient=False` a forked one waits for its database no longer than in production (`patience.py`).
    """
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TRIGPOINT_")}
    environment = {**kept, "TRIGPOINT_HOME": str(home), "TRIGPOINT_GAZETTEER": "0", **settings}
    log = home.parent / f"{home.name}.log"
    command = ["serve", "--port", "0", *options]
    if forked and not home.exists():
        _fill(home, sample="--no-sample" not in options and not settings.keys() & OTHER_DATA)
    with log.open("w") as file:
        process = (
            forking.fork(command, environment, file, file, waits_long=patient)
            if forked
            else subprocess.Popen([TRIGPOINT, *command], env=environment, stdout=file, stderr=file, text=True)
        )
    try:
        url = _wait_until_ready(process, log)
        yield Served(url, home, process, log, environment | {"TRIGPOINT_URL": url}, forked)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            raise AssertionError(f"the server did not stop:\n{log.read_text()}") from None


def _fill(home: Path, *, sample: bool) -> None:
    """Make a data folder with an empty database that has its tables, which take half as long as all else of a start."""
    if sample:
        shutil.copytree(_home_with_sample(), home)
    else:
        home.mkdir(mode=0o700)
    create_migrated(Home(home).database)


@functools.cache
def _home_with_sample() -> Path:
    """Import the sample as a server does, once for all servers of this process."""
    from trigpoint.settings import read_settings
    from trigpoint.wiring.engines import ensure_sample

    room = tempfile.TemporaryDirectory(prefix="trigpoint-sample-")
    atexit.register(room.cleanup)
    home = Path(room.name) / "home"
    home.mkdir(mode=0o700)
    with mock.patch.dict(os.environ, {"TRIGPOINT_HOME": str(home)}):
        ensure_sample(read_settings(), lambda _part, _done, _step: None)
    return home


def _wait_until_ready(process: subprocess.Popen[str] | forking.Forked, log: Path) -> str:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        found = _LISTENING.search(log.read_text())
        if found is not None:
            try:
                if httpx.get(found[1] + "/healthz", timeout=START_S).status_code == 200:
                    return found[1]
            except httpx.TransportError:
                pass
        select.select([], [], [], 0.05)
    raise AssertionError(f"the server did not start:\n{log.read_text()}")
