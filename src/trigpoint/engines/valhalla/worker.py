"""The worker process with one engine: reads queries from a socket and writes responses.

A frame is its length (4 bytes, big-endian), one byte, and the content. The byte is the action in a query, and the outcome
in a response; the content is Valhalla's JSON. The first frame that a worker sends says that it is ready.
"""

import contextlib
import json
import os
import signal
import socket
import struct
import sys
import tempfile
from collections.abc import Callable
from enum import IntEnum
from pathlib import Path

HEADER = struct.Struct(">IB")


class Action(IntEnum):
    """The actions of an engine, named as Valhalla's HTTP paths."""

    ROUTE = 1
    SOURCES_TO_TARGETS = 2
    STATUS = 3


class Outcome(IntEnum):
    """The outcome of a query: a response, a refusal of Valhalla's (`{"error_code","error"}`), or an unexpected error."""

    ANSWERED = 0
    REFUSED = 1
    FAILED = 2


Ask = Callable[[bytes], tuple[Outcome, bytes]]


def main(arguments: list[str]) -> int:
    """Run the worker. Arguments: the file descriptor of the socket, and the folder of the network."""
    if arguments[0] == "--try":
        open_engine(Path(arguments[1]))
        return 0
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # on Ctrl-C the server ends its workers itself
    os.dup2(2, 1)  # output of native code goes to the log
    with socket.socket(fileno=int(arguments[0])) as channel:
        try:
            ask = open_engine(Path(arguments[1]))
        except Exception as error:  # noqa: BLE001 (any error must be reported to the server)
            send(channel, Outcome.FAILED, str(error).encode())
            return 1
        with contextlib.suppress(ConnectionError):  # the server is gone, so the worker ends
            send(channel, Outcome.ANSWERED, b"")
            while (question := receive(channel)) is not None:
                send(channel, *ask(question))
    return 0


def open_engine(generation: Path) -> Ask:
    """Open an engine on a network. Returns a function that takes a frame without its length, and never raises."""
    from valhalla import Actor, ValhallaError

    from trigpoint.engines.valhalla.configuration import make_engine_configuration

    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump(make_engine_configuration(generation), file)
        file.flush()
        actor = Actor(Path(file.name))
    actions = {Action.ROUTE: actor.route, Action.SOURCES_TO_TARGETS: actor.matrix, Action.STATUS: actor.status}

    def ask(question: bytes) -> tuple[Outcome, bytes]:
        try:
            return Outcome.ANSWERED, actions[Action(question[0])](question[1:].decode()).encode()
        except ValhallaError as error:
            return Outcome.REFUSED, json.dumps({"error_code": error.code, "error": error.message}).encode()
        except Exception as error:  # noqa: BLE001 (an error of one query is reported as its outcome)
            return Outcome.FAILED, f"{type(error).__name__}: {error}".encode()

    return ask


def send(channel: socket.socket, outcome: Outcome, content: bytes) -> None:
    """Write one frame."""
    channel.sendall(HEADER.pack(len(content) + 1, outcome) + content)


def receive(channel: socket.socket) -> bytes | None:
    """Read one frame and return it without its length; None when the server is gone."""
    head = read_exactly(channel, 4)
    return None if head is None else read_exactly(channel, int.from_bytes(head))


def read_exactly(channel: socket.socket, count: int) -> bytes | None:
    """Read exactly `count` bytes; None at the end of the stream."""
    parts = b""
    while len(parts) < count:
        part = channel.recv(count - len(parts))
        if not part:
            return None
        parts += part
    return parts


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
