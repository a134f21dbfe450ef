"""Maps tokens issued here: their form, expiry, service and origins, and their revocation."""

import asyncio
import base64
import json
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from conftest import NOON, FixedClock
from trigpoint.authority.maps_tokens import IssuedMapsToken
from trigpoint.authority.opening import Authority
from trigpoint.base.errors import ConflictError, ForbiddenError, InvalidError, NotFoundError
from trigpoint.base.ids import TeamId
from trigpoint.credentials.call import Call
from trigpoint.credentials.key import KeyState
from trigpoint.credentials.maps_token import end_of_unrestricted, read_end
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.services import Service
from trigpoint.credentials.verdict import RefusedError

PACIFIC = ZoneInfo("America/Los_Angeles")


@pytest.fixture
def team(authority: Authority, operator: Actor) -> TeamId:
    return authority.teams.create(operator, "My Company").team_id


@pytest.fixture
def issued(authority: Authority, operator: Actor, team: TeamId) -> IssuedMapsToken:
    return authority.maps_tokens.create(
        operator, team_id=team, service=Service.SERVER_API, origins="example.com", description="Contact page"
    )


def parts(token: str) -> tuple[str, str]:
    header, payload, _ = token.split(".")
    return tuple(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)).decode() for part in (header, payload))  # type: ignore[return-value]


def exchange(authority: Authority, token: str, *, origin: str | None = "https://example.com", at: float = NOON) -> str:
    call = Call(Service.SERVER_API, origin, at)

    async def use() -> str:
        access = (await authority.exchange(token, call)).token
        await authority.admit(access, call)
        return access

    return asyncio.run(use())


def test_a_token_has_the_form_of_those_of_apples_portal(issued: IssuedMapsToken, team: TeamId) -> None:
    kid = issued.record.token_id
    header, payload = parts(issued.text)
    assert header == f'{{"kid":"{kid}","typ":"JWT","alg":"ES256"}}'
    assert payload == f'{{"iss":"{team}","iat":{int(NOON)},"origin":"example.com"}}'
    assert issued.text not in repr(issued)


def test_a_token_without_expiry_is_accepted_from_its_origins_only(
    authority: Authority, issued: IssuedMapsToken
) -> None:
    exchange(authority, issued.text)
    exchange(authority, issued.text, at=NOON + 5 * 366 * 86_400)
    with pytest.raises(RefusedError) as told:
        exchange(authority, issued.text, origin="https://evil.example")
    assert told.value.reason.code == "ORIGIN_CHECK_FAILURE"


def test_a_token_is_valid_for_the_service_of_its_type_only(authority: Authority, operator: Actor, team: TeamId) -> None:
    token = authority.maps_tokens.create(operator, team_id=team, service=Service.MAPKIT_JS, origins="example.com")
    with pytest.raises(RefusedError) as told:
        exchange(authority, token.text)
    assert told.value.reason.code == "KEY_LACKS_SERVICE"


def test_a_token_without_a_restriction_ends_on_the_seventh_day(
    authority: Authority, operator: Actor, team: TeamId
) -> None:
    token = authority.maps_tokens.create(operator, team_id=team, service=Service.SERVER_API, origins=None)
    assert token.record.restriction == "None"
    end = json.loads(parts(token.text)[1])["exp"]
    assert datetime.fromtimestamp(end, UTC).isoformat() == "2027-01-22T23:59:59+00:00"
    exchange(authority, token.text, origin="https://anywhere.example", at=end - 1)
    with pytest.raises(RefusedError) as told:
        exchange(authority, token.text, origin=None, at=end)
    assert told.value.reason.code == "TOKEN_EXPIRED"


@pytest.mark.parametrize("start", ["2026-07-10T14:00:00", "2026-10-28T23:59:58", "2026-03-05T00:00:00"])
def test_the_seventh_day_ends_in_the_time_zone_of_the_installation(start: str) -> None:
    now = datetime.fromisoformat(start).replace(tzinfo=PACIFIC)
    end = datetime.fromtimestamp(end_of_unrestricted(now.timestamp(), PACIFIC), PACIFIC)
    assert (end.hour, end.minute, end.second) == (23, 59, 59)
    assert (end.date() - now.date()).days == 7


@pytest.mark.parametrize(
    ("text", "end"),
    [
        (None, None),
        ("never", None),
        ("30d", int(NOON) + 30 * 86_400),
        ("90 days", int(NOON) + 90 * 86_400),
        ("180", int(NOON) + 180 * 86_400),
        ("2027-12-31", int(datetime(2027, 12, 31, tzinfo=PACIFIC).timestamp())),
    ],
)
def test_a_restricted_token_expires_as_chosen(text: str | None, end: int | None) -> None:
    assert read_end(text, now=NOON, zone=PACIFIC) == end


@pytest.mark.parametrize("text", ["31d", "tomorrow", "2027-01-15", "2020-01-01"])
def test_an_invalid_expiry_is_refused(text: str) -> None:
    with pytest.raises(InvalidError, match="'expires' must be never, 30d, 90d, 180d, or a date in the future"):
        read_end(text, now=NOON, zone=UTC)


def test_revoking_one_token_ends_it_and_its_access_tokens_and_no_others(
    authority: Authority, operator: Actor, team: TeamId, issued: IssuedMapsToken
) -> None:
    other = authority.maps_tokens.create(operator, team_id=team, service=Service.SERVER_API, origins="example.com")
    access = exchange(authority, issued.text)
    revoked = authority.maps_tokens.revoke(operator, issued.record.token_id)
    assert (revoked.state, revoked.revoked_by) == (KeyState.REVOKED, "operator:test")
    authority._memory.refresh()
    for attempt in (
        lambda: exchange(authority, issued.text),
        lambda: asyncio.run(authority.admit(access, Call(Service.SERVER_API, "https://example.com", NOON))),
    ):
        with pytest.raises(RefusedError, match=f"{issued.record.token_id} was revoked on 15 January 2027"):
            attempt()
    exchange(authority, other.text)
    with pytest.raises(ConflictError, match="was revoked already on 15 January 2027"):
        authority.maps_tokens.revoke(operator, issued.record.token_id)
    with pytest.raises(ConflictError, match="was revoked already"):
        authority.maps_tokens.resume(operator, issued.record.token_id)


def test_the_token_can_be_copied_again_and_is_stored_sealed(
    authority: Authority, operator: Actor, issued: IssuedMapsToken, home: Path, database_url: str | None
) -> None:
    assert authority.maps_tokens.copy(operator, issued.record.token_id) == issued.text
    if database_url is None:
        authority.close()
        assert all(issued.text.encode() not in file.read_bytes() for file in home.glob("trigpoint.db*"))


def test_its_last_use_and_its_events_are_recorded(
    authority: Authority, operator: Actor, issued: IssuedMapsToken, clock: FixedClock
) -> None:
    clock.now += 60
    exchange(authority, issued.text, at=clock.now)
    authority._tally.flush()
    (found,) = authority.maps_tokens.list(operator)
    assert (found.last_used_at, found.last_used_origin) == (clock.now * 1000, "https://example.com")
    (event,) = authority.audit.events(operator, team_id=issued.record.team_id, subject=found.token_id)
    assert (event.kind, event.details["origin"]) == ("maps_token.created", "example.com")


def test_a_token_is_counted_under_its_own_id(authority: Authority, operator: Actor, issued: IssuedMapsToken) -> None:
    exchange(authority, issued.text)
    authority._tally.flush()
    (row,) = authority.usage.calls(operator, team_id=issued.record.team_id)
    assert row.calls == 1


def test_what_each_role_may_do(authority: Authority, team: TeamId, issued: IssuedMapsToken) -> None:
    token_id = issued.record.token_id
    admin, developer, viewer = (
        Actor(f"person:{role}", roles={team: role}) for role in (Role.ADMIN, Role.DEVELOPER, Role.VIEWER)
    )
    outsider = Actor("person:9", roles={TeamId("OTHERTEAM1"): Role.ACCOUNT_HOLDER})
    authority.maps_tokens.create(admin, team_id=team, service=Service.EMBED_API, origins="example.com")
    assert authority.maps_tokens.copy(developer, token_id) == issued.text
    for actor in (developer, viewer):
        with pytest.raises(ForbiddenError, match="may not create or revoke Maps tokens"):
            authority.maps_tokens.revoke(actor, token_id)
        with pytest.raises(ForbiddenError, match="may not create or revoke Maps tokens"):
            authority.maps_tokens.create(actor, team_id=team, service=Service.EMBED_API, origins=None)
    with pytest.raises(ForbiddenError, match="The role Viewer may not create tokens"):
        authority.maps_tokens.copy(viewer, token_id)
    with pytest.raises(NotFoundError, match=f"There is no Maps token with the ID {token_id}"):
        authority.maps_tokens.get(outsider, token_id)
    assert authority.maps_tokens.list(outsider) == []


def test_a_token_without_a_restriction_cannot_have_a_chosen_expiry(
    authority: Authority, operator: Actor, team: TeamId
) -> None:
    with pytest.raises(InvalidError, match="'expires' must be left out for a token without origins"):
        authority.maps_tokens.create(operator, team_id=team, service=Service.SERVER_API, origins=None, expires="30d")
