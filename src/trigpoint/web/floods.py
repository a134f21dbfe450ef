"""Rate limits for floods: refusals a second of one address, and log lines a second."""

import ipaddress
import logging
import time
from collections.abc import Callable

from trigpoint.base.errors import TrigpointError
from trigpoint.web.asgi import Message
from trigpoint.web.log_lines import REQUESTS

REFUSALS_PER_S = 50
REFUSALS_AT_ONCE = 200
REMEMBERED = 4_096
"""Most addresses that are counted at once; then the older half is dropped."""
LINES_PER_S = 100
LINES_AT_ONCE = 1_000


class TooManyRefusalsError(TrigpointError):
    """An address was refused too often (HTTP 429). Credentials that are good are never told so."""

    def __init__(self) -> None:
        super().__init__(
            "Too many calls of this address were refused; the answers before say why. Mend the token, and try again in a "
            "second."
        )


class Bucket:
    """A token bucket: a burst, and a rate a second."""

    __slots__ = ("_at_once", "_left", "_per_s", "seen_at")

    def __init__(self, per_s: float, at_once: float, at: float) -> None:
        self._per_s = per_s
        self._at_once = at_once
        self._left = at_once
        self.seen_at = at

    def take(self, at: float) -> bool:
        """Take one token, if there is one; `at` is in seconds."""
        self._left = min(self._at_once, self._left + max(0.0, at - self.seen_at) * self._per_s)
        self.seen_at = at
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Refusals:
    """Counts the refusals of each address; of one whose address nobody knows, none.

    Every credential is judged: who shares an address with somebody that floods is not shut out, if theirs is good.
    """

    def __init__(
        self,
        *,
        per_s: float = REFUSALS_PER_S,
        at_once: float = REFUSALS_AT_ONCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._per_s = per_s
        self._at_once = at_once
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}

    def may_tell(self, scope: Message) -> bool:
        """Count a refusal; tell whether it may be answered and logged with its reason."""
        client = scope.get("client")
        if client is None:
            return True
        whose, at = _subscriber(client[0]), self._clock()
        bucket = self._buckets.get(whose)
        if bucket is None:
            if len(self._buckets) >= REMEMBERED:
                by_age = sorted(self._buckets.items(), key=lambda item: item[1].seen_at)
                self._buckets = dict(by_age[REMEMBERED // 2 :])
            bucket = self._buckets[whose] = Bucket(self._per_s, self._at_once, at)
        return bucket.take(at)


def _subscriber(address: str) -> str:
    """Give the block of addresses of one subscriber: the IPv4 address, or the /64 of IPv6."""
    if ":" not in address:
        return address
    try:
        return str(int(ipaddress.IPv6Address(address)) >> 64)
    except ValueError:
        return address


class BoundedStream(logging.StreamHandler):  # type: ignore[type-arg]
    """A log handler that drops lines above a rate, and says how many it dropped."""

    def __init__(
        self,
        stream: object = None,
        *,
        per_s: float = LINES_PER_S,
        at_once: float = LINES_AT_ONCE,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        super().__init__(stream)
        self._clock = clock
        self._per_s = per_s
        self._bucket = Bucket(per_s, at_once, clock())
        self._left_out = 0

    def emit(self, record: logging.LogRecord) -> None:
        """Write a line, or count it among those that are left out."""
        if _went_well(record) or self._bucket.take(self._clock()):
            if self._left_out:
                left_out, self._left_out = self._left_out, 0
                super().emit(_about_lines(left_out, self._per_s))
            super().emit(record)
        else:
            self._left_out += 1


def _went_well(record: logging.LogRecord) -> bool:
    status = getattr(record, "status", None)
    return record.name == REQUESTS and not hasattr(record, "code") and isinstance(status, int) and status < 400


def _about_lines(count: int, per_s: float) -> logging.LogRecord:
    text = "%d lines were left out: there were more than %d a second."
    return logging.LogRecord("trigpoint.log", logging.WARNING, __file__, 0, text, (count, int(per_s)), None)
