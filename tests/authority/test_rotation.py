"""Rotation without an outage, warnings before expiry, and reported leaks."""

import pytest

from conftest import NOON, FixedClock
from known_keys import granted
from trigpoint.authority.opening import Authority
from trigpoint.base.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError, StaleError
from trigpoint.credentials import auth_token, keypair
from trigpoint.credentials.call import Call
from trigpoint.credentials.ceilings import Ceilings
from trigpoint.credentials.key import Key, KeyState, RevocationReason
from trigpoint.credentials.once import Once, RepeatedError
from trigpoint.credentials.quota import Meter, Period
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.services import Service

MAPS_ID = "maps.com.my.site"
DAY_MS = 86_400_000


@pytest.fixture
def key(authority: Authority, operator: Actor) -> Key:
    team = authority.teams.create(operator, "My Company").team_id
    authority.maps_ids.register(operator, team_id=team, identifier=MAPS_ID, description="Mine")
    return authority.keys.create(operator, team_id=team, name="Website", maps_id=MAPS_ID)


def test_a_successor_has_the_services_and_maps_id_of_the_old_key_and_both_are_live(
    authority: Authority, operator: Actor, key: Key
) -> None:
    authority.keys.set_ceilings(operator, key.key_id, Ceilings(lifetime_s=3600))
    new = authority.rotation.rotate(operator, key.key_id, revoke_at=int(NOON * 1000) + DAY_MS)
    assert (new.name, new.maps_id, new.services) == ("Website 2", MAPS_ID, key.services)
    assert new.ceilings == Ceilings(lifetime_s=3600)
    old = authority.keys.get(operator, key.key_id)
    assert old.state is KeyState.ACTIVE
    assert old.expires_at == int(NOON * 1000) + DAY_MS
    with pytest.raises(ConflictError, match="already has 2 live keys"):
        authority.rotation.rotate(operator, new.key_id)


def test_a_successor_has_the_limits_of_the_old_key(authority: Authority, operator: Actor, key: Key) -> None:
    other = authority.keys.create(
        operator,
        team_id=key.team_id,
        name="Other",
        maps_id=authority.maps_ids.register(
            operator, team_id=key.team_id, identifier="maps.com.other.site", description="Other"
        ).identifier,
    )
    authority.quotas.set_calls_a_minute(operator, key.key_id, most=60)
    authority.quotas.set(operator, key.team_id, meter=Meter.SERVICE_CALLS, daily=500, key_id=key.key_id)
    authority.quotas.set_calls_a_minute(operator, other.key_id, most=7)
    new = authority.rotation.rotate(operator, key.key_id)
    limits = {
        (state.account.period, state.most)
        for state in authority.quotas.show(operator, key.team_id)
        if state.account.subject == f"key:{new.key_id}"
    }
    assert limits == {(Period.MINUTE, 60), (Period.DAY, 500)}
    assert authority.quotas.calls_a_minute(operator, new.key_id) == 60


def test_a_refused_rotation_creates_nothing(authority: Authority, operator: Actor, key: Key) -> None:
    with pytest.raises(InvalidError, match="'expiresAt' must be in the future"):
        authority.rotation.rotate(operator, key.key_id, revoke_at=int(NOON * 1000))
    with pytest.raises(InvalidError, match="letters, digits and spaces"):
        authority.rotation.rotate(operator, key.key_id, name="!", revoke_at=int(NOON * 1000) + DAY_MS)
    (only,) = authority.keys.list(operator, team_id=key.team_id)
    assert only == key


def test_a_repeated_rotation_creates_one_successor(authority: Authority, operator: Actor, key: Key) -> None:
    once = Once(operator.name, "a form", "rotate")
    new = authority.rotation.rotate(operator, key.key_id, once=once)
    with pytest.raises(RepeatedError) as told:
        authority.rotation.rotate(operator, key.key_id, once=once)
    assert told.value.subject == new.key_id


def test_concurrent_edits_of_a_key_are_refused(authority: Authority, operator: Actor, key: Key) -> None:
    after = authority.keys.set_ceilings(operator, key.key_id, Ceilings(lifetime_s=60), version=key.version)
    with pytest.raises(StaleError, match="changed by somebody else meanwhile"):
        authority.keys.set_ceilings(operator, key.key_id, Ceilings(), version=key.version)
    with pytest.raises(StaleError):
        authority.keys.set_expiry(operator, key.key_id, int(NOON * 1000) + 1, version=key.version)
    ending = authority.keys.set_expiry(operator, key.key_id, int(NOON * 1000) + 1, version=after.version)
    assert (ending.ceilings.lifetime_s, ending.expires_at) == (60, int(NOON * 1000) + 1)


def test_names_of_successors_are_numbered(authority: Authority, operator: Actor, key: Key) -> None:
    second = authority.rotation.rotate(operator, key.key_id)
    authority.keys.revoke(operator, key.key_id, reason=RevocationReason.SUPERSEDED)
    third = authority.rotation.rotate(operator, second.key_id)
    assert third.name == "Website 3"
    with pytest.raises(ConflictError, match="is revoked; create a new key instead"):
        authority.rotation.rotate(operator, key.key_id)


def test_the_share_of_traffic_says_when_the_old_key_is_safe_to_revoke(
    authority: Authority, operator: Actor, key: Key, clock: FixedClock
) -> None:
    new = authority.rotation.rotate(operator, key.key_id)
    authority._memory.refresh()
    authority._tally.settle(granted(authority, key.key_id, Call(Service.SERVER_API, None, NOON)), 200)
    for _ in range(3):
        authority._tally.settle(granted(authority, new.key_id, Call(Service.SERVER_API, None, NOON + 7200)), 200)
    authority._tally.flush()

    def told() -> dict[str, tuple[int, float, bool]]:
        found = authority.rotation.traffic(operator, key.key_id)
        return {one.key.key_id: (one.calls, one.share, one.safe_to_revoke) for one in found}

    clock.now = NOON + 7200
    assert told() == {key.key_id: (1, 25.0, False), new.key_id: (3, 75.0, False)}
    clock.now = NOON + 25 * 3600
    assert told() == {key.key_id: (0, 0.0, True), new.key_id: (3, 100.0, False)}


def test_a_revoked_key_has_nothing_left_to_revoke(
    authority: Authority, operator: Actor, key: Key, clock: FixedClock
) -> None:
    authority._memory.refresh()
    authority._tally.settle(granted(authority, key.key_id, Call(Service.SERVER_API, None, NOON)), 200)
    authority._tally.flush()
    authority.keys.revoke(operator, key.key_id, reason=RevocationReason.COMPROMISED)
    clock.now = NOON + 48 * 3600
    (found,) = authority.rotation.traffic(operator, key.key_id)
    assert (found.calls, found.safe_to_revoke) == (0, False)
    assert found.why.startswith("It was revoked on ")


def test_the_reason_why_a_key_is_safe_to_revoke_or_not_is_given(
    authority: Authority, operator: Actor, key: Key, clock: FixedClock
) -> None:
    def why() -> str:
        return authority.rotation.traffic(operator, key.key_id)[0].why

    assert why() == "Nobody has used it yet."
    authority._memory.refresh()
    authority._tally.settle(granted(authority, key.key_id, Call(Service.SERVER_API, None, NOON)), 200)
    authority._tally.flush()
    assert why() == "It made every call of its Maps ID in the last 24 hours: 1."
    new = authority.rotation.rotate(operator, key.key_id)
    authority._memory.refresh()
    authority._tally.settle(granted(authority, new.key_id, Call(Service.SERVER_API, None, NOON)), 200)
    authority._tally.flush()
    clock.now = NOON + 24 * 3600 - 1
    assert why() == "It made 1 of the 2 calls of its Maps ID in the last 24 hours."
    clock.now = NOON + 24 * 3600
    assert why() == "Nobody has used it for 24 hours."


@pytest.mark.parametrize(("days", "step"), [(31, None), (29.5, 30), (6.5, 7), (0.5, 1)])
def test_each_warning_is_written_once(
    authority: Authority, operator: Actor, key: Key, days: float, step: int | None
) -> None:
    authority.keys.set_expiry(operator, key.key_id, int(NOON * 1000 + days * DAY_MS))
    written = [authority.rotation.warn(), authority.rotation.warn()]
    found = authority.audit.events(operator, subject=key.key_id, kind="key.ends_soon")
    assert written == [int(step is not None), 0]
    assert [entry.details["withinDays"] for entry in found] == ([] if step is None else [step])


def test_credentials_that_expire_soon_are_listed_by_expiry(authority: Authority, operator: Actor, key: Key) -> None:
    authority.keys.set_expiry(operator, key.key_id, int(NOON * 1000) + 20 * DAY_MS)
    token = authority.maps_tokens.create(operator, team_id=key.team_id, service=Service.MAPKIT_JS, origins=None)
    found = [(one.kind, one.subject, one.days) for one in authority.rotation.endings(operator)]
    assert found == [("maps_token", token.record.token_id, 7), ("key", key.key_id, 20)]
    assert len(authority.rotation.endings(operator, within_days=10)) == 1


def a_token(authority: Authority, operator: Actor, key: Key) -> tuple[str, str]:
    """A token that is signed with the downloaded key, and the key itself."""
    pem = authority.keys.download(operator, key.key_id).pem.decode()
    private = keypair.read_private_key(pem)
    at = int(NOON)
    return auth_token.sign(private, key_id=key.key_id, team_id=key.team_id, issued_at=at, expires_at=at + 60), pem


def test_a_reported_maps_token_is_suspended_until_it_is_resumed(
    authority: Authority, operator: Actor, key: Key
) -> None:
    issued = authority.maps_tokens.create(operator, team_id=key.team_id, service=Service.SERVER_API, origins=None)
    (report,) = authority.leaks.report(operator, f"const token = '{issued.text}'", where="https://example.org/a.js")
    assert report.suspended
    token_id = issued.record.token_id
    assert authority.maps_tokens.get(operator, token_id).state is KeyState.SUSPENDED
    kinds = [entry.kind for entry in authority.audit.events(operator, subject=token_id)]
    assert kinds == ["leak.reported", "maps_token.suspended", "maps_token.created"]
    assert not authority.leaks.report(operator, issued.text)[0].suspended
    assert authority.maps_tokens.resume(operator, token_id).state is KeyState.ACTIVE


def test_a_leaked_key_is_suspended_only_if_its_team_chose_that(authority: Authority, operator: Actor, key: Key) -> None:
    token, pem = a_token(authority, operator, key)
    for text in (token, pem):
        (report,) = authority.leaks.report(operator, text)
        assert report.owner is not None
        assert (report.owner.subject, report.suspended) == (key.key_id, False)
    assert authority.leaks.choose_for_keys(operator, key.team_id, suspend=True).suspends_leaked_keys
    (report,) = authority.leaks.report(operator, pem)
    assert report.suspended
    assert authority.keys.get(operator, key.key_id).state is KeyState.SUSPENDED
    assert authority.keys.resume(operator, key.key_id).state is KeyState.ACTIVE


def test_only_admins_choose_what_happens_to_leaked_keys_and_each_change_is_one_event(
    authority: Authority, operator: Actor, key: Key
) -> None:
    admin, developer = (Actor("jo@example.com", roles={key.team_id: role}) for role in (Role.ADMIN, Role.DEVELOPER))
    with pytest.raises(ForbiddenError, match="The role Developer may not"):
        authority.leaks.choose_for_keys(developer, key.team_id, suspend=True)
    with pytest.raises(NotFoundError):
        authority.leaks.choose_for_keys(Actor("eve@example.com"), key.team_id, suspend=True)
    assert not authority.teams.get(operator, key.team_id).suspends_leaked_keys
    for suspend in (True, True, False):
        authority.leaks.choose_for_keys(admin, key.team_id, suspend=suspend)
    found = authority.audit.events(operator, subject=key.team_id, kind="leak.choice_set")
    assert [(entry.actor, entry.details) for entry in found] == [
        ("jo@example.com", {"suspendsLeakedKeys": False}),
        ("jo@example.com", {"suspendsLeakedKeys": True}),
    ]
    assert not authority.teams.get(operator, key.team_id).suspends_leaked_keys


def test_nothing_is_suspended_for_a_forged_token(authority: Authority, operator: Actor, key: Key) -> None:
    issued = authority.maps_tokens.create(operator, team_id=key.team_id, service=Service.SERVER_API, origins=None)
    for kid in (key.key_id, issued.record.token_id):
        forged = auth_token.sign(
            keypair.generate(), key_id=kid, team_id=key.team_id, issued_at=int(NOON), expires_at=int(NOON) + 60
        )
        (report,) = authority.leaks.report(operator, forged)
        assert (report.owner, report.suspended) == (None, False)
    assert authority.maps_tokens.get(operator, issued.record.token_id).state is KeyState.ACTIVE


def test_a_report_without_a_credential_is_refused(authority: Authority, operator: Actor) -> None:
    with pytest.raises(InvalidError, match="'text' must be a text with a private key"):
        authority.leaks.report(operator, "nothing")
