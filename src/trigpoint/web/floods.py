"""Rate limits against floods: refusals per second from one address, and log lines per second."""

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
"""Most addresses that are counted; if there are more, the older half is dropped."""
LINES_PER_S = 100
LINES_AT_ONCE = 1_000


class TooManyRefusalsError(TrigpointError):
    """Too many requests from an address were refused (HTTP 429). A request with a valid credential never gets this."""

    def __init__(self) -> None:
        super().__init__(
            "Too many requests from this address were refused; the earlier responses say why. Fix the token, and try "
            "again in a second."
        )


class Bucket:
    """A token bucket with a capacity (`at_once`) that is refilled at a rate (`per_s`)."""

    __slots__ = ("_at_once", "_left", "_per_s", "seen_at")

    def __init__(self, per_s: float, at_once: float, at: float) -> None:
        self._per_s = per_s
        self._at_once = at_once
        self._left = at_once
        self.seen_at = at

    def take(self, at: float) -> bool:
        """Take one token; False if there is none. `at` is in seconds."""
        self._left = min(self._at_once, self._left + max(0.0, at - self.seen_at) * self._per_s)
        self.seen_at = at
        if self._left < 1:
            return False
        self._left -= 1
        return True


class Refusals:
    """Counts the refusals of each address; requests without a known address are not counted.

    Every credential is still judged, so that a flood does not affect valid credentials from the same address.
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
        """Count a refusal; tell whether its response and log line may have the reason."""
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
    """Give what identifies one subscriber: the IPv4 address, or the /64 prefix of the IPv6 address."""
    if ":" not in address:
        return address
    try:
        return str(int(ipaddress.IPv6Address(address)) >> 64)
    except ValueError:
        return address


class BoundedStream(logging.StreamHandler):  # type: ignore[type-arg]
    """A log handler that drops lines above a rate, and logs how many it dropped. Successful requests are always logged."""

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
        """Write a line, or count it as dropped."""
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
    text = "%d lines were dropped: there were more than %d per second."
    return logging.LogRecord("trigpoint.log", logging.WARNING, __file__, 0, text, (count, int(per_s)), None)
