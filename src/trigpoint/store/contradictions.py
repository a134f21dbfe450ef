"""Rows that contradict the ledger, because somebody changed them directly in the database."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import ColumnElement, Connection, RowMapping, Select, select

from trigpoint.base.ids import TeamId
from trigpoint.credentials import standing
from trigpoint.credentials.events import EventKind
from trigpoint.credentials.fingerprint import fingerprint
from trigpoint.credentials.keypair import thumbprint_of_der
from trigpoint.credentials.ledger import Entry
from trigpoint.credentials.maps_id import same_identifier
from trigpoint.credentials.person import same_email
from trigpoint.credentials.quota import METERS, Meter, Period, maps_id_account
from trigpoint.credentials.standing import Standing, Story, Values, standing_after
from trigpoint.credentials.webhook import origin_of
from trigpoint.store import tables
from trigpoint.store.rows import entry_of
from trigpoint.store.undecodable import has_unreadable_text

ODD = "has values that no row can have"
BATCH = 500
"""Objects whose rows and entries are read together."""


@dataclass(frozen=True, slots=True)
class Contradiction:
    """A row that contradicts the ledger, or is missing.

    `noun` is what it is, `subject` names it; `wrong` completes a sentence about it. `sequence` is the entry that it
    contradicts, or None if no entry made it. `team_id` is None for what belongs to no team.
    """

    noun: str
    subject: str
    sequence: int | None
    wrong: str
    team_id: TeamId | None


@dataclass(frozen=True, slots=True)
class _Noun:
    """A table whose rows are compared: by which column the ledger names them, and what a row says.

    `name_row` and `name_entry` name the object of a row and of an entry alike, since one subject can have several objects.
    """

    noun: str
    story: Story
    rows: Select[tuple[object, ...]]
    subject: ColumnElement[str]
    say: Callable[[RowMapping], Values]
    name_row: Callable[[RowMapping], str]
    name_entry: Callable[[Entry], str] = lambda entry: entry.subject


def find_contradictions(connection: Connection, *, limit: int) -> Iterator[Contradiction]:
    """Give at most `limit` of each noun, in the order of their subjects.

    The ledger itself is trusted: verify it first, in the same snapshot.
    """
    for noun in _NOUNS:
        yield from islice(_contradictions_of(connection, noun), limit)


def entries_about(connection: Connection, kinds: list[str], subjects: list[str] | None = None) -> Iterator[Entry]:
    """Read the entries of some kinds in their order: about some subjects, or all."""
    ledger = tables.ledger
    is_in_the_chain = ledger.c.sequence > 0  # the first entry is 1
    question = select(ledger).where(ledger.c.kind.in_(kinds), is_in_the_chain).order_by(ledger.c.sequence)
    if subjects is not None:
        question = question.where(ledger.c.subject.in_(subjects))
    return map(entry_of, connection.execute(question).mappings())


def _contradictions_of(connection: Connection, noun: _Noun) -> Iterator[Contradiction]:
    found_subjects = _subjects_of(connection, noun)
    for odd in sorted(repr(one) for one in found_subjects if not isinstance(one, str)):
        yield Contradiction(noun.noun, odd, None, ODD, None)
    for subjects in _batches(sorted(one for one in found_subjects if isinstance(one, str))):
        by_name, twice = _rows_of(connection, noun, subjects)
        for name in twice:
            yield Contradiction(noun.noun, name, None, "is there twice", None)
        entries: dict[str, list[Entry]] = {}
        for entry in entries_about(connection, noun.story.kinds, subjects):
            entries.setdefault(noun.name_entry(entry), []).append(entry)
        for name in sorted({*by_name, *entries}):
            found = _find(connection, noun, name, by_name.get(name), standing_after(noun.story, entries.get(name, [])))
            if found is not None:
                yield found


def _rows_of(connection: Connection, noun: _Noun, subjects: list[str]) -> tuple[dict[str, RowMapping], list[str]]:
    """Read rows by their names, and list the names of several: their keys differ, so that one could hide behind another."""
    by_name: dict[str, RowMapping] = {}
    twice = []
    for row in connection.execute(noun.rows.where(noun.subject.in_(subjects))).mappings():
        name = noun.name_row(row)
        if name in by_name:
            twice.append(name)
        by_name[name] = row
    return by_name, twice


def _find(
    connection: Connection, noun: _Noun, name: str, row: RowMapping | None, said: Standing
) -> Contradiction | None:
    """Compare one object's row, None if it has none, with its entries."""
    found = said.compare(None) if row is None else _compare(noun, row, said)
    if found is None or (row is None and _went_with_its_maps_id(connection, noun, name, said)):
        return None
    team = row["team_id"] if row is not None and "team_id" in row else said.team_id
    return Contradiction(noun.noun, name, found[0], found[1], None if team is None else TeamId(str(team)))


def _compare(noun: _Noun, row: RowMapping, said: Standing) -> tuple[int | None, str] | None:
    if has_unreadable_text(row):
        return said.made, ODD
    try:
        values = noun.say(row)
    except (ValueError, TypeError, AttributeError):  # somebody wrote what no column has, so that a verification fails
        return said.made, ODD
    return said.compare(values)


def _subjects_of(connection: Connection, noun: _Noun) -> set[object]:
    """Find the subjects of all rows, which are text, and those of all entries that made one."""
    ledger = tables.ledger
    made = select(ledger.c.subject).where(ledger.c.kind.in_([kind.value for kind in noun.story.makes])).distinct()
    here = noun.rows.with_only_columns(noun.subject).distinct()
    return {*connection.execute(made).scalars(), *connection.execute(here).scalars()}


def _went_with_its_maps_id(connection: Connection, noun: _Noun, name: str, said: Standing) -> bool:
    """Tell whether a limit is gone because its Maps ID was removed later than it was set: the two go together."""
    if noun.noun != "limit" or not name.startswith("maps_id:"):
        return False
    removals = entries_about(connection, [EventKind.MAPS_ID_REMOVED.value])
    return any(
        name.startswith(f"{maps_id_account(entry.subject, Meter.SERVICE_CALLS).subject} ")
        for entry in removals
        if entry.sequence > (said.made or 0)
    )


def _batches(subjects: Iterable[str]) -> Iterator[list[str]]:
    rest = iter(subjects)
    while batch := list(islice(rest, BATCH)):
        yield batch


def _thumbprint(der: bytes) -> str:
    return thumbprint_of_der(bytes(der)) or "unreadable"


def _say_key(row: RowMapping) -> Values:
    return {
        "team": row["team_id"],
        "state": row["state"],
        "public key": _thumbprint(row["public_key"]),
        "Maps ID": row["maps_id"],
        "services": row["services"],
        "expiry": row["expires_at"],
        "scopes": row["ceiling_scopes"],
        "longest lifetime": row["ceiling_lifetime_s"],
        "origins": row["ceiling_origins"],
        "name": row["name"],
    }


def _say_maps_token(row: RowMapping) -> Values:
    return {
        "team": row["team_id"],
        "state": row["state"],
        "public key": _thumbprint(row["public_key"]),
        "service": row["service"],
        "origin": row["origin"],
        "expiry": row["expires_at"],
    }


def _say_api_token(row: RowMapping) -> Values:
    return {
        "team": row["team_id"],
        "state": "active" if row["revoked_at"] is None else "revoked",
        "role": row["role"] or "operator",
        "owner": row["owner"],
        "expiry": row["expires_at"],
        "secret": fingerprint(row["digest"]),
    }


def _say_webhook(row: RowMapping) -> Values:
    return {
        "team": row["team_id"],
        "state": row["state"],
        "origin": origin_of(row["url"]),
        "URL": fingerprint(row["url"]),
        "events": row["events"],
        "signing secret": fingerprint(row["sealed"]),
    }


def _require_equal(stored: object, wanted: str) -> None:
    """Raise ValueError if a column by which a row is found is not derived from the one that the ledger names."""
    if stored != wanted:
        raise ValueError(f"{stored!r} is not {wanted!r}")


def _say_maps_id(row: RowMapping) -> Values:
    _require_equal(row["identifier_key"], same_identifier(row["identifier"]))
    return {"team": row["team_id"]}


def _say_person(row: RowMapping) -> Values:
    _require_equal(row["email_key"], same_email(row["email"]))
    return {
        "operator": bool(row["is_operator"]),
        "second factor": bool(row["second_factor"]),
        "password": fingerprint(row["password_hash"]),
    }


def _name_limit(entry: Entry) -> str:
    return f"{entry.subject} ({entry.details.get('meter')}, {'a minute' if 'aMinute' in entry.details else 'a day'})"


_MEMBERS = select(tables.memberships, tables.people.c.email).join_from(tables.memberships, tables.people)
_NOUNS = (
    _Noun(
        "team",
        standing.TEAM,
        select(tables.teams),
        tables.teams.c.team_id,
        lambda row: {"name": row["name"], "choice to suspend leaked keys": bool(row["suspends_leaked_keys"])},
        lambda row: row["team_id"],
    ),
    _Noun(
        "Maps ID",
        standing.MAPS_ID,
        select(tables.maps_ids),
        tables.maps_ids.c.identifier,
        _say_maps_id,
        lambda row: same_identifier(row["identifier"]),
        lambda entry: same_identifier(entry.subject),
    ),
    _Noun("key", standing.KEY, select(tables.keys), tables.keys.c.key_id, _say_key, lambda row: row["key_id"]),
    _Noun(
        "Maps token",
        standing.MAPS_TOKEN,
        select(tables.maps_tokens),
        tables.maps_tokens.c.token_id,
        _say_maps_token,
        lambda row: row["token_id"],
    ),
    _Noun(
        "API token",
        standing.API_TOKEN,
        select(tables.api_tokens),
        tables.api_tokens.c.token_id,
        _say_api_token,
        lambda row: row["token_id"],
    ),
    _Noun(
        "account", standing.PERSON, select(tables.people), tables.people.c.email, _say_person, lambda row: row["email"]
    ),
    _Noun(
        "member",
        standing.MEMBER,
        _MEMBERS,
        tables.people.c.email,
        lambda row: {"role": row["role"]},
        lambda row: f"{row['email']} of {row['team_id']}",
        lambda entry: f"{entry.subject} of {entry.team_id}",
    ),
    _Noun(
        "limit",
        standing.LIMIT,
        select(tables.quotas).where(tables.quotas.c.meter.in_(METERS)),
        tables.quotas.c.subject,
        lambda row: {"team": row["team_id"], "limit": row["most"]},
        lambda row: f"{row['subject']} ({row['meter']}, {'a day' if row['period'] == Period.DAY else 'a minute'})",
        _name_limit,
    ),
    _Noun(
        "webhook",
        standing.WEBHOOK,
        select(tables.webhooks),
        tables.webhooks.c.webhook_id,
        _say_webhook,
        lambda row: row["webhook_id"],
    ),
)
