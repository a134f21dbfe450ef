"""Watching the ledger of PostgreSQL: a worker admits nothing once it has not confirmed its position for a second."""

import asyncio
import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from sqlalchemy import text

from services import new_database, new_migrated_database
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.base.errors import UnavailableError
from trigpoint.credentials import auth_token, keypair
from trigpoint.credentials.call import Call
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.services import Service
from trigpoint.store.confirming import CONFIRMED_FOR_S

pytestmark = pytest.mark.usefixtures("production_patience")


class Wire:
    """A piece of wire between a program and PostgreSQL that can be cut."""

    def __init__(self, host: str, port: int) -> None:
        self._target = (host, port)
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port = self._listener.getsockname()[1]
        self._ends: list[socket.socket] = []
        self._cut = False
        self._carriers: list[threading.Thread] = []
        self._carry(self._accept)

    def cut(self) -> None:
        """Drop all bytes silently, as a broken network does."""
        self._cut = True

    def mend(self) -> None:
        """Forward bytes again; what was sent meanwhile is lost."""
        self._cut = False

    def close(self) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        for end in self._ends:
            with closing(end):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    continue
        for carrier in self._carriers:
            carrier.join()

    def _carry(self, work: object, *arguments: socket.socket) -> None:
        thread = threading.Thread(target=work, args=arguments, daemon=True)  # type: ignore[arg-type]
        self._carriers.append(thread)
        thread.start()

    def _accept(self) -> None:
        while True:
            try:
                near, _ = self._listener.accept()
            except OSError:
                return
            far = socket.create_connection(self._target)
            self._ends += [near, far]
            self._carry(self._pump, near, far)
            self._carry(self._pump, far, near)

    def _pump(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while data := source.recv(65536):
                if not self._cut:
                    sink.sendall(data)
        except OSError:
            pass


@pytest.fixture
def wire(postgres: str) -> Iterator[Wire]:
    address = urlsplit(postgres)
    assert address.hostname is not None
    assert address.port is not None
    laid = Wire(address.hostname, address.port)
    yield laid
    laid.close()


def test_a_worker_that_lost_its_database_admits_nothing_after_a_second(
    postgres: str, wire: Wire, home: Path, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trigpoint.store.patience.SILENCE_S", 2.0)
    name = new_database(postgres).rsplit("/", 1)[1]
    authority = open_authority(home=home, database_url=f"postgresql://trigpoint@127.0.0.1:{wire.port}/{name}")
    team = authority.teams.create(operator, "My Company")
    authority.maps_ids.register(operator, team_id=team.team_id, identifier="maps.com.my.site", description="Mine")
    key = authority.keys.create(operator, team_id=team.team_id, name="Website", maps_id="maps.com.my.site")
    private = keypair.read_private_key(authority.keys.download(operator, key.key_id).pem)
    now = int(time.time())
    token = auth_token.sign(private, key_id=key.key_id, team_id=team.team_id, issued_at=now, expires_at=now + 600)

    async def outage() -> None:
        here = Call(Service.SERVER_API, None, time.time())
        issued = await authority.exchange(token, here)
        await authority.admit(issued.token, here)
        wire.cut()
        assert await seconds_until_refused(authority, issued.token) < CONFIRMED_FOR_S + 0.5
        wire.mend()
        await asyncio.wait_for(until_admitted(authority, issued.token), 20)

    asyncio.run(outage())
    authority.close()


async def seconds_until_refused(authority: Authority, token: str) -> float:
    """Call without a pause; say how long after the start the last call was admitted."""
    started_at = admitted_at = time.monotonic()
    while True:
        try:
            await authority.admit(token, Call(Service.SERVER_API, None, time.time()))
        except UnavailableError:
            return admitted_at - started_at
        admitted_at = time.monotonic()
        await asyncio.sleep(0)


async def until_admitted(authority: Authority, token: str) -> None:
    while True:
        with contextlib.suppress(UnavailableError):
            await authority.admit(token, Call(Service.SERVER_API, None, time.time()))
            return


def time_two_changes(authority: Authority, operator: Actor) -> list[float]:
    """Make two changes, one after the other, and return the seconds that each took."""
    durations = []
    for name in ("First", "Second"):
        begun = time.monotonic()
        authority.teams.create(operator, name)
        durations.append(time.monotonic() - begun)
    return durations


def test_a_response_waits_at_most_a_second_for_a_worker_that_does_not_confirm(
    postgres: str, home: Path, operator: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    """A worker that was killed leaves its row; the first change waits for it, says so, and removes it."""
    authority = open_authority(home=home, database_url=new_migrated_database(postgres))
    with authority._store._engine.begin() as connection:
        connection.execute(text("INSERT INTO workers VALUES ('dead', 0)"))
    durations = time_two_changes(authority, operator)
    authority.close()
    assert durations[0] >= CONFIRMED_FOR_S > durations[1]
    told = [record.getMessage() for record in caplog.records if record.name == "trigpoint.store"]
    assert len(told) == 1
    assert told[0].startswith(
        "Not every worker has confirmed within a second that it has read ledger entry 2 (missing: 1)."
    )


def test_a_response_waits_a_second_when_a_crash_has_emptied_the_rows_of_workers(
    postgres: str, home: Path, operator: Actor, caplog: pytest.LogCaptureFixture
) -> None:
    authority = open_authority(home=home, database_url=new_migrated_database(postgres))
    with authority._store._engine.begin() as connection:
        connection.execute(text("TRUNCATE workers"))  # PostgreSQL does so to an unlogged table
    durations = time_two_changes(authority, operator)
    authority.close()
    assert durations[0] >= CONFIRMED_FOR_S > durations[1]
    assert not [record for record in caplog.records if record.name == "trigpoint.store"]


def test_a_worker_that_stops_is_not_waited_for(postgres: str, home: Path, operator: Actor) -> None:
    url = new_migrated_database(postgres)
    authority, other = (open_authority(home=home, database_url=url) for _ in range(2))
    with asyncio.Runner() as runner:  # one event loop, as in a worker
        runner.run(other.start())
        while count_workers(authority) == 0:
            time.sleep(0.01)
        runner.run(other.stop())
    other.close()
    assert count_workers(authority) == 0
    authority.teams.create(operator, "My Company")
    authority.close()


def count_workers(authority: Authority) -> int:
    with authority._store._engine.begin() as connection:
        return int(connection.execute(text("SELECT count(*) FROM workers WHERE name <> ''")).scalar_one())
