"""The management API for tests, on SQLite: the desks below it are tested on both databases."""

import pytest

from trigpoint.authority.opening import Authority
from trigpoint.credentials.roles import Actor, Role
from trigpoint.web.manage.app import build_manage
from web.manage.callers import Caller, World, a_world


@pytest.fixture
def database_url() -> str | None:
    return None


@pytest.fixture
def world(authority: Authority, operator: Actor) -> World:
    return a_world(build_manage(authority), authority, operator)


@pytest.fixture
def admin(world: World) -> Caller:
    return world.caller(Role.ADMIN)
