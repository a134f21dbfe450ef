"""Ceilings of a key: a token that asks for more is refused, and the refusal names the ceiling."""

import asyncio

import pytest

from conftest import NOON
from trigpoint.authority.opening import Authority
from trigpoint.base.errors import ForbiddenError, InvalidError
from trigpoint.credentials import auth_token, keypair
from trigpoint.credentials.call import Call
from trigpoint.credentials.ceilings import Ceilings, read_ceilings
from trigpoint.credentials.key import Key
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.services import Service
from trigpoint.credentials.verdict import RefusedError

MAPS_ID = "maps.com.my.site"
CEILINGS = Ceilings(frozenset({Service.SERVER_API}), 3600, "example.com,*.example.com")


@pytest.fixture
def key(authority: Authority, operator: Actor) -> Key:
    team = authority.teams.create(operator, "My Company").team_id
    authority.maps_ids.register(operator, team_id=team, identifier=MAPS_ID, description="Mine")
    return authority.keys.create(operator, team_id=team, name="Website", maps_id=MAPS_ID)


@pytest.mark.parametrize(
    ("scope", "origin", "lifetime", "refusal"),
    [
        ("server_api", "example.com", 3600, None),
        ("server_api", "www.example.com,*.shop.example.com", 60, None),
        ("server_api mapkit_js", "example.com", 3600, "asks for 'mapkit_js'; the key allows 'server_api'"),
        (None, "example.com", 3600, "has no scope, so it asks for all; the key allows 'server_api'"),
        ("server_api", "example.com", 3601, "is valid for 3,601 seconds; the key allows 3,600 seconds"),
        ("server_api", "example.org", 3600, "asks for 'example.org'; the key allows 'example.com,*.example.com'"),
        ("server_api", None, 3600, "names no origin; the key allows"),
    ],
)
def test_a_token_that_asks_for_more_is_refused(
    authority: Authority,
    operator: Actor,
    key: Key,
    scope: str | None,
    origin: str | None,
    lifetime: int,
    refusal: str | None,
) -> None:
    private = keypair.read_private_key(authority.keys.download(operator, key.key_id).pem)
    token = auth_token.sign(
        private,
        key_id=key.key_id,
        team_id=key.team_id,
        issued_at=int(NOON),
        expires_at=int(NOON) + lifetime,
        scope=scope,
        origin=origin,
    )
    call = Call(Service.SERVER_API, None, NOON)
    asyncio.run(authority.exchange(token, call))
    changed = authority.keys.set_ceilings(operator, key.key_id, CEILINGS)
    assert authority.keys.get(operator, key.key_id).ceilings == changed.ceilings == CEILINGS
    authority._memory.refresh()
    if refusal is None:
        asyncio.run(authority.exchange(token, call))
        return
    with pytest.raises(RefusedError, match=refusal.replace("*", r"\*")):
        asyncio.run(authority.exchange(token, call))


def test_only_admins_set_ceilings(authority: Authority, key: Key) -> None:
    developer = Actor("person:1", roles={key.team_id: Role.DEVELOPER})
    with pytest.raises(ForbiddenError, match="The role Developer may not"):
        authority.keys.set_ceilings(developer, key.key_id, CEILINGS)


def test_ceilings_are_checked() -> None:
    assert read_ceilings(scopes=None, lifetime_s=60, origins=" A.example ") == Ceilings(None, 60, "a.example")
    for scopes, lifetime, origins, name in ((frozenset(), None, None, "scopes"), (None, 59, None, "lifetime")):
        with pytest.raises(InvalidError, match=f"'{name}' must be"):
            read_ceilings(scopes=scopes, lifetime_s=lifetime, origins=origins)  # type: ignore[arg-type]
