"""Running imports: an import writes its progress to the data folder, from where servers read it for `/readyz`.

DATA/importing-HOST-1234.json   what process 1234 on a machine imports, and its progress; updated every few seconds
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
"""Seconds without an update after which an import counts as killed."""
LONGEST = 4096


@contextmanager
def announced(data: Path, what: str) -> Iterator[Progress]:
    """Announce during the block that `what` is imported into `data`. Yields the function that takes the progress."""
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
    """Return a sentence for every import into `data` that runs at `now` (Unix time in seconds)."""
    sentences = []
    for path in sorted(data.glob("importing-*.json")):
        try:
            if now - path.stat().st_mtime > STALE_S:
                continue
            with path.open(encoding="utf-8") as file:
                told = json.loads(file.read(LONGEST))
            what, step, done = str(told["what"]), str(told["step"]), float(told["done"])
        except (OSError, ValueError, KeyError, TypeError):  # the file is just being created or deleted
            continue
        sentences.append(f"An import of {what} is under way: {done:.0%}{', ' + step if step else ''}.")
    return sentences


def _write(path: Path, text: str) -> None:
    draft = path.with_suffix(".draft")
    with suppress(OSError):  # an import does not fail because its progress cannot be written
        draft.write_text(text, encoding="utf-8")
        draft.replace(path)


def _remove_stale(data: Path) -> None:
    for path in data.glob("importing-*"):
        with suppress(OSError):
            if time.time() - path.stat().st_mtime > STALE_S:
                path.unlink()
