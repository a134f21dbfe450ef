"""Admission of calls, on both databases, while another process changes keys and limits."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from conftest import NOON, FixedClock, recall_trusted, until_trusted
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.base.errors import ForbiddenError
from trigpoint.base.ids import KeyId, TeamId
from trigpoint.credentials import access_token, auth_token, keypair
from trigpoint.credentials.access_token import AccessClaims
from trigpoint.credentials.call import Call
from trigpoint.credentials.key import Key, RevocationReason
from trigpoint.credentials.keypair import PrivateKey, PublicKey
from trigpoint.credentials.quota import Meter, QuotaExceededError
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.services import Service
from trigpoint.credentials.verdict import Outcome, RefusedError

HERE = Call(Service.SERVER_API, None, NOON)


@dataclass
class Customer:
    """A team with a key, and what it needs to sign."""

    key: Key
    private: PrivateKey

    def auth_token(self, *, expires_at: int = int(NOON) + 600, origin: str | None = None) -> str:
        return auth_token.sign(
            self.private,
            key_id=self.key.key_id,
            team_id=self.key.team_id,
            issued_at=int(NOON),
            expires_at=expires_at,
            scope="server_api",
            origin=origin,
        )


@pytest.fixture
def customer(authority: Authority, operator: Actor) -> Customer:
    team = authority.teams.create(operator, "My Company")
    authority.maps_ids.register(operator, team_id=team.team_id, identifier="maps.com.my.site", description="Mine")
    key = authority.keys.create(operator, team_id=team.team_id, name="Website", maps_id="maps.com.my.site")
    return Customer(key, keypair.read_private_key(authority.keys.download(operator, key.key_id).pem))


@pytest.fixture
def other_process(database_url: str | None, home: Path, clock: FixedClock) -> Iterator[Authority]:
    """A second authority on the same database: another worker, or the command line."""
    opened = open_authority(home=home, database_url=database_url, clock=clock)
    yield opened
    opened.close()


def test_an_auth_token_is_exchanged_and_the_access_token_admits(authority: Authority, customer: Customer) -> None:
    async def scenario() -> None:
        issued = await authority.exchange(customer.auth_token(), HERE)
        assert issued.expires_in_seconds == 1800
        grant = await authority.admit(issued.token, HERE)
        assert (grant.team_id, grant.key_id) == (customer.key.team_id, customer.key.key_id)
        assert grant.maps_id == "maps.com.my.site"

    asyncio.run(scenario())


def test_simultaneous_exchanges_are_judged_one_after_the_other(
    authority: Authority, customer: Customer, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []
    has_signed, sign = PublicKey.has_signed, access_token.sign

    def note_signed(self: PublicKey, message: bytes, signature: bytes) -> bool:
        told.append("verified")
        return has_signed(self, message, signature)

    def note_sign(claims: AccessClaims, *, secret_id: str, secret: bytes) -> str:
        told.append("issued")
        return sign(claims, secret_id=secret_id, secret=secret)

    monkeypatch.setattr(PublicKey, "has_signed", note_signed)
    monkeypatch.setattr(access_token, "sign", note_sign)
    tokens = [customer.auth_token(expires_at=int(NOON) + 600 + number) for number in range(3)]

    async def together() -> None:
        await authority.exchange(customer.auth_token(), HERE)  # a key that is not in memory yet is looked up by itself
        until_trusted(authority)  # a worker that is behind judges each by itself
        told.clear()
        await asyncio.gather(*(authority.exchange(token, HERE) for token in tokens))

    asyncio.run(together())
    assert told == ["verified"] * 3 + ["issued"] * 3


def test_each_of_simultaneous_exchanges_is_refused_for_its_own_reason_and_counted_once(
    authority: Authority, customer: Customer, operator: Actor
) -> None:
    good, expired = customer.auth_token(), customer.auth_token(expires_at=int(NOON))
    stranger = Customer(customer.key, keypair.generate())
    tokens = [good, expired, stranger.auth_token(), "nonsense", None, customer.auth_token(expires_at=int(NOON) + 700)]

    async def together() -> list[object]:
        await authority.exchange(good, HERE)  # the key is known from here on
        return list(await asyncio.gather(*(authority.exchange(one, HERE) for one in tokens), return_exceptions=True))

    found = [
        one.reason.code if isinstance(one, RefusedError) else type(one).__name__ for one in asyncio.run(together())
    ]
    reasons = ["TOKEN_EXPIRED", "SIGNATURE_INVALID", "TOKEN_NOT_THREE_PARTS", "AUTHORIZATION_MISSING"]
    assert found == ["IssuedAccessToken", *reasons, "IssuedAccessToken"]
    authority._tally.flush()
    counted = authority.usage.refusals(operator, team_id=None)
    assert {row.values["reason"]: row.calls for row in counted} == dict.fromkeys(reasons, 1)
    calls = authority.usage.calls(operator, team_id=customer.key.team_id)
    assert sum(row.calls for row in calls) == 3


def test_a_revocation_in_another_process_holds_for_the_next_call(
    authority: Authority, other_process: Authority, customer: Customer, operator: Actor
) -> None:
    async def scenario() -> None:
        token = customer.auth_token()
        issued = await authority.exchange(token, HERE)
        await authority.admit(issued.token, HERE)
        other_process.keys.revoke(operator, customer.key.key_id, reason=RevocationReason.COMPROMISED)
        assert authority.recall(issued.token, HERE) is None  # an acknowledged change applies everywhere
        for attempt in (authority.admit(issued.token, HERE), authority.exchange(token, HERE)):
            with pytest.raises(RefusedError, match=f"The key {customer.key.key_id} was revoked on 15 January 2027"):
                await attempt

    asyncio.run(scenario())


async def wait_until_the_entry_is_read(authority: Authority, before: int) -> None:
    """Let the backstop find out: on SQLite the next call reads the ledger, on PostgreSQL it was read already."""
    while authority._memory.sequence == before and not authority._memory.is_behind():  # noqa: ASYNC110 (another process)
        await asyncio.sleep(0)


def test_a_commit_whose_writer_died_before_it_notified_is_noticed(
    authority: Authority, other_process: Authority, customer: Customer, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def scenario() -> None:
        issued = await authority.exchange(customer.auth_token(), HERE)
        before = authority._memory.sequence
        monkeypatch.setattr(other_process._store.watch, "announce", lambda _sequence: 0)
        monkeypatch.setattr(other_process._store.watch, "announce_inside", lambda _connection, _sequence: None)
        other_process.keys.revoke(operator, customer.key.key_id, reason=RevocationReason.COMPROMISED)
        await wait_until_the_entry_is_read(authority, before)  # data_version on SQLite, the heartbeat on PostgreSQL
        with pytest.raises(RefusedError, match="was revoked"):
            await authority.admit(issued.token, HERE)

    asyncio.run(scenario())


def test_access_tokens_expire_with_their_key(authority: Authority, operator: Actor, customer: Customer) -> None:
    until = int((NOON + 100) * 1000)
    key = authority.keys.create(
        operator, team_id=customer.key.team_id, name="Short", maps_id=customer.key.maps_id, expires_at=until
    )
    short = Customer(key, keypair.read_private_key(authority.keys.download(operator, key.key_id).pem))

    async def scenario() -> None:
        issued = await authority.exchange(short.auth_token(), HERE)
        await authority.admit(issued.token, Call(Service.SERVER_API, None, NOON + 99))
        with pytest.raises(RefusedError, match=r"The key \w+ expired on 15 January 2027, 08:01:40 UTC"):
            await authority.admit(issued.token, Call(Service.SERVER_API, None, NOON + 100))

    asyncio.run(scenario())


def test_an_access_token_keeps_the_origin_of_its_auth_token(authority: Authority, customer: Customer) -> None:
    async def scenario() -> None:
        issued = await authority.exchange(customer.auth_token(origin="example.com"), HERE)
        await authority.admit(issued.token, Call(Service.SERVER_API, "https://example.com", NOON))
        with pytest.raises(RefusedError, match=r"the token allows 'example\.com'") as told:
            await authority.admit(issued.token, Call(Service.SERVER_API, "https://evil.example", NOON))
        assert told.value.reason.code == "ORIGIN_CHECK_FAILURE"

    asyncio.run(scenario())


def test_a_cached_verdict_is_valid_for_its_kind_of_call_and_its_time_only(
    authority: Authority, customer: Customer
) -> None:
    async def scenario() -> None:
        page = replace(HERE, origin="https://a.example")
        issued = await authority.exchange(customer.auth_token(origin="a.example"), page)
        for at in (NOON, NOON + 1, NOON + 1799.9):
            grant = await authority.admit(issued.token, replace(page, at=at))
            assert recall_trusted(authority, issued.token, replace(page, at=at)) == grant
            assert grant.call.at == at
        for other, words in (
            (replace(page, at=NOON + 1800), "expired"),
            (replace(page, origin="https://b.example"), "'https://b.example'"),
            (replace(page, service=Service.MAPKIT_JS), "'mapkit_js'"),
        ):
            assert authority.recall(issued.token, other) is None
            with pytest.raises(RefusedError, match=words):
                await authority.admit(issued.token, other)
            assert recall_trusted(authority, issued.token, page) is not None

    asyncio.run(scenario())


def test_a_rotated_signing_secret_leaves_live_tokens_valid(
    authority: Authority, other_process: Authority, customer: Customer
) -> None:
    async def scenario() -> None:
        before = await authority.exchange(customer.auth_token(), HERE)
        secret_id = authority.signing_secrets.rotate(Actor.as_operator("test"))
        after = await authority.exchange(customer.auth_token(), HERE)
        assert before.token.split(".")[0] != after.token.split(".")[0]
        assert authority._memory.newest_secret_id == secret_id
        for issued in (before, after):
            await authority.admit(issued.token, HERE)
            await other_process.admit(issued.token, HERE)

    asyncio.run(scenario())


@pytest.mark.parametrize("days", [1, 31, 400])
def test_a_late_rotation_leaves_live_tokens_valid(
    authority: Authority, customer: Customer, clock: FixedClock, days: int
) -> None:
    async def scenario() -> None:
        clock.now = NOON + days * 86_400
        call = Call(Service.SERVER_API, None, clock.now)
        issued = await authority.exchange(customer.auth_token(expires_at=int(clock.now) + 600), call)
        authority.signing_secrets.rotate(Actor.as_operator("test"))
        await authority.admit(issued.token, call)
        with authority._store.read() as reader:
            assert len(reader.signing_secrets()) == 2

    asyncio.run(scenario())


def test_a_secret_is_deleted_an_hour_after_its_replacement(
    authority: Authority, other_process: Authority, operator: Actor, customer: Customer, clock: FixedClock
) -> None:
    """Whoever stole it can forge tokens for so long, and no longer; with the rotation at 30 days it was 60."""
    memory = authority._memory
    stolen_id = memory.newest_secret_id
    stolen = memory.signing_secrets[stolen_id]
    authority.signing_secrets.rotate(operator)

    def forge(lifetime: int) -> tuple[str, Call]:
        now = int(clock.now)
        claims = AccessClaims(customer.key.team_id, "maps.com.my.site", customer.key.key_id, now, now + lifetime)
        return access_token.sign(claims, secret_id=stolen_id, secret=stolen), Call(Service.SERVER_API, None, clock.now)

    async def scenario() -> None:
        for seconds, words in ((0, None), (3599, None), (3601, "was not issued by this installation")):
            clock.now = NOON + seconds
            authority.signing_secrets.keep_fresh()
            for worker in (authority, other_process):
                with pytest.raises(RefusedError, match="lifetime is 94,608,000 seconds" if words is None else words):
                    await worker.admit(*forge(94_608_000))
                if words is None:
                    assert await worker.admit(*forge(1800))
                else:
                    with pytest.raises(RefusedError, match=words):
                        await worker.admit(*forge(1800))

    asyncio.run(scenario())
    assert [one.secret_id for one in authority.signing_secrets.list(operator)] == [memory.newest_secret_id]
    assert (
        next(entry.kind for entry in authority.audit.events(operator, subject=stolen_id)) == "signing_secret.forgotten"
    )


def test_rotating_the_secret_after_a_theft_ends_every_issued_token_at_once(
    authority: Authority, other_process: Authority, operator: Actor, customer: Customer
) -> None:
    async def scenario() -> None:
        issued = await authority.exchange(customer.auth_token(), HERE)
        assert await other_process.admit(issued.token, HERE)
        authority.signing_secrets.rotate(operator, end_tokens=True)
        for worker in (authority, other_process):
            with pytest.raises(RefusedError, match="was not issued by this installation"):
                await worker.admit(issued.token, HERE)
        assert await authority.admit((await authority.exchange(customer.auth_token(), HERE)).token, HERE)

    asyncio.run(scenario())


def test_the_secret_is_renewed_each_month(authority: Authority, operator: Actor, clock: FixedClock) -> None:
    for days, count in ((0, 1), (30, 1), (30.001, 2), (30.1, 1)):
        clock.now = NOON + days * 86_400
        authority.signing_secrets.keep_fresh()
        assert len(authority.signing_secrets.list(operator)) == count, days


def test_only_the_operator_sees_and_rotates_signing_secrets(authority: Authority) -> None:
    for ask in (authority.signing_secrets.rotate, authority.signing_secrets.list):
        with pytest.raises(ForbiddenError, match="Only the operator may look at or rotate signing secrets"):
            ask(Actor("jo@example.com"))


def test_an_access_token_of_another_installation_is_refused(
    authority: Authority, customer: Customer, tmp_path: Path, clock: FixedClock
) -> None:
    elsewhere = open_authority(home=tmp_path / "elsewhere", clock=clock)

    async def scenario() -> None:
        issued = await authority.exchange(customer.auth_token(), HERE)
        with pytest.raises(RefusedError) as told:
            await elsewhere.admit(issued.token, HERE)
        assert told.value.reason.code == "ACCESS_TOKEN_FOREIGN"

    asyncio.run(scenario())
    elsewhere.close()


def test_calls_over_the_daily_limit_are_refused_until_it_is_raised_or_the_day_ends(
    authority: Authority, other_process: Authority, customer: Customer, operator: Actor
) -> None:
    team = customer.key.team_id

    async def scenario() -> None:
        authority.quotas.set(operator, team, meter=Meter.SERVICE_CALLS, daily=3)
        issued = await authority.exchange(customer.auth_token(), HERE)  # the first call
        await authority.admit(issued.token, HERE)
        await other_process.admit(issued.token, HERE)
        for worker in (authority, other_process):
            with pytest.raises(QuotaExceededError, match=r"The team's 3 service calls a day are used up") as told:
                await worker.admit(issued.token, HERE)
            assert told.value.retry_after == 16 * 3600  # it is 08:00 UTC
        tomorrow = Call(Service.SERVER_API, None, NOON + 16 * 3600)
        fresh = await authority.exchange(customer.auth_token(expires_at=int(NOON) + 100_000), tomorrow)
        await authority.admit(fresh.token, tomorrow)
        authority.quotas.set(operator, team, meter=Meter.SERVICE_CALLS, daily=4)
        await authority.admit(issued.token, HERE)

    asyncio.run(scenario())


def test_the_last_use_of_a_key_is_recorded(authority: Authority, customer: Customer, operator: Actor) -> None:
    async def scenario() -> None:
        await authority.start()
        await authority.exchange(customer.auth_token(), HERE)
        await authority.stop()

    asyncio.run(scenario())
    assert authority.keys.get(operator, customer.key.key_id).last_used_at == NOON * 1000


def test_a_diagnosis_says_what_admission_says(authority: Authority, customer: Customer, operator: Actor) -> None:
    token = customer.auth_token()
    assert authority.diagnose(token, HERE).verdict.failure is None
    authority.keys.revoke(operator, customer.key.key_id, reason=RevocationReason.SUPERSEDED)
    diagnosis = authority.diagnose(token, HERE)
    with pytest.raises(RefusedError) as told:
        asyncio.run(authority.exchange(token, HERE))
    assert told.value.finding == diagnosis.verdict.failure
    assert diagnosis.verdict.failure is not None
    assert diagnosis.verdict.failure.outcome is Outcome.FAILED


def test_a_swapped_key_id_and_team_id_are_reported(authority: Authority, customer: Customer) -> None:
    key = customer.key
    token = auth_token.sign(
        customer.private,
        key_id=KeyId(key.team_id),
        team_id=TeamId(key.key_id),
        issued_at=int(NOON),
        expires_at=int(NOON) + 600,
    )
    with pytest.raises(RefusedError, match="they are swapped") as refused:
        asyncio.run(authority.exchange(token, HERE))
    assert refused.value.reason.code == "ISS_IS_KEY_ID"
