"""People for tests: valid unless a test says otherwise."""

from trigpoint.authority.opening import Authority
from trigpoint.authority.people.sessions import Visitor
from trigpoint.base.ids import TeamId
from trigpoint.credentials.person import Person, PersonId
from trigpoint.credentials.roles import Actor, Role

PASSWORD = "a heron stood there 7"
FIREFOX = "Mozilla/5.0 (Macintosh; Intel Mac OS X 14.7; rv:145.0) Gecko/20100101 Firefox/145.0"
VISITOR = Visitor("192.0.2.7", FIREFOX)


def the_first_person(authority: Authority, *, email: str = "ada@example.com", team_name: str = "My Company") -> Person:
    """Ada, the Account Holder of a new team."""
    secret = authority.people.issue_set_up_link().secret
    return authority.people.set_up(secret, name="Ada Lovelace", email=email, password=PASSWORD, team_name=team_name)


def team_of(authority: Authority, person: Person) -> TeamId:
    """The only team of a person."""
    (team_id,) = authority.people.actor(person.person_id).roles
    return team_id


def a_member(authority: Authority, team_id: TeamId, role: Role, *, email: str = "") -> Person:
    """A new member of a team, by invitation of the operator."""
    operator = Actor.as_operator("test")
    link = authority.members.invite(operator, team_id=team_id, role=role, email=email or f"{role}@example.com")
    return authority.people.join(link.secret, name=role.words, password=PASSWORD)


def actor_of(authority: Authority, person: Person) -> Actor:
    """A person, as an actor."""
    return authority.people.actor(PersonId(person.person_id))
