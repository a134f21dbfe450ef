"""Pages to create a team, and of its membership: Team ID, name, and what happens to leaked keys."""

from litestar import Response
from litestar.params import FromPath

from trigpoint.base.errors import InvalidError
from trigpoint.credentials.once import RepeatedError
from trigpoint.credentials.roles import Permission
from trigpoint.web.portal.frame.forms import PostedForm, say_rule
from trigpoint.web.portal.frame.rendering import go_to
from trigpoint.web.portal.frame.threads import get, post
from trigpoint.web.portal.frame.visits import HereVisit


@get("/new-team")
def ask_for_team(visit: HereVisit) -> Response[bytes]:
    """Show the form for a new team."""
    return visit.page("people/new_team.html", title="Create a team", typed="", wrong="", name=visit.who.person.name)


@post("/new-team")
def make_team(visit: HereVisit, form: PostedForm) -> Response[bytes]:
    """Create a team with the person as Account Holder. A double click creates one team."""
    name = form.text("name")
    try:
        team = visit.authority.people.create_team(visit.who.person.person_id, name, once=visit.once(form))
    except RepeatedError as error:
        return go_to(f"/teams/{error.subject}", notice="already")
    except InvalidError as error:
        wrong = say_rule(error)
        return visit.page("people/new_team.html", title="Create a team", typed=name, wrong=wrong, status=400)
    return go_to(f"/teams/{team.team_id}", notice="team")


@get("/teams/{team_id:str}/membership")
def show_membership(visit: HereVisit, team_id: FromPath[str]) -> Response[bytes]:
    """Show the Team ID, as Apple's Membership page does."""
    team = visit.find_team(team_id)
    return visit.page("people/membership.html", title="Membership", team=team, typed=team.name, wrong="")


@post("/teams/{team_id:str}/membership/leaks")
def choose_for_leaked_keys(visit: HereVisit, form: PostedForm, team_id: FromPath[str]) -> Response[bytes]:
    """Choose whether a key that is reported as leaked is suspended at once."""
    team = visit.find_team(team_id)
    visit.actor.require(Permission.CHANGE_KEYS, team.team_id)
    choice = form.text("leaked_keys")
    if choice not in {"suspend", "report"}:
        raise InvalidError("leaked_keys", "suspend or report", example="suspend", received=choice)
    visit.require_proof(form)
    visit.authority.leaks.choose_for_keys(visit.actor, team.team_id, suspend=choice == "suspend")
    return go_to(f"/teams/{team.team_id}/membership", notice="leak-choice")


@post("/teams/{team_id:str}/membership")
def rename_team(visit: HereVisit, form: PostedForm, team_id: FromPath[str]) -> Response[bytes]:
    """Change the team's name."""
    team = visit.find_team(team_id)
    visit.actor.require(Permission.CHANGE_TEAM, team.team_id)
    name = form.text("name")
    try:
        visit.authority.people.rename_team(visit.actor, team.team_id, name=name)
    except InvalidError as error:
        wrong = say_rule(error)
        return visit.page("people/membership.html", title="Membership", team=team, typed=name, wrong=wrong, status=400)
    return go_to(f"/teams/{team.team_id}/membership", notice="team-renamed")


HANDLERS = (ask_for_team, make_team, show_membership, choose_for_leaked_keys, rename_team)
