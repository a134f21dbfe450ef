"""Facts that ledger entries state about an object; entries of earlier versions, which lack some, contradict nothing."""

import pytest

from trigpoint.base.ids import TeamId
from trigpoint.credentials import ledger, standing
from trigpoint.credentials.events import Details, Event, EventKind
from trigpoint.credentials.ledger import EMPTY, Entry, Head
from trigpoint.credentials.standing import Story, standing_after

TEAM = TeamId("K5GNLXS2QT")
KEY: Details = {"name": "Website", "mapsId": "maps.com.example.app", "services": "server_api", "expiresAt": None}
PERSON: Details = {"name": "Ada"}


def entries_of(*events: tuple[EventKind, Details]) -> list[Entry]:
    made: list[Entry] = []
    for kind, details in events:
        head = Head(made[-1].sequence, made[-1].hash) if made else EMPTY
        made.append(ledger.append(head, Event(kind, "ada@example.com", TEAM, "subject", details), 1000))
    return made


def compare(story: Story, row: dict[str, str | int | bool | None] | None, *events: tuple[EventKind, Details]) -> object:
    return standing_after(story, entries_of(*events)).compare(row)


def test_a_key_of_an_earlier_version_may_have_any_public_key() -> None:
    assert compare(standing.KEY, {"public key": "x", "state": "active"}, (EventKind.KEY_CREATED, KEY)) is None
    found = compare(standing.KEY, {"public key": "x"}, (EventKind.KEY_CREATED, KEY | {"thumbprint": "y"}))
    assert found == (1, "has another public key than entry 1 says")


def test_a_revoked_key_contradicts_nothing_once_an_entry_revoked_it() -> None:
    """This is how a swapped public key and an inserted key are mended; made active again, each is found again."""
    created, revoked = (EventKind.KEY_CREATED, KEY | {"thumbprint": "y"}), (EventKind.KEY_REVOKED, {})
    dead: dict[str, str | int | bool | None] = {"public key": "x", "state": "revoked"}
    assert compare(standing.KEY, dead, created) is not None
    assert compare(standing.KEY, dead, created, revoked) is None
    assert compare(standing.KEY, dead, revoked) is None
    assert compare(standing.KEY, dead | {"state": "active"}, revoked) is not None


def test_any_password_hash_of_an_earlier_version_is_accepted_also_after_one_of_this_version() -> None:
    created = (EventKind.PERSON_CREATED, PERSON | {"fingerprint": "old"})
    assert compare(standing.PERSON, {"password": "new"}, created) is not None
    assert compare(standing.PERSON, {"password": "new"}, created, (EventKind.PASSWORD_CHANGED, {})) is None


@pytest.mark.parametrize(
    ("change", "ends"), [({}, False), ({"by": "reset link"}, True), ({"kept": "a", "fingerprint": "x"}, True)]
)
def test_a_password_that_was_changed_with_version_0_1_did_not_end_reset_links(change: Details, ends: bool) -> None:
    issued = (EventKind.PASSWORD_RESET_ISSUED, {"expiresAt": 5})
    found = compare(standing.RESET_LINK, {"expiry": 5}, issued, (EventKind.PASSWORD_CHANGED, change))
    assert found == ((2, "is there, but entry 2 ended it") if ends else None)


@pytest.mark.parametrize(("by", "second_factor"), [("reset link", False), (None, True)])
def test_a_reset_link_switches_the_second_factor_off(by: str | None, second_factor: bool) -> None:
    history: list[tuple[EventKind, Details]] = [
        (EventKind.PERSON_CREATED, PERSON),
        (EventKind.SECOND_FACTOR_SET, {"wanted": True}),
        (EventKind.PASSWORD_CHANGED, {} if by is None else {"by": by}),
    ]
    assert compare(standing.PERSON, {"second factor": second_factor}, *history) is None
    assert compare(standing.PERSON, {"second factor": not second_factor}, *history) is not None


@pytest.mark.parametrize("unit", ["daily", "aMinute"])
def test_a_limit_that_was_removed_is_not_missing(unit: str) -> None:
    history: list[tuple[EventKind, Details]] = [(EventKind.QUOTA_SET, {unit: 5})]
    assert compare(standing.LIMIT, None, *history) == (1, "is gone, but entry 1 made it, and none ended it")
    history.append((EventKind.QUOTA_SET, {unit: None}))
    assert compare(standing.LIMIT, None, *history) is None
    assert compare(standing.LIMIT, {"limit": 5}, *history) == (2, "has the limit 5, but entry 2 says none")


def test_a_member_who_left_and_came_back_has_the_role_of_the_last_entry() -> None:
    added, removed = EventKind.MEMBER_ADDED, EventKind.MEMBER_REMOVED
    gone: list[tuple[EventKind, Details]] = [(added, {"role": "admin"}), (removed, {})]
    assert compare(standing.MEMBER, None, *gone) is None
    assert compare(standing.MEMBER, {"role": "admin"}, *gone) == (2, "is there, but entry 2 ended it")
    back = [*gone, (added, {"role": "viewer"})]
    assert compare(standing.MEMBER, {"role": "viewer"}, *back) is None
    assert compare(standing.MEMBER, {"role": "admin"}, *back) == (
        3, "has the role 'admin', but entry 3 says 'viewer'",
    )  # fmt: skip


def test_an_early_entry_of_a_webhook_has_the_whole_url() -> None:
    early = (EventKind.WEBHOOK_ADDED, {"url": "https://example.com/secret", "events": "*"})
    row: dict[str, str | int | bool | None] = {"origin": "https://example.com", "URL": "any", "events": "*"}
    assert compare(standing.WEBHOOK, row, early) is None
