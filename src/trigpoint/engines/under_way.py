"""Imports under way: an import says so in the data folder, and every server that reads the folder can tell of it.

DATA/importing-HOST-1234.json   what process 1234 of a machine imports, and how far it is; touched every few seconds
"""

import json
import os
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from trigpoint.engines.progress import Progress

EVERY_S = 5.0
STALE_S = 60.0
"""An import that has not said anything for so long was killed."""
LONGEST = 4096


@contextmanager
def announced(data: Path, what: str) -> Iterator[Progress]:
    """Say until the end of the block that `what` is imported into `data`; what is told is said at the next beat."""
    host = "".join(letter for letter in socket.gethostname() if letter.isalnum() or letter in "._-")
    path = data / f"importing-{host}-{os.getpid()}.json"
    told = {"what": what, "step": "", "done": 0.0}
    ended = threading.Event()

    def tell(done: float, step: str) -> None:
        told.update(done=done, step=step)

    def beat() -> None:
        while True:
            _write(path, json.dumps(told))
            if ended.wait(EVERY_S):
                return

    _remove_stale(data)
    thread = threading.Thread(target=beat, name="import-announced", daemon=True)
    thread.start()
    try:
        yield tell
    finally:
        ended.set()
        thread.join()
        with suppress(OSError):
            path.unlink(missing_ok=True)


def imports_under_way(data: Path, *, now: float) -> list[str]:
    """Say of every import into `data` that runs at `now` (Unix time in seconds) what it does, a sentence each."""
    sentences = []
    for path in sorted(data.glob("importing-*.json")):
        try:
            if now - path.stat().st_mtime > STALE_S:
                continue
            with path.open(encoding="utf-8") as file:
                told = json.loads(file.read(LONGEST))
            what, step, done = str(told["what"]), str(told["step"]), float(told["done"])
        except (OSError, ValueError, KeyError, TypeError):  # it ends or begins in this moment
            continue
        sentences.append(f"An import of {what} is under way: {done:.0%}{', ' + step if step else ''}.")
    return sentences


def _write(path: Path, text: str) -> None:
    draft = path.with_suffix(".draft")
    with suppress(OSError):  # an import does not fail for want of saying how far it is
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)


def _remove_stale(data: Path) -> None:
    for path in data.glob("importing-*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > STALE_S:
                path.unlink()
