"""Keys are looked up when first used, cached in a bounded cache, and refused after revocation, cached or not."""

import asyncio
import itertools
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from conftest import NOON, FixedClock, recall_trusted, until_trusted
from known_keys import known
from trigpoint.authority import lookups
from trigpoint.authority.key_memory import KeyMemory, Named
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.authority.snapshot_access import SnapshotRequest
from trigpoint.base.errors import UnavailableError
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials import auth_token, keypair
from trigpoint.credentials.call import Call
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.key import Key, RevocationReason
from trigpoint.credentials.keypair import PrivateKey
from trigpoint.credentials.ledger import EMPTY, Head
from trigpoint.credentials.quota import Meter, QuotaExceededError
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.services import MAPKIT_JS_SERVICE, Service
from trigpoint.credentials.snapshot_signature import sign_url
from trigpoint.credentials.verdict import RefusedError

HERE = Call(Service.SERVER_API, None, NOON)
PAGE = Call(Service.MAPKIT_JS, None, NOON)
MOST = 3


@dataclass
class Owner:
    """A key, and what its owner signs with it."""

    key: Key
    private: PrivateKey

    def token(self, *, key_id: str | None = None, team_id: str | None = None, scope: str | None = None) -> str:
        return auth_token.sign(
            self.private,
            key_id=KeyId(key_id or self.key.key_id),
            team_id=TeamId(team_id or self.key.team_id),
            issued_at=int(NOON),
            expires_at=int(NOON) + 600,
            scope=scope,
        )

    def picture(self) -> SnapshotRequest:
        url = "/api/v1/snapshot?center=47.14,9.52&z=14"
        signed = sign_url(self.private, url, team_id=self.key.team_id, key_id=self.key.key_id)
        return SnapshotRequest(signed.partition("?")[2].encode(), None, None, NOON)


@pytest.fixture
def owners(authority: Authority, operator: Actor) -> list[Owner]:
    """More keys of one team than a worker remembers."""
    team = authority.teams.create(operator, "My Company").team_id
    found = []
    for number in range(MOST + 2):
        maps_id = f"maps.com.my.site{number}"
        authority.maps_ids.register(operator, team_id=team, identifier=maps_id, description="Mine")
        key = authority.keys.create(operator, team_id=team, name=f"Website {number}", maps_id=maps_id)
        found.append(Owner(key, keypair.read_private_key(authority.keys.download(operator, key.key_id).pem)))
    return found


@pytest.fixture
def worker(
    authority: Authority, owners: list[Owner], database_url: str | None, home: Path, clock: FixedClock
) -> Iterator[Authority]:
    """A worker that starts when there are keys already, and remembers few."""
    assert authority
    assert owners
    opened = open_authority(home=home, database_url=database_url, clock=clock, keys_in_memory=MOST)
    yield opened
    opened.close()


def count_queries(worker: Authority) -> int:
    return worker.count_keys()["questions"]


def forget(worker: Authority) -> None:
    """Forget every key, as a worker does that uses many others."""
    head = worker._memory.keys.head
    assert head is not None
    worker._memory.keys.clear(head)


def test_a_key_whose_calls_have_a_cached_verdict_is_not_evicted_by_others(
    worker: Authority, owners: list[Owner]
) -> None:
    async def scenario() -> None:
        first, *others = owners
        issued = await worker.exchange(first.token(), HERE)
        await worker.admit(issued.token, HERE)
        for second, other in enumerate(others):
            assert recall_trusted(worker, issued.token, replace(HERE, at=NOON + second)) is not None
            await worker.exchange(other.token(), HERE)
        assert not worker._memory.keys.lacks(first.key.key_id)
        assert worker._memory.keys.lacks(others[0].key.key_id)

    asyncio.run(scenario())


def test_no_key_is_read_at_start_up_and_each_when_it_is_first_used(worker: Authority, owners: list[Owner]) -> None:
    async def scenario() -> None:
        await worker.catch_up()
        assert (worker.keys_remembered(), count_queries(worker)) == (0, 0)
        issued = await worker.exchange(owners[0].token(), HERE)
        assert (worker.keys_remembered(), count_queries(worker)) == (1, 1)
        for _ in range(3):
            await worker.admit(issued.token, HERE)
            await worker.exchange(owners[0].token(), HERE)
        assert count_queries(worker) == 1

    asyncio.run(scenario())


def test_a_bounded_number_of_keys_is_cached_and_others_are_admitted_as_well(
    worker: Authority, owners: list[Owner]
) -> None:
    async def scenario() -> None:
        access = [(await worker.exchange(owner.token(), HERE)).token for owner in owners]
        for _ in range(2):
            for owner, token in zip(owners, access, strict=True):
                grant = worker.recall(token, HERE) or await worker.admit(token, HERE)
                assert grant.key_id == owner.key.key_id
                assert worker.keys_remembered() <= MOST
        assert worker.count_keys()["evictions"] >= len(owners) - MOST

    asyncio.run(scenario())


def test_the_least_recently_used_key_is_evicted_first() -> None:
    memory = KeyMemory(2)
    memory.clear(EMPTY)
    facts = {key_id: some_facts(key_id) for key_id in map(KeyId, ("AAAAAAAAA0", "AAAAAAAAA1", "AAAAAAAAA2"))}
    first, second, third = facts
    for key_id in (first, second):
        assert memory.remember([key_id], facts, as_of=EMPTY)
    assert memory.find(first) is facts[first]
    memory.remember([third], facts, as_of=EMPTY)
    assert (memory.find(first), memory.find(second), memory.find(third)) == (facts[first], None, facts[third])


def test_a_record_read_at_another_position_of_the_ledger_is_discarded() -> None:
    memory = KeyMemory(2)
    one = KeyId("AAAAAAAAA0")
    memory.advance(Head(7, "a" * 64), Named(), {})
    for other in (Head(6, "b" * 64), Head(8, "c" * 64), Head(7, "d" * 64)):  # earlier, later, and of another ledger
        assert not memory.remember([one], {one: some_facts(one)}, as_of=other)
        assert memory.lacks(one)
    assert memory.remember([one], {one: some_facts(one)}, as_of=Head(7, "a" * 64))
    assert not memory.lacks(one)


def test_the_cache_of_unknown_key_ids_is_bounded_and_keeps_those_of_the_last_query() -> None:
    memory = KeyMemory(2, most_unknown=10)
    memory.clear(EMPTY)
    ids = [KeyId(f"AAAAAAA{number:03}") for number in range(100)]
    for several in itertools.batched(ids, 4) if hasattr(itertools, "batched") else zip(*[iter(ids)] * 4, strict=True):
        memory.remember(several, {}, as_of=EMPTY)
        assert not any(map(memory.lacks, several))
        assert sum(not memory.lacks(one) for one in ids) <= 10
    memory.remember(ids, {}, as_of=EMPTY)
    assert not any(map(memory.lacks, ids))


def some_facts(key_id: KeyId) -> KeyFacts:
    return KeyFacts(key_id, TeamId("TEAM000000"), "maps.com.a", MAPKIT_JS_SERVICE, keypair.generate().public)


def test_a_key_that_is_revoked_while_it_is_not_cached_is_never_admitted(
    authority: Authority, worker: Authority, owners: list[Owner], operator: Actor
) -> None:
    owner = owners[0]

    async def scenario() -> None:
        auth, page, picture = owner.token(), owner.token(scope="mapkit_js"), owner.picture()
        access = (await worker.exchange(auth, HERE)).token
        opened = await worker.map_access.open(page, PAGE)
        await worker.snapshot_access.admit(picture)
        for other in owners[1:]:
            await worker.exchange(other.token(), HERE)
        assert worker._memory.keys.lacks(owner.key.key_id)
        authority.keys.revoke(operator, owner.key.key_id, reason=RevocationReason.COMPROMISED)
        assert worker.recall(access, HERE) is None
        assert worker.map_access.recall(opened.access_key, NOON) is None
        assert worker.snapshot_access.recall(picture) is None
        attempts: list[Callable[[], object]] = [
            lambda: worker.admit(access, HERE),
            lambda: worker.exchange(auth, HERE),
            lambda: worker.map_access.open(page, PAGE),
            lambda: worker.map_access.admit(opened.access_key, PAGE),
            lambda: worker.snapshot_access.admit(picture),
        ]
        for attempt in attempts:
            forget(worker)
            with pytest.raises(RefusedError, match=f"The key {owner.key.key_id} was revoked on 15 January 2027"):
                await attempt()  # type: ignore[misc]

    asyncio.run(scenario())


def test_a_revocation_during_the_lookup_of_a_key_is_applied(
    authority: Authority, worker: Authority, owners: list[Owner], operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database's response is from before the revocation, and arrives after the worker has read about it."""
    owner, remember, revoked = owners[0], worker._memory.keys.remember, threading.Event()

    def late(*arguments: object, **options: object) -> bool:
        if not revoked.is_set():
            revoked.set()
            authority.keys.revoke(operator, owner.key.key_id, reason=RevocationReason.COMPROMISED)
            worker._memory.refresh()
        return remember(*arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr(worker._memory.keys, "remember", late)
    with pytest.raises(RefusedError, match="was revoked"):
        asyncio.run(worker.exchange(owner.token(), HERE))
    assert known(worker, owner.key.key_id).revoked_at is not None


def test_an_unknown_key_id_is_looked_up_once_until_the_ledger_changes(
    authority: Authority, worker: Authority, owners: list[Owner], operator: Actor
) -> None:
    async def ask(times: int) -> int:
        before = count_queries(worker)
        for _ in range(times):
            with pytest.raises(RefusedError, match="No key with the Key ID NOBODYS000 is registered here"):
                await worker.exchange(owners[0].token(key_id="NOBODYS000"), HERE)
        return count_queries(worker) - before

    assert asyncio.run(ask(20)) == 1
    authority.teams.create(operator, "Another")
    worker._memory.refresh()
    assert asyncio.run(ask(20)) == 1


def test_unknown_key_ids_cause_at_most_fifty_queries_per_second(worker: Authority, owners: list[Owner]) -> None:
    async def one(number: int) -> None:
        with pytest.raises(RefusedError, match="is registered here"):
            await worker.exchange(owners[0].token(key_id=f"{number:010}"), HERE)

    async def scenario() -> tuple[int, float]:
        await worker.catch_up()
        begun = time.monotonic()
        numbers = iter(range(1000))

        async def go_on() -> None:
            for number in numbers:
                await one(number)

        await asyncio.gather(*(go_on() for _ in range(50)))
        return count_queries(worker), time.monotonic() - begun

    asked, seconds = asyncio.run(scenario())
    assert asked <= 1 + lookups.IN_A_ROW + seconds / lookups.BETWEEN_S
    assert worker.count_keys()["unknown"] >= 1000


def test_no_period_of_a_second_has_more_than_fifty_queries() -> None:
    assert 1 + lookups.IN_A_ROW + 1 / lookups.BETWEEN_S <= 50


def test_a_malformed_key_id_is_not_looked_up(worker: Authority, owners: list[Owner]) -> None:
    before = count_queries(worker)
    for key_id in ("nobodys000", "NOBODYS00", "NOBODYS00Ä"):
        with pytest.raises(RefusedError):
            asyncio.run(worker.exchange(owners[0].token(key_id=key_id), HERE))
    assert count_queries(worker) == before


def test_calls_with_different_keys_share_one_query(worker: Authority, owners: list[Owner]) -> None:
    async def scenario() -> None:
        until_trusted(worker)
        some = owners[:MOST]
        await asyncio.gather(*(worker.exchange(owner.token(), HERE) for owner in some))
        assert count_queries(worker) == 1
        assert worker.keys_remembered() == len(some)

    asyncio.run(scenario())


def test_a_swapped_key_id_and_team_id_are_reported_even_if_the_key_is_not_cached(
    worker: Authority, owners: list[Owner]
) -> None:
    key = owners[0].key
    with pytest.raises(RefusedError, match="they are swapped"):
        asyncio.run(worker.exchange(owners[0].token(key_id=key.team_id, team_id=key.key_id), HERE))


def test_a_maps_token_is_looked_up_as_a_key_is(
    authority: Authority, worker: Authority, owners: list[Owner], operator: Actor
) -> None:
    async def scenario() -> None:
        team = owners[0].key.team_id
        token = authority.maps_tokens.create(operator, team_id=team, service=Service.SERVER_API, origins=None)
        for _ in range(2):
            assert (await worker.exchange(token.text, HERE)).token
            forget(worker)
        authority.maps_tokens.revoke(operator, token.record.token_id)
        with pytest.raises(RefusedError, match="was revoked"):
            await worker.exchange(token.text, HERE)

    asyncio.run(scenario())


@pytest.mark.parametrize("account", ["team", "maps_id", "key"])
def test_a_limit_applies_to_cached_and_to_other_keys(
    authority: Authority, worker: Authority, owners: list[Owner], operator: Actor, account: str
) -> None:
    owner = owners[0]
    narrow = {"maps_id": {"maps_id": owner.key.maps_id}, "key": {"key_id": owner.key.key_id}}.get(account, {})

    async def scenario() -> None:
        access = (await worker.exchange(owner.token(), HERE)).token
        for is_forgotten in (False, True):
            authority.quotas.set(operator, owner.key.team_id, meter=Meter.SERVICE_CALLS, daily=0, **narrow)
            worker._memory.refresh()
            if is_forgotten:
                forget(worker)
            with pytest.raises(QuotaExceededError, match="0 service calls a day are used up"):
                await worker.admit(access, HERE)
            authority.quotas.set(operator, owner.key.team_id, meter=Meter.SERVICE_CALLS, daily=1000, **narrow)
            worker._memory.refresh()
            assert await worker.admit(access, HERE)

    asyncio.run(scenario())


def test_a_map_is_refreshed_by_a_token_of_another_key_that_is_not_cached(
    worker: Authority, owners: list[Owner]
) -> None:
    async def scenario() -> None:
        old = await worker.map_access.open(owners[1].token(scope="mapkit_js"), PAGE)
        assert old.is_view
        forget(worker)
        bearer = f"Bearer {old.access_token}"
        assert not (await worker.map_access.open(owners[0].token(scope="mapkit_js"), PAGE, old_token=bearer)).is_view

    asyncio.run(scenario())


def test_a_diagnosis_looks_a_key_up(worker: Authority, owners: list[Owner]) -> None:
    assert worker.diagnose(owners[0].token(), HERE).verdict.failure is None
    forget(worker)
    access = asyncio.run(worker.exchange(owners[0].token(), HERE)).token
    forget(worker)
    assert worker.diagnose(access, HERE).verdict.failure is None
    forget(worker)
    picture = "http://127.0.0.1/api/v1/snapshot?" + owners[0].picture().query.decode()
    assert worker.snapshot_access.diagnose(picture, at=NOON).verdict.failure is None


def test_a_key_that_is_not_cached_gets_503_while_the_database_does_not_respond(
    worker: Authority, owners: list[Owner], monkeypatch: pytest.MonkeyPatch
) -> None:
    go_on = threading.Event()

    def silent(_key_ids: object) -> None:
        if worker._store.is_local:  # a file of this machine answers, or raises at once
            raise UnavailableError("SQLite does not respond, so no call can be admitted safely")
        go_on.wait(30)

    monkeypatch.setattr(worker._memory, "load", silent)

    async def scenario() -> None:
        await worker.catch_up()
        monkeypatch.setattr(lookups, "RECHECK_S", 0.05)
        for _ in range(2):
            with pytest.raises(UnavailableError, match="does not respond, so no call can be admitted safely"):
                await worker.exchange(owners[0].token(), HERE)
        go_on.set()

    asyncio.run(scenario())


def test_a_cache_that_is_far_too_small_is_logged(
    worker: Authority, owners: list[Owner], monkeypatch: pytest.MonkeyPatch
) -> None:
    load = worker._memory.load

    def forgotten_at_once(key_ids: set[KeyId]) -> None:
        load(key_ids)
        forget(worker)

    monkeypatch.setattr(worker._memory, "load", forgotten_at_once)
    with pytest.raises(UnavailableError, match="Increase TRIGPOINT_KEYS_IN_MEMORY"):
        asyncio.run(worker.exchange(owners[0].token(), HERE))
