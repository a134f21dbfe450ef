"""Working on the chunks of another process of an import: what each process of `sharing.Helpers` but the first one runs."""

import gc
import os
import queue
import signal
import sys
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection

from trigpoint.engines.embedded.importing.process_memory import give_back_memory, hold_little_memory

SWITCH_S = 0.0005
"""How long the thread that works on a chunk may delay those that receive the next one and send the last result; the
first process waits for them meanwhile."""


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
