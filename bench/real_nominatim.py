"""Sets up a real Nominatim with an extract, on loopback: Debian's PostGIS and osm2pgsql, and Nominatim from the lock.

Everything is in a temporary folder, except for the packages of Nominatim, which are in build/nominatim.
"""

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import httpx

ROOT = Path(__file__).resolve().parents[1]
PACKAGES = ROOT / "build" / "nominatim"
LOCK = ROOT / "locks" / "nominatim.txt"
PYTHON = Path("/usr/bin/python3")
"""Debian's Python, because PyICU comes from Debian's packages."""

APT = "osm2pgsql postgresql-postgis postgresql-postgis-scripts python3 python3-icu"
DATABASE = """
fsync = off
synchronous_commit = off
full_page_writes = off
autovacuum = off
listen_addresses = ''
shared_buffers = 256MB
"""
START_S = 30.0


class MissingError(Exception):
    """A package of the system is missing; the message says what to install."""


class Nominatim:
    """A Nominatim on a port; it can be stopped, frozen and started again."""

    def __init__(self, project: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        self._project, self._port = project, port
        self._process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        log = (self._project / "serve.log").open("ab")
        command = ["serve", "--server", f"127.0.0.1:{self._port}", "--engine", "falcon"]
        self._process = subprocess.Popen(
            nominatim(*command), cwd=self._project, env=environment(), stdout=log, stderr=log
        )
        until = time.monotonic() + START_S
        while time.monotonic() < until:
            with suppress(httpx.TransportError):
                if httpx.get(f"{self.url}/status?format=json", timeout=5).status_code == 200:
                    return
            time.sleep(0.1)
        raise MissingError(f"Nominatim does not start: {(self._project / 'serve.log').read_text()[-2000:]}")

    def send(self, signal: int) -> None:
        assert self._process is not None
        self._process.send_signal(signal)

    def stop(self) -> None:
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            self._process = None


@contextmanager
def a_nominatim(extract: Path, *, port: int) -> Iterator[Nominatim]:
    """Import an extract, serve it, and remove everything at the end."""
    binaries = find_postgres()
    install_packages()
    room = Path(tempfile.mkdtemp(prefix="trigpoint-nominatim-"))
    room.chmod(0o755)
    try:
        with a_database(binaries, room):
            project = room / "project"
            project.mkdir()
            settings = {"DATABASE_DSN": f"pgsql:host={room};user=nominatim;dbname=nominatim"}
            settings |= {"DATABASE_WEBUSER": "nominatim", "TOKENIZER": "icu"}
            (project / ".env").write_text("".join(f'NOMINATIM_{name}="{text}"\n' for name, text in settings.items()))
            step(nominatim("import", "--osm-file", extract, "--no-updates", "--offline", "--threads", "2"), project)
            service = Nominatim(project, port)
            try:
                service.start()
                yield service
            finally:
                service.stop()
    finally:
        shutil.rmtree(room, ignore_errors=True)


@contextmanager
def a_database(binaries: Path, room: Path) -> Iterator[None]:
    """Run a PostgreSQL that listens on a socket file in a folder; it refuses to run as root."""
    data = room / "data"
    data.mkdir(mode=0o700)
    become: list[str | Path] = []
    if os.geteuid() == 0:
        shutil.chown(data, "nobody")
        shutil.chown(room, "nobody")
        become = ["setpriv", "--reuid=nobody", "--regid=nogroup", "--clear-groups"]
    step(
        [
            *become,
            binaries / "initdb",
            "-D",
            data,
            "-U",
            "nominatim",
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
        ],
        room,
    )
    with (data / "postgresql.conf").open("a") as file:
        file.write(f"{DATABASE}unix_socket_directories = '{room}'\n")
    control = [*become, binaries / "pg_ctl", "-D", data, "-w", "-l", data / "log"]
    step([*control, "start"], room)
    try:
        yield
    finally:
        step([*control, "-m", "immediate", "stop"], room)


def find_postgres() -> Path:
    """Find PostgreSQL with PostGIS, and check that the other packages are installed."""
    found = [
        Path("/usr/lib/postgresql") / path.parents[1].name / "bin"
        for path in sorted(Path("/usr/share/postgresql").glob("*/extension/postgis.control"))
    ]
    has_icu = (
        PYTHON.exists()
        and not subprocess.run([PYTHON, "-c", "import icu"], check=False, capture_output=True).returncode
    )
    if not found or shutil.which("osm2pgsql") is None or not has_icu:
        raise MissingError(f"Install what a Nominatim needs: apt-get install {APT}")
    return found[-1]


def install_packages() -> None:
    """Install Nominatim as the lock says, once for each state of the lock."""
    stamp = PACKAGES / "lock.sha256"
    wanted = hashlib.sha256(LOCK.read_bytes()).hexdigest()
    if stamp.exists() and stamp.read_text() == wanted:
        return
    shutil.rmtree(PACKAGES, ignore_errors=True)
    pip = [sys.executable, "-m", "pip", "--python", PYTHON, "install", "--quiet", "--disable-pip-version-check"]
    how = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--root-user-action", "ignore"]
    step([*pip, *how, "--target", PACKAGES, "--requirement", LOCK], ROOT)
    stamp.write_text(wanted)


def nominatim(*arguments: str | Path) -> list[str | Path]:
    return [PYTHON, PACKAGES / "bin" / "nominatim", *arguments]


def environment() -> dict[str, str]:
    return {"PYTHONPATH": str(PACKAGES), "PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8"}


def step(command: list[str | Path], cwd: Path) -> None:
    """Run a command; if it fails, the error has its output."""
    told = cwd / "step.log" if cwd != ROOT else Path(os.devnull)
    is_own = command[0] == PYTHON
    with told.open("wb") as log:
        done = subprocess.run(
            command, cwd=cwd, check=False, stdout=log, stderr=subprocess.STDOUT, env=environment() if is_own else None
        )
    if done.returncode:
        said = told.read_text(errors="replace")[-2000:] if told != Path(os.devnull) else ""
        raise MissingError(f"{' '.join(map(str, command))} ended with {done.returncode}. {said}")
