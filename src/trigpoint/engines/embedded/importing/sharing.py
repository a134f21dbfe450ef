"""Sharing the work of an import between processes: chunks are sent out, and results come back in order.

The result is the same with any number of processes. The first process sends chunks, works on some itself while there is
nothing to write, and is the only one that writes. The others are started as separate programs (no fork, and the main
module is not run again), read chunks from a socket, and exit when that is closed, however the first one ends.
"""

import gc
import os
import pickle
import queue
import signal
import socket
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from itertools import islice
from multiprocessing.connection import Connection, wait
from pathlib import Path
from typing import Self, TypeVar, cast

from trigpoint.base.errors import UnavailableError
from trigpoint.engines.embedded.importing.process_memory import free_bytes, give_back_memory, hold_little_memory

AHEAD = 3
"""Number of chunks that a process may have at the same time."""

SWITCH_S = 0.0005
"""How long the thread that works on a chunk may delay those that receive the next one and send the last result; the
first process waits for them meanwhile."""

MOST_WAITING = 12
"""Highest number of chunks that are in progress, or finished and waiting for an earlier one."""

LEAST_BYTES = 8_000_000
"""Total file size, about ten seconds of work, up to which a second process is not worth its start-up time."""

MOST_PROCESSES = 8
"""More do not help: one writes for all."""

BYTES_A_PROCESS = 250_000_000

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
        give_back_memory()
        for other in self._others:
            other.send(("begin", make))
        waiting: deque[_Slot] = deque()
        coming = iter(chunks)
        more = True
        try:
            while more or waiting:
                more = more and self._hand_out(coming, waiting)
                self._collect(block=False)
                slot = _done_of(waiting, in_order=in_order)
                if slot is not None:
                    waiting.remove(slot)
                    yield slot.who, cast("Result", slot.result)
                elif more and len(waiting) < MOST_WAITING:
                    more = _do_here(work, coming, waiting)
                elif waiting:
                    self._collect(block=True)
        finally:
            for other in self._others:
                other.forget()

    def _hand_out(self, coming: Iterator[Chunk], waiting: deque[_Slot]) -> bool:
        """Send each other process as many chunks as it may have; return False if there are no more."""
        for who, other in enumerate(self._others, start=1):
            while len(other.out) < AHEAD and len(waiting) < MOST_WAITING:
                try:
                    chunk = next(coming)
                except StopIteration:
                    return False
                slot: _Slot = _Slot(who)
                waiting.append(slot)
                other.out.append(slot)
                other.send(("do", chunk))
        return True

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


def _do_here(work: Work[Chunk, Result], coming: Iterator[Chunk], waiting: deque[_Slot]) -> bool:
    """Do the next chunk in this process; False if there is none."""
    try:
        chunk = next(coming)
    except StopIteration:
        return False
    slot: _Slot = _Slot(0)
    slot.result = work(chunk)
    slot.is_done = True
    waiting.append(slot)
    return True


class _Other:
    """One of the other processes, as seen from the first one."""

    def __init__(self) -> None:
        ours, theirs = socket.socketpair()
        with theirs:
            self._popen = subprocess.Popen(  # noqa: S603 (our own module)
                [sys.executable, "-m", __name__, str(theirs.fileno())],
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


def serve(connection: Connection) -> None:
    """Work on the chunks of the first process until it closes the connection."""
    chunks: queue.SimpleQueue[tuple[str, object]] = queue.SimpleQueue()
    results: queue.SimpleQueue[tuple[str, object]] = queue.SimpleQueue()
    # Two threads, so that neither side ever waits for the other to read: chunks come while one is done.
    threading.Thread(target=_receive, args=(connection, chunks), daemon=True).start()
    threading.Thread(target=_send, args=(connection, results), daemon=True).start()
    nothing = _raiser(RuntimeError("There is no function to process the chunk."))
    work = nothing
    while True:
        kind, content = chunks.get()
        if kind != "do":
            work = nothing  # lets go of what the last step needed
            begun = _begin(content)
            work = begun if kind == "begin" else nothing
            continue
        try:
            results.put(("done", work(content)))
        except Exception as error:  # noqa: BLE001 (raised again in the first process)
            results.put(("raised", error))


def _begin(make: object) -> Callable[[object], object]:
    """Make the work function; if that fails, every chunk fails with that error."""
    if isinstance(make, Exception):
        return _raiser(make)
    give_back_memory()
    try:
        return make()  # type: ignore[operator, no-any-return] # what `share` was given
    except Exception as error:  # noqa: BLE001 (raised again in the first process)
        return _raiser(error)


def _raiser(error: Exception) -> Callable[[object], object]:
    def fail(_: object) -> object:
        raise error

    return fail


def _receive(connection: Connection, chunks: "queue.SimpleQueue[tuple[str, object]]") -> None:
    while True:
        try:
            chunks.put(connection.recv())
        except (OSError, EOFError):
            os._exit(0)  # the first process has ended, or wants no more
        except Exception as error:  # noqa: BLE001 (what to begin with cannot be loaded here; raised with each chunk)
            chunks.put(("begin", error))


def _send(connection: Connection, results: "queue.SimpleQueue[tuple[str, object]]") -> None:
    while True:
        outcome, result = results.get()
        try:
            connection.send((outcome, result))
        except OSError:
            os._exit(0)


if __name__ == "__main__":
    gc.set_threshold(100_000, 20, 100)  # as in the first process
    sys.setswitchinterval(SWITCH_S)
    hold_little_memory()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C reaches all; the first process ends the others
    serve(Connection(int(sys.argv[1])))
