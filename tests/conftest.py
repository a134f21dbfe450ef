"""What every test may use: a fixed clock, a data folder, an authority on each database."""

import atexit
import gc
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import certifi
import pytest
from hypothesis import settings
from xdist.remote import Producer
from xdist.scheduler import LoadGroupScheduling

import forking
import scheduling
from founded import put_founded
from patience import PRODUCTION, be_as_in_production, be_patient
from reused import close_databases, give_back, take_database
from services import create_empty, create_engine_once, create_migrated, new_database, running_postgres
from trigpoint.authority.grants import Grant
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.authority.people import passwords
from trigpoint.credentials.call import Call
from trigpoint.credentials.roles import Actor
from trigpoint.store import confirming

# What is compiled is kept, also where the environment says that it is not to be, as containers do: else every server and
# every command that a test starts would compile the whole program again.
sys.dont_write_bytecode = False
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

# A test that sets no data folder fails: it would write into that of the person who runs it.
os.environ["XDG_DATA_HOME"] = os.devnull


def use_memory_for_files(folder: Path = Path("/dev/shm"), *, least: int = 4 << 30) -> None:
    """Let pytest keep the folders of tests in memory, where the system has the room: a commit of SQLite waits for a disk elsewhere.

    Containers often have too little of it, or allow no program in it, which some tests put there.
    """
    if not folder.is_dir():
        return
    room = os.statvfs(folder)
    if room.f_bavail * room.f_frsize >= least and not room.f_flag & os.ST_NOEXEC and os.access(folder, os.W_OK):
        os.environ.setdefault("PYTEST_DEBUG_TEMPROOT", str(folder))


use_memory_for_files()


def trust_one_authority() -> None:
    """Let each client of httpx read one certificate rather than all of certifi's, which takes 19 ms: no test calls outside."""
    folder = tempfile.TemporaryDirectory(prefix="trigpoint-certificates-")
    atexit.register(folder.cleanup)
    end = "-----END CERTIFICATE-----\n"
    first = Path(folder.name) / "first.pem"
    first.write_text(Path(certifi.where()).read_text(encoding="utf-8").partition(end)[0] + end, encoding="utf-8")
    os.environ["SSL_CERT_FILE"] = str(first)


trust_one_authority()
gc.disable()  # until the tests are collected: modules and tests stay, and to look through them again and again finds nothing


def pytest_itemcollected(item: pytest.Item) -> None:
    """Give each operation of an OpenAPI document a node ID of its own, which Schemathesis leaves to pytest, and pytest 9.2 to it.

    xdist would run one of the tests that share one, and leave the others out without a word.
    """
    label = item.name.removeprefix(str(getattr(item, "originalname", item.name)))
    if label and not item.nodeid.endswith(label):
        item._id = item.id.with_params(label[1:-1])


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """In a worker of xdist, name the groups of tests and put those that take long first: see `scheduling.py`."""
    if getattr(config.option, "loadgroup", False):
        items.sort(key=scheduling.order_of)
        scheduling.name_groups(items)


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> LoadGroupScheduling | None:
    """Let a file stay in one worker."""
    if config.getvalue("dist") != "loadgroup":
        return None
    scheduler: LoadGroupScheduling = scheduling.FilesTogether(config, log)
    return scheduler


def pytest_collection_finish(session: pytest.Session) -> None:
    """Refuse tests that share a node ID."""
    shared = [nodeid for nodeid, count in Counter(item.nodeid for item in session.items).items() if count > 1]
    if shared:
        raise pytest.UsageError(f"Tests share a node ID, so that xdist would leave some out: {', '.join(shared)}.")


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop() -> None:
    """Collect garbage again, rarely, and not among what the collection of tests left, which stays.

    Servers set how often a process collects when they start, to seven times as often as Python does: those of this process
    did so for all tests, as one starts while tests are collected.
    """
    gc.freeze()
    gc.set_threshold(50_000)
    gc.enable()
    if "trigpoint.web.app" in sys.modules:
        from running import LEFT_ALONE

        sys.modules["trigpoint.web.app"].gc = LEFT_ALONE  # type: ignore[attr-defined]


settings.register_profile("untimed", parent=settings(), deadline=None)  # a busy machine fails no test
settings.load_profile("untimed")

REAL_HASHING = {name: getattr(passwords, name) for name in ("_HASHER", "_NOBODY")}
"""What hashes passwords in production, by its names in the module."""
NOON = 1_800_000_000.0
"""2027-01-15T08:00:00Z: the time at which tests happen, unless they say otherwise."""


@dataclass
class FixedClock:
    """A clock that stands still until a test moves it."""

    now: float = NOON

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def operator() -> Actor:
    return Actor.as_operator("test")


@pytest.fixture(scope="session")
def postgres() -> Iterator[str]:
    """The address of a PostgreSQL server, one for all tests of this process."""
    with running_postgres() as address:
        yield address
        close_databases(address)


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> Iterator[str | None]:
    """A fresh database of each kind: None is SQLite in the data folder."""
    if request.param == "sqlite":
        yield None
        return
    server = request.getfixturevalue("postgres")
    database = take_database(server)
    yield database
    give_back(server, database)


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database_url(request: pytest.FixtureRequest) -> str | None:
    """The same without any tables."""
    if request.param == "sqlite":
        return None
    return new_database(request.getfixturevalue("postgres"))


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture(autouse=True, scope="session")
def quick_databases() -> Iterator[None]:
    """Let a new database of SQLite have its tables already, and every database share the SQL that SQLAlchemy wrote for another.

    To migrate a database takes ten times as long as to open it. `database_url` has a migrated one of PostgreSQL.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trigpoint.store.opening._create_private", create_migrated)
        patch.setattr("trigpoint.store.opening.create_engine", create_engine_once)
        yield


@pytest.fixture
def migrated_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a new database of SQLite be empty, in tests of migrations."""
    monkeypatch.setattr("trigpoint.store.opening._create_private", create_empty)


@pytest.fixture(autouse=True, scope="session")
def quick_hashing() -> Iterator[None]:
    """Hash passwords at the least cost in this process; what a real hash costs is tested with `REAL_HASHING`."""
    quick = passwords.PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
    with pytest.MonkeyPatch.context() as patch:
        for name, value in (("_HASHER", quick), ("_NOBODY", quick.hash("nobody"))):
            patch.setattr(passwords, name, value)
        yield


@pytest.fixture(autouse=True, scope="session")
def patient() -> Iterator[None]:
    """Wait as long as a busy machine takes, in this process and in those that it lets fork: see `patience.py`."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(forking, "patient", True)
        be_patient(patch)
        yield


@pytest.fixture
def trusted_for_a_second(monkeypatch: pytest.MonkeyPatch) -> None:
    """Trust memory as long as production does, where a writer waits for workers that are gone, or that are what is tested."""
    monkeypatch.setattr(confirming, "CONFIRMED_FOR_S", PRODUCTION[confirming, "CONFIRMED_FOR_S"])


@pytest.fixture
def production_patience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait as long as production does, in a test of that."""
    be_as_in_production(monkeypatch)


@pytest.fixture
def authority(database_url: str | None, home: Path, clock: FixedClock) -> Iterator[Authority]:
    """An authority on each kind of database, with a clock that stands still."""
    put_founded(home, database_url, clock)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("trigpoint.store.opening.migrate_postgres", lambda *_, **__: None)  # it was migrated
        opened = open_authority(home=home, database_url=database_url, clock=clock)
    yield opened
    opened.close()


def until_trusted(authority: Authority) -> None:
    """Wait until memory may be relied on without asking: on PostgreSQL its thread confirms that, in some milliseconds."""
    deadline = time.monotonic() + 30
    while authority._memory.is_behind():
        authority._memory.refresh()
        assert time.monotonic() < deadline, "memory is never confirmed"
        time.sleep(0.001)


def recall_trusted(authority: Authority, token: str, call: Call) -> Grant | None:
    """Recall a cached verdict while memory may be relied on: on PostgreSQL a busy machine ends that at any time."""
    while True:
        until_trusted(authority)
        grant = authority.recall(token, call)
        if grant is not None or not authority._memory.is_behind():
            return grant
