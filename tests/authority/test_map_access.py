"""Initialising maps on pages: who may, what is counted, and that access ends with the credential."""

import asyncio
import math
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from msgspec.structs import replace

from conftest import NOON, FixedClock, until_trusted
from trigpoint.authority.map_access import OpenedMap
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.authority.signing_secrets import FORGET_AFTER_MS
from trigpoint.authority.token_memory import TokenMemory
from trigpoint.credentials import access_key, auth_token, keypair
from trigpoint.credentials.access_key import AccessKeyClaims
from trigpoint.credentials.call import Call
from trigpoint.credentials.key import Key, RevocationReason
from trigpoint.credentials.keypair import PrivateKey
from trigpoint.credentials.quota import Meter, QuotaExceededError
from trigpoint.credentials.roles import Actor
from trigpoint.credentials.services import Service
from trigpoint.credentials.usage import MAP_VIEW, Dimension
from trigpoint.credentials.verdict import RefusedError

PAGE = Call(Service.MAPKIT_JS, "https://a.example", NOON)
SERVICE_CALL = Call(Service.SERVER_API, "https://a.example", NOON)


@dataclass
class Site:
    """A team's key, and what its site signs with it."""

    key: Key
    private: PrivateKey

    def token(self, *, scope: str | None = "mapkit_js", origin: str | None = "a.example", lasts: int = 600) -> str:
        return auth_token.sign(
            self.private,
            key_id=self.key.key_id,
            team_id=self.key.team_id,
            issued_at=int(NOON),
            expires_at=int(NOON) + lasts,
            scope=scope,
            origin=origin,
        )


def a_site(authority: Authority, operator: Actor, *, name: str = "site", expires_at: int | None = None) -> Site:
    team = authority.teams.create(operator, "My Company")
    maps_id = f"maps.com.my.{name}"
    authority.maps_ids.register(operator, team_id=team.team_id, identifier=maps_id, description="Mine")
    key = authority.keys.create(operator, team_id=team.team_id, name="Web", maps_id=maps_id, expires_at=expires_at)
    return Site(key, keypair.read_private_key(authority.keys.download(operator, key.key_id).pem))


@pytest.fixture
def site(authority: Authority, operator: Actor) -> Site:
    return a_site(authority, operator)


@pytest.fixture
def other_process(database_url: str | None, home: Path, clock: FixedClock) -> Iterator[Authority]:
    opened = open_authority(home=home, database_url=database_url, clock=clock)
    yield opened
    opened.close()


def open_map(authority: Authority, token: str, call: Call = PAGE, *, old: str | None = None) -> OpenedMap:
    return asyncio.run(authority.map_access.open(token, call, old_token=None if old is None else f"Bearer {old}"))


def admit(authority: Authority, access: str | None, *, at: float = NOON) -> str:
    """Request a tile; return the key or Maps token of the access key."""
    call = replace(PAGE, at=at)

    async def ask() -> str:
        found = authority.map_access.recall(access, at) if access is not None else None
        return (found or await authority.map_access.admit(access, call)).key_id

    return asyncio.run(ask())


def reason_of(authority: Authority, access: str | None, *, at: float = NOON) -> str:
    with pytest.raises(RefusedError) as told:
        admit(authority, access, at=at)
    return told.value.reason.code


def views(authority: Authority, actor: Actor, site: Site, *, status: str = "200") -> int:
    """Count the map views that were written, through the desk of usage."""
    authority._tally.flush()
    only = {Dimension.SERVICE: MAP_VIEW, Dimension.STATUS: status}
    rows = authority.usage.calls(actor, team_id=site.key.team_id, only=only)
    return sum(row.calls for row in rows)


def test_a_map_gets_an_access_token_and_an_access_key_that_name_its_key(
    authority: Authority, other_process: Authority, site: Site
) -> None:
    opened = open_map(authority, site.token())
    assert (opened.team_id, opened.expires_in_seconds, opened.is_view) == (site.key.team_id, 1800, True)
    for worker in (authority, other_process):
        assert admit(worker, opened.access_key) == site.key.key_id
        if worker._store.is_local:  # on PostgreSQL a busy machine may have to confirm its place in the ledger first
            until_trusted(worker)
            assert worker.map_access.recall(opened.access_key, NOON) is not None, "the next tile asks nobody"
        grant = asyncio.run(worker.admit(opened.access_token, SERVICE_CALL))
        assert grant.call.service is Service.MAPKIT_JS
        if worker._store.is_local:
            until_trusted(worker)
            assert worker.recall(opened.access_token, SERVICE_CALL) == grant


def test_its_access_token_is_accepted_by_the_api_from_its_origins_only(authority: Authority, site: Site) -> None:
    opened = open_map(authority, site.token())
    elsewhere = replace(SERVICE_CALL, origin="https://b.example")
    with pytest.raises(RefusedError, match=r"'https://b\.example'; the token allows 'a\.example'"):
        asyncio.run(authority.admit(opened.access_token, elsewhere))
    without = replace(SERVICE_CALL, origin=None)
    assert asyncio.run(authority.admit(opened.access_token, without)).key_id == site.key.key_id


def test_the_server_api_refuses_an_access_token_exchanged_for_mapkit_js(authority: Authority, site: Site) -> None:
    with pytest.raises(RefusedError, match=r"scope is 'mapkit_js'; this call needs 'server_api'"):
        asyncio.run(authority.exchange(site.token(), SERVICE_CALL))


@pytest.mark.parametrize(
    ("changes", "code"),
    [({"scope": "server_api"}, "SCOPE_LACKS_SERVICE"), ({"lasts": 0}, "TOKEN_EXPIRED"), ({"origin": "b.example"}, "ORIGIN_CHECK_FAILURE")],
)  # fmt: skip
def test_a_map_is_judged_by_the_checks_of_every_auth_token(
    authority: Authority, site: Site, operator: Actor, changes: dict[str, object], code: str
) -> None:
    with pytest.raises(RefusedError) as told:
        open_map(authority, site.token(**changes))  # type: ignore[arg-type]
    assert (told.value.reason.code, told.value.key_id) == (code, site.key.key_id)
    assert views(authority, operator, site) == 0


def test_only_a_token_of_a_map_of_the_same_team_makes_it_a_refresh(
    authority: Authority, operator: Actor, site: Site
) -> None:
    first = open_map(authority, site.token())
    assert not open_map(authority, site.token(), old=first.access_token).is_view
    late = replace(PAGE, at=NOON + 1800)
    assert open_map(authority, site.token(lasts=9999), late, old=first.access_token).is_view, "it has expired"
    other = a_site(authority, operator, name="other")
    assert open_map(authority, other.token(), old=first.access_token).is_view
    exchanged = asyncio.run(authority.exchange(site.token(scope=None), SERVICE_CALL)).token
    for odd in (exchanged, site.token(), first.access_key, "", first.access_token[:-2]):
        assert open_map(authority, site.token(), old=odd).is_view
    assert views(authority, operator, site) == 7


def test_the_token_of_a_revoked_key_makes_no_refresh(authority: Authority, operator: Actor, site: Site) -> None:
    first = open_map(authority, site.token())
    second = authority.keys.create(operator, team_id=site.key.team_id, name="Next", maps_id=site.key.maps_id)
    private = keypair.read_private_key(authority.keys.download(operator, second.key_id).pem)
    successor = Site(second, private)
    assert not open_map(authority, successor.token(), old=first.access_token).is_view, "a rotation costs no view"
    authority.keys.revoke(operator, site.key.key_id, reason=RevocationReason.SUPERSEDED)
    assert open_map(authority, successor.token(), old=first.access_token).is_view


def test_map_views_are_limited_and_tiles_are_not(authority: Authority, operator: Actor, site: Site) -> None:
    team = site.key.team_id
    authority.quotas.set(operator, team, meter=Meter.MAP_VIEWS, daily=2)
    first = open_map(authority, site.token())
    open_map(authority, site.token())
    with pytest.raises(QuotaExceededError, match=r"The team's 2 map views a day are used up") as told:
        open_map(authority, site.token())
    assert told.value.retry_after == 16 * 3600
    assert not open_map(authority, site.token(), old=first.access_token).is_view
    for _ in range(9):
        admit(authority, first.access_key)
    asyncio.run(authority.exchange(site.token(scope="server_api"), SERVICE_CALL))
    assert (views(authority, operator, site), views(authority, operator, site, status="429")) == (2, 1)
    used = {state.meter: state.used for state in authority.quotas.show(operator, team)}
    assert used == {Meter.SERVICE_CALLS: 1, Meter.MAP_VIEWS: 2, Meter.SNAPSHOTS: 0}


def test_a_revocation_in_another_process_refuses_the_next_tile(
    authority: Authority, other_process: Authority, operator: Actor, site: Site
) -> None:
    opened = open_map(authority, site.token())
    admit(authority, opened.access_key)
    other_process.keys.revoke(operator, site.key.key_id, reason=RevocationReason.COMPROMISED)
    assert authority.map_access.recall(opened.access_key, NOON) is None
    assert reason_of(authority, opened.access_key) == "KEY_REVOKED"
    with pytest.raises(RefusedError, match="was revoked"):
        open_map(authority, site.token(), old=opened.access_token)
    with pytest.raises(RefusedError, match="was revoked"):
        asyncio.run(authority.admit(opened.access_token, SERVICE_CALL))


def test_a_maps_token_opens_a_map_until_it_is_revoked(authority: Authority, operator: Actor) -> None:
    team = authority.teams.create(operator, "My Company").team_id
    issued = authority.maps_tokens.create(operator, team_id=team, service=Service.MAPKIT_JS, origins="a.example", description="")  # fmt: skip
    opened = open_map(authority, issued.text)
    assert admit(authority, opened.access_key) == issued.record.token_id
    authority.maps_tokens.revoke(operator, issued.record.token_id)
    assert reason_of(authority, opened.access_key) == "KEY_REVOKED"

    other = authority.maps_tokens.create(operator, team_id=team, service=Service.SERVER_API, origins="a.example", description="")  # fmt: skip
    with pytest.raises(RefusedError, match="enabled for server_api, not for mapkit_js"):
        open_map(authority, other.text)


def test_access_gained_with_a_maps_token_ends_with_it(authority: Authority, operator: Actor) -> None:
    team = authority.teams.create(operator, "My Company").team_id
    issued = authority.maps_tokens.create(
        operator, team_id=team, service=Service.MAPKIT_JS, origins=None, description=""
    )
    end = math.floor((issued.record.expires_at or 0) / 1000)
    late = Call(Service.MAPKIT_JS, None, end - 20)
    opened = open_map(authority, issued.text, late)
    assert opened.expires_in_seconds == 60, "a page that came back sooner would come without a pause"
    assert admit(authority, opened.access_key, at=end - 0.5)
    assert reason_of(authority, opened.access_key, at=end) == "ACCESS_KEY_EXPIRED"
    with pytest.raises(RefusedError, match="The access token expired"):
        asyncio.run(authority.admit(opened.access_token, replace(SERVICE_CALL, at=end)))


def test_access_gained_with_a_short_lived_token_lasts_as_long_as_any(authority: Authority, site: Site) -> None:
    opened = open_map(authority, site.token(lasts=1))
    assert opened.expires_in_seconds == 1800
    assert admit(authority, opened.access_key, at=NOON + 1799) == site.key.key_id


def test_tiles_are_refused_when_the_key_ends_or_is_suspended(authority: Authority, operator: Actor) -> None:
    short = a_site(authority, operator, expires_at=int((NOON + 100) * 1000))
    opened = open_map(authority, short.token())
    assert admit(authority, opened.access_key, at=NOON + 99.9)
    assert reason_of(authority, opened.access_key, at=NOON + 100) == "ACCESS_KEY_EXPIRED"
    team = authority.teams.create(operator, "Leaking").team_id
    issued = authority.maps_tokens.create(operator, team_id=team, service=Service.MAPKIT_JS, origins=None, description="")  # fmt: skip
    opened = open_map(authority, issued.text)
    authority.leaks.report(operator, issued.text)
    assert reason_of(authority, opened.access_key) == "KEY_SUSPENDED"


def test_open_maps_stay_valid_when_the_secret_is_rotated(
    authority: Authority, other_process: Authority, site: Site
) -> None:
    before = open_map(authority, site.token())
    authority.signing_secrets.rotate(Actor.as_operator("test"))
    after = open_map(authority, site.token())
    assert before.access_key != after.access_key
    for worker in (authority, other_process):
        assert admit(worker, before.access_key) == admit(worker, after.access_key) == site.key.key_id
    longest = access_key.LIFETIME_S + access_key.STEP_S
    assert longest * 1000 <= FORGET_AFTER_MS, "a secret is kept as long as any access key that was made with it"


def test_an_access_key_of_another_installation_is_refused(
    authority: Authority, operator: Actor, site: Site, tmp_path: Path, clock: FixedClock
) -> None:
    elsewhere = open_authority(home=tmp_path / "elsewhere", clock=clock)
    opened = open_map(elsewhere, a_site(elsewhere, operator).token())
    assert reason_of(authority, opened.access_key) == "ACCESS_KEY_FOREIGN"
    own = open_map(authority, site.token()).access_key
    grafted = opened.access_key.replace(opened.access_key.split("_")[1], own.split("_")[1])
    assert reason_of(authority, grafted) == "ACCESS_KEY_INVALID"
    assert reason_of(authority, None) == "ACCESS_KEY_MISSING"
    assert reason_of(authority, "") == "ACCESS_KEY_MISSING"
    elsewhere.close()


def test_a_forged_key_id_is_refused_before_any_lookup(authority: Authority, site: Site) -> None:
    claims = AccessKeyClaims(site.key.team_id, site.key.maps_id, site.key.key_id, int(NOON) + 600)
    forged = access_key.sign(claims, secret_id=authority._memory.newest_secret_id, secret=bytes(32))
    assert reason_of(authority, forged) == "ACCESS_KEY_INVALID"


def test_the_cache_of_access_keys_is_bounded(
    home: Path, clock: FixedClock, operator: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    authority = open_authority(home=home, clock=clock)
    site = a_site(authority, operator)
    secret_id = authority._memory.newest_secret_id
    secret = access_key.derive_secret(authority._memory.signing_secrets[secret_id])
    standing: TokenMemory[object] = TokenMemory(100_000)
    monkeypatch.setattr(authority.map_access, "_verdicts", standing)

    async def flood() -> None:
        for number in range(1_000):
            claims = AccessKeyClaims(site.key.team_id, site.key.maps_id, site.key.key_id, int(NOON) + 60 + number)
            await authority.map_access.admit(access_key.sign(claims, secret_id=secret_id, secret=secret), PAGE)

    asyncio.run(flood())
    assert 0 < standing.weight <= 100_000
    authority.close()
