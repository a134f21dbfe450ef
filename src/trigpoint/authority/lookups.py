"""Looking up what memory lacks: calls that ask are gathered, and the ledger is caught up with before anything is admitted.

1. A call that lacks a key asks at once, as long as questions are few: eight in a row, then one every 25 ms, which whoever comes
   meanwhile shares. So strangers cost fifty questions a second at most, however many Key IDs they make up.
2. One question is under way at a time. A call never waits for one that was begun without its Key IDs.
3. A database that does not answer within a second closes the door: 503, never an admission on doubt.
"""

import asyncio
from collections.abc import Callable, Iterable
from typing import TypeVar

from trigpoint.authority.memory import Memory
from trigpoint.base.errors import UnavailableError
from trigpoint.base.ids import KeyId

RECHECK_S = 1.0
"""How long a call waits for a database that does not answer, before it is refused with 503."""
BETWEEN_S = 0.025
"""How long after a question the next one begins where they are many, in seconds."""
IN_A_ROW = 8
"""How many questions may be ahead of that pace: with 40 a second there are never more than 50 in any second."""
LOOK_AGAIN_S = 0.02
"""How long calls with unknown signing secrets are gathered before the ledger is read once for all of them, in seconds."""
MOST_WANTED = 10_000
"""How many Key IDs wait for the next question; calls with more are refused, which happens only while the database hangs."""
ROUNDS = 8
"""How often a call asks again for what was forgotten before it was looked at; only a memory that is far too small needs it."""

NO_ANSWER = "The credentials database does not answer, so nothing can be admitted safely. Try again shortly."

Case = TypeVar("Case")
Wanted = Iterable[KeyId | str | None]
"""What a credential names, proven or not; only what has the form of a Key ID is looked up."""


class Lookups:
    """The questions of one process. All of it belongs to the event loop's thread, but for `complete_now`."""

    def __init__(self, memory: Memory, *, inline: bool) -> None:
        """With `inline`, reading is a matter of microseconds, and is not worth a thread."""
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
        """Look up what a case names, and gather it anew, until memory knows of all whether there is such a key."""
        for _ in range(ROUNDS):
            missing = self._missing(wanted(case))
            if not missing:
                return case
            await self._ask(missing)
            case = gather()
        raise UnavailableError(
            "More keys are in use than this process may remember, so that this one was forgotten again. Raise "
            "TRIGPOINT_KEYS_IN_MEMORY."
        )

    def complete_now(self, gather: Callable[[], Case], wanted: Callable[[Case], Wanted]) -> Case:
        """Do the same where nothing is gathered and the caller waits: for a diagnosis."""
        case = gather()
        missing = self._missing(wanted(case))
        if missing:
            self._memory.load(missing)
            case = gather()
        return case

    async def look_again(self) -> None:
        """Read the ledger because of a signing secret that memory does not have: another machine may just have made it.

        Such calls are gathered, so that whoever sends unknown tokens costs fifty questions a second at most.
        """
        if self._inline:
            return
        if self._looking is None or self._looking.done():
            self._looking = asyncio.create_task(self._look_after_a_pause())
        await asyncio.shield(self._looking)

    async def catch_up(self) -> None:
        """Bring memory up to date before anything is admitted; refuse with 503 rather than admit on doubt."""
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
        """Wait for the turn of the next question, and ask for everything that was wanted until then."""
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
        self._looking = None  # whoever comes from now on needs a later reading
        await self.catch_up()

    def _begin_to_catch_up(self) -> asyncio.Task[None]:
        """Give a reading of the ledger that begins after this moment: one that is under way may have missed something.

        Whoever waits for the next one shares it, so that two are begun at most.
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
