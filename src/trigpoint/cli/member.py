"""`trigpoint member`: who belongs to a team, with which role, and invitations."""

from typing import TYPE_CHECKING, Annotated

import typer

from trigpoint.api.shape import widen
from trigpoint.api.teams import CreatedInvitation, Invitation, Member
from trigpoint.base.errors import NotFoundError
from trigpoint.cli import output
from trigpoint.cli.desk import open_desk
from trigpoint.cli.person import link_of, say_whose
from trigpoint.credentials.person import read_role, same_email

if TYPE_CHECKING:
    from trigpoint.authority.opening import Authority
    from trigpoint.credentials.person import PersonId
    from trigpoint.credentials.roles import Actor

app = typer.Typer(no_args_is_help=True, help="Members: who belongs to a team, and invitations to it.")

LABELS = {"email": "E-mail", "name": "Name", "role": "Role", "since": "Since", "addedBy": "Added by"}
INVITATION_LABELS = {
    "invitationId": "ID",
    "email": "E-mail",
    "role": "Role",
    "createdBy": "Created by",
    "expiresAt": "Expires",
}
TeamOption = Annotated[str, typer.Option("--team", help="The Team ID.")]
EmailArgument = Annotated[
    str, typer.Argument(metavar="EMAIL", help="The member's e-mail address, or the account's ID.")
]
RoleOption = Annotated[str, typer.Option("--role", help="The role: account_holder, admin, developer or viewer.")]


@app.command("list", epilog="Example: trigpoint member list --team K5GNLXS2QT")
def list_(team: TeamOption, as_json: output.Json = False) -> None:
    """List the members of a team."""
    with open_desk() as (authority, actor):
        rows = [Member.of(member) for member in authority.members.list(actor, team_id=team)]
    empty = f"Nobody belongs to this team yet. Invite somebody: trigpoint member invite --team {team} --role admin"
    output.show_list(rows, as_json=as_json, columns=LABELS, empty=empty)


@app.command(epilog="Example: trigpoint member role ada@example.com --team K5GNLXS2QT --role account_holder")
def role(who: EmailArgument, team: TeamOption, role: RoleOption, as_json: output.Json = False) -> None:
    """Change the role of a member. A new Account Holder takes the place of the previous one, who becomes an Admin."""
    wanted = read_role(role)
    with open_desk() as (authority, actor):
        person_id = _find(authority, actor, team, who)
        member = authority.members.change_role(actor, team_id=team, person_id=person_id, role=wanted)
    output.show_one(Member.of(member), as_json=as_json, labels=LABELS)


@app.command(epilog="Example: trigpoint member remove ada@example.com --team K5GNLXS2QT --yes")
def remove(who: EmailArgument, team: TeamOption, yes: output.Yes = False, as_json: output.Json = False) -> None:
    """Remove a member from a team, with the open invitations that they made. The account stays."""
    with open_desk() as (authority, actor):
        person_id = _find(authority, actor, team, who)
        output.confirm(f"Remove {who} from the team {team}?", yes=yes)
        member = authority.members.get(actor, team_id=team, person_id=person_id)
        authority.members.remove(actor, team_id=team, person_id=person_id)
    if as_json:
        output.show_json(Member.of(member))
        return
    output.say(f"{member.person.email} is not a member of the team {team} any more.")


@app.command(epilog="Example: trigpoint member invite --team K5GNLXS2QT --role developer --email ada@example.com")
def invite(
    team: TeamOption,
    role: RoleOption,
    email: Annotated[
        str | None,
        typer.Option("--email", help="Only a person with this address can use the link; without it, anyone."),
    ] = None,
    as_json: output.Json = False,
) -> None:
    """Print a link that makes somebody a member of a team. It can be used once, within seven days."""
    with open_desk() as (authority, actor):
        issued = authority.members.invite(actor, team_id=team, role=read_role(role), email=email)
    link = link_of(f"/invitations/{issued.secret}")
    if as_json:
        output.show_json(widen(CreatedInvitation, Invitation.of(issued.link), link=link))
        return
    output.show_value(link)
    say_whose()


@app.command(epilog="Example: trigpoint member invitations --team K5GNLXS2QT")
def invitations(team: TeamOption, as_json: output.Json = False) -> None:
    """List the open invitations of a team, never their links."""
    with open_desk() as (authority, actor):
        rows = [Invitation.of(link) for link in authority.members.invitations(actor, team_id=team)]
    output.show_list(rows, as_json=as_json, columns=INVITATION_LABELS, empty="There are no open invitations.")


@app.command(epilog="Example: trigpoint member withdraw 4D5N8H2K7C --team K5GNLXS2QT")
def withdraw(
    invitation_id: Annotated[str, typer.Argument(metavar="ID", help="The ID of the invitation.")],
    team: TeamOption,
    as_json: output.Json = False,
) -> None:
    """Withdraw an invitation: its link stops working."""
    with open_desk() as (authority, actor):
        authority.members.withdraw(actor, team_id=team, link_id=invitation_id)
    if as_json:
        output.show_json({"withdrawn": invitation_id})
        return
    output.say(f"The invitation {invitation_id} is withdrawn.")


def _find(authority: "Authority", actor: "Actor", team: str, who: str) -> "PersonId":
    """Find a member of a team by their address, compared without case, or by their ID."""
    for one in authority.members.list(actor, team_id=team):
        if who == one.person.person_id or same_email(who) == same_email(one.person.email):
            return one.person.person_id
    raise NotFoundError(f"{who} is not a member of the team {team}. See: trigpoint member list --team {team}")
