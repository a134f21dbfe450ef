"""Signing in: sessions, waits after failures, and no hint about who has an account."""

import time

import pytest

from authority.people_builders import PASSWORD, VISITOR, the_first_person
from conftest import REAL_HASHING, FixedClock
from trigpoint.authority.opening import Authority
from trigpoint.authority.people import passwords
from trigpoint.authority.people.sessions import Visitor, WrongPasswordError
from trigpoint.authority.people.throttle import LONGEST_WAIT_S, ThrottledError, wait_s
from trigpoint.base.errors import InvalidError, NotFoundError
from trigpoint.credentials.person import Person
from trigpoint.credentials.session import AGE_LIMIT_S, IDLE_LIMIT_S, LEEWAY_S, PROOF_LIMIT_S


@pytest.fixture
def ada(authority: Authority) -> Person:
    return the_first_person(authority)


def test_a_session_begins_with_the_password(authority: Authority, ada: Person) -> None:
    assert authority.sessions.check_password("ADA@example.com", PASSWORD, VISITOR) == ada
    issued = authority.sessions.begin(ada.person_id, VISITOR, method="password")
    assert issued.secret not in repr(issued)
    found = authority.sessions.find(issued.secret)
    assert found is not None
    assert (found.person, found.actor.name) == (ada, "ada@example.com")
    assert (found.session.browser, found.session.network) == ("Firefox on macOS", "192.0.2.0/24")
    assert authority.sessions.find(issued.secret + "x") is None
    assert authority.sessions.find(None) is None


def test_the_database_does_not_contain_the_cookie(authority: Authority, ada: Person) -> None:
    issued = authority.sessions.begin(ada.person_id, VISITOR, method="password")
    with authority._store.read() as reader:
        assert reader.sessions.session(issued.secret) is None


@pytest.mark.parametrize(("limit", "kept_alive"), [(IDLE_LIMIT_S, False), (AGE_LIMIT_S, True)])
def test_a_session_expires(
    authority: Authority, ada: Person, clock: FixedClock, limit: int, *, kept_alive: bool
) -> None:
    issued = authority.sessions.begin(ada.person_id, VISITOR, method="password")
    began = clock.now
    while kept_alive and clock.now - began < limit - IDLE_LIMIT_S // 2:
        clock.now += IDLE_LIMIT_S // 2
        assert authority.sessions.find(issued.secret) is not None
    clock.now = began + limit - 1
    assert authority.sessions.find(issued.secret) is not None
    clock.now += 1 + (0 if kept_alive else IDLE_LIMIT_S)
    assert authority.sessions.find(issued.secret) is None
    assert authority.sessions.list(ada.person_id) == []


def test_a_confirmation_of_identity_is_valid_for_ten_minutes(
    authority: Authority, ada: Person, clock: FixedClock
) -> None:
    issued = authority.sessions.begin(ada.person_id, VISITOR, method="password")
    clock.now += PROOF_LIMIT_S - 1
    assert authority.sessions.is_fresh(issued.session)
    clock.now += 1
    assert not authority.sessions.is_fresh(issued.session)
    signed_in = authority.sessions.find(issued.secret)
    assert signed_in is not None
    with pytest.raises(WrongPasswordError):
        authority.sessions.prove(signed_in, "not it at all", VISITOR)
    authority.sessions.prove(signed_in, PASSWORD, VISITOR)
    again = authority.sessions.find(issued.secret)
    assert again is not None
    assert authority.sessions.is_fresh(again.session)


def test_a_session_from_a_clock_that_was_ahead_is_not_live_too_long(
    authority: Authority, ada: Person, clock: FixedClock
) -> None:
    issued = authority.sessions.begin(ada.person_id, VISITOR, method="password")
    clock.now -= LEEWAY_S
    assert authority.sessions.find(issued.secret) is not None
    assert authority.sessions.is_fresh(issued.session)
    clock.now -= 1
    assert authority.sessions.find(issued.secret) is None
    assert not authority.sessions.is_fresh(issued.session)
    assert authority.sessions.list(ada.person_id) == []


def test_sessions_end_one_by_one(authority: Authority, ada: Person) -> None:
    first, second = (authority.sessions.begin(ada.person_id, VISITOR, method="password") for _ in range(2))
    authority.sessions.end(ada.person_id, first.session.session_id)
    assert authority.sessions.find(first.secret) is None
    assert authority.sessions.find(second.secret) is not None
    with pytest.raises(NotFoundError, match="There is no such session"):
        authority.sessions.end(ada.person_id, first.session.session_id)


def test_a_changed_password_ends_the_other_sessions(authority: Authority, ada: Person) -> None:
    here, elsewhere = (authority.sessions.begin(ada.person_id, VISITOR, method="password") for _ in range(2))
    new = "a kingfisher came by 8"
    authority.people.change_password(ada.person_id, current=PASSWORD, new=new, keep=here.session.session_id, network="")
    assert authority.sessions.find(here.secret) is not None
    assert authority.sessions.find(elsewhere.secret) is None


def test_guessing_the_current_password_is_limited_as_at_sign_in(authority: Authority, ada: Person) -> None:
    def change(current: str) -> None:
        new = "a kingfisher came by 8"
        authority.people.change_password(ada.person_id, current=current, new=new, keep="", network=VISITOR.network)

    for _ in range(5):
        with pytest.raises(InvalidError, match="your current password"):
            change("not it at all")
    with pytest.raises(ThrottledError):
        change(PASSWORD)
    with pytest.raises(ThrottledError):
        authority.sessions.check_password(ada.email, PASSWORD, VISITOR)


def test_an_unknown_address_and_a_wrong_password_look_the_same(authority: Authority, ada: Person) -> None:
    for email in (ada.email, "nobody@example.com"):
        for _ in range(5):
            with pytest.raises(WrongPasswordError, match="The address or the password is wrong"):
                authority.sessions.check_password(email, "not it at all", VISITOR)
        with pytest.raises(ThrottledError, match=r"Too many attempts to sign in\. Try again in 2 seconds"):
            authority.sessions.check_password(email, "not it at all", VISITOR)


def test_an_unknown_address_takes_as_long_as_a_wrong_password(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in REAL_HASHING.items():  # this one is about the cost
        monkeypatch.setattr(passwords, name, value)
    hashed = passwords.hash_password(PASSWORD)

    def measure(known: str | None) -> float:
        begin = time.process_time()  # whatever else the machine does
        assert not passwords.is_password("not it at all", known)
        return time.process_time() - begin

    known = min(measure(hashed) for _ in range(3))
    unknown = min(measure(None) for _ in range(3))
    assert 0.4 < unknown / known < 2.5


def test_failures_from_one_network_do_not_lock_a_person_out_elsewhere(authority: Authority, ada: Person) -> None:
    for _ in range(5):
        with pytest.raises(WrongPasswordError):
            authority.sessions.check_password(ada.email, "not it at all", Visitor("203.0.113.9"))
    assert authority.sessions.check_password(ada.email, PASSWORD, VISITOR) == ada


def test_failures_from_an_unknown_network_delay_nobody_else(authority: Authority, ada: Person) -> None:
    hidden = Visitor("", VISITOR.user_agent)  # behind a proxy that does not say whose request it is
    for number in range(40):
        with pytest.raises(WrongPasswordError):
            authority.sessions.check_password(f"nobody{number}@example.com", "not it at all", hidden)
    assert authority.sessions.check_password(ada.email, PASSWORD, hidden) == ada


def test_without_a_known_network_failures_are_counted_by_address(authority: Authority, ada: Person) -> None:
    hidden = Visitor("", VISITOR.user_agent)
    for _ in range(50):
        with pytest.raises(WrongPasswordError):
            authority.sessions.check_password(ada.email, "not it at all", hidden)
    with pytest.raises(ThrottledError):
        authority.sessions.check_password(ada.email, "not it at all", hidden)


def test_a_sign_in_succeeds_after_the_wait(authority: Authority, ada: Person, clock: FixedClock) -> None:
    for _ in range(5):
        with pytest.raises(WrongPasswordError):
            authority.sessions.check_password(ada.email, "not it at all", VISITOR)
    with pytest.raises(ThrottledError):
        authority.sessions.check_password(ada.email, PASSWORD, VISITOR)
    clock.now += 1
    assert authority.sessions.check_password(ada.email, PASSWORD, VISITOR) == ada


@pytest.mark.parametrize("ahead", [3_600, 86_400])
def test_failures_recorded_with_a_clock_that_was_ahead_delay_nobody_longer(
    authority: Authority, ada: Person, clock: FixedClock, ahead: int
) -> None:
    def fail() -> None:
        with pytest.raises(WrongPasswordError):
            authority.sessions.check_password(ada.email, "not it at all", VISITOR)

    clock.now += ahead
    fail()
    clock.now -= ahead
    for _ in range(4):
        fail()  # the first four are free, whenever they were
    with pytest.raises(ThrottledError, match="in 2 seconds"):
        authority.sessions.check_password(ada.email, PASSWORD, VISITOR)


def test_waits_double_up_to_a_quarter_of_an_hour() -> None:
    assert [wait_s(count, free=5) for count in (0, 4, 5, 6, 7)] == [0, 0, 1, 2, 4]
    assert wait_s(1000, free=5) == LONGEST_WAIT_S


def test_form_tokens_belong_to_one_session(authority: Authority) -> None:
    assert authority.sessions.form_token("one") == authority.sessions.form_token("one")
    assert authority.sessions.form_token("one") != authority.sessions.form_token("two")
