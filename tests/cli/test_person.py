"""`trigpoint person`: links into the portal, and who has an account."""

import re
from pathlib import Path

import pytest

from authority.people_builders import PASSWORD, a_member
from commands import trigpoint
from trigpoint.authority.opening import open_authority
from trigpoint.credentials.roles import Actor, Role


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path))
    monkeypatch.setenv("TRIGPOINT_URL", "https://maps.example.com")
    return tmp_path


def make_ada(home: Path, link: str) -> None:
    authority = open_authority(home=home)
    secret = link.rsplit("/", 1)[1]
    authority.people.set_up(secret, name="Ada", email="ada@example.com", password=PASSWORD, team_name="My Company")
    authority.close()


def test_the_set_up_link_is_printed_alone_on_standard_output(home: Path) -> None:
    told = trigpoint("person", "set-up-link")
    assert re.fullmatch(r"https://maps\.example\.com/set-up/[\w-]{43}\n", told.out)
    assert "send it only to that person" in told.err
    make_ada(home, told.out.strip())
    again = trigpoint("person", "set-up-link")
    assert (again.code, again.out) == (4, "")
    assert "The first account exists already" in again.err


def test_people_are_listed(home: Path) -> None:
    assert "Nobody has an account yet" in trigpoint("person", "list").err
    make_ada(home, trigpoint("person", "set-up-link", "--json").json["link"])
    (ada,) = trigpoint("person", "list", "--json").json
    assert (ada["email"], ada["name"], ada["secondFactor"]) == ("ada@example.com", "Ada", False)


def test_the_operators_mark_is_given_and_removed(home: Path) -> None:
    make_ada(home, trigpoint("person", "set-up-link", "--json").json["link"])
    assert trigpoint("person", "operator", "ADA@example.com", "--json").json["operator"] is True
    assert [person["operator"] for person in trigpoint("person", "list", "--json").json] == [True]
    told = trigpoint("person", "operator", "ada@example.com", "--revoke")
    assert (told.code, re.search(r"Operator\s+no", told.out) is not None) == (0, True)
    entries = trigpoint("audit", "show", "--json").json
    kinds = {entry["kind"]: entry for entry in entries if entry["kind"].startswith("operator.")}
    assert sorted(kinds) == ["operator.added", "operator.removed"]
    assert {(entry["subject"], entry["actor"].split(":")[0]) for entry in kinds.values()} == {
        ("ada@example.com", "operator")
    }
    missing = trigpoint("person", "operator", "eve@example.com")
    assert (missing.code, "There is no account with the address eve@example.com" in missing.err) == (3, True)


def test_a_reset_link_needs_an_existing_person(home: Path) -> None:
    make_ada(home, trigpoint("person", "set-up-link", "--json").json["link"])
    told = trigpoint("person", "reset-link", "ADA@example.com", "--json").json
    assert re.fullmatch(r"https://maps\.example\.com/reset/[\w-]{43}", told["link"])
    missing = trigpoint("person", "reset-link", "eve@example.com")
    assert (missing.code, "There is no account with the address eve@example.com" in missing.err) == (3, True)


def test_an_account_is_removed_after_a_confirmation(home: Path) -> None:
    make_ada(home, trigpoint("person", "set-up-link", "--json").json["link"])
    asked = trigpoint("person", "remove", "ada@example.com")
    assert (asked.code, "given when nobody can be asked" in asked.err) == (2, True)
    holder = trigpoint("person", "remove", "ada@example.com", "--yes")
    assert (holder.code, "is the Account Holder of the team" in holder.err) == (4, True)
    authority = open_authority(home=home)
    operator = Actor.as_operator("test")
    a_member(authority, authority.teams.list(operator)[0].team_id, Role.VIEWER, email="jo@example.com")
    authority.close()
    assert trigpoint("person", "remove", "jo@example.com", "--yes").err.endswith(
        "The account of jo@example.com is removed.\n"
    )
    assert trigpoint("person", "remove", "jo@example.com", "--yes").code == 3
