"""Every route of the management API refuses callers without a token, of other teams, and of lower roles."""

from base64 import b64encode
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from trigpoint.authority.opening import open_authority
from trigpoint.credentials import keypair
from trigpoint.credentials.api_token import encode_token
from trigpoint.credentials.key import KeyState, RevocationReason
from trigpoint.credentials.roles import Actor, Role
from trigpoint.web.manage.app import build_manage
from web.manage.callers import Caller, World, a_world

ALL = frozenset(Role)
ADMINS = frozenset({Role.ACCOUNT_HOLDER, Role.ADMIN})
NOBODY: frozenset[Role] = frozenset()


@dataclass(frozen=True)
class Route:
    """A route, a body that is valid for it, who may use it, and what a member of another team is told."""

    allowed: frozenset[Role]
    body: Any = None
    stranger: int = 404
    low: int = 403


ROUTES: dict[tuple[str, str], Route] = {
    ("GET", "me"): Route(ALL, stranger=200),
    ("GET", "teams"): Route(ALL, stranger=200),
    ("POST", "teams"): Route(NOBODY, {"name": "New"}, stranger=403),
    ("GET", "teams/{team_id}"): Route(ALL),
    ("GET", "teams/{team_id}/quotas"): Route(ALL),
    ("PUT", "teams/{team_id}/quotas/{meter}"): Route(NOBODY, {"limit": 5}),
    ("PUT", "teams/{team_id}/leaked-keys"): Route(ADMINS, {"suspend": True}),
    ("GET", "teams/{team_id}/members"): Route(ALL),
    ("GET", "teams/{team_id}/members/{person_id}"): Route(ALL),
    ("PATCH", "teams/{team_id}/members/{person_id}"): Route(ADMINS, {"role": "developer"}),
    ("DELETE", "teams/{team_id}/members/{person_id}"): Route(ADMINS),
    ("GET", "teams/{team_id}/invitations"): Route(ADMINS),
    ("POST", "teams/{team_id}/invitations"): Route(ADMINS, {"role": "viewer"}),
    ("DELETE", "teams/{team_id}/invitations/{invitation_id}"): Route(ADMINS),
    ("GET", "teams/{team_id}/maps-ids"): Route(ALL),
    ("POST", "teams/{team_id}/maps-ids"): Route(ADMINS, {"mapsId": "maps.com.new", "description": "New"}),
    ("GET", "maps-ids/{maps_id}"): Route(ALL),
    ("PATCH", "maps-ids/{maps_id}"): Route(ADMINS, {"description": "Other"}),
    ("DELETE", "maps-ids/{maps_id}"): Route(ADMINS),
    ("GET", "teams/{team_id}/keys"): Route(ALL),
    ("POST", "teams/{team_id}/keys"): Route(ADMINS, {"name": "New", "mapsId": "maps.com.mycompany.mywebsite"}),
    ("POST", "teams/{team_id}/keys/challenge"): Route(ADMINS),
    ("POST", "teams/{team_id}/keys/register"): Route(ADMINS, ...),
    ("GET", "keys/{key_id}"): Route(ALL),
    ("PATCH", "keys/{key_id}"): Route(ADMINS, {"name": "Other"}),
    ("POST", "keys/{key_id}/download"): Route(ADMINS),
    ("POST", "keys/{key_id}/revoke"): Route(ADMINS, {"reason": "superseded"}),
    ("POST", "keys/{key_id}/resume"): Route(ADMINS),
    ("PUT", "keys/{key_id}/ceilings"): Route(ADMINS, {"lifetime": 3600}),
    ("PUT", "keys/{key_id}/end"): Route(ADMINS, {"expiresAt": "2028-01-01T00:00:00Z"}),
    ("POST", "keys/{key_id}/rotate"): Route(ADMINS, {}),
    ("GET", "keys/{key_id}/traffic"): Route(ALL),
    ("GET", "teams/{team_id}/endings"): Route(ALL),
    ("GET", "endings"): Route(ALL, stranger=200),
    ("POST", "maps-tokens/{maps_token_id}/resume"): Route(ADMINS),
    ("POST", "tokens/diagnose"): Route(ALL, {"token": "x"}, stranger=200),
    ("POST", "snapshots/diagnose"): Route(ALL, {"url": "/api/v1/snapshot?center=auto"}, stranger=200),
    ("POST", "tokens/introspect"): Route(ALL, b"token=x", stranger=200),
    ("GET", "refusals/{request_id}"): Route(ALL),
    ("GET", "places/explanation?q=Vaduz"): Route(ALL, stranger=200),
    ("POST", "leaks"): Route(ALL, {"text": encode_token(bytes(24))}, stranger=200),
    ("GET", "teams/{team_id}/maps-tokens"): Route(ALL),
    ("POST", "teams/{team_id}/maps-tokens"): Route(ADMINS, {"type": "mapkit_js"}),
    ("GET", "maps-tokens/{maps_token_id}"): Route(ALL),
    ("POST", "maps-tokens/{maps_token_id}/copy"): Route(ADMINS | {Role.DEVELOPER}),
    ("POST", "maps-tokens/{maps_token_id}/revoke"): Route(ADMINS),
    ("GET", "teams/{team_id}/api-tokens"): Route(ALL),
    ("POST", "teams/{team_id}/api-tokens"): Route(ADMINS, {"name": "New", "role": "viewer"}),
    ("GET", "api-tokens/{api_token_id}"): Route(ADMINS, low=404),
    ("DELETE", "api-tokens/{api_token_id}"): Route(ADMINS, low=404),
    ("GET", "teams/{team_id}/usage"): Route(ALL),
    ("GET", "teams/{team_id}/usage/refusals"): Route(ALL),
    ("GET", "teams/{team_id}/usage/last-uses"): Route(ALL),
    ("GET", "usage"): Route(NOBODY, stranger=403),
    ("GET", "usage/refusals"): Route(NOBODY, stranger=403),
    ("GET", "teams/{team_id}/webhooks"): Route(ADMINS),
    ("POST", "teams/{team_id}/webhooks"): Route(ADMINS, {"url": "https://1.1.1.1/"}),
    ("GET", "webhooks"): Route(NOBODY, stranger=403),
    ("POST", "webhooks"): Route(NOBODY, {"url": "https://1.1.1.1/"}, stranger=403),
    ("GET", "webhooks/{webhook_id}"): Route(ADMINS, low=404),
    ("PATCH", "webhooks/{webhook_id}"): Route(ADMINS, {"description": "Other"}, low=404),
    ("DELETE", "webhooks/{webhook_id}"): Route(ADMINS, low=404),
    ("POST", "webhooks/{webhook_id}/pause"): Route(ADMINS, low=404),
    ("POST", "webhooks/{webhook_id}/resume"): Route(ADMINS, low=404),
    ("POST", "webhooks/{webhook_id}/test"): Route(ADMINS, low=404),
    ("POST", "webhooks/{webhook_id}/renew-secret"): Route(ADMINS, low=404),
    ("POST", "webhooks/{webhook_id}/replay"): Route(ADMINS, low=404),
    ("GET", "webhooks/{webhook_id}/messages"): Route(ADMINS, low=404),
    ("POST", "webhooks/{webhook_id}/messages/{message_id}/replay"): Route(ADMINS, low=404),
    ("GET", "teams/{team_id}/ledger"): Route(ALL),
    ("GET", "ledger"): Route(NOBODY, stranger=403),
    ("GET", "ledger/verification"): Route(ALL, stranger=200),
}
IDS = [f"{method} {path}" for method, path in ROUTES]


def ask(world: World, token: str | None, method: str, path: str) -> int:
    """Call a route with a valid request; give the status."""
    body = ROUTES[method, path].body
    if body is ...:
        body = a_public_key(world)
    more: dict[str, Any] = {"headers": {"if-match": "*"}} if method in {"PATCH", "PUT"} else {}
    if isinstance(body, bytes):
        more = {"content": body, "headers": {"content-type": "application/x-www-form-urlencoded"}}
        body = None
    answer = Caller(world.app, token).ask(method, path.format(**world.ids), body, **more)
    assert answer.status_code == 204 or answer.headers["content-type"].endswith("json")
    return answer.status_code


def a_public_key(world: World) -> dict[str, str]:
    private = keypair.generate()
    challenge = world.authority.keys.challenge(world.operator, team_id=world.team)
    proof = b64encode(private.sign(challenge.encode())).decode()
    return {
        "name": "New",
        "mapsId": world.maps_id,
        "publicKey": private.public.pem(),
        "challenge": challenge,
        "proof": proof,
    }


def suspend(world: World) -> None:
    """Let key and Maps token be as a report of a leak leaves them."""
    with world.authority._store.change() as change:
        key = world.authority.keys.get(world.operator, world.key)
        token = world.authority.maps_tokens.get(world.operator, world.maps_token)
        change.put_key(replace(key, state=KeyState.SUSPENDED))
        change.maps_tokens.put_state(replace(token, state=KeyState.SUSPENDED))


@pytest.fixture(scope="module")
def quiet(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """A world in which nothing changes: for all that is refused."""
    authority = open_authority(home=tmp_path_factory.mktemp("quiet"))
    yield a_world(build_manage(authority), authority, Actor.as_operator("test"))
    authority.close()


@pytest.fixture(scope="module")
def tokens(quiet: World) -> dict[Role, str | None]:
    return {role: quiet.caller(role).token for role in Role}


@pytest.fixture(scope="module")
def stranger(quiet: World) -> str | None:
    return quiet.caller(Role.ACCOUNT_HOLDER, team=quiet.other_team).token


def test_every_route_is_in_the_table(quiet: World) -> None:
    paths = quiet.outsider.get("/manage/openapi.json").json()["paths"]
    documented = {
        (method.upper(), path.removeprefix("/manage/v1/"))
        for path, methods in paths.items()
        for method in methods
        if path.startswith("/manage/v1/")
    }
    assert documented == {(method, path.partition("?")[0]) for method, path in ROUTES}


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=IDS)
def test_a_caller_without_a_token_is_refused(quiet: World, method: str, path: str) -> None:
    assert ask(quiet, None, method, path) == 401
    assert ask(quiet, "tp_" + "0" * 33 + "0PUU43", method, path) == 401


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=IDS)
def test_a_member_of_another_team_is_refused(quiet: World, stranger: str, method: str, path: str) -> None:
    assert ask(quiet, stranger, method, path) == ROUTES[method, path].stranger


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=IDS)
def test_each_role_that_is_too_low_is_refused(quiet: World, tokens: dict[Role, str], method: str, path: str) -> None:
    route = ROUTES[method, path]
    for role in sorted(ALL - route.allowed):
        assert ask(quiet, tokens[role], method, path) == route.low, role


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=IDS)
def test_the_lowest_allowed_role_is_admitted(world: World, method: str, path: str) -> None:
    lowest = [role for role in Role if role in ROUTES[method, path].allowed]
    caller = world.caller(lowest[-1]) if lowest else world.installation()
    if (method, path) == ("DELETE", "maps-ids/{maps_id}"):
        world.authority.keys.revoke(world.operator, world.key, reason=RevocationReason.SUPERSEDED)
    if path.endswith("resume"):
        suspend(world)
        world.authority.webhooks.pause(world.operator, world.webhook)
    assert 200 <= ask(world, caller.token, method, path) < 300
