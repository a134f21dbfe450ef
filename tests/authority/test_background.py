"""Background tasks survive errors: the next run comes, and every failure is reported."""

import asyncio
import errno
import logging
import os
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest

from conftest import FixedClock
from known_keys import granted, known
from services import new_migrated_database
from trigpoint.authority import background, opening
from trigpoint.authority.background import Background, Work
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.base.errors import UnavailableError
from trigpoint.credentials.call import Call
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.services import Service
from trigpoint.wiring.health import background_gauges, look_at_background

AT_ONCE = 0.001


async def until(holds: Callable[[], bool]) -> None:
    async with asyncio.timeout(30):
        while not holds():  # noqa: ASYNC110 (what is waited for is another task)
            await asyncio.sleep(AT_ONCE)


class ScriptedRuns:
    """A task whose runs fail as the test says."""

    def __init__(self, *errors: BaseException | None) -> None:
        self.errors = list(errors)
        self.count = 0

    async def __call__(self) -> None:
        self.count += 1
        error = self.errors.pop(0) if self.errors else None
        if error is not None:
            raise error


class PanicError(BaseException):
    """What a native library raises when it panics: no Exception."""


def test_a_failed_run_is_logged_once_and_the_next_one_comes(caplog: pytest.LogCaptureFixture) -> None:
    turns = ScriptedRuns(UnavailableError("no database"), UnavailableError("no database"), ValueError("s3cret"))
    works = Background()

    async def scenario() -> None:
        works.start([Work("counters", AT_ONCE, turns)])
        await until(lambda: turns.count >= 3)
        await until(lambda: works.status()[0].failures == 3)
        assert works.status()[0].alive
        await until(lambda: not works.status()[0].trouble)
        await works.stop()

    asyncio.run(scenario())
    assert turns.count > 3
    assert [record.getMessage() for record in caplog.records] == [
        "A background task fails, and is retried (counters): no database",
        "A background task fails, and is retried (counters): ValueError: see the log.",
        "A background task works again (counters).",
    ]


def test_a_full_disk_is_reported_in_its_words_without_a_traceback(caplog: pytest.LogCaptureFixture) -> None:
    turns = ScriptedRuns(OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "metrics/17"), OSError("anything else"))
    works = Background()

    async def scenario() -> None:
        works.start([Work("metrics", AT_ONCE, turns)])
        await until(lambda: turns.count >= 3)
        await works.stop()

    asyncio.run(scenario())
    full, other = caplog.records[:2]
    words = "A background task fails, and is retried (metrics): No space left on device: metrics/17."
    assert (full.getMessage(), full.exc_info) == (words, None)
    assert other.getMessage().endswith("(metrics): OSError: see the log.")
    assert other.exc_info is not None


def test_a_task_that_ends_is_started_again(caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "AGAIN_AFTER_S", AT_ONCE)
    turns = ScriptedRuns(PanicError("a library panicked"))
    works = Background()

    async def scenario() -> None:
        works.start([Work("webhooks", AT_ONCE, turns)])
        await until(lambda: turns.count >= 3)
        assert works.status()[0].alive
        await works.stop()

    asyncio.run(scenario())
    ended = [record for record in caplog.records if record.levelno == logging.CRITICAL]
    assert [record.getMessage() for record in ended] == [
        "A background task has ended, and is started again (webhooks)."
    ]


def test_a_run_that_hangs_is_reported(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(background, "HANGS_AFTER_S", 0.0)
    works = Background()
    begun = asyncio.Event()

    async def hang() -> None:
        begun.set()
        await asyncio.Event().wait()

    async def scenario() -> None:
        works.start([Work("webhooks", AT_ONCE, hang)])
        await begun.wait()
        await until(lambda: works.status()[0].trouble != "")
        assert "has taken 0 seconds so far" in works.status()[0].trouble
        await works.stop()

    asyncio.run(scenario())


def test_failed_and_dead_tasks_appear_in_readiness_and_metrics(authority: Authority) -> None:
    async def scenario() -> None:
        authority.background.start(
            [Work("counters", AT_ONCE, ScriptedRuns(*[UnavailableError("no database")] * 10_000))]
        )
        await until(lambda: authority.background.status()[0].failures > 0)
        part = look_at_background(authority)
        assert (part.ready, part.needed, part.note) == (False, False, "counters: no database")
        gauges = {gauge.name: gauge.value for gauge in background_gauges(authority)}
        assert gauges["trigpoint_background_failures"] >= 1
        work = authority.background._works[0]
        await work.stop()
        part = look_at_background(authority)
        assert (part.ready, part.needed) == (False, True)
        await authority.background.stop()

    asyncio.run(scenario())


def test_counters_survive_a_read_only_database(
    postgres: str, home: Path, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after a failover to a standby: counts are written as soon as the database can be written to."""
    monkeypatch.setattr(opening, "FLUSH_EVERY_S", 0.02)
    monkeypatch.setattr(opening, "DELIVER_EVERY_S", 0.02)
    url = new_migrated_database(postgres)
    authority = open_authority(home=home, database_url=url)
    team = authority.teams.create(operator, "My Company")
    authority.maps_ids.register(operator, team_id=team.team_id, identifier="maps.com.my.site", description="Mine")
    key = authority.keys.create(operator, team_id=team.team_id, name="Website", maps_id="maps.com.my.site")
    call = Call(Service.SERVER_API, None, authority.clock())

    def set_read_only(*, on: bool) -> None:
        name = url.rsplit("/", 1)[1]
        with psycopg.connect(f"{postgres}/postgres", autocommit=True) as connection:
            connection.execute(f'ALTER DATABASE "{name}" SET default_transaction_read_only = {"on" if on else "off"}')
            connection.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s", (name,))

    async def scenario() -> None:
        await authority.start()
        set_read_only(on=True)
        for _ in range(3):
            authority._tally.settle(granted(authority, key.key_id, call), 200)
        await until(lambda: any("read-only" in one.trouble for one in trouble()))
        with pytest.raises(UnavailableError, match=r"cannot be used: cannot execute .* in a read-only transaction"):
            await asyncio.to_thread(authority.teams.create, operator, "Another")
        assert all(one.alive for one in authority.background.status())
        set_read_only(on=False)
        await until(lambda: not trouble())
        authority._tally.settle(granted(authority, key.key_id, call), 200)
        await until(lambda: counted() == 4)
        await authority.stop()

    def trouble() -> list[background.WorkStatus]:
        return [one for one in authority.background.status() if one.trouble]

    def counted() -> int:
        with psycopg.connect(url) as connection:
            row = connection.execute("SELECT coalesce(sum(calls), 0) FROM usage_hours").fetchone()
            return int(row[0]) if row else 0

    asyncio.run(scenario())
    authority.close()


def test_calls_of_an_evicted_key_are_counted(authority: Authority, operator: Actor, clock: FixedClock) -> None:
    team = authority.teams.create(operator, "My Company")
    authority.maps_ids.register(operator, team_id=team.team_id, identifier="maps.com.my.site", description="Mine")
    key = authority.keys.create(operator, team_id=team.team_id, name="Website", maps_id="maps.com.my.site")
    call = Call(Service.SERVER_API, None, clock.now)
    authority._tally.count(known(authority, key.key_id), call, 429)
    authority._tally.settle(granted(authority, key.key_id, call), 200)
    assert authority._memory.keys.head is not None
    authority._memory.keys.clear(authority._memory.keys.head)
    authority._tally.flush()
    with authority._store.usage._engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT team_id, key_id, maps_id, status, calls FROM usage_hours ORDER BY status"
        )
        line = (team.team_id, key.key_id, "maps.com.my.site")
        assert [tuple(row) for row in rows] == [(*line, 200, 1), (*line, 429, 1)]
