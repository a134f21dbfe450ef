"""Why refused, activity, members, teams, account."""

import asyncio
import csv
import io
import json
import re
from collections.abc import Callable

import pytest

from authority.people_builders import PASSWORD
from conftest import NOON, FixedClock
from trigpoint.authority.opening import Authority
from trigpoint.base.errors import NotFoundError
from trigpoint.base.ids import TeamId
from trigpoint.client.signing import Signer
from trigpoint.credentials import keypair
from trigpoint.credentials.call import Call
from trigpoint.credentials.key import Key, RevocationReason
from trigpoint.credentials.person import Person
from trigpoint.credentials.reasons import TOKEN_EXPIRED
from trigpoint.credentials.refusal import KEPT_S
from trigpoint.credentials.roles import Actor, Role
from trigpoint.credentials.services import Service
from trigpoint.credentials.verdict import RefusedError
from trigpoint.credentials.verdict import refuse as refuse_check
from web.portal.browsing import Browser
from web.portal.conftest import sign_in


@pytest.fixture
def key(authority: Authority, operator: Actor, team_id: TeamId) -> Key:
    authority.maps_ids.register(operator, team_id=team_id, identifier="maps.com.example", description="Site")
    return authority.keys.create(operator, team_id=team_id, name="Website", maps_id="maps.com.example")


def token_of(authority: Authority, operator: Actor, key: Key, **options: str) -> str:
    private = keypair.read_private_key(authority.keys.download(operator, key.key_id).pem)
    return Signer(private, key.key_id, key.team_id, clock=lambda: NOON, **options).sign()  # type: ignore[arg-type]


def test_a_valid_token_is_shown_as_accepted(
    ada: Browser, base: str, authority: Authority, operator: Actor, key: Key
) -> None:
    token = token_of(authority, operator, key)
    page = ada.press(ada.open(f"{base}/refused"), "/refused", token=f"Authorization: Bearer {token}")
    assert "Accepted: every check passes now." in page.text
    assert "15 January 2027, 08:00:00 UTC · just now" in page.text
    assert f"the key {key.key_id}" in page.text


def test_a_refused_token_is_explained_with_its_fix(
    ada: Browser, base: str, authority: Authority, operator: Actor, key: Key
) -> None:
    token = token_of(authority, operator, key, origin="example.com")
    page = ada.press(ada.open(f"{base}/refused"), "/refused", token=token, origin="https://www.example.com")
    assert "Refused: " in page.text
    assert "ORIGIN_CHECK_FAILURE" in page.text
    assert '"example.com,*.example.com" covers the host and its subdomains' in page.text
    authority.keys.revoke(operator, key.key_id, reason=RevocationReason.COMPROMISED)
    assert "KEY_REVOKED" in ada.press(ada.open(f"{base}/refused"), "/refused", token=token).text


@pytest.mark.parametrize("token", ["", "   ", "no token", "a.b.c", "é" * 50, "x" * 30_000, "\x00\x01"])
def test_any_pasted_text_is_handled(ada: Browser, base: str, token: str) -> None:
    page = ada.press(ada.open(f"{base}/refused"), "/refused", token=token)
    assert page.status in {200, 400}
    assert "Refused: " in page.text or "Paste a token or a URL first" in page.text or "A token has at most" in page.text


def test_a_pasted_token_is_not_stored(
    ada: Browser, base: str, authority: Authority, operator: Actor, key: Key, home: object
) -> None:
    token = token_of(authority, operator, key)
    ada.press(ada.open(f"{base}/refused"), "/refused", token=token)
    signature = token.rsplit(".", 1)[1].encode()
    assert all(signature not in file.read_bytes() for file in home.iterdir() if file.is_file())  # type: ignore[attr-defined]


async def refuse(authority: Authority, token: str, request_id: str) -> None:
    call = Call(Service.SERVER_API, "https://www.example.com", NOON)
    with pytest.raises(RefusedError) as told:
        await authority.exchange(token, call)
    authority.refusals.note(request_id, call, told.value)


RID = "6f1c1f0e-9f6c-4c39-9d2b-5f5c6e1b7a10"


def test_a_request_id_is_explained(
    ada: Browser, base: str, authority: Authority, operator: Actor, key: Key, clock: FixedClock
) -> None:
    token = token_of(authority, operator, key, origin="example.com")
    asyncio.run(refuse(authority, token, RID))
    page = ada.press(ada.open(f"{base}/refused"), "/request", request_id=f" {RID.upper()} ")
    assert "Refused: The request's Origin is 'https://www.example.com'" in page.text
    assert key.key_id in page.text
    for wrong, said in (("x", "It must be a request ID"), (RID.replace("6", "7"), "No call with this request ID")):
        page = ada.press(ada.open(f"{base}/refused"), "/request", request_id=wrong)
        assert (page.status, said in page.text) == (400, True)
    clock.now += KEPT_S + 1
    authority.refusals.note(RID.replace("6", "8"), Call(Service.SERVER_API, None, clock.now), refuse_now())
    authority.refusals.flush()
    with pytest.raises(NotFoundError, match="within the last day"):
        authority.refusals.find(operator, RID)


def refuse_now() -> RefusedError:
    return refuse_check("The token has three parts", TOKEN_EXPIRED)


def test_the_refusal_of_another_teams_key_does_not_exist(authority: Authority, operator: Actor, key: Key) -> None:
    asyncio.run(refuse(authority, token_of(authority, operator, key, origin="example.com"), RID))
    with pytest.raises(NotFoundError, match="No call with this request ID"):
        authority.refusals.find(Actor("eve@example.com"), RID)
    assert authority.refusals.find(operator, RID).key_id == key.key_id


@pytest.mark.usefixtures("key")
def test_activity_is_filtered_verified_and_exported(
    ada: Browser, base: str, team_id: TeamId, authority: Authority, operator: Actor
) -> None:
    page = ada.open(f"{base}/activity")
    assert "operator:test created the key Website" in page.text
    assert (
        "created the key" not in ada.open(f"{base}/activity?kind=maps_id.registered").answer.text.split('id="rows"')[1]
    )
    assert "No event matches" in ada.open(f"{base}/activity?subject=nothing").text
    assert "The ledger is intact:" in ada.open(f"{base}/activity/verification").text
    with authority.audit._verifying:  # of several walks at once, every member could keep all threads busy
        busy = ada.open(f"{base}/activity/verification")
    assert (busy.status, "Another verification is running" in busy.text) == (503, True)
    expected = authority.audit.events(operator, team_id=team_id)
    lines = ada.open(f"{base}/activity/export/jsonl").answer.text.splitlines()
    assert [json.loads(line)["sequence"] for line in lines] == [entry.sequence for entry in expected]
    rows = list(csv.DictReader(io.StringIO(ada.open(f"{base}/activity/export/csv").answer.text)))
    assert [row["hash"] for row in rows] == [entry.hash for entry in expected]
    assert ada.open(f"{base}/activity/export/xml").status == 404


def test_an_export_runs_no_formula(ada: Browser, base: str, team_id: TeamId, authority: Authority) -> None:
    authority.maps_ids.register(
        Actor("=1+1", operator=True), team_id=team_id, identifier="maps.com.example", description="Site"
    )
    assert "'=1+1" in ada.open(f"{base}/activity/export/csv").answer.text


def test_long_activity_has_pages(
    ada: Browser, base: str, team_id: TeamId, authority: Authority, operator: Actor
) -> None:
    for number in range(60):
        authority.maps_ids.register(operator, team_id=team_id, identifier=f"maps.com.n{number}", description="Site")
    first = ada.open(f"{base}/activity").answer.text
    assert ("maps.com.n59" in first, "maps.com.n0<" in first) == (True, False)
    older = first.split("before=")[1].split('"')[0]
    assert "maps.com.n0<" in ada.open(f"{base}/activity?before={older}").answer.text


def test_an_invited_person_creates_an_account(ada: Browser, base: str, authority: Authority) -> None:
    page = ada.press(ada.open(f"{base}/members"), "/invite", email="bob@example.com", role="admin")
    found = re.search(r"https://maps\.example\.com(/invitations/[\w-]{43})", page.answer.text)
    assert found
    link = found[1]
    bob = Browser(authority)
    invitation = bob.open(link)
    assert "ada@example.com invites you to join as Admin." in invitation.text
    home = bob.press(invitation, "", name="Bob", password=PASSWORD)
    assert (home.path, "Welcome to the team." in home.text) == (base, True)
    assert "Bob" in ada.open(f"{base}/members").text
    assert Browser(authority).open(link).status == 404


def test_somebody_with_an_account_joins_another_team(
    ada: Browser, authority: Authority, operator: Actor, person: Person
) -> None:
    other = authority.teams.create(operator, "Other")
    issued = authority.members.invite(operator, team_id=other.team_id, role=Role.VIEWER, email=person.email)
    page = ada.press(ada.open(f"/invitations/{issued.secret}"), "", "Join the team")
    assert page.path == f"/teams/{other.team_id}"
    assert "My Company" in page.text  # the switcher has both
    assert "Viewer" in page.text


def test_roles_are_changed_and_members_removed(
    ada: Browser, base: str, as_role: Callable[[Role], Browser], authority: Authority, operator: Actor, team_id: TeamId
) -> None:
    viewer = as_role(Role.VIEWER)
    member = next(
        one for one in authority.members.list(operator, team_id=team_id) if one.membership.role is Role.VIEWER
    )
    page = ada.press(ada.open(f"{base}/members"), f"{member.person.person_id}/role", role="developer")
    assert "The role was changed." in page.text
    assert "Developer" in viewer.open(f"{base}/membership").text
    gone = ada.press(ada.open(f"{base}/members/{member.person.person_id}/remove"), "", "Remove")
    assert "The member was removed." in gone.text
    assert viewer.open(base).status == 404


def test_concurrent_changes_of_one_member_are_refused_instead_of_lost(
    ada: Browser, base: str, as_role: Callable[[Role], Browser], authority: Authority, operator: Actor, team_id: TeamId
) -> None:
    bob = as_role(Role.ADMIN)
    as_role(Role.VIEWER)
    member = next(
        one for one in authority.members.list(operator, team_id=team_id) if one.membership.role is Role.VIEWER
    )
    action = f"{member.person.person_id}/role"
    of_ada, of_bob = ada.open(f"{base}/members"), bob.open(f"{base}/members")
    ada.press(of_ada, action, role="developer")
    refused = bob.press(of_bob, action, role="admin")
    assert (refused.status, "was changed by somebody else meanwhile" in refused.text) == (409, True)


@pytest.mark.parametrize("role", [Role.DEVELOPER, Role.VIEWER])
@pytest.mark.parametrize("path", ["members/invite", "members/withdraw", "members/PERSON/role", "members/PERSON/remove"])
def test_lower_roles_change_no_member(
    ada: Browser, base: str, person: Person, as_role: Callable[[Role], Browser], role: Role, path: str
) -> None:
    assert ada.open(base).status == 200
    low = as_role(role)
    assert low.open(f"{base}/members").status == 200
    token = dict(low.open("/account").form("/account/name").fields)["form_token"]
    fields = {"form_token": token, "role": "viewer", "version": "1", "link_id": "x"}
    told = low.post(f"{base}/{path.replace('PERSON', person.person_id)}", fields)
    assert told.status == 403
    assert f"The role {role.words} may not invite, change or remove members" in told.text


def test_the_account_holder_renames_the_team(ada: Browser, base: str, as_role: Callable[[Role], Browser]) -> None:
    assert "name was changed" in ada.press(ada.open(f"{base}/membership"), "", name="Our Company").text
    admin = as_role(Role.ADMIN)
    token = dict(admin.open("/account").form("/account/name").fields)["form_token"]
    told = admin.post(f"{base}/membership", {"form_token": token, "name": "Mine"})
    assert (told.status, "The role Admin may not rename the team" in told.text) == (403, True)


def test_another_team_is_created(ada: Browser, as_role: Callable[[Role], Browser]) -> None:
    page = ada.press(ada.open("/new-team"), "/new-team", name="Second")
    assert (page.status, "The team was created." in page.text) == (200, True)
    viewer = as_role(Role.VIEWER)
    assert viewer.press(viewer.open("/new-team"), "/new-team", name="Third").status == 403


def test_sessions_are_listed_and_ended(ada: Browser, authority: Authority, person: Person) -> None:
    elsewhere = sign_in(Browser(authority), person.email)
    page = ada.open("/account")
    action = next(form.action for form in page.forms if form.action.endswith("/end"))
    assert "The session was ended." in ada.press(page, action).text
    assert elsewhere.open("/account").path == "/sign-in"
    assert ada.open("/account").path == "/account"


def test_the_password_is_changed(ada: Browser, authority: Authority, person: Person) -> None:
    elsewhere = sign_in(Browser(authority), person.email)
    page = ada.open("/account")
    wrong = ada.press(page, "/password", current="not it at all", password="a kingfisher came by 8")
    assert "It must be your current password." in wrong.text
    weak = ada.press(page, "/password", current=PASSWORD, password="password1234")
    assert "known from breaches" in weak.text
    done = ada.press(page, "/password", current=PASSWORD, password="a kingfisher came by 8")
    assert "Your other sessions have ended." in done.text
    assert elsewhere.open("/account").path == "/sign-in"


def test_a_reset_link_sets_a_new_password(authority: Authority, operator: Actor, person: Person) -> None:
    browser = Browser(authority)
    secret = authority.people.issue_reset_link(operator, person.email).secret
    page = browser.press(browser.open(f"/reset/{secret}"), "", password="a kingfisher came by 8")
    assert (page.path, "Your new password was set." in page.text) == ("/sign-in", True)
    assert browser.press(page, "/sign-in", email=person.email, password="a kingfisher came by 8").status == 200
    assert browser.open(f"/reset/{secret}").status == 404


def test_an_api_token_is_shown_once_and_revoked(ada: Browser, base: str, authority: Authority) -> None:
    page = ada.press(ada.open(f"{base}/api-tokens"), "/api-tokens", name="Deployment", role="admin", kind="service")
    found = re.search(r"tp_[0-9A-Za-z]{39}", page.answer.text)
    assert found
    assert authority.api_tokens.authenticate(found[0]).token.name == "Deployment"
    listed = ada.open(f"{base}/api-tokens")
    assert found[0] not in listed.answer.text
    assert "Deployment" in listed.text
    ended = ada.press(listed, "/revoke")
    assert "The API token is revoked." in ended.text
    with pytest.raises(RefusedError):
        authority.api_tokens.authenticate(found[0])


def test_a_developer_can_create_only_a_personal_api_token(base: str, as_role: Callable[[Role], Browser]) -> None:
    developer = as_role(Role.DEVELOPER)
    form = developer.open(f"{base}/api-tokens")
    assert "For a service" not in form.text
    mine = developer.press(form, "/api-tokens", name="Mine", role="developer")
    assert "for developer@example.com" in mine.text
    assert developer.press(form, "/api-tokens", name="Ours", role="viewer", kind="service").status == 403
    assert developer.press(form, "/api-tokens", name="High", role="admin").status == 403
    wrong = developer.press(form, "/api-tokens", name="", role="viewer")
    assert (wrong.status, "1 to 50 printable characters" in wrong.text) == (400, True)


@pytest.mark.parametrize("role", Role)
def test_members_create_personal_api_tokens_up_to_their_own_role(
    ada: Browser,
    base: str,
    as_role: Callable[[Role], Browser],
    authority: Authority,
    team_id: TeamId,
    person: Person,
    role: Role,
) -> None:
    browser = ada if role is Role.ACCOUNT_HOLDER else as_role(role)
    form = browser.open(f"{base}/api-tokens")
    options = form.answer.text.split('name="role"')[1].split("</select>")[0]
    assert [one for one in Role if f'value="{one}"' in options] == [one for one in Role if role.covers(one)]
    made = browser.press(form, "/api-tokens", name="Mine", kind="personal", role=role)
    found = re.search(r"tp_[0-9A-Za-z]{39}", made.answer.text)
    assert found
    holder = authority.api_tokens.authenticate(found[0])
    assert dict(holder.actor.roles) == {team_id: role}
    assert holder.token.owner == holder.token.created_by == (person.email if browser is ada else f"{role}@example.com")
    for higher in (one for one in Role if not role.covers(one)):
        told = browser.press(form, "/api-tokens", name="High", kind="personal", role=higher)
        assert (told.status, f"may not give an API token the role {higher.words}" in told.text) == (403, True)


def test_head_is_get_without_the_body(ada: Browser, base: str) -> None:
    answer = ada._send("HEAD", base, None, {}, follow=False).answer
    assert (answer.status_code, answer.content) == (200, b"")


def test_a_double_click_creates_one_api_token(
    ada: Browser, base: str, authority: Authority, operator: Actor, team_id: TeamId
) -> None:
    form = ada.open(f"{base}/api-tokens").form("/api-tokens")
    target, sent = form.fill({"name": "Deployment", "role": "admin", "kind": "service"})
    pages = [ada.post(target, sent), ada.post(target, sent)]
    assert ["created and shown a moment ago" in page.text for page in pages] == [False, True]
    assert len(authority.api_tokens.list(operator, team_id=team_id)) == 1


def test_a_double_click_creates_one_invitation(
    ada: Browser, base: str, authority: Authority, operator: Actor, team_id: TeamId
) -> None:
    target, sent = ada.open(f"{base}/members").form("/members/invite").fill({"role": "viewer"})
    pages = [ada.post(target, sent), ada.post(target, sent)]
    assert ["created a moment ago, and its link was shown" in page.text for page in pages] == [False, True]
    assert len(authority.members.invitations(operator, team_id=team_id)) == 1


def test_a_double_click_creates_one_team(ada: Browser, authority: Authority, operator: Actor) -> None:
    before = len(authority.teams.list(operator))
    target, sent = ada.open("/new-team").form("/new-team").fill({"name": "Second"})
    pages = [ada.post(target, sent), ada.post(target, sent)]
    assert len({page.path for page in pages}) == 1
    assert len(authority.teams.list(operator)) == before + 1
