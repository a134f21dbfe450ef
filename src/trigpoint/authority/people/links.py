"""Links that work once: of the first account, of invitations, and for a new password."""

from dataclasses import dataclass

from trigpoint.authority.people.secrets_in_links import digest, new_id, new_secret
from trigpoint.base.clock import Milliseconds, later, to_ms
from trigpoint.base.errors import NotFoundError
from trigpoint.base.ids import TeamId
from trigpoint.credentials.fingerprint import fingerprint
from trigpoint.credentials.person import LINK_LIFETIMES_S, Link, LinkKind, PersonId
from trigpoint.credentials.roles import Role
from trigpoint.store.reader import Reader
from trigpoint.store.writer import Change


@dataclass(frozen=True, slots=True)
class IssuedLink:
    """A new link with its secret, which is not stored."""

    link: Link
    secret: str

    def __repr__(self) -> str:
        """Keep the secret out of logs."""
        return f"IssuedLink({self.link.kind}, {self.link.link_id})"

    @property
    def fingerprint(self) -> str:
        """The fingerprint of the link's row, for the ledger."""
        return fingerprint(self.link.link_id, digest(self.secret))


def find_link(reader: Reader, secret: str, kind: LinkKind, *, at: Milliseconds) -> Link:
    """Find a link by its secret; raise NotFoundError if it was used, withdrawn or has expired."""
    link = reader.people.link(digest(secret))
    if link is None or link.kind is not kind or link.expires_at <= at:
        raise NotFoundError("This link does not work (any more): it was used, was withdrawn, or has expired.")
    return link


def issue_link(
    change: Change,
    kind: LinkKind,
    *,
    by: str,
    at: Milliseconds,
    team_id: TeamId | None = None,
    role: Role | None = None,
    email: str | None = None,
    person_id: PersonId | None = None,
) -> IssuedLink:
    """Store a new link that works once, and give it with its secret."""
    secret = new_secret()
    change.people.remove_links(kind, expired_at=at)
    link = Link(new_id(), kind, at, by, later(at, to_ms(LINK_LIFETIMES_S[kind])), team_id, role, email, person_id)
    change.people.add_link(link, digest(secret))
    return IssuedLink(link, secret)
