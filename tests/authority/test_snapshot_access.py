"""Admission of Web Snapshots: signed URLs and tokens, the quota, and refusal after the key's end."""

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from conftest import NOON, FixedClock, until_trusted
from trigpoint.authority.grants import Grant
from trigpoint.authority.maps_tokens import IssuedMapsToken
from trigpoint.authority.opening import Authority, open_authority
from trigpoint.authority.snapshot_access import SIGNED_URL, URL_WITH_TOKEN, SnapshotRequest
from trigpoint.credentials import auth_token, keypair
from trigpoint.credentials.call import Call
from trigpoint.credentials.events import Event, EventKind
from trigpoint.credentials.key import Key, RevocationReason
from trigpoint.credentials.keypair import PrivateKey
from trigpoint.credentials.quota import Meter, Period, QuotaExceededError, window_of
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.services import Service
from trigpoint.credentials.snapshot_signature import sign_url
from trigpoint.credentials.usage import Dimension, RefusalDimension
from trigpoint.credentials.verdict import RefusedError
from trigpoint.store import tables

URL = "/api/v1/snapshot?center=47.14,9.52&z=14"


@dataclass
class Site:
    """A team's key, and what it signs."""

    key: Key
    private: PrivateKey

    def signed(self, url: str = URL, *, expires: int | None = None, referer: str | None = None) -> bytes:
        signed = sign_url(self.private, url, team_id=self.key.team_id, key_id=self.key.key_id, expires=expires, referer=referer)  # fmt: skip
        return signed.partition("?")[2].encode()

    def with_token(self, *, scope: str | None = "web_snapshots", origin: str | None = None, lasts: int = 600) -> bytes:
        token = auth_token.sign(
            self.private,
            key_id=self.key.key_id,
            team_id=self.key.team_id,
            issued_at=int(NOON),
            expires_at=int(NOON) + lasts,
            scope=scope,
            origin=origin,
        )
        return f"center=47.14,9.52&token={token}".encode()


@pytest.fixture
def site(authority: Authority, operator: Actor) -> Site:
    team = authority.teams.create(operator, "My Company")
    authority.maps_ids.register(operator, team_id=team.team_id, identifier="maps.com.my.site", description="Mine")
    key = authority.keys.create(operator, team_id=team.team_id, name="Web", maps_id="maps.com.my.site")
    return Site(key, keypair.read_private_key(authority.keys.download(operator, key.key_id).pem))


@pytest.fixture
def other_process(database_url: str | None, home: Path, clock: FixedClock) -> Iterator[Authority]:
    opened = open_authority(home=home, database_url=database_url, clock=clock)
    yield opened
    opened.close()


def a_maps_token(authority: Authority, operator: Actor, site: Site, service: Service) -> IssuedMapsToken:
    return authority.maps_tokens.create(operator, team_id=site.key.team_id, service=service, origins=None, expires=None)


def ask(authority: Authority, query: bytes, *, origin: str | None = None, referer: str | None = None, at: float = NOON) -> Grant:  # fmt: skip
    """Ask as for a picture."""
    picture = SnapshotRequest(query, origin, referer, at, "192.0.2.1")

    async def admit() -> Grant:
        return authority.snapshot_access.recall(picture) or await authority.snapshot_access.admit(picture)

    return asyncio.run(admit())


def reason_of(authority: Authority, query: bytes, **more: object) -> str:
    with pytest.raises(RefusedError) as told:
        ask(authority, query, **more)  # type: ignore[arg-type]
    return told.value.reason.code


def is_cached(authority: Authority, query: bytes, *, referer: str | None = None, at: float = NOON) -> bool:
    return authority.snapshot_access.recall(SnapshotRequest(query, None, referer, at)) is not None


def test_a_signed_url_and_a_url_with_a_token_are_admitted(authority: Authority, site: Site) -> None:
    for query in (site.signed(), site.with_token(), site.with_token(scope=None)):
        grant = ask(authority, query)
        assert (grant.team_id, grant.key_id, grant.maps_id) == (site.key.team_id, site.key.key_id, "maps.com.my.site")
        assert grant.call.service is Service.WEB_SNAPSHOTS


def test_a_repeated_url_is_admitted_from_the_cache(authority: Authority, site: Site) -> None:
    for query in (site.signed(), site.with_token()):
        ask(authority, query)
        if authority._store.is_local:  # on PostgreSQL a busy machine may have to confirm its place in the ledger first
            until_trusted(authority)
            assert is_cached(authority, query)
            assert is_cached(authority, query, referer="https://anybody.example/")
        assert not is_cached(authority, query.replace(b"47.14", b"47.15"))


def test_after_a_revocation_every_worker_refuses_the_next_snapshot(
    authority: Authority, other_process: Authority, operator: Actor, site: Site
) -> None:
    signed, with_token = site.signed(), site.with_token()
    for worker in (authority, other_process):
        for query in (signed, with_token):
            ask(worker, query)
    authority.keys.revoke(operator, site.key.key_id, reason=RevocationReason.COMPROMISED)
    for worker in (authority, other_process):
        for query in (signed, with_token):
            assert worker.snapshot_access.recall(SnapshotRequest(query, None, None, NOON)) is None
            assert reason_of(worker, query) == "KEY_REVOKED"


def test_a_suspended_maps_token_is_refused_and_a_resumed_one_accepted(
    authority: Authority, operator: Actor, site: Site
) -> None:
    made = a_maps_token(authority, operator, site, Service.WEB_SNAPSHOTS)
    query = f"center=1,2&token={made.text}".encode()
    ask(authority, query)
    authority.leaks.report(operator, made.text)
    assert reason_of(authority, query) == "KEY_SUSPENDED"
    authority.maps_tokens.resume(operator, made.record.token_id)
    ask(authority, query)


def test_a_cached_verdict_is_valid_for_its_page_only(authority: Authority, site: Site) -> None:
    query = site.signed(referer="https://a.example/")
    ask(authority, query, referer="https://a.example/")
    assert reason_of(authority, query, referer="https://b.example/") == "SNAPSHOT_REFERER_MISMATCH"
    assert reason_of(authority, query) == "SNAPSHOT_REFERER_MISSING"
    ask(authority, query, referer="https://a.example/")


def test_a_cached_verdict_is_valid_until_the_url_expires(authority: Authority, site: Site) -> None:
    query = site.signed(expires=int(NOON) + 5)
    ask(authority, query)
    ask(authority, query, at=NOON + 5)
    assert reason_of(authority, query, at=NOON + 5.01) == "SNAPSHOT_EXPIRED"
    with_token = site.with_token(lasts=5)
    ask(authority, with_token)
    assert reason_of(authority, with_token, at=NOON + 5) == "TOKEN_EXPIRED"


def test_a_token_that_names_origins_needs_an_origin_or_a_referer(authority: Authority, site: Site) -> None:
    query = site.with_token(origin="a.example")
    assert reason_of(authority, query) == "ORIGIN_MISSING"
    assert ask(authority, query, origin="https://a.example").call.origin == "https://a.example"
    assert ask(authority, query, referer="https://a.example/page").call.origin == "https://a.example"
    assert reason_of(authority, query, referer="https://b.example/a.example") == "ORIGIN_CHECK_FAILURE"
    assert reason_of(authority, query, origin="https://b.example", referer="https://a.example/") == (
        "ORIGIN_CHECK_FAILURE"
    ), "where both are there, the Origin counts: a page cannot write it"
    assert reason_of(authority, query, referer="about:blank") == "ORIGIN_MISSING"


def test_a_token_needs_the_service(authority: Authority, operator: Actor, site: Site) -> None:
    assert reason_of(authority, site.with_token(scope="mapkit_js")) == "SCOPE_LACKS_SERVICE"
    made = a_maps_token(authority, operator, site, Service.WEB_SNAPSHOTS)
    ask(authority, f"center=1,2&token={made.text}".encode())
    authority.maps_tokens.revoke(operator, made.record.token_id)
    assert reason_of(authority, f"center=1,2&token={made.text}".encode()) == "KEY_REVOKED"
    other = a_maps_token(authority, operator, site, Service.SERVER_API)
    assert reason_of(authority, f"center=1,2&token={other.text}".encode()) == "KEY_LACKS_SERVICE"


def test_a_snapshot_refuses_an_access_token(authority: Authority, site: Site) -> None:
    token = site.with_token(scope="server_api").rpartition(b"=")[2].decode()
    access = asyncio.run(authority.exchange(token, Call(Service.SERVER_API, None, NOON))).token
    assert reason_of(authority, f"center=1,2&token={access}".encode()) == "ACCESS_TOKEN_SENT"
    assert reason_of(authority, b"center=1,2&token=") == "TOKEN_NOT_THREE_PARTS"


def test_snapshots_have_a_meter_of_their_own(authority: Authority, operator: Actor, site: Site) -> None:
    team = site.key.team_id
    authority.quotas.set(operator, team, meter=Meter.SNAPSHOTS, daily=3, key_id=site.key.key_id)
    query = site.signed()
    for _ in range(3):
        grant = ask(authority, query)
        authority.settle(grant, 200)
    with pytest.raises(QuotaExceededError, match=f"The key {site.key.key_id}'s 3 snapshots a day are used up"):
        ask(authority, query)
    authority._tally.flush()
    by_status = authority.usage.calls(operator, team_id=team, by=[Dimension.SERVICE, Dimension.STATUS])
    assert {(row.values["service"], row.values["status"]): row.calls for row in by_status} == {
        ("web_snapshots", "200"): 3,
        ("web_snapshots", "429"): 1,
    }
    states = {(one.account.subject.partition(":")[0], one.meter): one for one in authority.quotas.show(operator, team)}
    assert (states["key", Meter.SNAPSHOTS].used, states["key", Meter.SNAPSHOTS].most) == (3, 3)
    assert (states["team", Meter.SNAPSHOTS].used, states["team", Meter.SNAPSHOTS].most) == (3, 25_000)
    assert states["team", Meter.SERVICE_CALLS].used == 0


def test_a_refusal_is_counted_under_the_key_that_the_url_names(
    authority: Authority, operator: Actor, site: Site
) -> None:
    assert reason_of(authority, site.signed().replace(b"z=14", b"z=15")) == "SNAPSHOT_SIGNATURE_INVALID"
    authority._tally.flush()
    by = [RefusalDimension.REASON, RefusalDimension.SERVICE]
    rows = authority.usage.refusals(operator, team_id=site.key.team_id, by=by)
    assert [(row.values["reason"], row.values["service"], row.calls) for row in rows] == [
        ("SNAPSHOT_SIGNATURE_INVALID", "web_snapshots", 1)
    ]


def test_a_diagnosis_agrees_with_admission_and_shows_no_secret(
    authority: Authority, operator: Actor, site: Site
) -> None:
    signed = site.signed(referer="https://a.example/").decode()
    good = authority.snapshot_access.diagnose(
        f"https://maps.example.com/api/v1/snapshot?{signed}", at=NOON, referer="https://a.example/", actor=operator
    )
    assert (good.kind, good.words, good.verdict.failure) == (SIGNED_URL, SIGNED_URL, None)
    assert good.claims["teamId"] == site.key.team_id
    assert signed.rpartition("=")[2] not in str(good)
    bad = authority.snapshot_access.diagnose(f"/api/v1/snapshot?{signed}", at=NOON, actor=operator)
    assert bad.verdict.failure is not None
    assert bad.verdict.failure.reason is not None
    assert bad.verdict.failure.reason.code == "SNAPSHOT_REFERER_MISSING"
    token = authority.snapshot_access.diagnose(
        "/api/v1/snapshot?" + site.with_token(origin="a.example").decode(), at=NOON, actor=operator
    )
    assert (token.kind, token.words) == (URL_WITH_TOKEN, URL_WITH_TOKEN)
    assert token.claims["origin"] == "a.example"
    assert [one.reason.code for one in token.verdict.findings if one.reason and one.outcome == "failed"] == [
        "ORIGIN_MISSING"
    ]
    assert token.verdict.failure is not None


def test_another_team_s_key_is_unknown_to_a_diagnosis(authority: Authority, operator: Actor, site: Site) -> None:
    other = authority.teams.create(operator, "Others")
    stranger = Actor("person:bob", roles={other.team_id: Role.ADMIN})
    found = authority.snapshot_access.diagnose("/api/v1/snapshot?" + site.signed().decode(), at=NOON, actor=stranger)
    assert found.key is None
    assert found.verdict.failure is not None
    assert found.verdict.failure.detail.startswith("No key with the Key ID")


def test_a_limit_on_a_meter_of_a_newer_version_is_ignored(authority: Authority, operator: Actor, site: Site) -> None:
    row: dict[str, object] = {"subject": f"team:{site.key.team_id}", "meter": "look_arounds", "period": int(Period.DAY)}
    window = row | {"window": window_of(Period.DAY, NOON), "taken": 1, "alarmed": 0}
    with authority._store.change() as change:
        change._connection.execute(tables.quotas.insert().values(row | {"team_id": site.key.team_id, "most": 5}))
        change._connection.execute(tables.quota_windows.insert().values(window))
        change.append(
            Event(EventKind.QUOTA_SET, operator.name, site.key.team_id, f"team:{site.key.team_id}", {}), at=int(NOON)
        )
    assert ask(authority, site.signed()).key_id == site.key.key_id
    assert {state.meter for state in authority.quotas.show(operator, site.key.team_id)} == set(Meter)
    assert all(one.meter in Meter for one in authority.quotas.left_today())
