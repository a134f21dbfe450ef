"""The cached record of a key, for tests that count or spend calls without sending them."""

from trigpoint.authority.grants import Grant, grant_to
from trigpoint.authority.opening import Authority
from trigpoint.base.ids import KeyId
from trigpoint.credentials.call import Call
from trigpoint.credentials.facts import KeyFacts


def known(authority: Authority, key_id: str) -> KeyFacts:
    """Give what memory has of a key, which it looks up if need be."""
    facts = authority._memory.find(KeyId(key_id))
    assert facts is not None, f"there is no key {key_id}"
    return facts


def granted(authority: Authority, key_id: str, call: Call) -> Grant:
    """Return the grant of a call with a key."""
    return grant_to(known(authority, key_id), call)
