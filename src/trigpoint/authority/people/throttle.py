"""Throttling sign-in: the more attempts failed, the longer the wait; it looks the same whether an account exists."""

import hashlib
from collections.abc import Mapping

from trigpoint.base.clock import DAY_S, Milliseconds, to_seconds
from trigpoint.base.errors import TrigpointError
from trigpoint.credentials.person import same_email
from trigpoint.store.reader import Reader

LONGEST_WAIT_S = 900
FORGET_AFTER_S = DAY_S
FREE = {"pair": 5, "network": 30, "address": 50, "passkey": 30, "crowd": 1_000}
"""Failures without a wait: of an address from one network, of a network, of an address from everywhere.

The third is high, so that a stranger cannot lock somebody out by failing in their name. The last counts what is asked
for before anybody is known: the challenges of passkeys for a network, until one of them is answered rightly; those of a network that is not known may be everybody's, and have
to be many.
"""
UNKNOWN_NETWORK = "unknown"
"""The network of a client behind a proxy that does not name its clients."""


class ThrottledError(TrigpointError):
    """Too many attempts (HTTP 429). `retry_after` is in seconds."""

    def __init__(self, retry_after: int) -> None:
        self.retry_after = retry_after
        unit = "second" if retry_after == 1 else "seconds"
        super().__init__(f"Too many attempts to sign in. Try again in {retry_after} {unit}.")


def subjects_of(email: str, network: str) -> dict[str, str]:
    """Give the subjects that an attempt counts against, by kind. Subjects are digests: the table holds no addresses."""
    address = same_email(email)
    if network == UNKNOWN_NETWORK:  # everybody's: one stranger's failures must keep nobody else waiting
        return _digests({"address": address})
    return _digests({"pair": f"{address}\n{network}", "network": network, "address": address})


def subjects_of_passkeys(network: str) -> dict[str, str]:
    """Give the subjects that a challenge for an unknown person counts against."""
    return _digests({"crowd" if network == UNKNOWN_NETWORK else "passkey": network})


def require_patience(reader: Reader, subjects: Mapping[str, str], *, at: float) -> None:
    """Raise `ThrottledError` while a subject has to wait. `at` is in seconds."""
    known = reader.sessions.failures(subjects.values())
    longest = 0.0
    for kind, subject in subjects.items():
        count, last_at = known.get(subject, (0, Milliseconds(0)))
        wait = wait_s(count, free=FREE[kind])
        # Never longer than the wait: the clock may have been ahead when it failed.
        longest = max(longest, min(wait, to_seconds(last_at) + wait - at))
    if longest > 0:
        raise ThrottledError(int(longest) + 1)


def wait_s(failures: int, *, free: int) -> int:
    """Give the wait after a number of failures: none, then 1, 2, 4 … seconds, up to 15 minutes."""
    return 0 if failures < free else min(2 ** min(failures - free, 20), LONGEST_WAIT_S)


def _digests(texts: dict[str, str]) -> dict[str, str]:
    return {kind: hashlib.sha256(f"{kind}:{text}".encode()).hexdigest() for kind, text in texts.items()}
