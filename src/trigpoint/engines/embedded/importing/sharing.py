"""Sharing the work of an import between processes: chunks are sent out, and results come back in order.

The result is the same with any number of processes. The first process sends chunks, works on some itself while there is
nothing to write, and is the only one that writes. The others are started as separate programs (no fork, and the main
module is not run again), read chunks from a socket, and exit when that is closed, however the first one ends.
"""

import os
import pickle
import signal
import socket
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from itertools import islice
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Generic, Self, TypeVar, cast

from trigpoint.base.errors import UnavailableError
from trigpoint.engines.embedded.importing.process_memory import free_bytes, give_back_memory

AHEAD = 3
"""Number of chunks that a process may have at the same time."""

MOST_EARLY = 12
"""Highest number of chunks that the other processes have together at the beginning of a step that the first begins later."""

MOST_WAITING = 12
"""Highest number of chunks that are in progress, or finished and waiting for an earlier one."""

LEAST_BYTES = 8_000_000
"""Total file size, about ten seconds of work, up to which a second process is not worth its start-up time."""

NO_MORE = object()

MOST_PROCESSES = 8
"""More do not help: one writes for all."""

BYTES_A_PROCESS = 250_000_000

WORKER = "trigpoint.engines.embedded.importing.chunk_worker"

Chunk = TypeVar("Chunk")
Result = TypeVar("Result")
Work = Callable[[Chunk], Result]
"""Makes the result of a chunk. It may keep state between chunks, which is separate in each process."""


class _Slot:
    """A chunk in progress: which process has it, and its result."""

    __slots__ = ("is_done", "result", "who")

    def __init__(self, who: int) -> None:
        self.who = who
        self.is_done = False
        self.result: object = None


def processes_for(files: Iterable[Path]) -> int:
    """Choose the number of processes of an import by cores, free memory, and the size of the files."""
    if not is_large(files):
        return 1
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity is not None else os.cpu_count() or 1
    return max(1, min(cores, MOST_PROCESSES, free_bytes(otherwise=MOST_PROCESSES * BYTES_A_PROCESS) // BYTES_A_PROCESS))


def is_large(files: Iterable[Path]) -> bool:
    """Tell whether an import of some files is worth several processes."""
    return sum(file.stat().st_size for file in files) >= LEAST_BYTES


class Helpers:
    """The processes of one import: this one, which is number 0, and `count - 1` others."""

    def __init__(self, count: int) -> None:
        self.count = count
        self._others = [_Other() for _ in range(count - 1)]

    def __enter__(self) -> Self:
        """Return self. The processes are already starting."""
        return self

    def __exit__(self, *_: object) -> None:
        """End the other processes."""
        self.end()

    def end(self) -> None:
        """End the other processes: nothing is left to share."""
        while self._others:
            self._others.pop().end()

    def prepare(self, task: Callable[[], object]) -> None:
        """Let the other processes prepare something for the next step, while this one does something else.

        `task` can be pickled. What it raises is discarded, as it will be raised when it is needed.
        """
        for other in self._others:
            other.send(("prepare", task))

    def share(
        self, work: Work[Chunk, Result], make: Callable[[], object], chunks: Iterable[Chunk], *, in_order: bool = True
    ) -> Iterator[tuple[int, Result]]:
        """Yield the process and the result of each chunk, in the order of the chunks, or of completion.

        This process works with `work`, each other one with the function that `make` returns there; `make` must be picklable. Raises
        UnavailableError if a process was killed, and what a chunk raised anywhere.
        """
        step: Step[Chunk, Result] = self.begin(make, chunks)
        return step.results(work, in_order=in_order)

    def begin(self, make: Callable[[], object], chunks: Iterable[Chunk], *, early: int = 0) -> "Step[Chunk, Result]":
        """Begin a step in the other processes, and return it: `Step.results` must follow. See `share`.

        The others first get `early` chunks together, so that this process can do something else that takes longer than a chunk.
        """
        give_back_memory()
        for other in self._others:
            other.forget()
            other.send(("begin", make))
        return Step(self._others, chunks, early)


class Step(Generic[Chunk, Result]):
    """A step that the other processes have begun."""

    def __init__(self, others: "Sequence[_Other]", chunks: Iterable[Chunk], early: int) -> None:
        self._others = others
        self._coming = iter(chunks)
        self._waiting: deque[_Slot] = deque()
        self._more = True
        self._ahead = max(AHEAD, min(early, MOST_EARLY) // max(1, len(others)))
        self._hand_out()

    def results(
        self, work: Work[Chunk, Result], *, in_order: bool = True, besides: Iterable[None] = ()
    ) -> Iterator[tuple[int, Result]]:
        """Yield the results, as `Helpers.share` does.

        `besides` does something else, a part after each result: the others have as many chunks as they got early until it
        is done, and what is written has the same order with any number of processes.
        """
        waiting, parts = self._waiting, iter(besides)
        try:
            while self._more or waiting:
                self._hand_out()
                self._collect(block=False)
                slot = _done_of(waiting, in_order=in_order)
                if slot is not None:
                    waiting.remove(slot)
                    yield slot.who, cast("Result", slot.result)
                    if next(parts, NO_MORE) is NO_MORE:
                        self._ahead = AHEAD
                elif self._more and len(waiting) < MOST_WAITING:
                    self._do_here(work)
                elif waiting:
                    self._collect(block=True)
            for _ in parts:
                pass
        finally:
            for other in self._others:
                other.forget()

    def _next(self, who: int) -> tuple[_Slot, Chunk] | None:
        """Take the next chunk for a process. None if there is none."""
        for chunk in self._coming:
            slot = _Slot(who)
            self._waiting.append(slot)
            return slot, chunk
        self._more = False
        return None

    def _hand_out(self) -> None:
        """Send each other process as many chunks as it may have."""
        for who, other in enumerate(self._others, start=1):
            while self._more and len(other.out) < self._ahead and len(self._waiting) < MOST_WAITING:
                taken = self._next(who)
                if taken is not None:
                    slot, chunk = taken
                    other.out.append(slot)
                    other.send(("do", chunk))

    def _do_here(self, work: Work[Chunk, Result]) -> None:
        """Do the next chunk in this process, if there is one."""
        taken = self._next(0)
        if taken is not None:
            slot, chunk = taken
            slot.result = work(chunk)
            slot.is_done = True

    def _collect(self, *, block: bool) -> None:
        """Receive results; with `block`, wait for at least one."""
        busy = {other.connection: other for other in self._others if other.out}
        for connection in wait(list(busy), timeout=None if block else 0):
            other = busy[connection]  # type: ignore[index] # only connections were waited for
            slot = other.out.popleft()
            slot.result = other.receive()
            slot.is_done = True


def _done_of(waiting: Iterable[_Slot], *, in_order: bool) -> _Slot | None:
    """Return the first chunk in progress if it is done; if order does not matter, any that is done."""
    candidates = islice(waiting, 1) if in_order else waiting
    return next((slot for slot in candidates if slot.is_done), None)


class _Other:
    """One of the other processes, as seen from the first one."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._popen = subprocess.Popen(  # noqa: S603 (our own module)
                [sys.executable, "-m", WORKER, str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                pass_fds=[theirs.fileno()],
            )
        self.connection = Connection(ours.detach())
        self.out: deque[_Slot] = deque()

    def send(self, message: object) -> None:
        """Send a message; the other side always reads."""
        try:
            self.connection.send(message)
        except OSError as error:
            raise self._killed() from error

    def receive(self) -> object:
        """Wait for the next result; return it, or raise its exception."""
        try:
            outcome, result = self.connection.recv()
        except (OSError, EOFError, pickle.UnpicklingError) as error:
            raise self._killed() from error
        if outcome == "raised":
            raise result
        return result

    def forget(self) -> None:
        """Receive and discard remaining results, after an error elsewhere."""
        with suppress(OSError, EOFError):
            while self.out:
                self.out.popleft()
                self.connection.recv()

    def _killed(self) -> UnavailableError:
        code = self._popen.wait()
        how = f"was killed (signal {-code}, {signal.strsignal(-code)})" if code < 0 else f"ended with code {code}"
        return UnavailableError(
            f"A process of the import {how}; perhaps memory ran out. The data in service stays."
            " Import again, with TRIGPOINT_IMPORT_PROCESSES=1 if it happens again."
        )

    def end(self) -> None:
        """End the process."""
        self.connection.close()
        self._popen.kill()
        self._popen.wait()
