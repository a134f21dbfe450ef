"""A bounded pool of engine processes with a queue. A query whose process crashes is retried on another process."""

import asyncio
from collections import deque
from dataclasses import dataclass
from pathlib import Path

from trigpoint.base.errors import UnavailableError
from trigpoint.engines.valhalla.generations import find_current
from trigpoint.engines.valhalla.process import CannotOpenError, EngineProcess, ProcessDiedError, TooSlowError
from trigpoint.engines.valhalla.refusals import raise_refusal
from trigpoint.engines.valhalla.worker import Action, Outcome

NO_NETWORK = "No road network has been built yet; build one with 'trigpoint routes build FILE.osm.pbf'."


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """The number of processes, and timeouts in seconds.

    `queue`: waiting for a free process; `answer`: one query; `abandoned`: how long a process may continue with a query
    whose client has disconnected; `look`: interval of checks for a newer network; `retry`: pause after a failed start.
    """

    processes: int = 1
    queue: float = 10.0
    answer: float = 30.0
    abandoned: float = 0.5
    look: float = 0.5
    retry: float = 2.0
    starts: int = 3


class EnginePool:
    """Engine processes on the current network of a folder. Bound to the event loop of its first query."""

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.folder = folder
        self.limits = limits
        self._idle: list[EngineProcess] = []
        self._all: set[EngineProcess] = set()
        self._waiting: deque[asyncio.Future[EngineProcess]] = deque()
        self._starting: set[asyncio.Task[None]] = set()
        self._generation: Path | None = None
        self._next_look: asyncio.TimerHandle | None = None
        self._seen: Path | None = None
        self._failure: tuple[float, str] | None = None
        self._failed_starts = 0
        self._closed = False

    async def ask(self, action: Action, question: bytes) -> bytes:
        """Send one query. Raises RefusedByEngineError, or UnavailableError if no engine can answer.

        If the process dies, the query is retried once on another process, since usually something else killed it.
        """
        for last_try in (False, True):
            process = await self._take()
            try:
                outcome, answer = await self._ask_one(process, action, question)
            except ProcessDiedError:
                if last_try:
                    raise UnavailableError("The route engine crashed twice on this query.") from None
                continue
            if outcome is Outcome.REFUSED:
                raise_refusal(answer)
            if outcome is Outcome.FAILED:
                raise UnavailableError(f"The route engine failed: {answer.decode(errors='replace')[:200]}")
            return answer
        raise AssertionError

    async def start(self) -> None:
        """Start the processes now, so that the first request does not wait. Without a network, nothing is started."""
        self._look()
        if self._starting:
            await asyncio.wait(self._starting)

    async def close(self) -> None:
        """End every process; queries in progress fail."""
        self._closed = True
        if self._next_look is not None:
            self._next_look.cancel()
        for task in self._starting:
            task.cancel()
        for process in [*self._all]:
            process.end()
        await asyncio.gather(*self._starting, return_exceptions=True)
        for process in [*self._all]:
            await process.ended()

    @property
    def generation(self) -> Path | None:
        """The folder of the network in use; None if there is none."""
        return self._generation

    async def _ask_one(self, process: EngineProcess, action: Action, question: bytes) -> tuple[Outcome, bytes]:
        try:
            found = await process.ask(action, question, seconds=self.limits.answer)
        except asyncio.CancelledError:  # the client disconnected: the process is free again once it has finished
            process.abandon(seconds=self.limits.abandoned, then=self._give_back)
            raise
        except TooSlowError:
            seconds = f"{self.limits.answer:g}"
            raise UnavailableError(f"The route took more than {seconds} s to compute; request a shorter one.") from None
        self._give_back(process)
        return found

    async def _take(self) -> EngineProcess:
        if self._next_look is None or not self._all:
            self._look()
        while self._idle:
            process = self._idle.pop()
            if process.alive:
                return process
        if self._generation is None:
            raise UnavailableError(NO_NETWORK)
        if self._failure is not None and not any(process.alive for process in self._all):
            raise UnavailableError(f"The route engine does not start: {self._failure[1]}")
        loop = asyncio.get_running_loop()
        place: asyncio.Future[EngineProcess] = loop.create_future()
        self._waiting.append(place)
        deadline = loop.call_later(self.limits.queue, self._turn_away, place)
        try:
            return await place
        except asyncio.CancelledError:
            if place.done() and not place.cancelled() and place.exception() is None:
                self._give_back(place.result())
            raise
        finally:
            deadline.cancel()

    def _turn_away(self, place: asyncio.Future[EngineProcess]) -> None:
        if not place.done():
            seconds = f"{self.limits.queue:g}"
            place.set_exception(UnavailableError(f"All route engines were busy for {seconds} s; try again later."))

    def _give_back(self, process: EngineProcess) -> None:
        """Give a process to the next query in the queue, or mark it idle. Outdated, dead or surplus ones are ended."""
        if not process.alive or self._closed or process.generation != self._generation:
            process.end()
            return
        while self._waiting:
            place = self._waiting.popleft()
            if not place.done():
                place.set_result(process)
                return
        self._idle.append(process)

    def _look(self) -> None:
        """Check for a newer network and for missing processes, and schedule the next check."""
        loop = asyncio.get_running_loop()
        if self._next_look is not None:
            self._next_look.cancel()
        if self._closed:
            return
        self._next_look = loop.call_later(self.limits.look, self._look)
        current = find_current(self.folder)
        if current is None:
            return
        if current != self._seen:
            self._seen, self._failure, self._failed_starts = current, None, 0
        if self._generation is None or not self._all:
            self._generation = current
        self._fill(current)

    def _fill(self, current: Path | None) -> None:
        """Start missing processes; after a failed start only once `limits.retry` seconds have passed."""
        if current is None or self._closed:
            return
        loop = asyncio.get_running_loop()
        if self._failure is not None and loop.time() - self._failure[0] < self.limits.retry:
            return
        present = sum(1 for process in self._all if process.generation == current and process.alive)
        for _ in range(self.limits.processes - present):
            process = EngineProcess(current, on_end=self._forget)
            self._all.add(process)
            task = loop.create_task(self._await_ready(process))
            self._starting.add(task)
            task.add_done_callback(self._starting.discard)

    async def _await_ready(self, process: EngineProcess) -> None:
        """Add a started process. The first one on a newer network switches to that network, and retires the others."""
        try:
            await process.ready(seconds=self.limits.answer)
        except (CannotOpenError, ProcessDiedError, TooSlowError) as error:
            process.end()
            self._failed_starts += 1
            current = find_current(self.folder)
            if current != process.generation:  # the network was replaced while it was being opened
                self._look()
            elif isinstance(error, CannotOpenError) or self._failed_starts >= self.limits.starts:
                self._fail(str(error))
            else:
                self._fill(current)
            return
        except asyncio.CancelledError:
            process.end()
            raise
        if process.generation != find_current(self.folder):
            process.end()
            return
        self._failure, self._failed_starts = None, 0
        if process.generation != self._generation:
            self._generation = process.generation
            resting, self._idle = self._idle, []
            for older in resting:
                older.end()
        self._give_back(process)

    def _fail(self, why: str) -> None:
        self._failure = (asyncio.get_running_loop().time(), why)
        if not any(process.alive and process.is_ready for process in self._all):
            while self._waiting:
                place = self._waiting.popleft()
                if not place.done():
                    place.set_exception(UnavailableError(f"The route engine does not start: {why}"))

    def _forget(self, process: EngineProcess) -> None:
        """Handle the end of a process: start another one, unless this one was meant to end."""
        self._all.discard(process)
        if process in self._idle:
            self._idle.remove(process)
        if not self._closed and process.is_ready and process.generation == self._generation:
            self._fill(find_current(self.folder))
