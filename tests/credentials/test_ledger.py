"""An untouched hash chain verifies, and an altered one is reported with the first wrong entry."""

import hashlib
import json
from dataclasses import replace

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from credentials.builders import KEY, NOW, TEAM
from trigpoint.credentials.events import Event, EventKind
from trigpoint.credentials.ledger import (
    EMPTY,
    GENESIS,
    Entry,
    Fault,
    Head,
    LedgerFault,
    append,
    hash_entry,
    is_continued,
    verify,
)

AT = int(NOW * 1000)


def an_event(number: int = 1) -> Event:
    return Event(EventKind.KEY_CREATED, "operator:alice", TEAM, KEY, {"name": f"Key {number}", "number": number})


def a_chain(length: int) -> list[Entry]:
    entries: list[Entry] = []
    head = EMPTY
    for number in range(1, length + 1):
        entry = append(head, an_event(number), AT + number)
        entries.append(entry)
        head = Head(entry.sequence, entry.hash)
    return entries


def head_of(entries: list[Entry]) -> Head:
    return Head(entries[-1].sequence, entries[-1].hash) if entries else EMPTY


def rehashed(entry: Entry, **changes: object) -> Entry:
    changed = replace(entry, **changes)
    return replace(changed, hash=hash_entry(changed))


CHAIN = a_chain(8)
HEAD = head_of(CHAIN)
positions = st.integers(0, len(CHAIN) - 1)


@given(st.integers(0, 30))
def test_an_untouched_chain_verifies(length: int) -> None:
    chain = a_chain(length)
    assert verify(chain, head=head_of(chain)) is None
    assert [entry.sequence for entry in chain] == list(range(1, length + 1))


def test_an_entry_carries_the_hash_of_the_one_before() -> None:
    assert CHAIN[0].previous == GENESIS == "0" * 64
    assert [entry.previous for entry in CHAIN[1:]] == [entry.hash for entry in CHAIN[:-1]]


def test_anyone_can_compute_the_hash_by_its_description() -> None:
    entry = CHAIN[0]
    fields = [1, AT + 1, "operator:alice", TEAM, "key.created", KEY, {"name": "Key 1", "number": 1}, GENESIS]
    text = json.dumps(fields, sort_keys=True, separators=(",", ":"))
    assert entry.hash == hashlib.sha256(text.encode()).hexdigest()


CHANGES = {
    "at": 0,
    "actor": "operator:mallory",
    "team_id": None,
    "kind": "key.revoked",
    "subject": "AAAAAAAAAA",
    "details": {},
    "previous": "f" * 64,
    "hash": "f" * 64,
}


@pytest.mark.parametrize("field", CHANGES)
@given(place=positions)
def test_an_altered_entry_is_found(field: str, place: int) -> None:
    chain = list(CHAIN)
    chain[place] = replace(chain[place], **{field: CHANGES[field]})
    fault = verify(chain, head=HEAD)
    assert fault is not None
    assert (fault.sequence, fault.fault) == (place + 1, Fault.ALTERED)
    assert fault.detail == f"Entry {place + 1} does not match its own hash: it was altered after it was written."


@given(place=positions)
def test_an_entry_that_was_altered_and_rehashed_is_found(place: int) -> None:
    chain = list(CHAIN)
    chain[place] = rehashed(chain[place], actor="operator:mallory")
    fault = verify(chain, head=HEAD)
    assert fault is not None
    assert fault.fault is Fault.ALTERED
    assert fault.sequence == min(place + 2, len(CHAIN))


@given(place=positions)
def test_a_rewritten_chain_does_not_contain_the_earlier_head(place: int) -> None:
    chain = CHAIN[:place]
    for entry in CHAIN[place:]:
        actor = "operator:mallory" if entry.sequence == place + 1 else entry.actor
        chain.append(rehashed(entry, actor=actor, previous=head_of(chain).hash))
    fault = verify(chain, head=HEAD)
    assert fault == LedgerFault(8, Fault.ALTERED, "Entry 8 has another hash than the expected head of the ledger.")
    assert verify(chain, head=head_of(chain)) is None, "which is why an auditor keeps a head of their own"


@given(place=positions, count=st.integers(1, 8))
def test_missing_entries_are_found(place: int, count: int) -> None:
    fault = verify(CHAIN[:place] + CHAIN[place + count :], head=HEAD)
    assert fault is not None
    assert (fault.sequence, fault.fault) == (place + 1, Fault.MISSING)
    assert f"Entry {place + 1} is missing" in fault.detail


@given(st.permutations(CHAIN))
def test_reordered_entries_are_found(chain: list[Entry]) -> None:
    assume(chain != CHAIN)
    first = next(place for place, entry in enumerate(chain) if entry.sequence != place + 1) + 1
    fault = verify(chain, head=HEAD)
    assert fault is not None
    assert (fault.sequence, fault.fault) == (first, Fault.REORDERED)


def test_a_repeated_entry_is_found() -> None:
    fault = verify([*CHAIN[:3], *CHAIN[2:]], head=HEAD)
    assert fault == LedgerFault(3, Fault.REORDERED, "Entry 3 stands after entry 3.")


def test_two_entries_that_exchanged_their_numbers_are_found() -> None:
    chain = list(CHAIN)
    chain[2], chain[3] = replace(CHAIN[3], sequence=3), replace(CHAIN[2], sequence=4)
    fault = verify(chain, head=HEAD)
    assert fault is not None
    assert (fault.sequence, fault.fault) == (3, Fault.ALTERED)


def test_no_entry_stands_after_the_ledgers_own_head() -> None:
    chain = a_chain(3)
    head = Head(2, chain[1].hash)
    detail = "Entry 3 stands after the head of the ledger, which is entry 2."
    assert verify(chain, head=head, is_own_head=True) == LedgerFault(3, Fault.REORDERED, detail)
    assert verify(chain[:2], head=head, is_own_head=True) is None


def test_an_auditors_head_stays_valid_while_the_chain_grows() -> None:
    assert verify(a_chain(20), head=HEAD) is None
    assert verify(CHAIN[4:], head=HEAD, start=head_of(CHAIN[:4])) is None
    assert verify([], head=EMPTY) is None


def test_a_truncated_chain_is_found() -> None:
    fault = verify(CHAIN[:-2], head=HEAD)
    assert fault is not None
    assert fault.detail == "Entry 7 is missing: the ledger ends before it, but its head is entry 8."


details = st.dictionaries(
    st.text(max_size=5), st.none() | st.booleans() | st.integers() | st.text(max_size=8), max_size=4
)


@given(details, details)
def test_different_details_have_different_hashes(first: dict[str, object], second: dict[str, object]) -> None:
    one, other = (replace(CHAIN[0], details=one) for one in (first, second))
    assert (hash_entry(one) == hash_entry(other)) == (
        json.dumps(first, sort_keys=True) == json.dumps(second, sort_keys=True)
    )


@given(details)
def test_an_entry_read_from_json_has_the_same_hash(given_details: dict[str, object]) -> None:
    entry = replace(CHAIN[0], details=given_details)
    assert hash_entry(replace(entry, details=json.loads(json.dumps(given_details)))) == hash_entry(entry)


@pytest.mark.parametrize("length", range(5))
def test_a_truncated_chain_that_has_grown_again_is_recognised_as_another(length: int) -> None:
    """Three entries were read, the third of which is lost; the ledger has `length` now."""
    read = a_chain(3)
    known = Head(3, read[2].hash)
    now = read[:2]
    for number in range(len(now), length):
        head = Head(now[-1].sequence, now[-1].hash)
        now.append(append(head, an_event(100 + number), AT))
    now = now[:length]
    head = Head(now[-1].sequence, now[-1].hash) if now else EMPTY
    assert not is_continued(known, now[3:], head=head)


@pytest.mark.parametrize("length", range(3, 6))
def test_a_chain_that_has_only_grown_is_recognised_as_the_same(length: int) -> None:
    chain = a_chain(length)
    assert is_continued(Head(3, chain[2].hash), chain[3:], head=Head(length, chain[-1].hash))
    assert is_continued(EMPTY, chain, head=Head(length, chain[-1].hash))


def test_a_chain_whose_next_entry_is_missing_is_recognised_as_another() -> None:
    chain = a_chain(5)
    assert not is_continued(Head(3, chain[2].hash), chain[4:], head=Head(5, chain[4].hash))
