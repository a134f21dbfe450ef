"""Quotas over many workers: never more calls are admitted than the limit, and a dead worker loses a bounded number."""

import asyncio
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from conftest import NOON, FixedClock
from forking import Script, start_script
from known_keys import known
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.base.errors import ForbiddenError, InvalidError, NotFoundError, UnavailableError
from trigpoint.base.ids import TeamId
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.key import Key
from trigpoint.credentials.quota import Meter, QuotaExceededError, block_size, team_account, window_of
from trigpoint.credentials.roles import Actor, Role

MAPS_ID = "maps.com.my.site"
CALLS = Meter.SERVICE_CALLS
WORKER = """
import asyncio, sys, time
from pathlib import Path
from trigpoint.authority.opening import open_authority
from trigpoint.credentials.quota import Meter, QuotaExceededError

home, url, key_id, at, die_after = Path(sys.argv[1]), sys.argv[2] or None, sys.argv[3], float(sys.argv[4]), int(sys.argv[5])
authority = open_authority(home=home, database_url=url, clock=lambda: at)
authority._memory.refresh()
key = authority._memory.find(key_id)
print("ready", flush=True)
sys.stdin.readline()

async def spend_all():
    admitted = 0
    while admitted != die_after:
        try:
            if not authority._spending.spend(key, Meter.SERVICE_CALLS, at):
                await authority._spending.draw(key, Meter.SERVICE_CALLS, at)
        except QuotaExceededError:
            break
        admitted += 1
        if admitted % 7 == 0:
            await asyncio.sleep(0)
    return admitted

print(asyncio.run(spend_all()), flush=True)
sys.stdin.readline()
"""


@dataclass
class Customer:
    team_id: TeamId
    key: Key


@pytest.fixture
def customer(authority: Authority, operator: Actor) -> Customer:
    team = authority.teams.create(operator, "My Company").team_id
    authority.maps_ids.register(operator, team_id=team, identifier=MAPS_ID, description="Mine")
    return Customer(team, authority.keys.create(operator, team_id=team, name="Website", maps_id=MAPS_ID))


@pytest.fixture
def other_process(database_url: str | None, home: Path, clock: FixedClock) -> Iterator[Authority]:
    opened = open_authority(home=home, database_url=database_url, clock=clock)
    yield opened
    opened.close()


def facts(authority: Authority, key: Key) -> KeyFacts:
    authority._memory.refresh()
    return known(authority, key.key_id)


async def spend(authority: Authority, key: KeyFacts, at: float = NOON) -> None:
    """Spend one call as admission does."""
    if not authority._spending.spend(key, CALLS, at):
        await authority._spending.draw(key, CALLS, at)


async def spend_until_refused(authority: Authority, key: KeyFacts, at: float = NOON) -> int:
    admitted = 0
    while True:
        try:
            await spend(authority, key, at)
        except QuotaExceededError:
            return admitted
        admitted += 1


def taken(authority: Authority, team_id: TeamId, at: float = NOON) -> int:
    with authority._store.read() as reader:
        account = team_account(team_id, CALLS)
        return reader.quota_taken(account, window_of(account.period, at))


@pytest.mark.parametrize("limit", [1, 49, 100, 1_733])
def test_two_workers_admit_exactly_the_limit(
    authority: Authority, other_process: Authority, customer: Customer, operator: Actor, limit: int
) -> None:
    authority.quotas.set(operator, customer.team_id, meter=CALLS, daily=limit)

    async def scenario() -> int:
        workers = [authority, other_process]
        counts = [spend_until_refused(worker, facts(worker, customer.key)) for worker in workers for _ in range(5)]
        return sum(await asyncio.gather(*counts))

    assert asyncio.run(scenario()) == limit


def test_workers_in_threads_admit_exactly_the_limit(
    authority: Authority, customer: Customer, operator: Actor, database_url: str | None, home: Path, clock: FixedClock
) -> None:
    authority.quotas.set(operator, customer.team_id, meter=CALLS, daily=2_000)

    def work(_number: int) -> int:
        worker = open_authority(home=home, database_url=database_url, clock=clock)
        try:
            return asyncio.run(spend_until_refused(worker, facts(worker, customer.key)))
        finally:
            worker.close()

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 2_000


def test_processes_admit_exactly_the_limit_and_a_killed_one_loses_at_most_one_block(
    authority: Authority, customer: Customer, operator: Actor, database_url: str | None, home: Path
) -> None:
    limit, die_after = 5_000, 333
    authority.quotas.set(operator, customer.team_id, meter=CALLS, daily=limit)

    def start(dies: int) -> Script:
        return start_script(WORKER, str(home), database_url or "", customer.key.key_id, str(NOON), str(dies))

    def hear(worker: Script) -> str:
        return worker.stdout.readline().strip()

    workers = [start(die_after), *(start(-1) for _ in range(3))]
    assert [hear(worker) for worker in workers] == ["ready"] * 4
    workers[0].write_line("go")
    admitted = int(hear(workers[0]))
    workers[0].process.kill()
    for worker in workers[1:]:
        worker.write_line("go")
    admitted += sum(int(hear(worker)) for worker in workers[1:])
    for worker in workers:
        worker.process.kill()
        worker.finish()
    assert limit - block_size(limit) <= admitted <= limit
    assert admitted >= die_after


def test_a_call_is_counted_against_every_limit_or_none(
    authority: Authority, customer: Customer, operator: Actor
) -> None:
    other = authority.keys.create(operator, team_id=customer.team_id, name="Other", maps_id=MAPS_ID)
    authority.quotas.set(operator, customer.team_id, meter=CALLS, daily=10)
    authority.quotas.set(operator, customer.team_id, meter=CALLS, daily=6, maps_id=MAPS_ID)
    authority.quotas.set(operator, customer.team_id, meter=CALLS, daily=2, key_id=customer.key.key_id)

    async def scenario() -> tuple[int, int]:
        first = await spend_until_refused(authority, facts(authority, customer.key))
        with pytest.raises(QuotaExceededError, match=rf"The key {customer.key.key_id}'s 2 service calls a day"):
            await spend(authority, facts(authority, customer.key))
        second = await spend_until_refused(authority, facts(authority, other))
        with pytest.raises(QuotaExceededError, match=rf"The Maps ID '{MAPS_ID}''s 6 service calls a day are used up"):
            await spend(authority, facts(authority, other))
        return first, second

    assert asyncio.run(scenario()) == (2, 4)


def test_calls_per_minute_reset_every_minute(authority: Authority, customer: Customer, operator: Actor) -> None:
    authority.quotas.set_calls_a_minute(operator, customer.key.key_id, most=3)

    async def two_minutes() -> tuple[int, int]:
        key = facts(authority, customer.key)
        first = await spend_until_refused(authority, key, NOON)
        with pytest.raises(QuotaExceededError, match="3 service calls a minute") as told:
            await spend(authority, key, NOON + 59)
        assert told.value.retry_after == 1
        return first, await spend_until_refused(authority, key, NOON + 60)

    assert asyncio.run(two_minutes()) == (3, 3)


def test_no_call_waits_for_the_next_block(authority: Authority, customer: Customer) -> None:
    """A worker that holds calls spends them while the next block is on its way."""

    async def scenario() -> int:
        key = facts(authority, customer.key)
        await spend(authority, key)
        waits = 0
        for _ in range(1_500):
            if not authority._spending.spend(key, CALLS, NOON):
                waits += 1
                await authority._spending.draw(key, CALLS, NOON)
            fetches = [one.fetch for one in authority._spending._leases.values() if one.fetch is not None]
            await asyncio.gather(*map(asyncio.wrap_future, fetches))
        return waits

    assert asyncio.run(scenario()) == 0


def test_a_worker_reserves_at_most_one_block(authority: Authority, customer: Customer) -> None:
    async def scenario() -> None:
        key = facts(authority, customer.key)
        for number in range(1, 1_300):
            await spend(authority, key)
            assert taken(authority, customer.team_id) - number <= block_size(25_000)

    asyncio.run(scenario())


def test_a_worker_that_stops_returns_its_lease(authority: Authority, customer: Customer) -> None:
    async def scenario() -> None:
        await authority.start()
        for _ in range(3):
            await spend(authority, facts(authority, customer.key))
        assert taken(authority, customer.team_id) == block_size(25_000)
        await authority.stop()

    asyncio.run(scenario())
    assert taken(authority, customer.team_id) == 3


def test_an_idle_worker_returns_its_lease(
    authority: Authority, other_process: Authority, customer: Customer, operator: Actor
) -> None:
    authority.quotas.set(operator, customer.team_id, meter=CALLS, daily=500)

    async def scenario() -> int:
        await spend(authority, facts(authority, customer.key))
        for _ in range(6):
            authority._spending.surrender()
            authority._spending.give_back()
        return await spend_until_refused(other_process, facts(other_process, customer.key))

    assert asyncio.run(scenario()) == 499


def test_a_lowered_limit_applies_at_once_also_to_leases(
    authority: Authority, customer: Customer, operator: Actor
) -> None:
    async def scenario() -> None:
        for _ in range(10):
            await spend(authority, facts(authority, customer.key))
        authority.quotas.set(operator, customer.team_id, meter=CALLS, daily=5)
        with pytest.raises(QuotaExceededError, match=r"The team's 5 service calls a day are used up"):
            await spend(authority, facts(authority, customer.key))

    asyncio.run(scenario())


def test_a_limit_changed_while_a_call_waits_for_a_lease_causes_one_more_lease_only(
    authority: Authority, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    account, fetched = team_account(customer.team_id, CALLS), []
    take = authority._store.usage.take

    def counted(*arguments: object, **named: object) -> int:
        fetched.append(named["limit"])
        time.sleep(0.01)  # as long as a database takes: both calls wait
        return take(*arguments, **named)

    monkeypatch.setattr(authority._store.usage, "take", counted)

    async def scenario() -> None:
        key = facts(authority, customer.key)
        of_before, of_now = (replace(key, limits=((account, limit),)) for limit in (1_000, 2_000))
        await asyncio.gather(spend(authority, of_before), spend(authority, of_now))
        await authority._spending.stop()

    asyncio.run(scenario())
    assert fetched == [1_000, 2_000]
    assert taken(authority, customer.team_id) == 2


def test_each_alarm_is_written_once(
    authority: Authority, other_process: Authority, customer: Customer, operator: Actor
) -> None:
    authority.quotas.set(operator, customer.team_id, meter=CALLS, daily=200)

    async def scenario() -> None:
        workers = [authority, other_process]
        await asyncio.gather(*(spend_until_refused(worker, facts(worker, customer.key)) for worker in workers))

    asyncio.run(scenario())
    entries = authority.audit.events(operator, team_id=customer.team_id, subject=f"team:{customer.team_id}")
    alarms = [(entry.kind, entry.details["percent"]) for entry in entries if "percent" in entry.details]
    assert alarms == [("quota.used_up", 100), ("quota.alarm", 80), ("quota.alarm", 50)]
    assert authority.audit.verify().holds


def test_with_an_unreachable_database_reserved_calls_are_admitted_and_others_get_503(
    authority: Authority, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_arguments: object, **_named: object) -> None:
        raise UnavailableError("The database cannot be used: it is away.")

    async def scenario() -> None:
        key = facts(authority, customer.key)
        await spend(authority, key)
        monkeypatch.setattr(authority._store.usage, "take", away)
        for _ in range(block_size(25_000) - 1):
            await spend(authority, key)
        with pytest.raises(UnavailableError, match="it is away"):
            await spend(authority, key)

    asyncio.run(scenario())


def test_every_limit_of_a_team_is_listed(authority: Authority, customer: Customer, operator: Actor) -> None:
    authority.quotas.set(
        operator, customer.team_id, meter=CALLS, daily=70, maps_id=MAPS_ID.upper().replace("MAPS", "maps")
    )
    states = {
        (state.account.subject, state.meter): (state.most, state.is_default)
        for state in authority.quotas.show(operator, customer.team_id)
    }
    assert states == {
        (f"team:{customer.team_id}", Meter.SERVICE_CALLS): (25_000, True),
        (f"team:{customer.team_id}", Meter.MAP_VIEWS): (250_000, True),
        (f"team:{customer.team_id}", Meter.SNAPSHOTS): (25_000, True),
        (f"maps_id:{MAPS_ID}", Meter.SERVICE_CALLS): (70, False),
    }
    authority.quotas.set(operator, customer.team_id, meter=CALLS, daily=None, maps_id=MAPS_ID)
    assert len(authority.quotas.show(operator, customer.team_id)) == len(Meter)


def test_a_maps_id_that_is_registered_again_has_no_limit(authority: Authority, operator: Actor) -> None:
    team = authority.teams.create(operator, "My Company").team_id
    for _ in range(2):
        authority.maps_ids.register(operator, team_id=team, identifier=MAPS_ID, description="Mine")
        assert len(authority.quotas.show(operator, team)) == len(Meter)
        authority.quotas.set(operator, team, meter=CALLS, daily=1, maps_id=MAPS_ID)
        authority.maps_ids.remove(operator, MAPS_ID)


def test_which_actor_may_set_which_limit(authority: Authority, customer: Customer) -> None:
    admin = Actor("person:1", roles={customer.team_id: Role.ADMIN})
    developer = Actor("person:2", roles={customer.team_id: Role.DEVELOPER})
    authority.quotas.set(admin, customer.team_id, meter=CALLS, daily=5, key_id=customer.key.key_id)
    with pytest.raises(ForbiddenError, match="The role Admin may not change quotas"):
        authority.quotas.set(admin, customer.team_id, meter=CALLS, daily=5)
    with pytest.raises(ForbiddenError, match="The role Developer may not"):
        authority.quotas.set(developer, customer.team_id, meter=CALLS, daily=5, maps_id=MAPS_ID)
    with pytest.raises(InvalidError, match="'daily' must be a number from 0 to"):
        authority.quotas.set(admin, customer.team_id, meter=CALLS, daily=-1, key_id=customer.key.key_id)


def test_a_limit_is_not_set_for_another_teams_key(authority: Authority, customer: Customer, operator: Actor) -> None:
    other = authority.teams.create(operator, "Other").team_id
    with pytest.raises(NotFoundError, match=f"The team {other} has no key"):
        authority.quotas.set(operator, other, meter=CALLS, daily=5, key_id=customer.key.key_id)
    with pytest.raises(NotFoundError, match=f"The team {other} has no Maps ID"):
        authority.quotas.set(operator, other, meter=CALLS, daily=5, maps_id=MAPS_ID)
