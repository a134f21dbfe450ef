"""Ways in that the ledger does not know: sessions, passkeys, links and secrets that were put in past it.

These rows come and go without an entry when their time is over, so that only those that are there are compared.
"""

from collections.abc import Iterator
from itertools import chain, islice

from sqlalchemy import Connection, RowMapping, select

from trigpoint.base.ids import TeamId
from trigpoint.credentials import standing
from trigpoint.credentials.events import EventKind
from trigpoint.credentials.fingerprint import fingerprint
from trigpoint.credentials.ledger import Entry
from trigpoint.credentials.person import LinkKind
from trigpoint.credentials.standing import Values, standing_after
from trigpoint.store import tables
from trigpoint.store.contradictions import ODD, Contradiction, entries_about
from trigpoint.store.undecodable import has_unreadable_text

_UNKNOWN = "is there, but no entry says who made it"


def find_odd_ways_in(connection: Connection, *, limit: int) -> Iterator[Contradiction]:
    """Give at most `limit` of each sort. The ledger itself is taken for true."""
    for sort in (_sessions, _passkeys, _links, _signing_secrets, _old_webhook_secrets):
        yield from islice(sort(connection), limit)


def _sessions(connection: Connection) -> Iterator[Contradiction]:
    """Find sessions that nobody began by signing in, or that were ended since, also by a new password.

    A session and its entry have the same time, by which sessions of earlier versions are found.
    """
    question = select(tables.sessions, tables.people.c.email).join_from(tables.sessions, tables.people)
    for row in list(connection.execute(question.order_by(tables.sessions.c.session_id)).mappings()):
        began: Entry | None = None
        wrong: tuple[int | None, str] | None = None
        for entry in entries_about(connection, _SESSION_KINDS, [row["email"]]):
            if _began(entry, row):
                began, wrong = entry, None
            elif began is not None and _ended(entry, row["session_id"]):
                wrong = entry.sequence, f"is there, but entry {entry.sequence} ended it"
        if began is None:
            wrong = None, _UNKNOWN
        if has_unreadable_text(row):
            wrong = None, ODD
        if wrong is not None:
            yield Contradiction("session", f"{row['session_id']} of {row['email']}", *wrong, None)


_SESSION_KINDS = [
    kind.value for kind in (EventKind.PERSON_SIGNED_IN, EventKind.SESSION_ENDED, EventKind.PASSWORD_CHANGED)
]


def _began(entry: Entry, row: RowMapping) -> bool:
    if entry.kind != EventKind.PERSON_SIGNED_IN or entry.at != row["created_at"]:
        return False
    return entry.details.get("fingerprint") in {None, fingerprint(row["session_id"], row["session_hash"])}


def _ended(entry: Entry, session_id: str) -> bool:
    """Tell whether an entry ended a session. A new password ends all but the one in which it was set."""
    if entry.kind == EventKind.SESSION_ENDED:
        return entry.details.get("session") == session_id
    by_link = entry.details.get("by") == "reset link"
    return entry.kind == EventKind.PASSWORD_CHANGED and (by_link or entry.details.get("kept", session_id) != session_id)


def _passkeys(connection: Connection) -> Iterator[Contradiction]:
    """Find passkeys that no entry added. Entries of earlier versions have only a passkey's name."""
    question = select(tables.passkeys, tables.people.c.email).join_from(tables.passkeys, tables.people)
    known: dict[str, list[tuple[str, str | None]]] = {}
    for row in list(connection.execute(question.order_by(tables.passkeys.c.credential_id)).mappings()):
        email = row["email"]
        if email not in known:
            known[email] = _passkeys_of(entries_about(connection, _PASSKEY_KINDS, [email]))
        one = _find(known[email], row["name"], fingerprint(row["credential_id"], row["public_key"]))
        if one is None or has_unreadable_text(row):
            wrong = _UNKNOWN if one is None else ODD
            yield Contradiction("passkey", f"'{row['name']}' of {email}", None, wrong, None)
        if one is not None:
            known[email].remove(one)


_PASSKEY_KINDS = [kind.value for kind in (EventKind.PASSKEY_ADDED, EventKind.PASSKEY_REMOVED)]


def _passkeys_of(entries: Iterator[Entry]) -> list[tuple[str, str | None]]:
    """List the passkeys of a person by the ledger, by name and fingerprint."""
    found: list[tuple[str, str | None]] = []
    for entry in entries:
        name, print_ = str(entry.details.get("name")), entry.details.get("fingerprint")
        if entry.kind == EventKind.PASSKEY_ADDED:
            found.append((name, None if print_ is None else str(print_)))
        elif (one := _find(found, name, print_)) is not None:
            found.remove(one)
    return found


def _find(among: list[tuple[str, str | None]], name: str, print_: object) -> tuple[str, str | None] | None:
    """Find a passkey by its fingerprint, or by its name if the entry that added it has no fingerprint."""
    same = (one for one in among if one[1] is not None and one[1] == print_)
    unnamed = (one for one in among if one == (name, None))
    return next(chain(same, unnamed), None)


def _links(connection: Connection) -> Iterator[Contradiction]:
    """Find invitations and reset links that nobody made, that were used or withdrawn, or that say something else."""
    question = select(tables.links, tables.people.c.email.label("whose"))
    question = question.join_from(tables.links, tables.people, isouter=True).order_by(tables.links.c.link_id)
    used = {
        str(entry.details["invitation"]): entry
        for entry in entries_about(connection, [EventKind.MEMBER_ADDED.value])
        if "invitation" in entry.details
    }
    for row in list(connection.execute(question).mappings()):
        is_reset = row["kind"] == LinkKind.RESET
        if row["kind"] == LinkKind.SET_UP:
            continue  # it has no entry, and does nothing once there is an account
        story, subject = (standing.RESET_LINK, row["whose"]) if is_reset else (standing.INVITATION, row["link_id"])
        entries = list(entries_about(connection, story.kinds, [subject or ""]))
        found = standing_after(story, entries).compare(_say_link(row, is_reset=is_reset))
        use = used.get(row["link_id"])
        if use is not None and not is_reset:
            found = use.sequence, f"is there, but entry {use.sequence} used it"
        if found is not None:
            noun = "reset link" if is_reset else "invitation"
            team = None if row["team_id"] is None else TeamId(row["team_id"])
            yield Contradiction(noun, f"of {row['whose']}" if is_reset else row["link_id"], *found, team)


def _say_link(row: RowMapping, *, is_reset: bool) -> Values:
    said: Values = {"expiry": row["expires_at"], "secret": fingerprint(row["link_id"], row["link_hash"])}
    return said if is_reset else {**said, "team": row["team_id"], "role": row["role"], "address": row["email"]}


def _signing_secrets(connection: Connection) -> Iterator[Contradiction]:
    """Find secrets that nobody made, or that were deleted: with one that leaked, access tokens can be forged."""
    made: dict[str, int] = {}
    ended: dict[str, int] = {}
    kinds = [EventKind.SIGNING_SECRET_ROTATED.value, EventKind.SIGNING_SECRET_FORGOTTEN.value]
    for entry in entries_about(connection, kinds):
        if entry.kind == EventKind.SIGNING_SECRET_FORGOTTEN:
            ended[entry.subject] = entry.sequence
            continue
        if entry.details.get("endedTokens"):
            ended |= {secret_id: entry.sequence for secret_id in made if secret_id not in ended}
        made[entry.subject] = entry.sequence
    table = tables.signing_secrets
    for secret_id in sorted(map(str, connection.execute(select(table.c.secret_id)).scalars())):
        if secret_id in ended:
            wrong = f"is there, but entry {ended[secret_id]} ended it"
            yield Contradiction("signing secret", secret_id, ended[secret_id], wrong, None)
        elif secret_id not in made:
            yield Contradiction("signing secret", secret_id, None, _UNKNOWN, None)


def _old_webhook_secrets(connection: Connection) -> Iterator[Contradiction]:
    """Find replaced secrets of webhooks that sign messages again: no renewal replaced them, or not until then.

    Renewals of earlier versions do not say which secret they replaced.
    """
    kinds = [EventKind.WEBHOOK_ADDED.value, EventKind.WEBHOOK_SECRET_RENEWED.value]
    hooks, old = tables.webhooks, tables.old_secrets
    question = select(old, hooks.c.team_id).join_from(old, hooks).order_by(old.c.webhook_id, old.c.sequence)
    for row in list(connection.execute(question).mappings()):
        entries = list(entries_about(connection, kinds, [row["webhook_id"]]))
        before = [entry for entry in entries if entry.sequence < row["sequence"]]
        renewal = next((entry for entry in entries if entry.sequence == row["sequence"]), None)
        secret = fingerprint(row["sealed"])
        replaced = before[-1].details.get("secretFingerprint", secret) if before else None
        if renewal is None or replaced != secret or renewal.details.get("oldSecretUntil") != row["until"]:
            team = None if row["team_id"] is None else TeamId(row["team_id"])
            yield Contradiction("replaced secret of the webhook", row["webhook_id"], None, _OTHER, team)


_OTHER = "is there, but no entry says that it signs until then"
