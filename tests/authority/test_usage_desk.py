"""Usage is exact to the last call over all workers."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import pytest

from conftest import NOON, FixedClock
from known_keys import known
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.authority.tally import ORIGINS_PER_KEY
from trigpoint.base.errors import ForbiddenError, InvalidError, UnavailableError
from trigpoint.base.ids import TeamId
from trigpoint.credentials import auth_token, keypair, reasons
from trigpoint.credentials.call import Call
from trigpoint.credentials.key import Key
from trigpoint.credentials.keypair import PrivateKey
from trigpoint.credentials.quota import Meter, QuotaExceededError
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.services import Service
from trigpoint.credentials.usage import Dimension, RefusalDimension, Span, UsageRow, network_of, to_csv
from trigpoint.credentials.verdict import RefusedError, refuse

MAPS_ID = "maps.com.my.site"


@pytest.fixture
def key(authority: Authority, operator: Actor) -> Key:
    team = authority.teams.create(operator, "My Company").team_id
    authority.maps_ids.register(operator, team_id=team, identifier=MAPS_ID, description="Mine")
    key = authority.keys.create(operator, team_id=team, name="Website", maps_id=MAPS_ID)
    authority._memory.refresh()
    return key


@pytest.fixture
def private(authority: Authority, operator: Actor, key: Key) -> PrivateKey:
    return keypair.read_private_key(authority.keys.download(operator, key.key_id).pem)


@pytest.fixture
def other_process(database_url: str | None, home: Path, clock: FixedClock) -> Iterator[Authority]:
    opened = open_authority(home=home, database_url=database_url, clock=clock)
    yield opened
    opened.close()


def token_of(key: Key, private: PrivateKey) -> str:
    at = int(NOON)
    return auth_token.sign(private, key_id=key.key_id, team_id=key.team_id, issued_at=at, expires_at=at + 9_000)


def a_call(origin: str | None = None, *, at: float = NOON, address: str | None = None) -> Call:
    return Call(Service.SERVER_API, origin, at, address)


async def make_calls(authority: Authority, token: str, *calls: tuple[Call, int]) -> None:
    """Exchange a token and make calls, each with the status of its answer."""
    access = (await authority.exchange(token, a_call())).token
    for call, status in calls:
        authority.settle(await authority.admit(access, call), status)


def counts(rows: list[UsageRow]) -> dict[tuple[str, ...], int]:
    return {(*([row.start] if row.start else []), *row.values.values()): row.calls for row in rows}


def test_calls_of_all_workers_are_summed_by_any_dimension(
    authority: Authority, other_process: Authority, operator: Actor, key: Key, private: PrivateKey
) -> None:
    token = token_of(key, private)
    one, two = a_call("https://A.example"), a_call()
    for worker in (authority, other_process):
        worker._memory.refresh()
        asyncio.run(make_calls(worker, token, (one, 200), (one, 404), (two, 200)))
        worker._tally.flush()

    def by(*dimensions: Dimension) -> dict[tuple[str, ...], int]:
        return counts(authority.usage.calls(operator, team_id=key.team_id, by=dimensions))

    assert by() == {(): 8}
    assert by(Dimension.STATUS) == {("200",): 6, ("404",): 2}
    assert by(Dimension.ORIGIN) == {("",): 4, ("https://a.example",): 4}
    assert by(Dimension.KEY, Dimension.MAPS_ID) == {(key.key_id, MAPS_ID): 8}
    assert by(Dimension.SERVICE) == {("server_api",): 8}
    shares = authority.usage.traffic_shares(operator, MAPS_ID, team_id=key.team_id)
    assert shares == {key.key_id: 8}


def test_spans_are_hours_days_and_months_of_utc(
    authority: Authority, operator: Actor, key: Key, private: PrivateKey, clock: FixedClock
) -> None:
    asyncio.run(make_calls(authority, token_of(key, private), (a_call(at=NOON + 29 * 60), 200)))
    authority._tally.count(known(authority, key.key_id), a_call(at=NOON + 86_400), 200)
    authority._tally.count(known(authority, key.key_id), a_call(at=NOON + 31 * 86_400), 200)
    authority._tally.flush()
    clock.now = NOON + 40 * 86_400

    def per(span: Span, *, until: float | None = None) -> dict[tuple[str, ...], int]:
        return counts(authority.usage.calls(operator, team_id=key.team_id, per=span, since=NOON, until=until))

    assert per(Span.HOUR, until=NOON + 3600) == {("2027-01-15T08:00Z",): 2}
    assert per(Span.DAY) == {("2027-01-15",): 2, ("2027-01-16",): 1, ("2027-02-15",): 1}
    assert per(Span.MONTH) == {("2027-01",): 3, ("2027-02",): 1}
    with pytest.raises(InvalidError, match="'since' must be before 'until'"):
        per(Span.DAY, until=NOON - 1)


def test_refusals_are_counted_by_reason_under_the_key_that_the_token_names(
    authority: Authority, operator: Actor, key: Key
) -> None:
    forged = auth_token.sign(
        keypair.generate(), key_id=key.key_id, team_id=key.team_id, issued_at=int(NOON), expires_at=int(NOON) + 60
    )

    async def scenario() -> None:
        for credential in (forged, "nonsense", forged):
            with pytest.raises(RefusedError):
                await authority.exchange(credential, a_call())

    asyncio.run(scenario())
    authority._tally.flush()
    mine = authority.usage.refusals(operator, team_id=key.team_id, by=(RefusalDimension.REASON, RefusalDimension.KEY))
    assert counts(mine) == {("SIGNATURE_INVALID", key.key_id): 2}
    for named, expected in ((key.key_id, {("SIGNATURE_INVALID",): 2}), ("ANOTHERKEY", {})):
        of_key = authority.usage.refusals(operator, team_id=key.team_id, only={RefusalDimension.KEY: named})
        assert counts(of_key) == expected
    everywhere = counts(authority.usage.refusals(operator, team_id=None))
    assert everywhere == {("SIGNATURE_INVALID",): 2, ("TOKEN_NOT_THREE_PARTS",): 1}
    assert authority.usage.calls(operator, team_id=key.team_id) == []


def test_a_call_without_a_token_is_counted_for_the_installation(
    authority: Authority, operator: Actor, key: Key
) -> None:
    for error in (refuse("check", reasons.AUTHORIZATION_MISSING), refuse("check", reasons.BEARER_EMPTY)):
        for _ in range(2):
            authority.count_unread(a_call(), error)
    authority._tally.flush()
    everywhere = authority.usage.refusals(
        operator, team_id=None, by=(RefusalDimension.REASON, RefusalDimension.SERVICE)
    )
    assert counts(everywhere) == {("AUTHORIZATION_MISSING", "server_api"): 2, ("BEARER_EMPTY", "server_api"): 2}
    assert authority.usage.refusals(operator, team_id=key.team_id) == []


def test_calls_over_the_quota_are_counted_as_429(
    authority: Authority, operator: Actor, key: Key, private: PrivateKey
) -> None:
    authority.quotas.set(operator, key.team_id, meter=Meter.SERVICE_CALLS, daily=1)

    async def scenario() -> None:
        access = (await authority.exchange(token_of(key, private), a_call())).token
        with pytest.raises(QuotaExceededError):
            await authority.admit(access, a_call())

    asyncio.run(scenario())
    authority._tally.flush()
    by_status = authority.usage.calls(operator, team_id=key.team_id, by=(Dimension.STATUS,))
    assert counts(by_status) == {("200",): 1, ("429",): 1}


def test_a_quota_says_how_many_calls_of_the_day_are_used(
    authority: Authority, operator: Actor, key: Key, private: PrivateKey, clock: FixedClock
) -> None:
    authority.quotas.set(operator, key.team_id, meter=Meter.SERVICE_CALLS, daily=10, key_id=key.key_id)
    authority.quotas.set_calls_a_minute(operator, key.key_id, most=9)
    authority._memory.refresh()
    asyncio.run(make_calls(authority, token_of(key, private), (a_call(), 200), (a_call(), 400)))
    authority._tally.flush()

    def used() -> dict[str, tuple[int | None, int]]:
        states = authority.quotas.show(operator, key.team_id)
        return {f"{s.account.subject} {s.meter} {s.account.period.name}": (s.used, s.percent) for s in states}

    key_day, key_minute = (f"key:{key.key_id} service_calls {period}" for period in ("DAY", "MINUTE"))
    assert used()[key_day] == (3, 30)
    assert used()[f"team:{key.team_id} service_calls DAY"] == (3, 0)
    assert used()[f"team:{key.team_id} map_views DAY"] == (0, 0)
    assert used()[key_minute][0] is None
    clock.now = NOON + 24 * 3600
    assert used()[key_day] == (0, 0)


def test_the_last_use_says_when_on_which_page_and_from_which_network(
    authority: Authority, other_process: Authority, operator: Actor, key: Key, private: PrivateKey
) -> None:
    assert [one.use for one in authority.usage.last_uses(operator, key.team_id)] == [None, None]
    late = a_call("https://late.example", at=NOON + 5, address="2001:db8:1:2::3")
    asyncio.run(make_calls(authority, token_of(key, private), (late, 200)))
    other_process._tally.note_use(
        known(other_process, key.key_id), a_call("https://early.example", address="192.0.2.77")
    )
    authority._tally.flush()
    other_process._tally.flush()  # an earlier use never replaces a later one
    found = [(one.kind, one.subject, one.use) for one in authority.usage.last_uses(operator, key.team_id)]
    use = (int((NOON + 5) * 1000), "https://late.example", "2001:db8:1::/48")
    assert found == [("mapsId", MAPS_ID, use), ("key", key.key_id, use)]


def test_the_last_use_of_a_maps_token_is_its_own(authority: Authority, operator: Actor, key: Key) -> None:
    used, unused = (
        authority.maps_tokens.create(operator, team_id=key.team_id, service=Service.SERVER_API, origins="example.com")
        for _ in range(2)
    )
    authority._memory.refresh()
    call = a_call("https://example.com", at=NOON + 1, address="192.0.2.77")
    asyncio.run(authority.exchange(used.text, call))
    authority._tally.flush()
    uses = {(one.kind, one.subject): one.use for one in authority.usage.last_uses(operator, key.team_id)}
    assert uses == {
        ("mapsId", MAPS_ID): None,
        ("key", key.key_id): None,
        ("mapsToken", used.record.token_id): (int((NOON + 1) * 1000), "https://example.com", "192.0.2.0/24"),
        ("mapsToken", unused.record.token_id): None,
    }


def test_counts_are_kept_while_the_database_is_unreachable(
    authority: Authority, operator: Actor, key: Key, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_arguments: object) -> None:
        raise UnavailableError("away")

    authority._tally.count(known(authority, key.key_id), a_call(), 200)
    with monkeypatch.context() as patch:
        patch.setattr(authority._store.usage, "add", away)
        with pytest.raises(UnavailableError):
            authority._tally.flush()
    authority._tally.count(known(authority, key.key_id), a_call(), 200)
    authority._tally.flush()
    assert counts(authority.usage.calls(operator, team_id=key.team_id)) == {(): 2}


def test_the_number_of_counted_origins_is_bounded(authority: Authority, operator: Actor, key: Key) -> None:
    for number in range(ORIGINS_PER_KEY + 30):
        authority._tally.count(known(authority, key.key_id), a_call(f"https://{number}.example"), 200)
    authority._tally.count(known(authority, key.key_id), a_call("https://" + "a" * 300), 200)
    authority._tally.flush()
    by_origin = counts(authority.usage.calls(operator, team_id=key.team_id, by=(Dimension.ORIGIN,)))
    assert len(by_origin) == ORIGINS_PER_KEY + 1
    assert by_origin[("(other)",)] == 31


def test_a_worker_that_stops_writes_its_last_counts(
    authority: Authority, operator: Actor, key: Key, private: PrivateKey
) -> None:
    async def scenario() -> None:
        await authority.start()
        await make_calls(authority, token_of(key, private), (a_call(), 200))
        await authority.stop()

    asyncio.run(scenario())
    assert counts(authority.usage.calls(operator, team_id=key.team_id)) == {(): 2}


def test_usage_is_deleted_after_thirteen_months(authority: Authority, operator: Actor, key: Key) -> None:
    authority._tally.count(known(authority, key.key_id), a_call(), 200)
    authority._tally.flush()
    for days, left in ((400, 1), (401, 0)):
        authority._store.usage.forget_old(hour=int(NOON // 3600) + days * 24)
        assert len(authority.usage.calls(operator, team_id=key.team_id)) == left


def test_only_the_operator_sees_the_whole_installation(authority: Authority) -> None:
    member = Actor("person:1", roles={TeamId("OTHERTEAM1"): "viewer"})  # type: ignore[dict-item]
    with pytest.raises(ForbiddenError, match="Only the operator may see the usage of the whole installation"):
        authority.usage.calls(member, team_id=None)


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.77", "192.0.2.0/24"),
        ("::ffff:192.0.2.77", "192.0.2.0/24"),
        ("2001:db8:1:2::3", "2001:db8:1::/48"),
        ("fe80::1%eth0", "fe80::/48"),
        ("a socket", None),
        (None, None),
    ],
)
def test_only_the_network_of_an_address_is_stored(address: str | None, network: str | None) -> None:
    assert network_of(address) == network


def test_csv_has_no_formulas() -> None:
    rows = [UsageRow("2027-01", {"origin": "=1+1"}, 3), UsageRow("2027-01", {"origin": 'a,"b'}, 1)]
    assert to_csv(rows) == 'start,origin,calls\r\n2027-01,\'=1+1,3\r\n2027-01,"a,""b",1\r\n'
    assert to_csv([]) == "calls\r\n"
    assert to_csv([], ["start", "origin"]) == "start,origin,calls\r\n"
