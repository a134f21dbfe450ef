"""The tally: the counters of this process that are not in the database yet. Counting only changes memory.

The tally is written once a second, so a worker that is killed (kill -9) loses one second of counts.
"""

from collections import deque
from dataclasses import dataclass
from typing import TypeVar

from trigpoint.authority.grants import Grant, grant_to
from trigpoint.base.clock import HOUR_S, to_ms
from trigpoint.base.ids import KeyId
from trigpoint.credentials.call import Call
from trigpoint.credentials.facts import KeyFacts
from trigpoint.credentials.usage import ORIGIN_LIMIT, OTHER_ORIGINS, CallLine, LastUse, RefusalLine, network_of
from trigpoint.store.usage import Usage

ORIGINS_PER_KEY = 200
"""Most origins of a key that are counted separately in an hour: any caller can invent an Origin header."""

Counter = TypeVar("Counter")
_InHour = tuple[KeyId, str, str | None, int]
"""Key, service (or `MAP_VIEW`), origin, status."""
_Counter = tuple[int, KeyId, str, str | None, int]
"""The same with the hour, counted from the epoch, before it."""


@dataclass(frozen=True, slots=True)
class Batch:
    """The counters between two writes."""

    calls: dict[_Counter, int]
    refusals: dict[RefusalLine, int]
    last_uses: dict[KeyId, Grant]
    owners: dict[KeyId, KeyFacts]
    """Facts of counted keys that are not in `last_uses`; the cache of keys may have evicted them meanwhile."""


class Tally:
    """Counts calls, refusals and last uses; `write` adds them to those of the other workers."""

    def __init__(self, usage: Usage) -> None:
        self._usage = usage
        self._calls: dict[int, dict[_InHour, list[int]]] = {}  # by hour; lists of one count need no second look-up
        self._counted: dict[_InHour, list[int]] = {}  # those of the hour in which the last call was
        self._begins = self._ends = 0.0  # of that hour
        self._refusals: dict[RefusalLine, int] = {}
        self._last_uses: dict[KeyId, Grant] = {}
        self._owners: dict[KeyId, KeyFacts] = {}
        self._unwritten: deque[Batch] = deque()
        self._origins: dict[tuple[int, KeyId], set[str]] = {}

    def note_use(self, key: KeyFacts, call: Call) -> None:
        """Record the latest call of a key."""
        self._last_uses[key.key_id] = grant_to(key, call)

    def settle(self, grant: Grant, status: int) -> None:
        """Count an admitted call with the status of its response, and record it as the last use of its key."""
        key_id, call = grant.key_id, grant.call
        self._last_uses[key_id] = grant
        if not self._begins <= call.at < self._ends:
            self._enter(call.at)
        counter = (key_id, call.service, call.origin, status)
        counted = self._counted.get(counter)
        if counted is None:
            self._counted[counter] = [1]
        else:
            counted[0] += 1

    def count(self, key: KeyFacts, call: Call, status: int, *, as_what: str = "") -> None:
        """Count a call that was admitted, or was over its quota, with the status of its response.

        `as_what` is `credentials.usage.MAP_VIEW` for a map view; else the call is counted for its service.
        """
        self._owners[key.key_id] = key
        if not self._begins <= call.at < self._ends:
            self._enter(call.at)
        self._counted.setdefault((key.key_id, as_what or call.service, call.origin, status), [0])[0] += 1

    def count_refusal(self, key: KeyFacts | None, call: Call, reason: str) -> None:
        """Count a refused credential for the key that it names, verified or not. `reason` is a code."""
        team_id, key_id = ("", "") if key is None else (key.team_id, key.key_id)
        line = RefusalLine(int(call.at // HOUR_S), team_id, key_id, call.service, reason)
        self._refusals[line] = self._refusals.get(line, 0) + 1

    def take(self) -> Batch:
        """Give the counters, and start new ones. It must be called in the thread of the event loop, which counts."""
        calls = {
            (hour, *counter): count for hour, counted in self._calls.items() for counter, (count,) in counted.items()
        }
        batch = Batch(calls, self._refusals, self._last_uses, self._owners)
        self._calls, self._refusals, self._last_uses, self._owners = {}, {}, {}, {}
        self._begins = self._ends = 0.0  # so that the next call enters its hour in the new counters
        while self._unwritten:
            before = self._unwritten.popleft()
            _merge(batch.calls, before.calls)
            _merge(batch.refusals, before.refusals)
            batch.last_uses.update(before.last_uses | batch.last_uses)
            batch.owners.update(before.owners | batch.owners)
        return batch

    def write(self, batch: Batch) -> None:
        """Write a batch to the database; if that fails, it is added to the next batch."""
        try:
            uses = {key_id: _last_use(use.call) for key_id, use in batch.last_uses.items()}
            self._usage.add(self._lines(batch), batch.refusals, uses)
        except BaseException:
            self._unwritten.append(batch)
            raise

    def flush(self) -> None:
        """Write all counters. It must not be called while calls are being counted."""
        self.write(self.take())

    def _enter(self, at: float) -> None:
        """Count from now on in the hour of a time, in seconds since the epoch."""
        hour = int(at // HOUR_S)
        self._begins, self._ends = float(hour * HOUR_S), float((hour + 1) * HOUR_S)
        self._counted = self._calls.setdefault(hour, {})

    def _lines(self, batch: Batch) -> dict[CallLine, int]:
        lines: dict[CallLine, int] = {}
        owners: dict[KeyId, Grant | KeyFacts] = {**batch.owners, **batch.last_uses}
        for (hour, key_id, used, origin, status), count in batch.calls.items():
            key = owners[key_id]
            name = self._name_origin(hour, key_id, origin)
            line = CallLine(hour, key.team_id, key_id, key.maps_id, used, name, status)
            lines[line] = lines.get(line, 0) + count
        return lines

    def _name_origin(self, hour: int, key_id: KeyId, origin: str | None) -> str:
        if origin is None:
            return ""
        name = origin.lower()
        known = self._origins.get((hour, key_id))
        if known is None:
            self._origins = {place: origins for place, origins in self._origins.items() if place[0] >= hour - 1}
            known = self._origins.setdefault((hour, key_id), set())
        if name in known:
            return name
        if len(name) > ORIGIN_LIMIT or not name.isprintable() or len(known) >= ORIGINS_PER_KEY:
            return OTHER_ORIGINS
        known.add(name)
        return name


def _last_use(call: Call) -> LastUse:
    origin = None if call.origin is None else call.origin[:ORIGIN_LIMIT]
    return LastUse(to_ms(call.at), origin, network_of(call.address))


def _merge(into: dict[Counter, int], more: dict[Counter, int]) -> None:
    for counter, count in more.items():
        into[counter] = into.get(counter, 0) + count
