"""Which rows of a backup were changed or ended since, by the ledger of the running installation."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from trigpoint.base.clock import to_seconds, to_words
from trigpoint.credentials.ledger import Entry

STAYS = {
    "revoked": "stays revoked",
    "removed": "stays removed",
    "suspended": "stays suspended",
    "downloaded": "its private half does not come back",
    "half_destroyed": "its private half does not come back",
}
"""Events that are final, and what the operator reads about them."""
_BEGINS_AGAIN = frozenset({"created", "registered", "added", "resumed"})
_ONLY_SEEN = frozenset({"person.signed_in", "session.ended", "quota.alarm", "quota.used_up"})
"""Events that change no row: the rows that they name may be restored."""
_NAMED_BY = {
    "teams": ("team_id",),
    "maps_ids": ("identifier",),
    "keys": ("key_id",),
    "vault": ("key_id",),
    "quotas": ("subject", "team_id"),
    "api_tokens": ("token_id",),
    "maps_tokens": ("token_id",),
    "people": ("email",),
    "memberships": ("person_id",),
    "passkeys": ("person_id",),
}
"""Columns by which the ledger names a row; other tables by their primary key."""

Row = Mapping[str, object]


@dataclass(slots=True)
class Ended:
    """Reads the rows of a backup, and says which of them the ledger has named since."""

    entries: Mapping[str, list[Entry]]
    _emails: dict[str, str] = field(default_factory=dict)
    _seen: set[str] = field(default_factory=set)

    def covers(self, table: str, row: Row, *, primary_key: Iterable[object]) -> bool:
        """Tell whether the ledger has named the row: then the running installation has the newer state."""
        if table == "people":
            self._emails[str(row["person_id"])] = str(row["email"])
        columns = _NAMED_BY.get(table)
        values = [row[column] for column in columns] if columns is not None else list(primary_key)
        names = {fold(self._emails.get(str(value), str(value))) for value in values}
        found = names & self.entries.keys()
        self._seen |= found
        return bool(found)

    def notes(self) -> tuple[str, ...]:
        """Give a sentence for each object of the backup that has ended since, and was not created again."""
        return tuple(_note(entry) for name in sorted(self._seen) for entry in _last_endings(self.entries[name]))


def ended_since(entries: Iterable[Entry]) -> Ended:
    """Group the events since a backup by their subject."""
    by_subject: dict[str, list[Entry]] = {}
    for entry in entries:
        if entry.kind in _ONLY_SEEN:
            continue
        by_subject.setdefault(fold(entry.subject), []).append(entry)
    return Ended(by_subject)


def _last_endings(entries: Iterable[Entry]) -> Iterable[Entry]:
    """Keep the final events of one subject that no later event took back."""
    open_endings: dict[tuple[str, str | None], list[Entry]] = {}
    for entry in entries:
        noun, _, what = entry.kind.rpartition(".")
        endings = open_endings.setdefault((noun, entry.team_id), [])
        if what in _BEGINS_AGAIN:
            endings.clear()
        elif what in STAYS:
            endings.append(entry)
    return [entry for endings in open_endings.values() for entry in endings]


def fold(name: str) -> str:
    """Give the form in which names are compared: case does not matter."""
    return name.casefold()


def _note(entry: Entry) -> str:
    noun, _, ending = entry.kind.rpartition(".")
    words = {"maps_id": "Maps ID", "api_token": "API token", "maps_token": "Maps token"}.get(
        noun, noun.replace("_", " ")
    )
    when = to_words(to_seconds(entry.at))
    return f"The {words} {entry.subject} was {ending} on {when}, after this backup: {_stay(ending)}."


def _stay(ending: str) -> str:
    words = STAYS[ending]
    return words if words.startswith("its") else f"it {words}"
