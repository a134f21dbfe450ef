"""Looking up keys that are not cached, in shared queries, and reading new entries of the ledger before calls are admitted.

1. The first eight lookups in a row are made at once, further ones every 25 ms, in one query for all calls that wait. So
   unknown Key IDs cause at most fifty queries a second, however many a stranger invents.
2. One query runs at a time. A call never waits for a query that was started without its Key IDs.
3. If the database does not respond within a second, the call gets 503; it is never admitted without certainty.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import TypeVar

from trigpoint.authority.memory import Memory
from trigpoint.base.errors import UnavailableError
from trigpoint.base.ids import KeyId

RECHECK_S = 1.0
"""Timeout of a call that waits for the database; then it gets 503."""
BETWEEN_S = 0.025
"""Interval between two queries, if there are many, in seconds."""
IN_A_ROW = 8
"""Queries that may run without this interval: with 40 a second, there are never more than 50 in any second."""
LOOK_AGAIN_S = 0.02
"""Time for which calls with unknown signing secrets are collected, before the ledger is read for all of them, in seconds."""
MOST_WANTED = 10_000
"""Most Key IDs that wait for the next query; further calls get 503. This happens only while the database hangs."""
ROUNDS = 8
"""Most times that a call repeats a lookup whose result was evicted at once; only a cache that is far too small needs it."""

NO_ANSWER = "The credentials database does not respond, so no call can be admitted safely. Try again shortly."

Case = TypeVar("Case")
Wanted = Iterable[KeyId | str | None]
"""IDs that a credential names, verified or not; only those with the form of a Key ID are looked up."""


class Lookups:
    """The lookups of one process. Only the thread of the event loop uses it, except for `complete_now`."""

    def __init__(self, memory: Memory, *, inline: bool) -> None:
        """Use the database in the thread of the event loop if `inline` (SQLite, where a query takes microseconds)."""
        self._memory = memory
        self._inline = inline
        self._wanted: set[KeyId] = set()
        self._asking: asyncio.Task[None] | None = None
        self._next: asyncio.Task[None] | None = None
        self._paced_until = float("-inf")
        self._looking: asyncio.Task[None] | None = None
        self._catching_up: asyncio.Task[None] | None = None
        self._then: asyncio.Task[None] | None = None

    async def complete(self, case: Case, gather: Callable[[], Case], wanted: Callable[[Case], Wanted]) -> Case:
        """Look up the keys that a case names, and gather it again, until all of them are cached or known not to exist.

        Raises `UnavailableError` if the database does not respond, or if the cache is too small.
        """
        for _ in range(ROUNDS):
            missing = self._missing(wanted(case))
            if not missing:
                return case
            await self._ask(missing)
            case = gather()
        raise UnavailableError(
            "More keys are in use than this process can cache, so that this one was evicted again at once. Increase "
            "TRIGPOINT_KEYS_IN_MEMORY."
        )

    def complete_now(self, gather: Callable[[], Case], wanted: Callable[[Case], Wanted]) -> Case:
        """Do the same without waiting for other calls, for a diagnosis; it blocks its thread."""
        case = gather()
        missing = self._missing(wanted(case))
        if missing:
            self._memory.load(missing)
            case = gather()
        return case

    async def look_again(self) -> None:
        """Read the ledger because of an unknown signing secret, which another machine may have created just now.

        Such calls share a query, so that unknown tokens cause at most fifty queries a second.
        """
        if self._inline:
            return
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_after_a_pause())
        await asyncio.shield(self._looking)

    async def catch_up(self) -> None:
        """Read the new entries of the ledger; raise `UnavailableError` if the database does not respond within a second."""
        if self._inline:
            self._memory.refresh()
            return
        await _within_a_second(self._begin_to_catch_up())

    def _missing(self, wanted: Wanted) -> set[KeyId]:
        return {KeyId(one) for one in wanted if one is not None and self._memory.keys.lacks(one)}

    async def _ask(self, missing: set[KeyId]) -> None:
        if len(self._wanted) + len(missing) > MOST_WANTED:
            raise UnavailableError(NO_ANSWER)
        self._wanted |= missing
        if self._next is None or self._next.done():
            self._next = asyncio.create_task(self._ask_next())
        await _within_a_second(self._next)

    async def _ask_next(self) -> None:
        """Wait until the next query may start, and make it for all Key IDs that are wanted by then."""
        clock = asyncio.get_running_loop().time
        pause = self._paced_until - IN_A_ROW * BETWEEN_S - clock()
        if pause > 0:
            await asyncio.sleep(pause)
        if self._asking is not None and not self._asking.done():
            await asyncio.wait({self._asking})
        wanted, self._wanted = self._wanted, set()
        self._asking, self._next = self._next, None
        self._paced_until = max(self._paced_until, clock()) + BETWEEN_S
        if self._inline:
            self._memory.load(wanted)
        else:
            await asyncio.to_thread(self._memory.load, wanted)

    async def _look_after_a_pause(self) -> None:
        await asyncio.sleep(LOOK_AGAIN_S)
        self._looking = None  # calls that arrive from now on need a later reading
        await self.catch_up()

    def _begin_to_catch_up(self) -> asyncio.Task[None]:
        """Give a reading of the ledger that starts after this moment: one that is running may have missed an entry.

        Calls that wait for the next reading share it, so that there are never more than two.
        """
        running = self._catching_up
        if running is None or running.done():
            self._catching_up = asyncio.create_task(asyncio.to_thread(self._memory.refresh))
            return self._catching_up
        if self._then is None:
            self._then = asyncio.create_task(self._catch_up_after(running))
        return self._then

    async def _catch_up_after(self, running: asyncio.Task[None]) -> None:
        await asyncio.wait({running})
        self._catching_up, self._then = self._then, None
        await asyncio.to_thread(self._memory.refresh)


async def _within_a_second(reading: asyncio.Task[None]) -> None:
    try:
        await asyncio.wait_for(asyncio.shield(reading), RECHECK_S)
    except TimeoutError:
        raise UnavailableError(NO_ANSWER) from None
