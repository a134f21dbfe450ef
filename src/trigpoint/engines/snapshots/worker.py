"""The main function of a painter process: reads jobs from standard input, writes images to standard output.

A message is its length (4 bytes, big-endian), one type byte, and the payload. In a request, the type is 0 and
the payload is a job in MessagePack. In a response, the type is 0 for a PNG, and 1 for an error message.
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
"""Limit of the address space of a painter in bytes, on systems that support it. A decompression bomb kills only its process."""

Paint = Callable[[bytes], bytes]


def main(arguments: list[str]) -> int:
    """Paint jobs from standard input until its end, with the renderer named by the first argument."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C in a terminal reaches the server, which ends its workers
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what native code prints goes to the log
    limit_memory()
    renderer, paint = open_renderer(arguments[0])
    write(answers, PAINTED, renderer.encode())
    while (question := read(sys.stdin.buffer)) is not None:
        try:
            write(answers, PAINTED, paint(question))
        except Exception as error:  # noqa: BLE001 (any error is reported as the response for this image)
            write(answers, FAILED, f"{type(error).__name__}: {error}".encode()[:1000])
    return 0


def limit_memory() -> None:
    """Limit the address space of this process, if the system supports it."""
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))


def open_renderer(wish: str) -> tuple[str, Paint]:
    """Open the renderer `svg` or `mapli`; `svg` if mapli does not work here. Returns its name and its paint function."""
    from trigpoint.engines.snapshots.jobs import Job
    from trigpoint.engines.snapshots.painting import paint

    decode = msgspec.msgpack.Decoder(Job).decode
    if wish == "mapli":
        try:
            from trigpoint.engines.snapshots.native import NativeMap

            mapper = NativeMap()
        except Exception as error:  # noqa: BLE001 (whatever fails, there is another renderer)
            sys.stderr.write(f"mapli does not draw here, our own painter does ({type(error).__name__}: {error}).\n")
        else:
            return "mapli", lambda question: paint(decode(question), mapper)
    return "svg", lambda question: paint(decode(question))


def write(stream: BinaryIO, outcome: int, content: bytes) -> None:
    """Write one message."""
    stream.write(HEADER.pack(len(content) + 1, outcome) + content)
    stream.flush()


def read(stream: BinaryIO) -> bytes | None:
    """Read the payload of one message. None if the server has closed the pipe."""
    head = stream.read(HEADER.size)
    if len(head) < HEADER.size:
        return None
    length, _ = HEADER.unpack(head)
    content = stream.read(length - 1)
    return content if len(content) == length - 1 else None


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
