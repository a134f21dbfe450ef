"""Every route of the management API refuses outsiders, other teams, and each role that is too low."""

from base64 import b64encode
from dataclasses import dataclass
from typing import Any

import pytest

from trigpoint.credentials import keypair
from trigpoint.credentials.key import RevocationReason
from trigpoint.credentials.roles import Role
from web.manage.callers import Caller, World

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
    ("PUT", "teams/{team_id}/quotas/{meter}"): Route(NOBODY, {"daily": 5}),
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
    ("POST", "tokens/diagnose"): Route(ALL, {"token": "x"}, stranger=200),
    ("POST", "tokens/introspect"): Route(ALL, b"token=x", stranger=200),
    ("GET", "teams/{team_id}/api-tokens"): Route(ALL),
    ("POST", "teams/{team_id}/api-tokens"): Route(ADMINS, {"name": "New", "role": "viewer"}),
    ("GET", "api-tokens/{api_token_id}"): Route(ADMINS, low=404),
    ("DELETE", "api-tokens/{api_token_id}"): Route(ADMINS, low=404),
    ("GET", "teams/{team_id}/ledger"): Route(ALL),
    ("GET", "ledger"): Route(NOBODY, stranger=403),
    ("GET", "ledger/verification"): Route(ALL, stranger=200),
}
IDS = [f"{method} {path}" for method, path in ROUTES]


def ask(world: World, token: str | None, method: str, path: str) -> int:
    """Call a route with a valid request; give the status."""
    api_token = world.authority.api_tokens.create(
        world.operator, name="Subject", team_id=world.team, role=Role.VIEWER
    ).record.token_id
    names = {
        "team_id": world.team,
        "maps_id": world.maps_id,
        "key_id": world.key,
        "meter": "service_calls",
        "api_token_id": api_token,
    }
    body = ROUTES[method, path].body
    if body is ...:
        private = keypair.generate()
        challenge = world.authority.keys.challenge(world.operator, team_id=world.team)
        proof = b64encode(private.sign(challenge.encode())).decode()
        body = {
            "name": "New",
            "mapsId": world.maps_id,
            "publicKey": private.public.pem(),
            "challenge": challenge,
            "proof": proof,
        }
    more: dict[str, Any] = {"headers": {"if-match": "*"}} if method == "PATCH" else {}
    if isinstance(body, bytes):
        more = {"content": body, "headers": {"content-type": "application/x-www-form-urlencoded"}}
        body = None
    in_use = world.authority.keys.get(world.operator, world.key).state == "active"
    if method == "DELETE" and path.startswith("maps-ids") and in_use:
        world.authority.keys.revoke(world.operator, world.key, reason=RevocationReason.SUPERSEDED)
    answer = Caller(world.app, token).ask(method, path.format(**names), body, **more)
    assert answer.status_code == 204 or answer.headers["content-type"].endswith("json")
    return answer.status_code


def test_every_route_is_in_the_table(world: World) -> None:
    paths = world.outsider.get("/manage/openapi.json").json()["paths"]
    documented = {
        (method.upper(), path.removeprefix("/manage/v1/"))
        for path, methods in paths.items()
        for method in methods
        if path.startswith("/manage/v1/")
    }
    assert documented == set(ROUTES)


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=IDS)
def test_an_outsider_is_refused(world: World, method: str, path: str) -> None:
    assert ask(world, None, method, path) == 401
    assert ask(world, "tp_" + "0" * 33 + "0PUU43", method, path) == 401


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=IDS)
def test_a_member_of_another_team_is_refused(world: World, method: str, path: str) -> None:
    stranger = world.caller(Role.ACCOUNT_HOLDER, team=world.other_team)
    assert ask(world, stranger.token, method, path) == ROUTES[method, path].stranger


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=IDS)
def test_each_role_that_is_too_low_is_refused(world: World, method: str, path: str) -> None:
    route = ROUTES[method, path]
    for role in sorted(ALL - route.allowed):
        assert ask(world, world.caller(role).token, method, path) == route.low, role


@pytest.mark.parametrize(("method", "path"), ROUTES, ids=IDS)
def test_the_lowest_role_that_may_is_admitted(world: World, method: str, path: str) -> None:
    route = ROUTES[method, path]
    lowest = [role for role in Role if role in route.allowed]
    caller = world.caller(lowest[-1]) if lowest else world.installation()
    assert 200 <= ask(world, caller.token, method, path) < 300
