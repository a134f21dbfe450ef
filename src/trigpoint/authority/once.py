"""Idempotency: a repeated request to create something is recognised within a day, in the transaction that creates it."""

from trigpoint.base.clock import Milliseconds, earlier
from trigpoint.credentials.once import KEEP_MS, KeyReusedError, Once, RepeatedError
from trigpoint.store.writer import Change


def require_first(change: Change, once: Once | None) -> None:
    """Raise `RepeatedError` if the same request was made before, `KeyReusedError` if another one had this key."""
    before = change.creations.find(once) if once is not None else None
    if once is None or before is None:
        return
    fingerprint, subject = before
    if fingerprint != once.fingerprint:
        raise KeyReusedError(once.key)
    raise RepeatedError(subject)


def remember_creation(change: Change, once: Once | None, subject: str, *, at: Milliseconds) -> None:
    """Remember what was created under an idempotency key, for a day (milliseconds)."""
    if once is not None:
        change.creations.remove(created_before=earlier(at, KEEP_MS))
        change.creations.add(once, subject, at=at)
