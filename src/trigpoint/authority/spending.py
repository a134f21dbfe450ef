"""Spending quota: workers reserve calls in the database in blocks (leases), and spend them from memory.

1. A call is spent from every limit that applies to it (team, Maps ID, key), or from none of them.
2. A worker holds at most one block of a limit; that is what is lost if it is killed.
3. The next block is fetched when a quarter of the last one is left, so that no call waits for it.
4. Leases that were not used for some seconds are given back, and all of them when the worker stops.
5. If the database has lost its last commits, leases from before are neither spent nor given back: it has no record of them.
"""

import asyncio
import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

from trigpoint.authority.alarms import Alarms
from trigpoint.authority.lease import Lease
from trigpoint.base.errors import UnavailableError
from trigpoint.base.ids import TeamId
from trigpoint.credentials.facts import KeyFacts, limits_of
from trigpoint.credentials.quota import Account, Meter, QuotaExceededError
from trigpoint.store.usage import Usage

WAIT_S = 1.0
"""Timeout of a call that waits for the database; then it is refused with 503."""
IDLE_TICKS = 5
"""Seconds without a call after which a lease is given back: `surrender` is called once a second."""
THREADS = 4
MOST_KEYS = 20_000
"""Most keys whose leases are cached together; beyond that the cache is cleared."""
_LOG = logging.getLogger("trigpoint.authority")

Block = tuple[Account, int, int]
"""Calls of an account in a window: (account, window, calls)."""
Fetch = Future[tuple[int, int]]


@dataclass(frozen=True, slots=True)
class KeyLeases:
    """The limits that apply to the calls of a key, as they were when this was cached, and the lease on each."""

    limits: tuple[tuple[Account, int], ...]
    leases: tuple[Lease, ...]


LeasesOfKeys = dict[Meter, dict[str, KeyLeases]]
"""The leases for the calls of each key that was used, by meter and Key ID."""


class Spending:
    """The leases of this process. All methods but `_fetch`, `give_back` and `forget` belong to the thread of the event loop."""

    def __init__(self, usage: Usage, alarms: Alarms) -> None:
        self._usage = usage
        self._alarms = alarms
        self._leases: dict[Account, Lease] = {}
        self.leases_of_keys: LeasesOfKeys = {meter: {} for meter in Meter}
        self._orphans: list[Lease] = []  # leases on limits that were changed; they are given back
        self._given: list[Block] = []  # calls that will be returned to the database
        self._is_forgotten = False
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="quota")

    def spend(self, key: KeyFacts, meter: Meter, at: float) -> bool:
        """Spend one call from memory; False if there is none left in a lease, and the caller must `draw`."""
        return self.spend_from(self.find_leases(key, meter), at)

    def find_leases(self, key: KeyFacts, meter: Meter) -> tuple[Lease, ...]:
        """Give the leases for the calls of a key; none if they must be opened by `draw`.

        They may be kept while `leases_of_keys` is the same object and the limits of the key are the same.
        """
        held = self.leases_of_keys[meter].get(key.key_id)
        if held is None or (held.limits is not key.limits and held.limits != key.limits):
            return ()
        return held.leases

    def spend_from(self, leases: tuple[Lease, ...], at: float) -> bool:
        """Spend one call from each of some leases; False if there are none, or none is left in one of them."""
        if not leases:
            return False
        for lease in leases:
            if lease.left <= 0 or not lease.begins <= at < lease.ends:
                return False
        for lease in leases:
            lease.left -= 1
            if lease.left <= lease.low:
                self._top_up(lease)
        return True

    async def draw(self, key: KeyFacts, meter: Meter, at: float) -> None:
        """Fetch more calls and spend one; raise `QuotaExceededError` if a limit is used up.

        If a later call has replaced a lease meanwhile, because its limit was changed, that lease is used.
        """
        self._drop_forgotten()
        held = self._open_leases(key, meter).leases
        while not self.spend_from(held, at):
            for lease in held:
                lease.enter(at)
                lease.collect(time.monotonic())
                if lease.left <= 0:
                    await self._wait_for_more(lease, at)
            held = tuple(self._leases.setdefault(one.account, one) for one in held)

    def surrender(self, *, everything: bool = False) -> None:
        """Collect the leases that were not used for some seconds, for `give_back`."""
        self._drop_forgotten()
        now = time.monotonic()
        given: list[Block] = []
        for lease in self._leases.values():
            idle = lease.left == lease.left_before
            lease.idle_ticks = lease.idle_ticks + 1 if idle else 0
            if everything or lease.idle_ticks >= IDLE_TICKS:
                given.append((lease.account, lease.window, lease.surrender(now)))
            lease.left_before = lease.left
        given += [(orphan.account, orphan.window, orphan.surrender(now)) for orphan in self._orphans]
        self._orphans = [orphan for orphan in self._orphans if orphan.fetch is not None]
        self._forget_idle()
        self._given = self._given + [block for block in given if block[2]]

    def give_back(self) -> None:
        """Return what `surrender` has collected to the database, for other workers; in any thread, one at a time.

        Each block is returned at most once: if the database does not confirm it, its calls count as spent.
        """
        given = self._given
        while given and not self._is_forgotten:
            account, window, calls = given.pop()
            self._usage.give_back(account, window=window, calls=calls)

    def forget(self) -> None:
        """Drop all leases, in any thread, because the database has lost its last commits (rule 5)."""
        self._is_forgotten = True
        self._forget_key_leases()

    async def stop(self) -> None:
        """Wait for running fetches, and give all leases back."""
        held = [*self._leases.values(), *self._orphans]
        fetches = [lease.fetch for lease in held if lease.fetch is not None]
        await asyncio.gather(*map(asyncio.wrap_future, fetches), return_exceptions=True)
        self.surrender(everything=True)
        await asyncio.to_thread(self.give_back)

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=True)

    def _open_leases(self, key: KeyFacts, meter: Meter) -> KeyLeases:
        """Give the leases for the calls of a key; new ones for limits that were changed."""
        of_keys = self.leases_of_keys[meter]
        held = of_keys.get(key.key_id)
        if held is None or held.limits != key.limits:
            leases = [self._open_lease(account, key.team_id, limit) for account, limit in limits_of(key, meter)]
            if len(of_keys) >= MOST_KEYS:
                of_keys.clear()
            held = of_keys[key.key_id] = KeyLeases(key.limits, tuple(leases))
        return held

    def _open_lease(self, account: Account, team_id: TeamId, limit: int) -> Lease:
        held = self._leases.get(account)
        if held is None or held.limit != limit:
            if held is not None:
                self._orphans.append(held)
                self._forget_key_leases()  # other keys may have the same lease
            held = self._leases[account] = Lease(account, team_id, limit)
        return held

    def _forget_key_leases(self) -> None:
        self.leases_of_keys = {meter: {} for meter in Meter}  # replaced whole: another thread may be in `spend`

    def _drop_forgotten(self) -> None:
        if self._is_forgotten:
            for held in (*self._leases.values(), *self._orphans):
                held.left, held.fetch, held.used_up = 0, None, False
            self._orphans, self._given, self._is_forgotten = [], [], False
            self._forget_key_leases()

    def _forget_idle(self) -> None:
        """Remove leases that are empty and unused, if there are many."""
        if len(self._leases) > MOST_KEYS:
            self._leases = {
                account: held
                for account, held in self._leases.items()
                if held.left or held.fetch is not None or held.idle_ticks < IDLE_TICKS
            }
            self._forget_key_leases()

    def _top_up(self, lease: Lease) -> None:
        """Start a fetch early: the last quarter of each lease triggers it."""
        now = time.monotonic()
        if lease.fetch is not None:
            lease.collect(now)
        elif now >= lease.next_fetch_at:
            self._start_fetch(lease)

    async def _wait_for_more(self, lease: Lease, at: float) -> None:
        if lease.fetch is None and lease.used_up and time.monotonic() < lease.next_fetch_at:
            account = lease.account
            raise QuotaExceededError(account.meter, lease.limit, at, holder=account.words, period=account.period)
        fetch = lease.fetch or self._start_fetch(lease)
        try:
            await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(fetch)), WAIT_S)
        except TimeoutError:
            raise UnavailableError(
                "The database does not respond, so no calls can be reserved. Try again shortly."
            ) from None
        finally:
            self._drop_forgotten()
            lease.collect(time.monotonic())

    def _start_fetch(self, lease: Lease) -> Fetch:
        wanted = lease.block - max(0, lease.left)
        fetch = self._threads.submit(self._fetch, lease, lease.window, wanted)
        lease.fetch = fetch
        return fetch

    def _fetch(self, lease: Lease, window: int, wanted: int) -> tuple[int, int]:
        """Take calls from the database, in a thread that changes nothing else; give the window and the calls."""
        account, limit = lease.account, lease.limit
        taken = self._usage.take(account, window=window, wanted=wanted, limit=limit)
        try:
            self._alarms.look_at(account, lease.team_id, limit=limit, window=window, taken=taken)
        except UnavailableError as error:
            _LOG.warning("An alarm about a quota is delayed until the next block: %s", error)
        return window, taken.calls
