"""Names and IDs of teams, Maps IDs and keys: which are valid, which are refused, and with which message."""

from collections import Counter
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from credentials.builders import KEY, MAPS_ID, NOW, TEAM, a_key, a_team
from trigpoint.base.errors import ConflictError, ForbiddenError, InvalidError
from trigpoint.base.ids import ALPHABET, is_ten_character_id, ten_character_id
from trigpoint.credentials.key import (
    KeyState,
    RevocationReason,
    check_expiry,
    check_room,
    read_key_id,
    read_key_name,
    read_revocation_reason,
    read_services,
)
from trigpoint.credentials.maps_id import read_description, read_identifier, same_identifier
from trigpoint.credentials.roles import ALLOWED, OPERATOR_MARK, SYSTEM, Actor, Permission, Role
from trigpoint.credentials.services import MAPKIT_JS_SERVICE, NEEDS_ORIGIN, Service
from trigpoint.credentials.team import read_team_id, read_team_name

NOW_MS = int(NOW * 1000)

GOOD_IDENTIFIERS = [
    "maps.com.mywebsite",
    "maps.com.mycompany.mywebsite",
    "maps.COM.My-Website",
    "maps.1.2",
    "maps.-.-",
    "maps.a." + "b" * 248,
]
BAD_IDENTIFIERS = [
    "",
    "maps",
    "maps.com",
    "maps.a.b.c.d",
    "Maps.com.example",
    "com.example.maps",
    "maps..example",
    "maps.com.example.",
    ".maps.com.example",
    "maps.com.*",
    "maps.com.exa_mple",
    "maps.com.exámple",
    "maps.com.example\n",
    " maps.com.example",
    "maps.com.ex ample",
    "maps.com.\uff11",
    "maps.a." + "b" * 249,
]


@pytest.mark.parametrize("identifier", GOOD_IDENTIFIERS)
def test_a_maps_id_has_three_or_four_fields_the_first_is_maps(identifier: str) -> None:
    assert read_identifier(identifier) == identifier


@pytest.mark.parametrize("identifier", BAD_IDENTIFIERS)
def test_another_identifier_is_refused_with_an_example(identifier: str) -> None:
    with pytest.raises(InvalidError) as caught:
        read_identifier(identifier)
    assert caught.value.name == "mapsId"
    assert read_identifier(caught.value.example)
    assert "for example 'maps.com.mycompany.mywebsite'" in str(caught.value)


def test_identifiers_are_the_same_whatever_their_case() -> None:
    assert same_identifier("maps.COM.Example") == same_identifier("maps.com.example")


@pytest.mark.parametrize(
    ("read", "limit", "name"),
    [(read_key_name, 50, "name"), (read_team_name, 100, "name"), (read_description, 200, "description")],
)
def test_a_name_has_at_least_one_character_and_at_most_its_limit(read, limit: int, name: str) -> None:  # noqa: ANN001 (functions of several types)
    assert read("x") == "x"
    assert read("x" * limit) == "x" * limit
    assert read("  Website \t key ") == "Website key"
    for bad in ("", "   ", "x" * (limit + 1), "a\x00b", "a\u200bb"):
        with pytest.raises(InvalidError) as caught:
            read(bad)
        assert caught.value.name == name
        assert read(caught.value.example)


@pytest.mark.parametrize("name", ["Website key 2026", "Schlüssel für Straße", "地図 鍵", "42"])
def test_a_key_name_is_made_of_letters_digits_and_spaces(name: str) -> None:
    assert read_key_name(name) == name


@pytest.mark.parametrize("name", ["key-1", "key_1", "key.p8", "a/b", "<b>", "key!", "key\u202eyek"])
def test_a_key_name_with_other_characters_is_refused(name: str) -> None:
    with pytest.raises(InvalidError, match="must be 1 to 50 letters, digits and spaces"):
        read_key_name(name)


@pytest.mark.parametrize("read", [read_team_id, read_key_id])
@pytest.mark.parametrize(
    "text", ["", "2x9r4hxf34", "2X9R4HXF3", "2X9R4HXF345", "2X9R4HXF3\n", "2X9R4HXF3-", "2X9R4HXF3\uff14"]
)
def test_an_id_has_ten_upper_case_letters_and_digits(read, text: str) -> None:  # noqa: ANN001 (functions of several types)
    assert read("2X9R4HXF34") == "2X9R4HXF34"
    with pytest.raises(InvalidError, match="must be ten upper-case letters and digits") as caught:
        read(text)
    assert is_ten_character_id(caught.value.example)


@pytest.mark.parametrize("value", [None, 1234567890, b"2X9R4HXF34", ["2X9R4HXF34"]])
def test_an_id_must_be_a_text(value: object) -> None:
    assert not is_ten_character_id(value)


@given(st.binary(min_size=16, max_size=16))
def test_any_16_bytes_make_an_id(entropy: bytes) -> None:
    assert is_ten_character_id(ten_character_id(entropy))


def test_ids_are_uniform() -> None:
    ids = [ten_character_id(sha256(b"%d" % number).digest()[:16]) for number in range(20_000)]
    assert len(set(ids)) == len(ids)
    for place in range(10):
        counts = Counter(text[place] for text in ids)
        expected = len(ids) / len(ALPHABET)
        assert set(counts) == set(ALPHABET)
        deviation = sum((counts[character] - expected) ** 2 / expected for character in ALPHABET)
        assert deviation < 81, "chi-squared of 35 degrees of freedom exceeds 81 once in 50,000"


@pytest.mark.parametrize("length", [0, 15, 17, 32])
def test_an_id_takes_exactly_16_bytes(length: int) -> None:
    with pytest.raises(ValueError, match=f"16 random bytes; got {length}"):
        ten_character_id(bytes(length))


def test_services_are_read_by_name() -> None:
    assert read_services(["server_api", "mapkit_js", "server_api"]) == {Service.SERVER_API, Service.MAPKIT_JS}
    with pytest.raises(InvalidError, match="must be one or more of mapkit_js, server_api"):
        read_services(["server_api", "Server API"])
    with pytest.raises(InvalidError, match="must be at least one of"):
        read_services([])


def test_the_portals_one_service_enables_all_four() -> None:
    assert frozenset(Service) == MAPKIT_JS_SERVICE
    assert MAPKIT_JS_SERVICE - {Service.SERVER_API} == NEEDS_ORIGIN
    assert [service.words for service in Service] == [
        "MapKit JS",
        "Maps Server API",
        "Maps Web Snapshots",
        "Maps Embed API",
    ]


@pytest.mark.parametrize("text", ["no_longer_needed", "no longer needed", "NO-LONGER-NEEDED", " No_Longer  needed "])
def test_a_revocation_reason_is_read_in_any_spelling(text: str) -> None:
    assert read_revocation_reason(text) is RevocationReason.NO_LONGER_NEEDED
    assert RevocationReason.NO_LONGER_NEEDED.words == "no longer needed"


@pytest.mark.parametrize("text", ["", "because", "compromise"])
def test_another_reason_is_refused(text: str) -> None:
    with pytest.raises(InvalidError, match="one of superseded, compromised, no_longer_needed"):
        read_revocation_reason(text)


def test_a_maps_id_has_room_for_two_live_keys() -> None:
    check_room(0, MAPS_ID)
    check_room(1, MAPS_ID)
    with pytest.raises(ConflictError, match="already has 2 live keys, and a Maps ID can have two"):
        check_room(2, MAPS_ID)


def test_an_expiry_date_lies_in_the_future() -> None:
    check_expiry(None, NOW_MS)
    check_expiry(NOW_MS + 1, NOW_MS)
    for past in (NOW_MS, NOW_MS - 1):
        with pytest.raises(InvalidError, match="'expiresAt' must be in the future"):
            check_expiry(past, NOW_MS)


def test_a_key_is_live_until_it_expires_or_is_revoked() -> None:
    assert a_key().is_live(NOW_MS)
    assert a_key(expires_at=NOW_MS).is_live(NOW_MS - 1)
    assert not a_key(expires_at=NOW_MS).is_live(NOW_MS)
    assert not a_key(state=KeyState.REVOKED).is_live(NOW_MS)


def test_builders_are_valid_by_default() -> None:
    assert read_team_id(a_team().team_id) == TEAM
    assert read_team_name(a_team().name) == a_team().name
    assert read_key_id(a_key().key_id) == KEY
    assert read_key_name(a_key().name) == a_key().name
    assert read_identifier(a_key().maps_id) == MAPS_ID


def test_only_account_holders_and_admins_change_keys() -> None:
    assert {role for role in Role if Permission.CHANGE_KEYS in ALLOWED[role]} == {Role.ACCOUNT_HOLDER, Role.ADMIN}


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("permission", Permission)
def test_a_member_may_do_what_the_role_allows_in_this_team_only(role: Role, permission: Permission) -> None:
    actor = Actor("member:bob", roles={TEAM: role})
    allowed = permission in ALLOWED[role]
    assert actor.may(permission, TEAM) is allowed
    if not allowed:
        with pytest.raises(ForbiddenError, match=f"The role {role.words} may not {permission.value}"):
            actor.require(permission, TEAM)
    with pytest.raises(ForbiddenError, match="Someone who is not a member of the team may not"):
        actor.require(permission, "ZZ9PLURALZ")


@pytest.mark.parametrize("permission", Permission)
def test_the_operators_mark_allows_setting_limits_of_every_team_and_nothing_else(permission: Permission) -> None:
    for roles in ({}, {TEAM: Role.VIEWER}):
        marked = Actor("ada@example.com", roles=roles, everywhere=OPERATOR_MARK)
        unmarked = Actor("ada@example.com", roles=roles)
        for team in (TEAM, "ZZ9PLURALZ"):
            expected = permission is Permission.CHANGE_LIMITS or unmarked.may(permission, team)
            assert marked.may(permission, team) is expected


def test_an_operator_may_do_everything() -> None:
    for actor in (SYSTEM, Actor.as_operator("alice")):
        for permission in Permission:
            actor.require(permission, TEAM)
    assert Actor.as_operator("alice").name == "operator:alice"
