"""`/manage/v1/teams/…/members` and `…/invitations`: the members of a team, their roles, and invitations."""

from litestar import Response, delete, get, patch, post
from litestar.params import JSONBody

from trigpoint.api.shape import widen
from trigpoint.api.teams import CreatedInvitation, Invitation, Member
from trigpoint.credentials.person import Member as Record
from trigpoint.credentials.roles import Role
from trigpoint.web.manage.holders import (
    AnyRequest,
    AtDesk,
    IfMatch,
    InvitationPath,
    OnceKey,
    PersonPath,
    TeamPath,
    serving_of,
)
from trigpoint.web.manage.paging import DEFAULT, Cursor, Limit, cut_page
from trigpoint.web.manage.problems import problems
from trigpoint.web.manage.requests import MemberEdit, NewInvitation
from trigpoint.web.manage.responses import Page
from trigpoint.web.manage.versions import etag_of, read_if_match

TAGS = ["Members"]


@get("/teams/{team_id:str}/members", sync_to_thread=True, responses=problems(400, 404), tags=TAGS)
def list_members(desk: AtDesk, team_id: TeamPath, limit: Limit = DEFAULT, cursor: Cursor = None) -> Page[Member]:
    """List the members of a team, sorted by email address."""
    found = sorted(desk.authority.members.list(desk.actor, team_id=team_id), key=address)
    page, more = cut_page(found, lambda member: (address(member),), cursor=cursor, limit=limit)
    return Page([Member.of(member) for member in page], more)


@get("/teams/{team_id:str}/members/{person_id:str}", sync_to_thread=True, responses=problems(400, 404), tags=TAGS)
def get_member(desk: AtDesk, team_id: TeamPath, person_id: PersonPath) -> Response[Member]:
    """Get one member. An edit needs its ETag."""
    return show(desk.authority.members.get(desk.actor, team_id=team_id, person_id=person_id))


@patch(
    "/teams/{team_id:str}/members/{person_id:str}",
    sync_to_thread=True,
    responses=problems(400, 403, 404, 409, 412, 428),
    tags=TAGS,
)
def change_role(
    desk: AtDesk, team_id: TeamPath, person_id: PersonPath, data: JSONBody[MemberEdit], if_match: IfMatch = None
) -> Response[Member]:
    """Change the role of a member."""
    version = read_if_match(if_match)
    return show(
        desk.authority.members.change_role(
            desk.actor, team_id=team_id, person_id=person_id, role=Role(data.role), version=version
        )
    )


@delete(
    "/teams/{team_id:str}/members/{person_id:str}",
    sync_to_thread=True,
    responses=problems(400, 403, 404, 409),
    tags=TAGS,
)
def remove_member(desk: AtDesk, team_id: TeamPath, person_id: PersonPath) -> None:
    """Remove a member. Their personal API tokens for this team become invalid."""
    desk.authority.members.remove(desk.actor, team_id=team_id, person_id=person_id)


@get("/teams/{team_id:str}/invitations", sync_to_thread=True, responses=problems(400, 403, 404), tags=TAGS)
def list_invitations(
    desk: AtDesk, team_id: TeamPath, limit: Limit = DEFAULT, cursor: Cursor = None
) -> Page[Invitation]:
    """List the open invitations of a team, the oldest first."""
    found = sorted(
        desk.authority.members.invitations(desk.actor, team_id=team_id),
        key=lambda link: (link.created_at, link.link_id),
    )
    page, more = cut_page(found, lambda link: (link.created_at, link.link_id), cursor=cursor, limit=limit)
    return Page([Invitation.of(link) for link in page], more)


@post("/teams/{team_id:str}/invitations", sync_to_thread=True, responses=problems(400, 403, 404, 409, 422), tags=TAGS)
def invite(
    request: AnyRequest, desk: AtDesk, team_id: TeamPath, data: JSONBody[NewInvitation], once_key: OnceKey = None
) -> Response[CreatedInvitation]:
    """Create an invitation. `link`, which is returned only once, makes one person a member, within seven days."""
    once = desk.once(once_key, f"/teams/{team_id}/invitations", data)
    issued = desk.authority.members.invite(
        desk.actor, team_id=team_id, role=Role(data.role), email=data.email, once=once
    )
    link = f"{serving_of(request).base_url.rstrip('/')}/invitations/{issued.secret}"
    return Response(widen(CreatedInvitation, Invitation.of(issued.link), link=link))


@delete(
    "/teams/{team_id:str}/invitations/{invitation_id:str}",
    sync_to_thread=True,
    responses=problems(400, 403, 404),
    tags=TAGS,
)
def withdraw_invitation(desk: AtDesk, team_id: TeamPath, invitation_id: InvitationPath) -> None:
    """Withdraw an invitation that was not accepted yet."""
    desk.authority.members.withdraw(desk.actor, team_id=team_id, link_id=invitation_id)


def address(member: Record) -> str:
    """Give the key by which members are sorted: the email address in lower case."""
    return member.person.email.casefold()


def show(member: Record) -> Response[Member]:
    """Respond with a member and its ETag."""
    return Response(Member.of(member), headers=etag_of(member.membership.version))


HANDLERS = (
    list_members,
    get_member,
    change_role,
    remove_member,
    list_invitations,
    invite,
    withdraw_invitation,
)
