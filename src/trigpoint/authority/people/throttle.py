"""Throttling sign-in: each failed attempt makes the wait longer. It is the same whether an account exists or not."""

import hashlib
from collections.abc import Mapping

from trigpoint.base.clock import DAY_S, Milliseconds, to_seconds
from trigpoint.base.errors import TrigpointError
from trigpoint.credentials.person import same_email
from trigpoint.store.reader import Reader

LONGEST_WAIT_S = 900
FORGET_AFTER_S = DAY_S
"""Time since the last failure after which failures are deleted."""
FREE = {"pair": 5, "network": 30, "address": 50, "passkey": 30, "crowd": 1_000}
"""Failures before there is a wait, by the kind of subject.

- `pair`: an address, from one network; `network`: any address, from one network.
- `address`: an address, from all networks. This is high, so that a stranger cannot lock somebody out.
- `passkey`: challenges for passkeys that a network has requested since its last valid response.
- `crowd`: the same if the network is unknown. This is very high, because they may be everybody's.
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
    """Give the subjects for which an attempt is counted, by kind. They are digests, so that no addresses are stored."""
    address = same_email(email)
    if network == UNKNOWN_NETWORK:  # shared by everybody: failures of one client must not delay others
        return _digests({"address": address})
    return _digests({"pair": f"{address}\n{network}", "network": network, "address": address})


def subjects_of_passkeys(network: str) -> dict[str, str]:
    """Give the subject for which a challenge for an unknown person is counted, by kind."""
    return _digests({"crowd" if network == UNKNOWN_NETWORK else "passkey": network})


def require_patience(reader: Reader, subjects: Mapping[str, str], *, at: float) -> None:
    """Raise `ThrottledError` while a subject has to wait. `at` is in seconds."""
    known = reader.sessions.failures(subjects.values())
    longest = 0.0
    for kind, subject in subjects.items():
        count, last_at = known.get(subject, (0, Milliseconds(0)))
        wait = wait_s(count, free=FREE[kind])
        # Never longer than `wait`: the clock may have been ahead at the last failure.
        longest = max(longest, min(wait, to_seconds(last_at) + wait - at))
    if longest > 0:
        raise ThrottledError(int(longest) + 1)


def wait_s(failures: int, *, free: int) -> int:
    """Give the wait after a number of failures: none, then 1, 2, 4 … seconds, up to 15 minutes."""
    return 0 if failures < free else min(2 ** min(failures - free, 20), LONGEST_WAIT_S)


def _digests(texts: dict[str, str]) -> dict[str, str]:
    return {kind: hashlib.sha256(f"{kind}:{text}".encode()).hexdigest() for kind, text in texts.items()}
