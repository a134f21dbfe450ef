"""Pages of a team's members: list, invite, change roles, remove."""

from litestar import Response
from litestar.params import FromPath

from trigpoint.authority.people.links import IssuedLink
from trigpoint.base.errors import ConflictError, InvalidError
from trigpoint.credentials.once import RepeatedError
from trigpoint.credentials.person import read_role
from trigpoint.credentials.roles import Permission, Role
from trigpoint.web.portal.frame.forms import Form, PostedForm, say_rule
from trigpoint.web.portal.frame.rendering import go_to
from trigpoint.web.portal.frame.threads import get, post
from trigpoint.web.portal.frame.visits import HereVisit, Visit

DUTIES = {
    Role.ACCOUNT_HOLDER: "Can do everything. Each team has one, who can transfer the role.",
    Role.ADMIN: "Manages identifiers, keys and members.",
    Role.DEVELOPER: "Can see everything, and create tokens.",
    Role.VIEWER: "Can see everything, and change nothing.",
}


@get("/teams/{team_id:str}/members")
def list_members(visit: HereVisit, team_id: FromPath[str]) -> Response[bytes]:
    """List the members, and, for those who may invite, the open invitations."""
    return _page(visit, team_id, Form())


@post("/teams/{team_id:str}/members/invite")
def invite(visit: HereVisit, form: PostedForm, team_id: FromPath[str]) -> Response[bytes]:
    """Create an invitation and show its link, once. A double click creates one invitation."""
    _require_change(visit, team_id)
    visit.require_proof(form)
    try:
        issued = visit.authority.members.invite(
            visit.actor,
            team_id=team_id,
            role=read_role(form.text("role")),
            email=form.text("email").strip() or None,
            once=visit.once(form),
        )
    except RepeatedError:
        return go_to(f"/teams/{team_id}/members", notice="invitation-again")
    except InvalidError as error:
        return _page(visit, team_id, form, wrong=say_rule(error), status=400)
    except ConflictError as error:
        return _page(visit, team_id, form, wrong=str(error), status=409)
    return _page(visit, team_id, Form(), issued=issued)


@post("/teams/{team_id:str}/members/withdraw")
def withdraw(visit: HereVisit, form: PostedForm, team_id: FromPath[str]) -> Response[bytes]:
    """Withdraw an invitation."""
    visit.authority.members.withdraw(visit.actor, team_id=team_id, link_id=form.text("link_id"))
    return go_to(f"/teams/{team_id}/members", notice="withdrawn")


@post("/teams/{team_id:str}/members/{person_id:str}/role")
def change_role(
    visit: HereVisit, form: PostedForm, team_id: FromPath[str], person_id: FromPath[str]
) -> Response[bytes]:
    """Change the role of a member, unless somebody else has changed it since."""
    role = read_role(form.text("role"))
    _require_change(visit, team_id)
    visit.require_proof(form)
    try:
        visit.authority.members.change_role(
            visit.actor, team_id=team_id, person_id=person_id, role=role, version=form.whole("version")
        )
    except ConflictError as error:
        return _page(visit, team_id, Form(), wrong=str(error), status=409)
    return go_to(f"/teams/{team_id}/members", notice="role")


@get("/teams/{team_id:str}/members/{person_id:str}/remove")
def ask_before_removal(visit: HereVisit, team_id: FromPath[str], person_id: FromPath[str]) -> Response[bytes]:
    """Ask for confirmation before a member is removed, or leaves."""
    member = visit.authority.members.get(visit.actor, team_id=team_id, person_id=person_id)
    team = visit.find_team(team_id)
    is_self = member.person.person_id == visit.who.person.person_id
    if not is_self:
        visit.actor.require(Permission.CHANGE_MEMBERS, team.team_id)
    title = f"Leave {team.name}" if is_self else f"Remove {member.person.name}"
    return visit.page("people/members_remove.html", title=title, team=team, member=member, is_self=is_self)


@post("/teams/{team_id:str}/members/{person_id:str}/remove")
def remove(visit: HereVisit, form: PostedForm, team_id: FromPath[str], person_id: FromPath[str]) -> Response[bytes]:
    """Remove a member, or leave the team."""
    if person_id != visit.who.person.person_id:
        _require_change(visit, team_id)
        visit.require_proof(form)
    visit.authority.members.remove(visit.actor, team_id=team_id, person_id=person_id)
    if person_id == visit.who.person.person_id:
        return go_to("/")
    return go_to(f"/teams/{team_id}/members", notice="left")


def _require_change(visit: Visit, team_id: str) -> None:
    """Raise ForbiddenError for those who may not change members, before they are asked to confirm their identity."""
    visit.actor.require(Permission.CHANGE_MEMBERS, visit.find_team(team_id).team_id)


def _page(
    visit: Visit,
    team_id: str,
    form: Form,
    *,
    issued: IssuedLink | None = None,
    wrong: str = "",
    status: int = 200,
) -> Response[bytes]:
    team = visit.find_team(team_id)
    may_change = visit.may(Permission.CHANGE_MEMBERS, team.team_id)
    link = None if issued is None else f"{visit.addresses.base_url}/invitations/{issued.secret}"
    return visit.page(
        "people/members.html",
        title="Members",
        team=team,
        members=visit.authority.members.list(visit.actor, team_id=team_id),
        invitations=visit.authority.members.invitations(visit.actor, team_id=team_id) if may_change else [],
        duties=DUTIES,
        given_roles=[role for role in Role if role is not Role.ACCOUNT_HOLDER],
        all_roles=list(Role),
        holder=Role.ACCOUNT_HOLDER,
        form=form,
        issued=issued,
        link=link,
        wrong=wrong,
        status=status,
    )


HANDLERS = (list_members, invite, withdraw, change_role, ask_before_removal, remove)
