"""Spending: limits are taken from the database in blocks, and spent from memory, call by call.

1. A call is spent from every limit that it falls under (team, Maps ID, key), or from none of them.
2. A worker holds at most one block of a limit: that is what a worker that dies takes with it.
3. The next block is fetched when a quarter of the last one is left, so that nobody waits for it.
4. What has not been touched for some seconds is given back, and everything is when the worker stops.
5. What was taken from a database that has gone back since is neither spent nor given back: the counts there know nothing of it.
"""

import asyncio
import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor
from typing import NamedTuple

from trigpoint.authority.alarms import Alarms
from trigpoint.authority.allowance import Allowance
from trigpoint.base.errors import UnavailableError
from trigpoint.base.ids import TeamId
from trigpoint.credentials.facts import KeyFacts, limits_of
from trigpoint.credentials.quota import Account, Meter, QuotaExceededError
from trigpoint.store.usage import Usage

WAIT_S = 1.0
"""Timeout of a call that waits for the database; then it is refused with 503."""
IDLE_TICKS = 5
THREADS = 4
MOST_PURSES = 20_000
"""How many keys have a purse at once; those of others are opened anew, from what is held."""
_LOG = logging.getLogger("trigpoint.authority")

Block = tuple[Account, int, int]
"""Calls of an account in a window: (account, window, calls)."""
Fetch = Future[tuple[int, int]]


class Purse(NamedTuple):
    """The limits that the calls of one key fall under: as they were set, and what is held of each."""

    limits: tuple[tuple[Account, int], ...]
    allowances: tuple[Allowance, ...]


class Spending:
    """The leases of this process. All methods but `_fetch`, `give_back` and `forget` belong to the thread of the event loop."""

    def __init__(self, usage: Usage, alarms: Alarms) -> None:
        self._usage = usage
        self._alarms = alarms
        self._allowances: dict[Account, Allowance] = {}
        self._purses: dict[Meter, dict[str, Purse]] = {meter: {} for meter in Meter}
        self._orphans: list[Allowance] = []  # of limits that have changed; what they hold is given back
        self._given: list[Block] = []  # on its way back to the database
        self._is_forgotten = False
        self._threads = ThreadPoolExecutor(THREADS, thread_name_prefix="quota")

    def spend(self, key: KeyFacts, meter: Meter, at: float) -> bool:
        """Spend one call from memory; False if a block is used up, and the caller must `draw`."""
        purse = self._purses[meter].get(key.key_id)
        if purse is None or (purse.limits is not key.limits and purse.limits != key.limits):
            return False
        return self._spend_from(purse.allowances, at)

    def _spend_from(self, allowances: tuple[Allowance, ...], at: float) -> bool:
        for allowance in allowances:
            if allowance.left <= 0 or not allowance.begins <= at < allowance.ends:
                return False
        for allowance in allowances:
            allowance.left -= 1
            if allowance.left <= allowance.low:
                self._top_up(allowance)
        return True

    async def draw(self, key: KeyFacts, meter: Meter, at: float) -> None:
        """Fetch more calls and spend one; raise `QuotaExceededError` if a limit is used up.

        Limits that a later call has brought meanwhile are followed, and never replaced by those of this one.
        """
        self._drop_forgotten()
        held = self._open_purse(key, meter).allowances
        while not self._spend_from(held, at):
            for allowance in held:
                allowance.enter(at)
                allowance.collect(time.monotonic())
                if allowance.left <= 0:
                    await self._wait_for_more(allowance, at)
            held = tuple(self._allowances.setdefault(one.account, one) for one in held)

    def surrender(self, *, everything: bool = False) -> None:
        """Put aside for `give_back` the leases that were not used for some seconds."""
        self._drop_forgotten()
        now = time.monotonic()
        given: list[Block] = []
        for allowance in self._allowances.values():
            idle = allowance.left == allowance.left_before
            allowance.idle_ticks = allowance.idle_ticks + 1 if idle else 0
            if everything or allowance.idle_ticks >= IDLE_TICKS:
                given.append((allowance.account, allowance.window, allowance.surrender(now)))
            allowance.left_before = allowance.left
        given += [(orphan.account, orphan.window, orphan.surrender(now)) for orphan in self._orphans]
        self._orphans = [orphan for orphan in self._orphans if orphan.fetch is not None]
        self._forget_idle()
        self._given = self._given + [block for block in given if block[2]]

    def give_back(self) -> None:
        """Return to the database what was put aside, so that other workers can have it; in any thread, one at a time.

        A block is returned once at most: where the database does not say what became of it, it counts as spent.
        """
        given = self._given
        while given and not self._is_forgotten:
            account, window, calls = given.pop()
            self._usage.give_back(account, window=window, calls=calls)

    def forget(self) -> None:
        """Throw away what is held, in any thread, because the database has gone back (rule 5)."""
        self._is_forgotten = True
        self._forget_purses()

    async def stop(self) -> None:
        """Wait for running fetches, and give everything back."""
        held = [*self._allowances.values(), *self._orphans]
        fetches = [allowance.fetch for allowance in held if allowance.fetch is not None]
        await asyncio.gather(*map(asyncio.wrap_future, fetches), return_exceptions=True)
        self.surrender(everything=True)
        await asyncio.to_thread(self.give_back)

    def close(self) -> None:
        """End the threads."""
        self._threads.shutdown(wait=True)

    def _open_purse(self, key: KeyFacts, meter: Meter) -> Purse:
        """Give the purse of a key, anew if its limits have changed."""
        purses = self._purses[meter]
        purse = purses.get(key.key_id)
        if purse is None or purse.limits != key.limits:
            held = [self._open_allowance(account, key.team_id, limit) for account, limit in limits_of(key, meter)]
            if len(purses) >= MOST_PURSES:
                purses.clear()
            purse = purses[key.key_id] = Purse(key.limits, tuple(held))
        return purse

    def _open_allowance(self, account: Account, team_id: TeamId, limit: int) -> Allowance:
        held = self._allowances.get(account)
        if held is None or held.limit != limit:
            if held is not None:
                self._orphans.append(held)
                self._forget_purses()  # others may have it in theirs
            held = self._allowances[account] = Allowance(account, team_id, limit)
        return held

    def _forget_purses(self) -> None:
        self._purses = {meter: {} for meter in Meter}  # at once: `spend` of another thread may look at any moment

    def _drop_forgotten(self) -> None:
        if self._is_forgotten:
            for held in (*self._allowances.values(), *self._orphans):
                held.left, held.fetch, held.used_up = 0, None, False
            self._orphans, self._given, self._is_forgotten = [], [], False
            self._forget_purses()

    def _forget_idle(self) -> None:
        """Let go of limits that nobody spends from, and of which nothing is held."""
        if len(self._allowances) > MOST_PURSES:
            self._allowances = {
                account: held
                for account, held in self._allowances.items()
                if held.left or held.fetch is not None or held.idle_ticks < IDLE_TICKS
            }
            self._forget_purses()

    def _top_up(self, allowance: Allowance) -> None:
        """Start a fetch early: the last quarter of each lease triggers it."""
        now = time.monotonic()
        if allowance.fetch is not None:
            allowance.collect(now)
        elif now >= allowance.next_fetch_at:
            self._start_fetch(allowance)

    async def _wait_for_more(self, allowance: Allowance, at: float) -> None:
        if allowance.fetch is None and allowance.used_up and time.monotonic() < allowance.next_fetch_at:
            account = allowance.account
            raise QuotaExceededError(account.meter, allowance.limit, at, holder=account.words, period=account.period)
        fetch = allowance.fetch or self._start_fetch(allowance)
        try:
            await asyncio.wait_for(asyncio.shield(asyncio.wrap_future(fetch)), WAIT_S)
        except TimeoutError:
            raise UnavailableError(
                "The database does not answer, so no quota can be taken from it. Try again shortly."
            ) from None
        finally:
            self._drop_forgotten()
            allowance.collect(time.monotonic())

    def _start_fetch(self, allowance: Allowance) -> Fetch:
        wanted = allowance.block - max(0, allowance.left)
        fetch = self._threads.submit(self._fetch, allowance, allowance.window, wanted)
        allowance.fetch = fetch
        return fetch

    def _fetch(self, allowance: Allowance, window: int, wanted: int) -> tuple[int, int]:
        """Take calls from the database, in a thread that changes nothing else; give the window and the calls."""
        account, limit = allowance.account, allowance.limit
        taken = self._usage.take(account, window=window, wanted=wanted, limit=limit)
        try:
            self._alarms.look_at(account, allowance.team_id, limit=limit, window=window, taken=taken)
        except UnavailableError as error:
            _LOG.warning("An alarm about a quota waits for the next block: %s", error)
        return window, taken.calls
