"""A portal with Ada signed in, and others beside her."""

from collections.abc import Callable
from urllib.parse import urlsplit

import pytest

from authority.people_builders import VISITOR, a_member, team_of, the_first_person
from trigpoint.authority.opening import Authority
from trigpoint.base.ids import TeamId
from trigpoint.credentials.person import Person
from trigpoint.credentials.roles import Role
from trigpoint.web.portal.frame.addresses import SECURE_COOKIE
from web.portal.browsing import BASE, Browser


@pytest.fixture(params=["sqlite"])
def database_url() -> None:
    """Pages are the same on both databases; their desks are tested on both."""
    return


@pytest.fixture
def person(authority: Authority) -> Person:
    return the_first_person(authority)


@pytest.fixture
def team_id(authority: Authority, person: Person) -> TeamId:
    return team_of(authority, person)


def sign_in(browser: Browser, email: str) -> Browser:
    """Give a browser the cookie of a new session; `test_sign_in.py` is where people walk to it."""
    with browser.authority._store.read() as reader:
        person = reader.people.person_with_email(email)
    assert person is not None
    issued = browser.authority.sessions.begin(person.person_id, VISITOR, method="password")
    browser.cookies.set(SECURE_COOKIE, issued.secret, domain=urlsplit(BASE).netloc)
    return browser


@pytest.fixture
def ada(authority: Authority, person: Person) -> Browser:
    """Ada, Account Holder, signed in."""
    return sign_in(Browser(authority), person.email)


@pytest.fixture
def as_role(authority: Authority, team_id: TeamId) -> Callable[[Role], Browser]:
    """Somebody with a role in Ada's team, signed in."""
    return lambda role: sign_in(Browser(authority), a_member(authority, team_id, role).email)


@pytest.fixture
def base(team_id: TeamId) -> str:
    return f"/teams/{team_id}"
