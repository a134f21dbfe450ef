"""JSON types of teams, their Maps IDs, members and invitations, and of people with an account."""

from typing import Annotated, Self

from msgspec import Meta

from trigpoint.api.shape import MapsIdText, Moment, RoleName, Shape, TeamIdText, to_moment, word_of
from trigpoint.credentials import maps_id as maps_ids
from trigpoint.credentials import person as people
from trigpoint.credentials import team as teams


class Team(Shape):
    """A team: the issuer of its tokens."""

    team_id: TeamIdText
    name: str
    created_at: Moment
    suspends_leaked_keys: Annotated[
        bool, Meta(description="Whether a key is suspended as soon as it is reported as leaked.")
    ]

    @classmethod
    def of(cls, team: teams.Team) -> Self:
        """Show a team."""
        return cls(
            team_id=team.team_id,
            name=team.name,
            created_at=to_moment(team.created_at),
            suspends_leaked_keys=team.suspends_leaked_keys,
        )


class MapsId(Shape):
    """A Maps ID. Its `version` is its ETag."""

    maps_id: MapsIdText
    team_id: TeamIdText
    description: str
    created_at: Moment
    created_by: str
    version: int

    @classmethod
    def of(cls, maps_id: maps_ids.MapsId) -> Self:
        """Show a Maps ID."""
        return cls(
            maps_id=maps_id.identifier,
            team_id=maps_id.team_id,
            description=maps_id.description,
            created_at=to_moment(maps_id.created_at),
            created_by=maps_id.created_by,
            version=maps_id.version,
        )


class Member(Shape):
    """A member of a team. Its `version` is its ETag."""

    person_id: str
    team_id: TeamIdText
    name: str
    email: str
    role: RoleName
    since: Moment
    added_by: str
    version: int

    @classmethod
    def of(cls, member: people.Member) -> Self:
        """Show a member of a team."""
        person, membership = member.person, member.membership
        return cls(
            person_id=person.person_id,
            team_id=membership.team_id,
            name=person.name,
            email=person.email,
            role=word_of(membership.role),
            since=to_moment(membership.since),
            added_by=membership.added_by,
            version=membership.version,
        )


class Invitation(Shape):
    """An open invitation, without its secret."""

    invitation_id: str
    team_id: TeamIdText
    role: RoleName
    created_at: Moment
    created_by: str
    expires_at: Moment
    email: str | None = None

    @classmethod
    def of(cls, link: people.Link) -> Self:
        """Show an open invitation."""
        assert link.team_id is not None  # noqa: S101 (links of this kind name a team)
        assert link.role is not None  # noqa: S101 (and a role)
        return cls(
            invitation_id=link.link_id,
            team_id=link.team_id,
            role=word_of(link.role),
            created_at=to_moment(link.created_at),
            created_by=link.created_by,
            expires_at=to_moment(link.expires_at),
            email=link.email,
        )


class CreatedInvitation(Invitation, kw_only=True):
    """A new invitation. `link` is returned only once."""

    link: str


class Person(Shape):
    """A person with an account, without the password's hash. Only the command line shows people."""

    person_id: str
    email: str
    name: str
    created_at: Moment
    second_factor: bool
    operator: bool

    @classmethod
    def of(cls, person: people.Person) -> Self:
        """Show a person."""
        return cls(
            person_id=person.person_id,
            email=person.email,
            name=person.name,
            created_at=to_moment(person.created_at),
            second_factor=person.second_factor,
            operator=person.is_operator,
        )
