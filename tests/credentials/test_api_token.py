"""The form of an API token, its lifetime, and the actor that it stands for."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.builders import NOW, OTHER_TEAM, TEAM, an_api_token
from trigpoint.base.errors import InvalidError
from trigpoint.credentials import api_token
from trigpoint.credentials.api_token_checks import actor_of, require_live
from trigpoint.credentials.roles import Permission, Role

ENTROPY = st.binary(min_size=24, max_size=24)


@given(ENTROPY)
def test_a_token_has_the_form_that_secret_scanners_search_for(entropy: bytes) -> None:
    token = api_token.encode_token(entropy)
    assert re.fullmatch(r"tp_[0-9A-Za-z]{39}", token)
    assert api_token.is_api_token(token)
    assert api_token.FORM.search(f'key = "{token}"') is not None
    assert not api_token.is_api_token(token + "\n")


@given(ENTROPY, st.integers(3, 41), st.sampled_from("0123456789ABCXYZabcxyz"))
def test_one_changed_character_breaks_the_checksum(entropy: bytes, place: int, other: str) -> None:
    token = api_token.encode_token(entropy)
    changed = token[:place] + other + token[place + 1 :]
    assert api_token.is_api_token(changed) is (changed == token)


@given(ENTROPY, ENTROPY)
def test_different_entropy_gives_a_different_token(one: bytes, other: bytes) -> None:
    assert (api_token.encode_token(one) == api_token.encode_token(other)) is (one == other)


def test_the_checksum_is_the_documented_one() -> None:
    assert api_token.encode_token(bytes(24)) == "tp_" + "0" * 33 + "0PUU43"


def test_a_token_is_live_until_the_millisecond_of_its_expiry() -> None:
    token = an_api_token(expires_at=1000)
    assert require_live(token, 999) is token
    assert (token.is_live(999), token.is_live(1000)) == (True, False)


def test_a_service_token_has_its_own_role_in_its_own_team() -> None:
    actor = actor_of(an_api_token(role=Role.ADMIN), None)
    assert actor.name == "api-token:7QJ8W2M5TC"
    assert actor.may(Permission.CHANGE_KEYS, TEAM)
    assert not actor.may(Permission.READ, OTHER_TEAM)
    assert not actor.operator


@pytest.mark.parametrize(
    ("own", "now", "acts_as"),
    [
        (Role.ADMIN, Role.VIEWER, Role.VIEWER),
        (Role.VIEWER, Role.ADMIN, Role.VIEWER),
        (Role.DEVELOPER, Role.DEVELOPER, Role.DEVELOPER),
    ],
)
def test_a_personal_token_never_has_more_rights_than_its_owner_has_now(own: Role, now: Role, acts_as: Role) -> None:
    actor = actor_of(an_api_token(role=own, owner="person:1"), now)
    assert actor.roles == {TEAM: acts_as}


def test_a_token_of_the_installation_acts_as_the_operator() -> None:
    actor = actor_of(an_api_token(team_id=None, role=None), None)
    assert actor.operator
    assert actor.name == "api-token:7QJ8W2M5TC"


def test_a_token_ends_within_a_year() -> None:
    now = int(NOW * 1000)
    api_token.check_token_expiry(now + 366 * 86_400_000, now)
    for bad in (now, now + 366 * 86_400_000 + 1):
        with pytest.raises(InvalidError, match="'expiresAt' must be in the future, at most 366 days from now"):
            api_token.check_token_expiry(bad, now)


def test_a_role_includes_itself_and_all_lower_roles() -> None:
    order = list(Role)
    for place, role in enumerate(order):
        assert [role.covers(other) for other in order] == [below >= place for below in range(len(order))]
