"""After a failover that lost the last commits, workers drop what they had read of them, and log it."""

import asyncio
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import psycopg
import pytest

from conftest import NOON, FixedClock, until_trusted
from trigpoint.authority.gone_back import MOST_LOGGED, GoneBack, ReadEntry, log_gone_back
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.base.clock import Milliseconds
from trigpoint.base.ids import TeamId
from trigpoint.credentials import auth_token, keypair
from trigpoint.credentials.call import Call
from trigpoint.credentials.key import RevocationReason
from trigpoint.credentials.ledger import Head
from trigpoint.credentials.quota import Meter, Period, block_size, team_account, window_of
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.services import Service
from trigpoint.credentials.verdict import RefusedError
from trigpoint.home import Home
from trigpoint.wiring.health import look_at_credentials

HERE = Call(Service.SERVER_API, None, NOON)
pytestmark = pytest.mark.usefixtures(
    "trusted_for_a_second"
)  # a writer waits for the workers of the database that is gone
Standby = Callable[[], None]


def replicate(database_url: str | None, home: Path) -> Standby:
    """Copy the current database; return a function that makes the copy the primary, without later writes."""
    if database_url is not None:
        return _replicate_postgres(database_url)
    copy, live = home / "standby.db", Home(home).database
    with closing(sqlite3.connect(live)) as source, closing(sqlite3.connect(copy)) as target:
        source.backup(target)

    def fail_over() -> None:
        with closing(sqlite3.connect(copy)) as source, closing(sqlite3.connect(live)) as target:
            source.backup(target)

    return fail_over


def _replicate_postgres(url: str) -> Standby:
    server, _, name = url.rpartition("/")

    def at(database: str, *statements: str) -> None:
        with psycopg.connect(f"{server}/{database}", autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    end_all = f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'"
    closed, opened = (f'ALTER DATABASE "{name}" ALLOW_CONNECTIONS {word}' for word in ("false", "true"))
    at("postgres", closed, end_all, f'CREATE DATABASE "{name}_standby" TEMPLATE "{name}"', opened)
    at(f"{name}_standby", "TRUNCATE workers")  # a standby has nothing of an unlogged table
    rename = f'ALTER DATABASE "{name}" RENAME TO "{name}_lost"', f'ALTER DATABASE "{name}_standby" RENAME TO "{name}"'
    return lambda: at("postgres", closed, end_all, *rename)


class Company:
    """A team, and what its keys sign."""

    def __init__(self, authority: Authority, operator: Actor) -> None:
        self._authority, self._operator = authority, operator
        self.team_id = authority.teams.create(operator, "My Company").team_id
        authority.maps_ids.register(operator, team_id=self.team_id, identifier="maps.com.my.site", description="Mine")

    def create_key(self, name: str) -> tuple[str, str]:
        """Create and download a key; return its Key ID, and a token signed with it."""
        make = self._authority.keys
        key = make.create(self._operator, team_id=self.team_id, name=name, maps_id="maps.com.my.site")
        private = keypair.read_private_key(make.download(self._operator, key.key_id).pem)
        ends = int(NOON) + 600
        return key.key_id, auth_token.sign(
            private, key_id=key.key_id, team_id=self.team_id, issued_at=int(NOON), expires_at=ends
        )

    def revoke(self, key_id: str) -> None:
        self._authority.keys.revoke(self._operator, key_id, reason=RevocationReason.COMPROMISED)

    def add_entry(self) -> None:
        """Let something happen that no key depends on."""
        self._authority.teams.create(self._operator, "Another")


def length(authority: Authority) -> int:
    """Ask the database how long its ledger is."""
    with authority._store.read() as reader:
        return reader.head().sequence


@pytest.fixture
def company(authority: Authority, operator: Actor) -> Company:
    return Company(authority, operator)


@pytest.mark.parametrize("grown", [-1, 0, 1], ids=["shorter", "as long", "longer"])
def test_a_truncated_ledger_that_has_grown_again_is_noticed_and_read_again(
    authority: Authority,
    company: Company,
    database_url: str | None,
    home: Path,
    clock: FixedClock,
    grown: int,
    caplog: pytest.LogCaptureFixture,
) -> None:
    ended_id, ended = company.create_key("Ended")
    kept_id, kept = company.create_key("Kept")
    fail_over = replicate(database_url, home)
    worker = open_authority(home=home, database_url=database_url, clock=clock)

    async def scenario() -> None:
        access = {token: (await worker.exchange(token, HERE)).token for token in (ended, kept)}
        company.revoke(ended_id)
        lost_id, lost = company.create_key("Lost")  # two entries
        company.add_entry()
        access[lost] = (await worker.exchange(lost, HERE)).token
        for token in (kept, lost):
            await worker.admit(access[token], HERE)
        known, before = worker._memory.keys.head, worker.ledger_position()
        fail_over()
        company.revoke(kept_id)
        for _ in range(before + grown - length(authority)):
            company.add_entry()
        assert length(authority) == before + grown
        assert worker.recall(access[kept], HERE) is None
        for attempt in (worker.admit(access[kept], HERE), worker.exchange(kept, HERE)):
            with pytest.raises(RefusedError, match=f"The key {kept_id} was revoked"):
                await attempt
        for attempt in (worker.admit(access[lost], HERE), worker.exchange(lost, HERE)):
            with pytest.raises(RefusedError, match=f"{lost_id}.* registered"):
                await attempt
        await worker.admit(access[ended], HERE)  # its revocation is lost: that is what there is to say
        assert [one.known for one in worker.ledger_gone_back()] == [known]
        part = await look_at_credentials(worker)
        assert part.ready
        assert part.note.startswith(f"The ledger has gone back: entry {before} (")
        assert (
            f"Lost from the ledger: entry {before - 3}, key.revoked {ended_id}, team {company.team_id}" in caplog.text
        )
        assert f"key.created {lost_id}" in caplog.text
        until_trusted(worker)
        company.revoke(ended_id)
        with pytest.raises(RefusedError, match=f"The key {ended_id} was revoked"):
            await worker.admit(access[ended], HERE)
        assert len(worker.ledger_gone_back()) == 1

    try:
        asyncio.run(scenario())
    finally:
        worker.close()


def test_calls_reserved_before_the_failover_are_neither_spent_nor_returned(
    authority: Authority, company: Company, database_url: str | None, home: Path
) -> None:
    _, token = company.create_key("Website")
    account = team_account(company.team_id, Meter.SERVICE_CALLS)
    window = window_of(Period.DAY, NOON)

    def taken() -> int:
        with authority._store.read() as reader:
            return reader.quota_taken(account, window)

    async def scenario() -> None:
        fail_over = replicate(database_url, home)
        await authority.exchange(token, HERE)
        assert taken() == block_size(25_000)
        authority._spending.surrender(everything=True)  # neither returned leases nor current ones are given back
        await authority.exchange(token, HERE)
        company.add_entry()
        authority._memory.refresh()
        fail_over()
        authority._memory.refresh()
        assert len(authority.ledger_gone_back()) == 1
        authority._spending.give_back()
        assert taken() == 0
        await authority.exchange(token, HERE)
        assert taken() == block_size(25_000)
        authority._spending.surrender(everything=True)
        authority._spending.give_back()
        assert taken() == 1

    asyncio.run(scenario())


def test_addresses_of_people_are_not_in_the_log_and_a_long_list_is_cut(caplog: pytest.LogCaptureFixture) -> None:
    entry = ReadEntry(
        3, "a" * 64, Milliseconds(int(NOON * 1000)), "member.added", "ann@example.com", TeamId("TEAM000000")
    )
    assert entry.words == "entry 3, member.added, team TEAM000000, 2027-01-15T08:00:00Z"
    found = GoneBack(Head(9, "b" * 64), Head(2, "c" * 64), NOON, (entry,) * (MOST_LOGGED + 7))
    log_gone_back(found)
    assert len(caplog.records) == 1 + MOST_LOGGED + 1
    assert caplog.records[-1].getMessage() == "Lost from the ledger: 7 more entries."
    assert "ann@example.com" not in caplog.text
