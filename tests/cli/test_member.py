"""`trigpoint member` and `trigpoint team rename`: what an operator does without the portal."""

import re
from pathlib import Path

import pytest

from authority.people_builders import PASSWORD
from commands import trigpoint
from trigpoint.authority.opening import open_authority


@pytest.fixture
def team(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("TRIGPOINT_HOME", str(tmp_path))
    monkeypatch.setenv("TRIGPOINT_URL", "https://maps.example.com")
    return str(trigpoint("team", "create", "My Company", "--json").json["teamId"])


def join(home: Path, link: str, name: str, email: str | None = None) -> None:
    authority = open_authority(home=home)
    authority.people.join(link.rsplit("/", 1)[1], name=name, password=PASSWORD, email=email)
    authority.close()


def test_members_are_invited_get_another_role_and_are_removed(team: str, tmp_path: Path) -> None:
    here = ("--team", team)
    assert "Nobody belongs to this team yet." in trigpoint("member", "list", *here).err
    told = trigpoint("member", "invite", *here, "--role", "account_holder", "--email", "ada@example.com")
    assert re.fullmatch(r"https://maps\.example\.com/invitations/[\w-]{43}\n", told.out)
    assert "send it only to that person" in told.err
    join(tmp_path, told.out.strip(), "Ada")
    link = trigpoint("member", "invite", *here, "--role", "viewer", "--json").json["link"]
    join(tmp_path, link, "Jo", "jo@example.com")
    changed = trigpoint("member", "role", "JO@example.com", *here, "--role", "account_holder", "--json").json
    assert (changed["email"], changed["role"]) == ("jo@example.com", "account_holder")
    roles = {one["email"]: one["role"] for one in trigpoint("member", "list", *here, "--json").json}
    assert roles == {"ada@example.com": "admin", "jo@example.com": "account_holder"}
    asked = trigpoint("member", "remove", "ada@example.com", *here)
    assert (asked.code, "given when nobody can be asked" in asked.err) == (2, True)
    removed = trigpoint("member", "remove", "ada@example.com", *here, "--yes")
    assert removed.err == f"ada@example.com is not a member of the team {team} any more.\n"
    gone = trigpoint("member", "remove", "ada@example.com", *here, "--yes")
    assert (gone.code, f"ada@example.com is not a member of the team {team}." in gone.err) == (3, True)
    assert len(trigpoint("person", "list", "--json").json) == 2


def test_an_invitation_is_listed_without_its_link_and_withdrawn(team: str) -> None:
    here = ("--team", team)
    link = trigpoint("member", "invite", *here, "--role", "admin").out.strip()
    listed = trigpoint("member", "invitations", *here, "--json")
    assert link.rsplit("/", 1)[1] not in listed.out
    (invitation,) = listed.json
    told = trigpoint("member", "withdraw", invitation["invitationId"], *here, "--json")
    assert told.json == {"withdrawn": invitation["invitationId"]}
    assert trigpoint("member", "invitations", *here, "--json").json == []
    assert trigpoint("member", "withdraw", invitation["invitationId"], *here).code == 3


def test_a_role_that_does_not_exist_is_refused_with_those_that_do(team: str) -> None:
    told = trigpoint("member", "invite", "--team", team, "--role", "boss")
    assert told.code == 2
    assert (
        "'--role' must be one of account_holder, admin, developer, viewer, for example 'developer'; got 'boss'."
        in told.err
    )


def test_a_team_is_renamed(team: str) -> None:
    assert trigpoint("team", "rename", team, "Maps", "--json").json["name"] == "Maps"
    assert [one["name"] for one in trigpoint("team", "list", "--json").json] == ["Maps"]
