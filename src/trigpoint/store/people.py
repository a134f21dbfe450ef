"""People in the database: accounts, memberships and links, read and written inside one transaction."""

from collections.abc import Mapping

from sqlalchemy import Connection, RowMapping, delete, func, insert, select, update

from trigpoint.base.clock import Milliseconds
from trigpoint.base.ids import TeamId
from trigpoint.credentials.person import Link, LinkKind, Member, Membership, Person, PersonId, same_email
from trigpoint.credentials.roles import Role
from trigpoint.credentials.team import Team
from trigpoint.store import tables
from trigpoint.store.rows import team_of


class PeopleReader:
    """Queries for people, memberships and links."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def count(self) -> int:
        """Count the accounts."""
        return int(self._connection.execute(select(func.count()).select_from(tables.people)).scalar_one())

    def everyone(self) -> list[Person]:
        """All people, ordered by e-mail address."""
        rows = self._connection.execute(select(tables.people).order_by(tables.people.c.email_key))
        return [person_of(row) for row in rows.mappings()]

    def person(self, person_id: PersonId) -> Person | None:
        """One person."""
        return self._one_person(tables.people.c.person_id == person_id)

    def person_with_email(self, email: str) -> Person | None:
        """The person with an e-mail address, compared without case; None if there is none."""
        return self._one_person(tables.people.c.email_key == same_email(email))

    def password_hash(self, person_id: PersonId) -> str | None:
        """The hash of a person's password."""
        question = select(tables.people.c.password_hash).where(tables.people.c.person_id == person_id)
        return self._connection.execute(question).scalar_one_or_none()

    def roles(self, person_id: PersonId) -> dict[TeamId, Role]:
        """The roles of a person, by team."""
        found = tables.memberships
        rows = self._connection.execute(select(found.c.team_id, found.c.role).where(found.c.person_id == person_id))
        return {TeamId(row.team_id): Role(row.role) for row in rows}

    def members(self, team_id: TeamId) -> list[Member]:
        """The members of a team, ordered by name."""
        joined = select(tables.people, *_MEMBERSHIP).join(tables.memberships)
        question = joined.where(tables.memberships.c.team_id == team_id).order_by(
            func.lower(tables.people.c.name), tables.people.c.email_key
        )
        return [Member(person_of(row), membership_of(row)) for row in self._connection.execute(question).mappings()]

    def membership(self, team_id: TeamId, person_id: PersonId) -> Membership | None:
        """The membership of a person in a team."""
        found = tables.memberships
        question = select(*_MEMBERSHIP).where(found.c.team_id == team_id, found.c.person_id == person_id)
        row = self._connection.execute(question).mappings().first()
        return None if row is None else membership_of(row)

    def teams_without_members(self) -> list[Team]:
        """Teams without members, such as those created at the command line."""
        held = select(tables.memberships.c.team_id)
        question = select(tables.teams).where(tables.teams.c.team_id.not_in(held)).order_by(tables.teams.c.name)
        return [team_of(row) for row in self._connection.execute(question).mappings()]

    def link(self, link_hash: str) -> Link | None:
        """The link whose secret has this hash; None if there is none."""
        row = self._connection.execute(select(tables.links).where(tables.links.c.link_hash == link_hash))
        found = row.mappings().first()
        return None if found is None else link_of(found)

    def invitations(self, team_id: TeamId) -> list[Link]:
        """The open invitations of a team, the newest first."""
        found = tables.links.c
        question = select(tables.links).where(found.team_id == team_id, found.kind == LinkKind.INVITATION.value)
        rows = self._connection.execute(question.order_by(found.created_at.desc(), found.link_id))
        return [link_of(row) for row in rows.mappings()]

    def _one_person(self, condition: object) -> Person | None:
        question = select(tables.people).where(condition)  # type: ignore[arg-type]  # a column's comparison
        row = self._connection.execute(question).mappings().first()
        return None if row is None else person_of(row)


class PeopleWriter(PeopleReader):
    """Changes to people, memberships and links."""

    def add(self, person: Person, *, password_hash: str | None) -> None:
        """Write a new person."""
        row = row_of_person(person) | {"password_hash": password_hash}
        self._connection.execute(insert(tables.people), row)

    def put(self, person: Person) -> None:
        """Write a changed person; the password stays."""
        table = tables.people
        self._connection.execute(
            update(table).where(table.c.person_id == person.person_id).values(row_of_person(person))
        )

    def put_password(self, person_id: PersonId, password_hash: str) -> None:
        """Write a new password."""
        table = tables.people
        self._connection.execute(
            update(table).where(table.c.person_id == person_id).values(password_hash=password_hash)
        )

    def remove(self, person_id: PersonId) -> None:
        """Delete a person without memberships, with their sessions, passkeys, challenges, and links made for them."""
        for table in (tables.sessions, tables.passkeys, tables.challenges, tables.links, tables.people):
            self._connection.execute(delete(table).where(table.c.person_id == person_id))

    def put_team_name(self, team: Team) -> None:
        """Write a new name of a team."""
        table = tables.teams
        self._connection.execute(update(table).where(table.c.team_id == team.team_id).values(name=team.name))

    def add_membership(self, membership: Membership) -> None:
        """Make a person a member of a team."""
        self._connection.execute(insert(tables.memberships), row_of_membership(membership))

    def put_membership(self, membership: Membership) -> None:
        """Write a changed role."""
        found = tables.memberships.c
        same = (found.team_id == membership.team_id) & (found.person_id == membership.person_id)
        self._connection.execute(update(tables.memberships).where(same).values(row_of_membership(membership)))

    def remove_membership(self, team_id: TeamId, person_id: PersonId) -> None:
        """End a membership."""
        found = tables.memberships.c
        self._connection.execute(
            delete(tables.memberships).where(found.team_id == team_id, found.person_id == person_id)
        )

    def add_link(self, link: Link, link_hash: str) -> None:
        """Write a new link."""
        self._connection.execute(insert(tables.links), {**row_of_link(link), "link_hash": link_hash})

    def remove_link(self, link_id: str) -> bool:
        """Delete a link that was used or withdrawn; return whether it existed."""
        done = self._connection.execute(delete(tables.links).where(tables.links.c.link_id == link_id))
        return done.rowcount > 0

    def remove_links_of(self, person_id: PersonId, kind: LinkKind) -> None:
        """Remove every link of a kind that was made for a person."""
        mine = (tables.links.c.person_id == person_id) & (tables.links.c.kind == kind.value)
        self._connection.execute(delete(tables.links).where(mine))

    def remove_links(self, kind: LinkKind, *, expired_at: Milliseconds | None = None) -> None:
        """Delete the links of a kind: all, or those that have expired by `expired_at`."""
        question = delete(tables.links).where(tables.links.c.kind == kind.value)
        if expired_at is not None:
            question = question.where(tables.links.c.expires_at <= expired_at)
        self._connection.execute(question)


_MEMBERSHIP = (
    tables.memberships.c.team_id,
    tables.memberships.c.person_id,
    tables.memberships.c.role,
    tables.memberships.c.since,
    tables.memberships.c.added_by,
    tables.memberships.c.version.label("membership_version"),
)


def person_of(row: RowMapping) -> Person:
    """Read a person."""
    return Person(
        PersonId(row["person_id"]),
        row["email"],
        row["name"],
        row["created_at"],
        second_factor=row["second_factor"],
        is_operator=row["is_operator"],
        version=row["version"],
    )


def row_of_person(person: Person) -> dict[str, object]:
    """Write a person, without the password."""
    return {
        "person_id": person.person_id,
        "email": person.email,
        "email_key": same_email(person.email),
        "name": person.name,
        "second_factor": person.second_factor,
        "is_operator": person.is_operator,
        "created_at": person.created_at,
        "version": person.version,
    }


def membership_of(row: RowMapping) -> Membership:
    """Read a membership."""
    return Membership(
        TeamId(row["team_id"]),
        PersonId(row["person_id"]),
        Role(row["role"]),
        row["since"],
        row["added_by"],
        row["membership_version"],
    )


def row_of_membership(membership: Membership) -> Mapping[str, object]:
    """Write a membership."""
    return {
        "team_id": membership.team_id,
        "person_id": membership.person_id,
        "role": membership.role.value,
        "since": membership.since,
        "added_by": membership.added_by,
        "version": membership.version,
    }


def link_of(row: RowMapping) -> Link:
    """Read a link."""
    team, role, person = row["team_id"], row["role"], row["person_id"]
    return Link(
        link_id=row["link_id"],
        kind=LinkKind(row["kind"]),
        created_at=row["created_at"],
        created_by=row["created_by"],
        expires_at=row["expires_at"],
        team_id=None if team is None else TeamId(team),
        role=None if role is None else Role(role),
        email=row["email"],
        person_id=None if person is None else PersonId(person),
    )


def row_of_link(link: Link) -> Mapping[str, object]:
    """Write a link, without its secret."""
    return {
        "link_id": link.link_id,
        "kind": link.kind.value,
        "team_id": link.team_id,
        "role": None if link.role is None else link.role.value,
        "email": link.email,
        "person_id": link.person_id,
        "created_at": link.created_at,
        "created_by": link.created_by,
        "expires_at": link.expires_at,
    }
