"""One painter in a process of its own: reads jobs from its input, writes pictures, and may die without harm.

A frame is its length (4 bytes, big-endian), one byte, and the rest. In a question the byte is 0 and the rest a job in
MessagePack; in an answer the byte is 0 for a PNG and 1 for a sentence that says what failed.
"""

import os
import signal
import struct
import sys
from collections.abc import Callable
from contextlib import suppress
from typing import BinaryIO

import msgspec

HEADER = struct.Struct(">IB")
PAINTED, FAILED = 0, 1
MEMORY_BYTES = 2 << 30
"""What a painter may take of the address space, where the system can limit it: a bomb then ends its process alone."""

Paint = Callable[[bytes], bytes]


def main(arguments: list[str]) -> int:
    """Paint what comes on the standard input with the renderer named by the first argument, until it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches the server, which ends its workers
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what native code prints goes to the log
    limit_memory()
    renderer, paint = open_renderer(arguments[0])
    write(answers, PAINTED, renderer.encode())
    while (question := read(sys.stdin.buffer)) is not None:
        try:
            write(answers, PAINTED, paint(question))
        except Exception as error:  # noqa: BLE001 (a fault of one picture is that picture's answer)
            write(answers, FAILED, f"{type(error).__name__}: {error}".encode()[:1000])
    return 0


def limit_memory() -> None:
    """Limit the address space of this process, where that can be done."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def open_renderer(wish: str) -> tuple[str, Paint]:
    """Open a renderer, `svg` or `mapli`, or `svg` where mapli does not draw. Give its name and what it does."""
    from trigpoint.engines.snapshots.jobs import Job
    from trigpoint.engines.snapshots.painting import paint

    decode = msgspec.msgpack.Decoder(Job).decode
    if wish == "mapli":
        try:
            from trigpoint.engines.snapshots.native import NativeMap

            mapper = NativeMap()
        except Exception as error:  # noqa: BLE001 (of any kind: there is another renderer)
            sys.stderr.write(f"mapli does not draw here, our own painter does ({type(error).__name__}: {error}).\n")
        else:
            return "mapli", lambda question: paint(decode(question), mapper)
    return "svg", lambda question: paint(decode(question))


def write(stream: BinaryIO, outcome: int, content: bytes) -> None:
    """Write one frame."""
    stream.write(HEADER.pack(len(content) + 1, outcome) + content)
    stream.flush()


def read(stream: BinaryIO) -> bytes | None:
    """Read one frame's content; None when the server is gone."""
    head = stream.read(HEADER.size)
    if len(head) < HEADER.size:
        return None
    length, _ = HEADER.unpack(head)
    content = stream.read(length - 1)
    return content if len(content) == length - 1 else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
