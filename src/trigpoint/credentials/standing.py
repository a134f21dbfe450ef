"""What the ledger says about one object: whether it exists, and its values, each with the entry that set it.

A row of the database that differs was changed past the ledger.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from trigpoint.base.clock import Milliseconds, to_iso, to_seconds
from trigpoint.credentials.events import EventKind, JsonScalar
from trigpoint.credentials.key import KeyState
from trigpoint.credentials.ledger import Entry
from trigpoint.credentials.webhook import WebhookState, origin_of

Values = Mapping[str, JsonScalar]
Sets = Callable[[Entry], Values]
"""Gives the values that an entry sets. A value that an entry of an earlier version lacks is not compared."""


@dataclass(frozen=True, slots=True)
class Story:
    """The kinds of events about one noun: which make an object, which end it, and what the others set."""

    makes: Mapping[EventKind, Sets]
    sets: Mapping[EventKind, Sets] = field(default_factory=dict)
    ends: frozenset[EventKind] = frozenset()
    does_end: Callable[[Entry], bool] = lambda _entry: True
    """Tell of an entry of such a kind whether it ended the object: with version 0.1, some did not."""

    @property
    def kinds(self) -> list[str]:
        """All kinds, as the ledger stores them."""
        return [kind.value for kind in (*self.makes, *self.sets, *self.ends)]


@dataclass(slots=True)
class Standing:
    """An object by the ledger: the sequences of the entries that made it and that ended it, and its values.

    `values` has each value with the sequence of the entry that set it.
    """

    made: int | None = None
    ended: int | None = None
    values: dict[str, tuple[JsonScalar, int]] = field(default_factory=dict)

    @property
    def team_id(self) -> JsonScalar:
        """The team of the object, if an entry names one."""
        return self.values.get("team", (None, 0))[0]

    def compare(self, row: Values | None) -> tuple[int | None, str] | None:
        """Compare the object with its row, None if it has none; None if they agree.

        Otherwise gives the sequence of the entry that the row contradicts, None if there is no entry at all, and what is
        wrong, as the end of a sentence about the object. Fingerprints are compared, but not written.
        """
        if row is None:
            is_there = self.made is not None and self.ended is None and self.values.get("limit", (0, 0))[0] is not None
            return (self.made, f"is gone, but entry {self.made} made it, and none ended it") if is_there else None
        if row.get("state") == "revoked" and self.values.get("state", ("revoked", 0))[0] == "revoked":
            return None  # nobody can use it, whatever else was changed: this is how such a change is mended
        if self.ended is not None:
            return self.ended, f"is there, but entry {self.ended} ended it"
        if self.made is None:
            return None, "is there, but no entry says who made it"
        return self._first_difference(row)

    def _first_difference(self, row: Values) -> tuple[int, str] | None:
        for name, value in row.items():
            said, sequence = self.values.get(name, (value, 0))
            if said == value:
                continue
            if name in _HASHED:
                return sequence, f"has another {name} than entry {sequence} says"
            return sequence, f"has the {name} {_show(name, value)}, but entry {sequence} says {_show(name, said)}"
        return None


def standing_after(story: Story, entries: Iterable[Entry]) -> Standing:
    """Follow the entries about one object, in their order."""
    found = Standing()
    for entry in entries:
        kind = EventKind(entry.kind)
        if kind in story.ends:
            found.ended = entry.sequence if story.does_end(entry) else found.ended
            continue
        sets = story.makes.get(kind)
        if sets is not None:
            found = Standing(entry.sequence)
            found.values["team"] = (entry.team_id, entry.sequence)
        else:
            sets = story.sets[kind]
        for name, value in sets(entry).items():
            if value is _UNKNOWN:
                found.values.pop(name, None)
            else:
                found.values[name] = (value, entry.sequence)
    return found


def _show(name: str, value: JsonScalar) -> str:
    if name == "expiry" and isinstance(value, int) and 0 <= value < LAST_MS:
        return to_iso(to_seconds(Milliseconds(value)))
    return "none" if value is None else str(value).lower() if isinstance(value, bool) else repr(value)


LAST_MS = 253_402_300_800_000
"""The end of the year 9999, after which a time cannot be written."""
_UNKNOWN = "\0"
_HASHED = frozenset({"public key", "secret", "signing secret", "password", "URL"})
_WORDS = {
    "mapsId": "Maps ID",
    "expiresAt": "expiry",
    "thumbprint": "public key",
    "fingerprint": "secret",
    "lifetime": "longest lifetime",
    "suspendsLeakedKeys": "choice to suspend leaked keys",
    "secretFingerprint": "signing secret",
    "email": "address",
}
"""Names of details whose values have other names here."""


def _take(*names: str, **fixed: JsonScalar) -> Sets:
    """Take values over from the details of an entry, and set fixed ones."""
    return lambda entry: {_WORDS.get(name, name): entry.details.get(name, _UNKNOWN) for name in names} | fixed


def _limit(entry: Entry) -> Values:
    return {"limit": entry.details.get("daily", entry.details.get("aMinute", _UNKNOWN))}


def _password(entry: Entry) -> Values:
    """A reset link also switches the second factor off."""
    reset: Values = {"second factor": False} if entry.details.get("by") == "reset link" else {}
    return {"password": entry.details.get("fingerprint", _UNKNOWN), **reset}


def _address(entry: Entry) -> Values:
    """Compare the origin of a webhook, and the fingerprint of its whole URL; early entries contain the whole URL."""
    return {
        "origin": origin_of(str(entry.details.get("url", ""))),
        "URL": entry.details.get("fingerprint", _UNKNOWN),
        "events": entry.details.get("events", _UNKNOWN),
    }


def _is_of_the_only_account(entry: Entry) -> bool:
    """Tell whether no second account had the same address, which somebody had inserted past the ledger."""
    return not entry.details.get("duplicate")


_STATES: Mapping[str, Sets] = {state.value: _take(state=state.value) for state in KeyState}
_CEILINGS: Values = {"scopes": None, "longest lifetime": None, "origins": None}
_NEW_KEY = _take("name", "mapsId", "services", "expiresAt", "thumbprint", state="active", **_CEILINGS)
_SENDS, _RESTS = _take(state=WebhookState.ACTIVE.value), _take(state=WebhookState.DISABLED.value)

TEAM = Story(
    {EventKind.TEAM_CREATED: _take("name", **{"choice to suspend leaked keys": False})},
    {EventKind.TEAM_RENAMED: _take("name"), EventKind.LEAK_CHOICE_SET: _take("suspendsLeakedKeys")},
)
MAPS_ID = Story({EventKind.MAPS_ID_REGISTERED: _take()}, ends=frozenset({EventKind.MAPS_ID_REMOVED}))
KEY = Story(
    {EventKind.KEY_CREATED: _NEW_KEY, EventKind.KEY_REGISTERED: _NEW_KEY},
    {
        EventKind.KEY_RENAMED: _take("name"),
        EventKind.KEY_REVOKED: _STATES["revoked"],
        EventKind.KEY_SUSPENDED: _STATES["suspended"],
        EventKind.KEY_RESUMED: _STATES["active"],
        EventKind.KEY_EXPIRY_SET: _take("expiresAt"),
        EventKind.KEY_CEILINGS_SET: _take("scopes", "lifetime", "origins"),
    },
)
MAPS_TOKEN = Story(
    {EventKind.MAPS_TOKEN_CREATED: _take("service", "origin", "expiresAt", "thumbprint", state="active")},
    {
        EventKind.MAPS_TOKEN_REVOKED: _STATES["revoked"],
        EventKind.MAPS_TOKEN_SUSPENDED: _STATES["suspended"],
        EventKind.MAPS_TOKEN_RESUMED: _STATES["active"],
    },
)
API_TOKEN = Story(
    {EventKind.API_TOKEN_CREATED: _take("role", "owner", "expiresAt", "fingerprint", state="active")},
    {EventKind.API_TOKEN_REVOKED: _STATES["revoked"]},
)
PERSON = Story(
    {EventKind.PERSON_CREATED: lambda entry: {"second factor": False, "operator": False, **_password(entry)}},
    {
        EventKind.PASSWORD_CHANGED: _password,
        EventKind.SECOND_FACTOR_SET: lambda entry: {"second factor": entry.details.get("wanted", _UNKNOWN)},
        EventKind.OPERATOR_ADDED: _take(operator=True),
        EventKind.OPERATOR_REMOVED: _take(operator=False),
    },
    frozenset({EventKind.PERSON_REMOVED}),
    _is_of_the_only_account,
)
MEMBER = Story(
    {EventKind.MEMBER_ADDED: _take("role")},
    {EventKind.MEMBER_ROLE_CHANGED: _take("role")},
    frozenset({EventKind.MEMBER_REMOVED}),
    _is_of_the_only_account,
)
INVITATION = Story(
    {EventKind.INVITATION_MADE: _take("role", "email", "expiresAt", "fingerprint")},
    ends=frozenset({EventKind.INVITATION_WITHDRAWN}),
)
RESET_LINK = Story(
    {EventKind.PASSWORD_RESET_ISSUED: _take("expiresAt", "fingerprint")},
    ends=frozenset({EventKind.PASSWORD_CHANGED}),
    does_end=lambda entry: "fingerprint" in entry.details or entry.details.get("by") == "reset link",
)
LIMIT = Story({EventKind.QUOTA_SET: _limit})
WEBHOOK = Story(
    {
        EventKind.WEBHOOK_ADDED: lambda entry: {
            **_address(entry),
            **_take("secretFingerprint", state=WebhookState.ACTIVE.value)(entry),
        }
    },
    {
        EventKind.WEBHOOK_SECRET_RENEWED: _take("secretFingerprint"),
        EventKind.WEBHOOK_EDITED: _address,
        EventKind.WEBHOOK_PAUSED: _RESTS,
        EventKind.WEBHOOK_DISABLED: _RESTS,
        EventKind.WEBHOOK_RESUMED: _SENDS,
        EventKind.WEBHOOK_REPLAYED: _SENDS,
    },
    frozenset({EventKind.WEBHOOK_REMOVED}),
)
